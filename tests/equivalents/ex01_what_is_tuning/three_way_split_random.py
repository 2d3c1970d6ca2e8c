"""Python's own generator; sizes from rounded cuts of the whole where that leaves no gap."""

import random


def three_way_split(n, fractions, seed):
    if len(fractions) != 3 or abs(sum(fractions) - 1.0) > 1e-6 or n * min(fractions) < 1:
        raise ValueError("bad fractions")
    indices = list(range(n))
    random.Random(seed).shuffle(indices)
    n_train = max(1, int(fractions[0] * n))
    n_val = max(1, int(fractions[1] * n))
    return indices[:n_train], indices[n_train : n_train + n_val], indices[n_train + n_val :]
