"""A torch tensor in double precision, from base 2 logarithms."""

from __future__ import annotations

import numpy as np


def sample_loguniform(low, high, size, rng):
    import torch

    if not (low > 0 and high > low and high != float("inf")):
        raise ValueError("bounds")
    start, end = torch.log2(torch.tensor([low, high], dtype=torch.float64))
    share = torch.from_numpy(np.asarray(rng.uniform(size=size)))
    return torch.exp2(start + (end - start) * share)
