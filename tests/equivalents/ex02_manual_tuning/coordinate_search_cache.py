"""A dictionary of every value seen; rebuilt dicts; returns a list."""

import math


def coordinate_search(objective, start, candidates, *, rounds=1):
    if rounds < 1 or not set(candidates) <= set(start):
        raise ValueError("bad arguments")
    cache = {}

    def evaluate(config):
        key = tuple(config[name] for name in start)
        if key not in cache:
            cache[key] = float(objective(config))
        return math.inf if math.isnan(cache[key]) else cache[key]

    best = {**start}
    evaluate(best)
    for _ in range(rounds):
        for name in candidates:
            for value in candidates[name]:
                trial = {**best, name: value}
                if evaluate(trial) < evaluate(best):
                    best = trial
    return [best, cache[tuple(best.values())], len(cache)]
