"""Plain loops and the statistics module."""

from __future__ import annotations

import math
import statistics


def one_standard_error(scores):
    rows = [[float(x) for x in row] for row in _rows(scores)]
    if not rows or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("shape")
    if any(not math.isfinite(x) for row in rows for x in row):
        raise ValueError("finite")
    means = [statistics.fmean(row) for row in rows]
    best = means.index(max(means))
    limit = means[best] - statistics.stdev(rows[best]) / len(rows[best]) ** 0.5
    for i, mean in enumerate(means):
        if mean >= limit:
            return i
    return best


def _rows(scores):
    if not all(hasattr(row, "__len__") for row in scores):
        raise ValueError("rows")
    if any(hasattr(x, "__len__") for row in scores for x in row):
        raise ValueError("too deep")
    return scores
