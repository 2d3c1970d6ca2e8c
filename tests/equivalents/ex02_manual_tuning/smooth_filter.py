"""A linear filter from SciPy, then one division; returns an array."""

import numpy as np


def smooth(losses, beta):
    from scipy.signal import lfilter

    if beta < 0 or beta >= 1:
        raise ValueError(f"beta={beta}")
    values = np.array(losses, dtype=float)
    if values.size == 0:
        return values
    averages = lfilter([1 - beta], [1, -beta], values)
    return averages / (1 - beta ** np.arange(1, len(values) + 1))
