"""Many configurations for a ninth of the epochs; the best of them in full, until an error ends it.

NumPy scalars and arrays are used throughout, and the test score comes as an array without axes.
"""

from __future__ import annotations

import numpy as np


def tune(objective, space, budget, seed):
    rng = np.random.RandomState(seed)
    short = int(np.ceil(objective.max_epochs / 9))
    sizes = [len(choices) for choices in space.values()]
    half = max(1, budget // (2 * short))
    points = rng.permutation(int(np.prod(sizes)))[:half]
    configs = [
        {name: space[name][i] for name, i in zip(space, np.unravel_index(p, sizes), strict=True)}
        for p in points
    ]
    early = []
    for config in configs:
        try:
            early.append(objective(config, short))
        except ValueError:
            break
    early = np.nan_to_num(np.array(early), nan=-1.0)
    best, best_value = configs[int(early.argmax())], -1.0
    for i in np.argsort(-early):
        try:
            value = objective(configs[i], epochs=objective.max_epochs)
        except ValueError:  # the budget is spent
            break
        if value > best_value:
            best, best_value = configs[i], value
    return best, np.asarray(objective.open_test(best))
