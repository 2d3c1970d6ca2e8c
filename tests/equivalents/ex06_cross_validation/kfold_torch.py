"""torch draws the order, and masks pick the rows; tensors come back."""

from __future__ import annotations


def kfold(n, k, shuffle=False, seed=None):
    import torch

    if k not in range(2, n + 1):
        raise ValueError("k")
    if seed is not None and not shuffle:
        raise ValueError("seed")
    order = torch.arange(n)
    if shuffle:
        generator = torch.Generator()
        if seed is None:
            generator.seed()
        else:
            generator.manual_seed(seed)
        order = torch.randperm(n, generator=generator)
    number = torch.empty(n, dtype=torch.long)
    number[order] = torch.cat([torch.full((n // k + (i < n % k),), i) for i in range(k)])
    return [
        (torch.nonzero(number != i).ravel(), torch.nonzero(number == i).ravel()) for i in range(k)
    ]
