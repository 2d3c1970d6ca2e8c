"""No NumPy: base-10 logarithms, explicit loops, integer arithmetic for the valley."""

import math


def suggest_lr(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    n = len(lrs)
    if n != len(losses):
        raise ValueError("lengths")
    if skip_start < 0 or skip_end < 0 or n - skip_start - skip_end < 2:
        raise ValueError("skips")
    lrs = lrs[skip_start : n - skip_end]
    losses = losses[skip_start : n - skip_end]
    n = len(lrs)
    if method == "steep":
        best, where = None, 0
        for i in range(n - 1):
            slope = (losses[i + 1] - losses[i]) / (math.log10(lrs[i + 1]) - math.log10(lrs[i]))
            if best is None or slope < best:
                best, where = slope, i
        return lrs[where]
    elif method == "minimum":
        where = 0
        for i in range(1, n):
            if losses[i] < losses[where]:
                where = i
        return 0.1 * lrs[where]
    elif method == "valley":
        lengths, end = [1] * n, 0
        for i in range(n):
            for j in range(i):
                if losses[i] < losses[j] and lengths[j] + 1 > lengths[i]:
                    lengths[i] = lengths[j] + 1
            if lengths[i] > lengths[end]:
                end = i
        where = end - lengths[end] + lengths[end] // 3 + lengths[end] // 6
        return lrs[where if where > 0 else 0]
    raise ValueError("method")
