"""NumPy's ceil, which gives a float."""

from __future__ import annotations

import numpy as np


def trials_needed(q, p):
    if np.isnan([q, p]).any() or q <= 0 or q > 1 or p < 0 or p >= 1:
        raise ValueError("q or p")
    if p == 0:
        return np.float64(0)
    return np.float64(1) if q == 1 else np.ceil(np.log(1 - p) / np.log(1 - q))
