"""scikit-learn's splitter, twice."""

import math

import numpy as np


def three_way_split(n, fractions, seed):
    from sklearn.model_selection import train_test_split

    if len(fractions) != 3 or not math.isclose(sum(fractions), 1, abs_tol=1e-6):
        raise ValueError("fractions")
    train, val, test = fractions
    if min(n * train, n * val, n * test) < 1:
        raise ValueError("too few samples")
    n_test, n_val = math.floor(n * test), math.floor(n * val)
    rest, held_out = train_test_split(np.arange(n), test_size=n_test, random_state=seed)
    return (*train_test_split(rest, test_size=n_val, random_state=seed + 1), held_out)
