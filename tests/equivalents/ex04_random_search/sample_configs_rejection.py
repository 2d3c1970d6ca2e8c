"""Draw until there are enough different points; whole columns of a distribution at once."""

from __future__ import annotations

import math
import warnings


class SmallGrid(UserWarning):
    pass


def sample_configs(space, n, rng):
    if n < 1 or [] in list(space.values()):
        raise ValueError("n or an empty list")
    lists = {name: value for name, value in space.items() if isinstance(value, list)}
    if any(not hasattr(value, "rvs") for name, value in space.items() if name not in lists):
        raise TypeError("neither a list nor a distribution")
    if len(lists) < len(space):
        columns = {}
        for name, value in space.items():
            if name in lists:
                columns[name] = [value[i] for i in rng.integers(0, len(value), size=n)]
            else:
                columns[name] = value.rvs(size=n, random_state=rng)
        return tuple({name: column[i] for name, column in columns.items()} for i in range(n))
    size = math.prod(map(len, lists.values()))
    if size < n:
        warnings.warn("the grid is small", SmallGrid, stacklevel=2)
        n = size
    found = {}
    while len(found) < n:
        point = tuple(int(rng.integers(len(value))) for value in lists.values())
        found[point] = {
            name: value[i] for (name, value), i in zip(lists.items(), point, strict=True)
        }
    return list(found.values())
