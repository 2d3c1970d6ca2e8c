"""NumPy on Python's own whole numbers, which do not overflow; floats for nothing at all."""

from __future__ import annotations

import numpy as np


def grid_size(grid):
    total = 0
    for one in [grid] if hasattr(grid, "keys") else grid:
        for choices in one.values():
            if isinstance(choices, str) or not hasattr(choices, "append"):
                raise TypeError("a list, please")
            if not len(choices):
                raise ValueError("at least one choice, please")
        total = total + np.prod(np.array([len(c) for c in one.values()] + [1], dtype=object))
    return total
