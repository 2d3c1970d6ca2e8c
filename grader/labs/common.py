"""Labs that several topics share."""

from __future__ import annotations

import numpy as np


def rng(seed: int) -> np.random.Generator:
    """A NumPy generator, so that two builds with one seed draw the same numbers."""
    return np.random.default_rng(seed)
