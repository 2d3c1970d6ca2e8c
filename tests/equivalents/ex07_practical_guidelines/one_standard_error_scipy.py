"""SciPy's standard error of the mean, and argmax of a mask: a NumPy integer."""

from __future__ import annotations

import numpy as np
from scipy import stats


def one_standard_error(scores):
    scores = np.array(scores, dtype=float)
    if scores.ndim != 2 or 0 in scores.shape or scores.shape[1] == 1:
        raise ValueError("shape")
    if np.isnan(scores).any() or np.isinf(scores).any():
        raise ValueError("finite")
    mean, error = scores.mean(1), stats.sem(scores, axis=1)
    best = np.argmax(mean)
    return np.argmax(mean + error[best] >= mean[best])
