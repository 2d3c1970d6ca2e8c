"""Plain Python: one draw at a time, base 10, a list comes back."""

from __future__ import annotations

import math


def sample_loguniform(low, high, size, rng):
    if math.isnan(low) or math.isnan(high) or low <= 0 or high <= low or math.isinf(high):
        raise ValueError("bounds")
    start, end = math.log10(low), math.log10(high)
    draws = []
    while len(draws) < size:
        draws.append(10 ** (start + (end - start) * float(rng.random())))
    return draws
