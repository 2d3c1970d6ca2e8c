"""Logarithms of the counts; a 0-d array comes back."""

import numpy as np


def expected_best(scores, n):
    from scipy.special import gammaln

    ordered = np.sort(np.asarray(scores, dtype=float))
    size = ordered.size
    if not 1 <= n <= size or np.isnan(ordered).any():
        raise ValueError("n or scores")

    def log_choose(a, b):
        return gammaln(a + 1) - gammaln(b + 1) - gammaln(a - b + 1)

    ranks = np.arange(n, size + 1)
    weights = np.exp(log_choose(ranks - 1, n - 1) - log_choose(size, n))
    return np.asarray(weights @ ordered[n - 1 :])
