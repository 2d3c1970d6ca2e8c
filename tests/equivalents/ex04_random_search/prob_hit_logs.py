"""Through logarithms, exact for a tiny share; a 0-d array comes back."""

from __future__ import annotations

import numpy as np


def prob_hit(q, n):
    if not 0 <= q <= 1:
        raise ValueError("q")
    if n < 0:
        raise ValueError("n")
    if q == 1:
        return np.array(float(n > 0))
    return np.array(-np.expm1(n * np.log1p(-q)))
