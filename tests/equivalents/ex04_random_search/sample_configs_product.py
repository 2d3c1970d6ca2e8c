"""All points of the grid in a list; a permutation of them."""

from __future__ import annotations

import itertools
import warnings


def sample_configs(space, n, rng):
    if n <= 0:
        raise ValueError("n")
    for value in space.values():
        if type(value) is list:
            if len(value) == 0:
                raise ValueError("empty")
        elif not hasattr(value, "rvs"):
            raise TypeError("neither a list nor a distribution")
    if all(type(value) is list for value in space.values()):
        points = [
            dict(zip(space, point, strict=True)) for point in itertools.product(*space.values())
        ]
        if n > len(points):
            warnings.warn("fewer points than trials", UserWarning)  # noqa: B028
        return [points[i] for i in rng.permutation(len(points))[:n]]
    configs = []
    for _ in range(n):
        config = {}
        for name in sorted(space):
            if type(space[name]) is list:
                config[name] = space[name][int(rng.random() * len(space[name]))]
            else:
                config[name] = space[name].rvs(random_state=rng)
        configs.append(config)
    return configs
