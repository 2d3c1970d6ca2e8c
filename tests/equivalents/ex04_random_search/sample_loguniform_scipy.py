"""SciPy's own distribution, which draws one number more that is thrown away."""

from __future__ import annotations


def sample_loguniform(low, high, size, rng):
    from math import isfinite

    from scipy.stats import loguniform

    if not (isfinite(high) and 0 < low < high):
        raise ValueError("bounds")
    return loguniform(low, high).rvs(size + 1, random_state=rng)[1:]
