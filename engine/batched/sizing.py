"""How many members to train in one pass, found by trying.

Few members waste time on calling each operation; many no longer fit the cache. Where the turn
comes depends on the machine and on the shape, so a few steps of each size are timed on the spot,
once a shape and process. What is trained does not depend on the outcome.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from engine.batched.layers import FlatLayers
from engine.batched.losses import LossSlope
from engine.batched.perceptrons import Passes
from engine.batched.updates import N_MOMENTS, Update

if TYPE_CHECKING:
    import torch

    from engine.batched.shape import Shape

# A GPU is busy with about so many small networks; memory allows it at any shape of the course.
_ON_GPU = 1024
_LARGEST = 256
# A step so long makes the cost of calling its operations, some 0.2 ms, a trifle.
_LONG_STEP = 0.02
_REPEATS = 3
# A larger pass fills more of a cache that other processes share: a small gain is none.
_WORTH_DOUBLING = 0.96


@dataclass(frozen=True)
class Size:
    """A number of members, and what a step then takes.

    Attributes:
        n_members: Members in one pass.
        seconds: Of one step, a member.
    """

    n_members: int
    seconds: float


def best_size(shape: Shape, n_members: int, device: torch.device) -> Size:
    """The quickest size for a group of so many members of a shape.

    Args:
        shape: What the members have in common.
        n_members: How many there are.
        device: Where they are trained.

    Returns:
        A size of at most `n_members`.
    """
    if device.type == "cuda":
        return Size(min(n_members, _ON_GPU), 0.0)
    # Neither the number of examples nor the last few members change the outcome much, and each
    # question asked again would be timed again.
    alike = replace(shape, n_train=shape.batch_rows, n_val=1)
    size = _measured(alike, 1 << (n_members - 1).bit_length(), device)
    return replace(size, n_members=min(size.n_members, n_members))


@cache
def _measured(shape: Shape, limit: int, device: torch.device) -> Size:
    best = Size(1, _step_seconds(shape, 1, device))
    n = 2
    while n <= min(limit, _LARGEST) and n // 2 * best.seconds < _LONG_STEP:
        seconds = _step_seconds(shape, n, device) / n
        if seconds < _WORTH_DOUBLING * best.seconds:
            best = Size(n, seconds)
        n *= 2
    return best


def _step_seconds(shape: Shape, n_members: int, device: torch.device) -> float:
    import torch

    dtype: torch.dtype = getattr(torch, shape.dtype)
    weights, gradients = (FlatLayers(shape, n_members, dtype, device) for _ in range(2))
    moments = [
        FlatLayers(shape, n_members, dtype, device) for _ in range(N_MOMENTS[shape.optimizer])
    ]
    passes = Passes(shape, weights.layers, gradients.layers, max(shape.batch_rows, 2), shared=False)
    passes.x.fill_(1.0)
    loss_slope = LossSlope(shape.task, shape.batch_rows, passes.slope)
    targets = torch.zeros(n_members, 1, shape.batch_rows, dtype=torch.int64, device=device)
    targets = targets if shape.task == "classification" else targets.to(dtype)
    per_member = torch.full((n_members,), 1e-3, dtype=dtype, device=device)
    update = Update(shape, weights, gradients, moments, per_member)
    update.set_rates(per_member)
    keys = torch.zeros(shape.depth, n_members, 1, 1, dtype=torch.int32, device=device)
    quickest = float("inf")
    for number in range(1, _REPEATS + 2):
        start = time.perf_counter()
        if shape.dropout:
            passes.draw_masks(keys, keys[0], per_member.view(n_members, 1, 1))
        loss_slope(passes.forward(), targets)
        passes.backward()
        update.step(number)
        if number > 1:  # the first one fetches code and memory
            quickest = min(quickest, time.perf_counter() - start)
    return quickest
