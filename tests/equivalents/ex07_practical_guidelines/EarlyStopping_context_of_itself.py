"""The object is its own context; a torch state is cloned tensor by tensor."""

from __future__ import annotations

import copy
import math


class EarlyStopping:
    best_state = None
    best = None
    bad = 0

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if patience < 1:
            raise ValueError("patience")
        if not (min_delta >= 0):
            raise ValueError("min_delta")
        if mode != "min" and mode != "max":
            raise ValueError("mode")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode

    def restoring(self, load):
        self.load = load
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.best_state is not None:
            self.load(self.best_state)

    def update(self, value, state):
        if value != value or abs(value) == math.inf:
            return True
        if self.best is None:
            gain = math.inf
        elif self.mode == "min":
            gain = self.best - value
        else:
            gain = value - self.best
        if gain > self.min_delta:
            self.best = value
            self.best_state = {
                key: item.detach().clone() if hasattr(item, "detach") else copy.deepcopy(item)
                for key, item in state.items()
            }
            self.bad = 0
        else:
            self.bad += 1
        return self.bad >= self.patience
