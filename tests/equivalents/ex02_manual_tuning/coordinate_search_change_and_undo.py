"""Changes its own copy in place and undoes it; JSON keys; NumPy for NaN and the returned value."""

import json

import numpy as np


def coordinate_search(objective, start, candidates, *, rounds=1):
    if not candidates.keys() <= start.keys():
        raise ValueError("unknown setting")
    if rounds < 1:
        raise ValueError("rounds must be at least 1")

    def key():
        return json.dumps(current, sort_keys=True)

    current = {name: start[name] for name in sorted(start)}
    value = np.float64(objective(dict(current)))
    seen = [key()]
    for name, choices in list(candidates.items()) * rounds:
        for choice in choices:
            kept = current[name]
            current[name] = choice
            if key() in seen:
                current[name] = kept
                continue
            seen.append(key())
            new = np.float64(objective(dict(current)))
            if np.nan_to_num(new, nan=np.inf) < np.nan_to_num(value, nan=np.inf):
                value = new
            else:
                current[name] = kept
    return current, value, np.int64(len(seen))
