"""torch.logspace in double precision; returns a tensor."""

import math


def lr_schedule(low, high, n, mode="exp"):
    import torch

    if mode not in ("exp", "linear") or n < 2 or low <= 0 or high <= low:
        raise ValueError("bad arguments")
    if mode == "linear":
        return torch.linspace(low, high, n, dtype=torch.float64)
    return torch.logspace(math.log10(low), math.log10(high), n, dtype=torch.float64)
