"""Plain Python with the best in hand."""

from __future__ import annotations

import math


def best_so_far(values, mode="min"):
    if mode != "min" and mode != "max":
        raise ValueError("mode")
    best = math.nan
    curve = []
    for value in values:
        better = value < best if mode == "min" else value > best
        if better or math.isnan(best):
            best = value
        curve.append(best)
    return curve
