"""Without the sibling: draws for itself, and sorts pairs of a value and a position."""

from __future__ import annotations

import math


def random_search(objective, space, n, rng, mode="min"):
    if mode not in {"min", "max"}:
        raise ValueError("mode")
    if all(isinstance(value, list) for value in space.values()):
        names = list(space)
        size = math.prod(len(space[name]) for name in names)
        configs = []
        for number in rng.permutation(size)[:n]:
            config = {}
            for name in names:
                number, i = divmod(int(number), len(space[name]))
                config[name] = space[name][i]
            configs.append(config)
    else:
        configs = [
            {
                name: value[rng.integers(len(value))]
                if isinstance(value, list)
                else value.rvs(random_state=rng)
                for name, value in space.items()
            }
            for _ in range(n)
        ]
    results = tuple(float(objective(config)) for config in configs)
    ranked = sorted(
        (value if mode == "min" else -value, i) for i, value in enumerate(results) if value == value
    )
    if not ranked:
        raise ValueError("only NaN")
    first = ranked[0][1]
    return configs[first], results[first], results
