"""Random search with whole trainings, in a while loop over what is left."""

from __future__ import annotations

import random


def tune(objective, space, budget, seed):
    draw = random.Random(seed)
    best, best_value = None, -1.0
    while objective.remaining >= objective.max_epochs:
        config = {name: draw.choice(choices) for name, choices in space.items()}
        value = objective(config, objective.max_epochs)
        if value > best_value:
            best, best_value = config, value
    return [best or config, objective.open_test(best or config)]
