"""A list of grids is the sum of its parts; one grid is a product folded from its lengths."""

from __future__ import annotations

import functools
import operator


def grid_size(grid):
    if isinstance(grid, list):
        return sum(map(grid_size, grid))
    if not all(isinstance(choices, list) for choices in grid.values()):
        raise TypeError("every value must be a list")
    lengths = list(map(len, grid.values()))
    if 0 in lengths:
        raise ValueError("an empty list of choices")
    return functools.reduce(operator.mul, lengths, 1)
