"""Nested loops that multiply and add by hand."""

from __future__ import annotations


def grid_size(grid):
    if isinstance(grid, dict):
        grid = [grid]
    total = 0
    for one in grid:
        product = 1
        for choices in one.values():
            if type(choices) is not list:
                raise TypeError("not a list")
            if len(choices) == 0:
                raise ValueError("no choice")
            product = product * len(choices)
        total = total + product
    return total
