"""A power of the ratio, other draws from the generator, a tuple comes back."""

from __future__ import annotations

import numpy as np


def sample_loguniform(low, high, size, rng):
    if not np.isfinite([low, high]).all() or not low > 0 or not high > low:
        raise ValueError("bounds")
    return tuple(low * (high / low) ** (1 - rng.random(size)))
