"""Draws the test set, then the validation set from what is left; each set is sorted."""

import numpy as np


def three_way_split(n, fractions, seed):
    fractions = np.asarray(fractions, dtype=float)
    if fractions.shape != (3,) or not np.isclose(fractions.sum(), 1, rtol=0, atol=1e-6):
        raise ValueError("fractions")
    if (n * fractions < 1).any():
        raise ValueError("empty")
    rng = np.random.default_rng(seed)
    n_val, n_test = np.floor(n * fractions[1:]).astype(int)
    left = np.arange(n)
    test = rng.choice(left, size=n_test, replace=False)
    left = np.setdiff1d(left, test)
    val = rng.choice(left, size=n_val, replace=False)
    return [np.setdiff1d(left, val), np.sort(val), np.sort(test)]
