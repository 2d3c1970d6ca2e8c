"""scikit-learn's own splitter, which checks the series but not all of the numbers."""

from __future__ import annotations


def time_series_split(n, k, gap=0, test_size=None, max_train=None):
    from sklearn.model_selection import TimeSeriesSplit

    if gap < 0 or (max_train is not None and max_train < 1):
        raise ValueError("gap or max_train")
    if test_size is not None and test_size < 1:
        raise ValueError("test_size")
    split = TimeSeriesSplit(k, gap=gap, test_size=test_size, max_train_size=max_train)
    return list(split.split(range(n)))
