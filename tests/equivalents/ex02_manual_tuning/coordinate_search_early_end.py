"""Lists instead of sets, a counter, and an early end after a round without progress."""


def coordinate_search(objective, start, candidates, *, rounds=1):
    if rounds <= 0:
        raise ValueError("rounds")
    for name in candidates:
        if name not in start:
            raise ValueError(name)
    best = start.copy()
    lowest = objective(best.copy())
    calls, tried = 1, [best.copy()]
    for _ in range(rounds):
        moved = False
        for name, values in candidates.items():
            for value in values:
                config = best.copy()
                config[name] = value
                if config in tried:
                    continue
                tried.append(config.copy())
                result = objective(config)
                calls += 1
                if result != result:
                    continue
                if lowest != lowest or result < lowest:
                    best, lowest, moved = config, result, True
        if not moved:
            break
    return best, lowest, calls
