"""One power of the ratio; returns a NumPy scalar."""

import numpy as np


def scale_lr(lr, old_batch, new_batch, rule="linear"):
    if lr <= 0 or min(old_batch, new_batch) < 1:
        raise ValueError("not positive")
    try:
        power = {"linear": 1.0, "sqrt": 0.5}[rule]
    except KeyError:
        raise ValueError(rule) from None
    return np.float64(lr) * (np.float64(new_batch) / old_batch) ** power
