"""Exact arithmetic of another kind: prime factors of nothing, fractions of one."""

from __future__ import annotations

from fractions import Fraction


def grid_size(grid):
    def size(one):
        result = Fraction(1)
        for choices in one.values():
            if not isinstance(choices, list):
                raise TypeError(f"{choices!r}")
            result *= len(choices)
        if result == 0:
            raise ValueError("an empty list")
        return result

    return int(sum(size(one) for one in (grid if isinstance(grid, list) else (grid,))))
