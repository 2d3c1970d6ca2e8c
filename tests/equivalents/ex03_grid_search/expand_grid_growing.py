"""Grows unfinished configurations by one name at a time; a tuple comes back."""

from __future__ import annotations


def expand_grid(grid):
    every = ()
    for one in grid if isinstance(grid, list) else [grid]:
        configs = [{}]
        for name, choices in sorted(one.items(), key=lambda item: item[0]):
            if isinstance(choices, str):
                raise TypeError("a string")
            if len(choices) == 0:
                raise ValueError("empty")
            configs = [{**config, name: choice} for config in configs for choice in choices]
        every += tuple(configs)
    return every
