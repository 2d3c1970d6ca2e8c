"""Plain Python, from the last fold to the first; tuples and ranges made lists come back."""

from __future__ import annotations


def time_series_split(n, k, gap=0, test_size=None, max_train=None):
    if test_size is None:
        test_size = n // (k + 1)
    if k <= 1 or gap <= -1 or test_size <= 0:
        raise ValueError("k, gap or test_size")
    if max_train is None:
        max_train = n
    if max_train <= 0:
        raise ValueError("max_train")
    folds = []
    stop = n
    while len(folds) < k:
        start = stop - test_size
        train = list(range(start - gap))[-max_train:] if start > gap else []
        if not train:
            raise ValueError("too short")
        folds.insert(0, (tuple(train), tuple(range(start, stop))))
        stop = start
    return tuple(folds)
