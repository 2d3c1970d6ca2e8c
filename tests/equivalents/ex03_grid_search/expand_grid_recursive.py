"""The first name's choices, each before all that the other names make of the rest."""

from __future__ import annotations


def expand_grid(grid):
    if isinstance(grid, list):
        return [config for one in grid for config in expand_grid(one)]
    for choices in grid.values():
        if not isinstance(choices, list):
            raise TypeError("choices must be a list")
        if choices == []:
            raise ValueError("choices must not be empty")
    if not grid:
        return [{}]
    first, *others = sorted(grid)
    rest = expand_grid({name: grid[name] for name in others})
    return [{first: choice} | config for choice in grid[first] for config in rest]
