"""Labs that several topics share."""

from __future__ import annotations

import hashlib
import random

import numpy as np


def rng(seed: int) -> np.random.Generator:
    """A NumPy generator, so that two builds with one seed draw the same numbers."""
    return np.random.default_rng(seed)


def global_state() -> GlobalState:
    """A hand on the random state that belongs to nobody."""
    return GlobalState()


class GlobalState:
    """The global generators of NumPy and of Python."""

    def seed(self, value: int) -> None:
        """Seed both."""
        np.random.seed(value)
        random.seed(value)

    def digest(self) -> str:
        """Digest of both states, hex: it changes when either is drawn from or seeded."""
        name, key, position, *_ = np.random.get_state(legacy=True)
        state = np.asarray(key).tobytes() + repr((name, position, random.getstate())).encode()
        return hashlib.sha256(state).hexdigest()
