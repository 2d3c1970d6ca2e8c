"""A counter: the position's digits, from the last name to the first; names stand backward."""

from __future__ import annotations


def expand_grid(grid):
    if isinstance(grid, list):
        return [config for one in grid for config in expand_grid(one)]
    size = 1
    for choices in grid.values():
        if not isinstance(choices, list):
            raise TypeError("not a list")
        size *= len(choices)
    if size == 0:
        raise ValueError("an empty list")
    configs = []
    for position in range(size):
        config, rest = {}, position
        for name in sorted(grid, reverse=True):
            rest, digit = divmod(rest, len(grid[name]))
            config[name] = grid[name][digit]
        configs.append(config)
    return configs
