"""A tensor of values, with infinity in place of NaN; the best value is a tensor without axes."""

from __future__ import annotations

import torch


def grid_search(objective, grid, mode="min"):
    if mode not in ("min", "max"):
        raise ValueError("mode")
    configs = expand_grid(grid)  # noqa: F821  the sibling
    values = torch.tensor([objective(config) for config in configs], dtype=torch.float64)
    if bool(values.isnan().all()):
        raise ValueError("only NaN")
    losses = values if mode == "min" else -values
    losses = torch.where(losses.isnan(), torch.inf, losses)
    best = int((losses == losses.min()).nonzero()[0])
    return configs[best], values[best], values
