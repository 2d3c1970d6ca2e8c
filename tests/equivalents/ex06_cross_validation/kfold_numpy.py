"""array_split cuts, concatenate joins the rest; a tuple of lists comes back."""

from __future__ import annotations

import numpy as np


def kfold(n, k, shuffle=False, seed=None):
    if not (k >= 2 and n >= k) or (seed is not None and shuffle is False):
        raise ValueError("k or seed")
    order = np.arange(n)
    if shuffle:
        np.random.default_rng(seed).shuffle(order)
    parts = np.array_split(order, k)
    return tuple(
        [np.concatenate([part for j, part in enumerate(parts) if j != i]), parts[i]]
        for i in range(k)
    )
