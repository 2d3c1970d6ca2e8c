"""Torch in double precision; the result is a tensor without axes."""

from __future__ import annotations


def one_standard_error(scores):
    import numpy as np
    import torch

    table = torch.as_tensor(np.asarray(scores, dtype=float))
    if table.dim() != 2 or table.shape[0] == 0 or table.shape[1] < 2:
        raise ValueError("shape")
    if not torch.isfinite(table).all():
        raise ValueError("finite")
    mean = table.mean(dim=1)
    best = (mean == mean.max()).nonzero()[0, 0]
    variance = table[best].var(unbiased=True)
    within = mean >= mean[best] - (variance / table.shape[1]).sqrt()
    return within.nonzero().min()
