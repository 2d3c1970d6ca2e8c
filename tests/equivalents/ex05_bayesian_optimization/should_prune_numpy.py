"""NumPy's functions that leave NaN out; an np.bool_ comes back at the end."""

from __future__ import annotations

import numpy as np


def should_prune(
    history, current, n_startup=5, n_warmup=0, interval=1, n_min_trials=1, direction="minimize"
):
    if min(n_startup, n_warmup) < 0 or min(interval, n_min_trials) < 1:
        raise ValueError("settings")
    if direction == "maximize":
        best_of, is_worse = np.nanmax, np.less
    elif direction == "minimize":
        best_of, is_worse = np.nanmin, np.greater
    else:
        raise ValueError("direction")
    complete = [trial for trial in history if trial["state"] == "COMPLETE"]
    if len(current) == 0 or len(complete) == 0 or len(complete) < n_startup:
        return False
    *earlier, step = sorted(current)
    if step < n_warmup:
        return False
    last_due = step - (step - n_warmup) % interval
    if earlier and earlier[-1] >= last_due:
        return False
    mine = np.array(list(current.values()), dtype=float)
    if np.isnan(mine).all():
        return True
    peers = np.array([t["values"][step] for t in complete if step in t["values"]], dtype=float)
    if len(peers) < n_min_trials or np.isnan(peers).all():
        return False
    return is_worse(best_of(mine), np.nanmedian(peers))
