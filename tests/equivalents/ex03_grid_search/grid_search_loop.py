"""One pass with the best in hand; whole numbers stay whole numbers."""

from __future__ import annotations

import math


def grid_search(objective, grid, mode="min"):
    if mode == "min":
        sign = 1
    elif mode == "max":
        sign = -1
    else:
        raise ValueError("mode")
    best_config, best_value, values = None, None, []
    for config in expand_grid(grid):  # noqa: F821  the sibling
        value = objective(config)
        values.append(value)
        if math.isnan(value):
            continue
        if best_value is None or sign * value < sign * best_value:
            best_config, best_value = config, value
    if best_config is None:
        raise ValueError("only NaN")
    return best_config, best_value, values
