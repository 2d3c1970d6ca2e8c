"""Even steps between base-10 logarithms; returns a tuple of NumPy scalars."""

import numpy as np


def lr_schedule(low, high, n, mode="exp"):
    if not 0 < low < high:
        raise ValueError("bounds")
    if int(n) < 2:
        raise ValueError("n")
    fraction = np.arange(n) / (n - 1)
    if mode == "linear":
        return tuple((1 - fraction) * low + fraction * high)
    if mode != "exp":
        raise ValueError("mode")
    return tuple(10 ** ((1 - fraction) * np.log10(low) + fraction * np.log10(high)))
