"""The history is kept whole, the state as bytes; attributes are properties; an own context."""

from __future__ import annotations

import math
import pickle


class _Block:
    def __init__(self, stopper, load):
        self.stopper, self.load = stopper, load

    def __enter__(self):
        return self.stopper

    def __exit__(self, kind, error, trace):
        if self.stopper.best_epoch is not None:
            self.load(self.stopper.best_state)
        return False


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if not patience >= 1:
            raise ValueError("patience")
        if math.isnan(min_delta) or min_delta < 0:
            raise ValueError("min_delta")
        self.sign = {"min": 1, "max": -1}.get(mode)
        if self.sign is None:
            raise ValueError("mode")
        self.patience, self.min_delta = patience, min_delta
        self.history, self.best_epoch, self.stored = [], None, None

    @property
    def best(self):
        return None if self.best_epoch is None else self.history[self.best_epoch]

    @property
    def best_state(self):
        return None if self.stored is None else pickle.loads(self.stored)

    def update(self, value, state):
        self.history.append(value)
        if math.isnan(value) or math.isinf(value):
            return True
        epoch = len(self.history) - 1
        if self.best_epoch is None or self.sign * (self.best - value) > self.min_delta:
            self.best_epoch, self.stored = epoch, pickle.dumps(state)
        return epoch - self.best_epoch >= self.patience

    def restoring(self, load):
        return _Block(self, load)
