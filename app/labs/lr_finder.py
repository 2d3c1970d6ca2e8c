"""The learning-rate finder's lab: one range test on the digits, and four readings of its curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Optimizer = Literal["SGD", "Adam"]
Method = Literal["steep", "minimum", "minimum/10", "valley"]

OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
METHODS: tuple[Method, ...] = get_args(Method)
LOW, HIGH, N_STEPS = 1e-5, 10.0, 120
SEED = 15  # with others, chance makes the noise at the start steeper than the fall
STOP_FACTOR = 4.0
STOP_BETA = 0.98


@dataclass(frozen=True, eq=False)
class RangeTest:
    """One sweep of the learning rate.

    Attributes:
        lrs: Learning rate of each step, shape (n_steps,).
        losses: Mini-batch cross-entropy before that step, in nats, shape (n_steps,).
    """

    lrs: NDArray[np.float64]
    losses: NDArray[np.float64]


@dataclass(frozen=True)
class Suggestion:
    """A learning rate read off a curve.

    Attributes:
        method: How it was read.
        lr: The learning rate suggested.
        loss: The curve's loss at the nearest step, where the marker sits.
    """

    method: Method
    lr: float
    loss: float


@lru_cache(maxsize=256)
def run(optimizer: Optimizer, batch_size: int, seed: int) -> RangeTest:
    """Train a 64-64-10 network on the digits while the learning rate climbs.

    The sweep ends early once the smoothed loss passes 4 times its best, or is no longer finite.

    Args:
        optimizer: "SGD" (no momentum) or "Adam".
        batch_size: Examples a step, at least 1.
        seed: Decides the initial weights and the order of examples.

    Raises:
        ValueError: If an argument is none of these.
    """
    import torch

    from app.labs.updates import updater
    from grader.labs import finder

    if optimizer not in get_args(Optimizer):
        raise ValueError(f"`optimizer` must be 'SGD' or 'Adam', but got {optimizer!r}.")
    if batch_size < 1:
        raise ValueError(f"`batch_size` must be at least 1, but got batch_size={batch_size}.")
    model, batches = finder.parts(batch_size, N_STEPS, seed)
    update = updater(optimizer, model.parameters())
    lrs = np.geomspace(LOW, HIGH, N_STEPS)
    losses: list[float] = []
    average, best = 0.0, np.inf
    for i, (lr, (x, y)) in enumerate(zip(lrs, batches, strict=True)):
        model.zero_grad()
        loss: torch.Tensor = torch.nn.functional.cross_entropy(model(x), y)
        value = loss.item()
        if not np.isfinite(value):
            break
        losses.append(value)
        average = STOP_BETA * average + (1 - STOP_BETA) * value
        corrected = average / (1 - STOP_BETA ** (i + 1))
        best = min(best, corrected)
        if corrected > STOP_FACTOR * best:
            break
        loss.backward()  # type: ignore[no-untyped-call]
        update(float(lr))
    return RangeTest(lrs[: len(losses)], np.array(losses))


def smooth(
    losses: NDArray[np.float64], beta: float, *, corrected: bool = True
) -> NDArray[np.float64]:
    """Exponential moving average of a curve, with or without the correction for its start at zero.

    Args:
        losses: Raw losses in step order, shape (n_steps,).
        beta: Weight of the past, 0 <= beta < 1.
        corrected: Whether to divide step t (from 1) by 1 - beta**t.

    Returns:
        The smoothed losses, shape (n_steps,).
    """
    smoothed = np.empty(len(losses))
    average = 0.0
    for i, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smoothed[i] = average / (1 - beta ** (i + 1)) if corrected else average
    return smoothed


def suggestions(
    lrs: NDArray[np.float64], losses: NDArray[np.float64], skip: int
) -> tuple[Suggestion, ...]:
    """Read a learning rate off a curve in four ways.

    Args:
        lrs: Learning rates, rising, shape (n_steps,).
        losses: The curve, as a rule smoothed, shape (n_steps,).
        skip: Points at the start to leave out; at least 3 points have to remain.

    Raises:
        ValueError: If fewer than 3 points remain.
    """
    lrs, losses = lrs[skip:], losses[skip:]
    if len(lrs) < 3:
        raise ValueError(f"At least 3 points must remain after `skip`, but got {len(lrs)}.")
    slopes = np.diff(losses) / np.diff(np.log(lrs))
    steep, lowest, valley = int(np.argmin(slopes)), int(np.argmin(losses)), _valley(losses)
    tenth = float(lrs[lowest]) / 10
    beside = int(np.argmin(np.abs(np.log(lrs / tenth))))
    return (
        Suggestion("steep", float(lrs[steep]), float(losses[steep])),
        Suggestion("minimum", float(lrs[lowest]), float(losses[lowest])),
        Suggestion("minimum/10", tenth, float(losses[beside])),
        Suggestion("valley", float(lrs[valley]), float(losses[valley])),
    )


def ratio(suggestions: Sequence[Suggestion]) -> float:
    """How many times the smallest suggestion the largest is."""
    rates = [item.lr for item in suggestions]
    return max(rates) / min(rates)


def _valley(losses: NDArray[np.float64]) -> int:
    """Index half way down the middle third of the longest falling subsequence."""
    longest = np.ones(len(losses), dtype=int)
    for i in range(1, len(losses)):
        above = losses[:i] > losses[i]
        longest[i] = 1 + (longest[:i][above].max() if above.any() else 0)
    end = int(np.argmax(longest))
    start = end - int(longest[end])
    third = (end - start) / 3
    return max(0, start + int(third) + int(third / 2))
