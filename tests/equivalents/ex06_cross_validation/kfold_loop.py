"""Plain Python lists; the standard library's generator shuffles, and rows stay in its order."""

from __future__ import annotations

import random


def kfold(n, k, shuffle=False, seed=None):
    if k < 2 or k > n:
        raise ValueError("k")
    if not shuffle and seed is not None:
        raise ValueError("seed")
    order = list(range(n))
    if shuffle:
        random.Random(seed).shuffle(order)
    folds = []
    for i in range(k):
        start = i * (n // k) + min(i, n % k)
        stop = (i + 1) * (n // k) + min(i + 1, n % k)
        folds.append((order[:start] + order[stop:], order[start:stop]))
    return folds
