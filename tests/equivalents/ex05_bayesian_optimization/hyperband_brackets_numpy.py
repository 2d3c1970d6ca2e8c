"""NumPy's whole numbers; arrays of shape (rungs, 2) come back."""

from __future__ import annotations

import numpy as np


def hyperband_brackets(R, eta):
    if R < 1 or eta < 2:
        raise ValueError("R, eta")
    levels = []
    left = R
    while left >= 1:
        levels.append(left)
        left //= eta
    s_max = len(levels) - 1
    brackets = []
    for s in range(s_max, -1, -1):
        powers = eta ** np.arange(s + 1, dtype=np.int64)
        n = -((-(s_max + 1) * int(powers[s])) // (s + 1))
        brackets.append(np.stack([n // powers, np.array(levels[s::-1])], axis=1))
    return brackets
