"""An accumulated minimum of the values or their negatives, with infinity in NaN's place."""

from __future__ import annotations

import numpy as np


def best_so_far(values, mode="min"):
    if mode not in ["min", "max"]:
        raise ValueError("mode")
    sign = 1 if mode == "min" else -1
    array = sign * np.array(values, dtype=float)
    array[np.isnan(array)] = np.inf
    running = np.minimum.accumulate(array)
    running[np.isinf(running)] = np.nan
    return sign * running
