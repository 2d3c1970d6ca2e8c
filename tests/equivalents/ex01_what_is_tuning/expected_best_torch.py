"""torch's sort and dot product; a tensor of one number comes back."""

import math


def expected_best(scores, n):
    import torch

    values = torch.as_tensor(scores, dtype=torch.float64)
    size = values.numel()
    if n < 1 or n > size or bool(values.isnan().any()):
        raise ValueError("n or scores")
    draws = math.comb(size, n)
    weights = [math.comb(below, n - 1) / draws for below in range(size)]
    return torch.sort(values).values @ torch.tensor(weights, dtype=torch.float64)
