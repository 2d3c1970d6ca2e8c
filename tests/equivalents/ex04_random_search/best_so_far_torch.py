"""torch's cumulative minimum; a tensor comes back."""

from __future__ import annotations


def best_so_far(values, mode="min"):
    import torch

    if mode not in ("min", "max"):
        raise ValueError("mode")
    sign = 1.0 if mode == "min" else -1.0
    signed = sign * torch.tensor(values, dtype=torch.float64)
    signed[torch.isnan(signed)] = float("inf")
    running = torch.cummin(signed, dim=0).values if len(values) else signed
    return torch.where(torch.isinf(running), float("nan"), sign * running)
