"""A running sum and a running weight; NumPy scalars in a list."""

import numpy as np


def smooth(losses, beta):
    if not 0.0 <= beta < 1.0:
        raise ValueError(beta)
    total = weight = np.float64(0)
    result = []
    for loss in np.asarray(losses, dtype=np.float64):
        total = total * beta + loss
        weight = weight * beta + 1
        result += [total / weight]
    return result
