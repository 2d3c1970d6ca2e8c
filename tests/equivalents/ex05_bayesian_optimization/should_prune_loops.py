"""Plain Python, with the statistics module and due steps counted upwards."""

from __future__ import annotations

import math
import statistics


def should_prune(
    history, current, n_startup=5, n_warmup=0, interval=1, n_min_trials=1, direction="minimize"
):
    if n_startup < 0 or n_warmup < 0 or interval < 1 or n_min_trials < 1:
        raise ValueError("settings")
    if direction != "minimize" and direction != "maximize":
        raise ValueError("direction")
    done = 0
    for trial in history:
        if trial["state"] == "COMPLETE":
            done += 1
    if not current or done == 0 or done < n_startup:
        return False
    step = max(current.keys())
    if step < n_warmup:
        return False
    due = n_warmup
    while due + interval <= step:
        due += interval
    for other in current:
        if other != step and other >= due:
            return False
    mine = [value for value in current.values() if not math.isnan(value)]
    if not mine:
        return True
    reported = 0
    theirs = []
    for trial in history:
        if trial["state"] == "COMPLETE" and step in trial["values"]:
            reported += 1
            if not math.isnan(trial["values"][step]):
                theirs.append(trial["values"][step])
    if reported < n_min_trials or not theirs:
        return False
    median = statistics.median(theirs)
    return max(mine) < median if direction == "maximize" else min(mine) > median
