"""NumPy does the spacing; returns an array."""

import numpy as np


def lr_schedule(low, high, n, mode="exp"):
    if mode not in {"exp", "linear"}:
        raise ValueError(mode)
    if n < 2 or low <= 0 or low >= high:
        raise ValueError((low, high, n))
    return np.geomspace(low, high, n) if mode == "exp" else np.linspace(low, high, n)
