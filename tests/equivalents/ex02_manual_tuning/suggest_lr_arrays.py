"""Arrays throughout; returns NumPy scalars and 0-d arrays."""

import numpy as np


def suggest_lr(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    lrs, losses = np.array(lrs, dtype=float), np.array(losses, dtype=float)
    if lrs.shape != losses.shape or min(skip_start, skip_end) < 0:
        raise ValueError("bad curve")
    stop = -skip_end or None
    lrs, losses = lrs[skip_start:stop], losses[skip_start:stop]
    if lrs.size < 2:
        raise ValueError("too short")
    match method:
        case "steep":
            slopes = (losses[1:] - losses[:-1]) / np.log(lrs[1:] / lrs[:-1])
            return lrs[slopes.argmin()]
        case "minimum":
            return np.array(lrs[losses.argmin()] / 10.0)
        case "valley":
            lengths = np.ones(len(losses), dtype=int)
            for i in range(1, len(losses)):
                before = lengths[:i][losses[:i] > losses[i]]
                lengths[i] += before.max(initial=0)
            end = lengths.argmax()
            third = lengths[end] / 3
            start = end - lengths[end]
            return lrs[max(start + int(third) + int(third / 2), 0)]
        case _:
            raise ValueError(method)
