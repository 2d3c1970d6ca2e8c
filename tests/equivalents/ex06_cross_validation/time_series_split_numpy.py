"""All starts at once, and slices of one array of rows."""

from __future__ import annotations

import numpy as np


def time_series_split(n, k, gap=0, test_size=None, max_train=None):
    if k < 2 or gap < 0 or (max_train is not None and max_train < 1):
        raise ValueError("k, gap or max_train")
    size = test_size if test_size is not None else n // (k + 1)
    starts = n - size * np.arange(k, 0, -1)
    if size < 1 or starts[0] - gap < 1:
        raise ValueError("too short")
    rows = np.arange(n)
    ends = starts - gap
    firsts = np.zeros(k, dtype=int) if max_train is None else np.maximum(ends - max_train, 0)
    return [
        [rows[first:end], rows[start : start + size]]
        for first, end, start in zip(firsts, ends, starts, strict=True)
    ]
