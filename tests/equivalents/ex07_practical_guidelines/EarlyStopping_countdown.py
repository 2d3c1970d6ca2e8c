"""Counts down, in NumPy numbers and booleans, and restores with an ExitStack."""

from __future__ import annotations

import contextlib
import copy

import numpy as np


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if patience <= 0 or np.isnan(min_delta) or min_delta < 0:
            raise ValueError("patience or min_delta")
        if mode == "min":
            self.is_better = lambda a, b: a < b - min_delta
        elif mode == "max":
            self.is_better = lambda a, b: a > b + min_delta
        else:
            raise ValueError("mode")
        self.patience = self.left = patience
        self.best = self.best_state = None

    def update(self, value, state):
        value = np.float64(value)
        if not np.isfinite(value):
            return np.True_
        if self.best is None or self.is_better(value, self.best):
            self.best, self.best_state, self.left = value, copy.deepcopy(state), self.patience
        else:
            self.left -= 1
        return np.bool_(self.left == 0)

    @contextlib.contextmanager
    def restoring(self, load):
        with contextlib.ExitStack() as stack:
            stack.callback(lambda: None if self.best is None else load(self.best_state))
            yield self
