"""Topic 2, manual tuning: find a learning rate by eye, then tune one setting at a time.

Welcome! The learning rate is the setting that matters most, so here you build the tool that finds
it: a learning-rate range test. Write the functions in the order in which they stand; each one's
docstring says all that you need.

    pytest exercises -k smooth      check one function
    pytest exercises                check everything and see the scoreboard
    hyperlings hint smooth          a hint, one at a time
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch


def lr_schedule(low: float, high: float, n: int, mode: str = "exp") -> list[float]:
    """Learning rates to try, from `low` to `high`.

    In mode "exp" neighbors have a constant *ratio*: rate i is low * (high / low)^(i / (n - 1)), for
    i = 0 … n - 1. In mode "linear" they have a constant *difference*. Both ends are included in
    either mode: the first rate is `low` and the last one is `high`.

    Args:
        low: First learning rate, positive.
        high: Last learning rate, above `low`.
        n: How many rates, at least 2.
        mode: "exp" or "linear".

    Returns:
        The rates in increasing order, shape (n,).

    Raises:
        ValueError: If `low` is not positive, `high` is not above `low`, `n` is below 2, or `mode`
            is neither "exp" nor "linear".

    Example:
        >>> [round(lr, 6) for lr in lr_schedule(0.001, 1.0, 4)]
        [0.001, 0.01, 0.1, 1.0]
        >>> lr_schedule(1.0, 3.0, 3, mode="linear")
        [1.0, 2.0, 3.0]

    Source:
        Smith 2017, arXiv:1506.01186, introduces the range test. The formula, with both ends
        included, is this course's convention; libraries differ by a step at either end.
    """
    raise NotImplementedError


def smooth(losses: Sequence[float], beta: float) -> list[float]:
    """Exponential moving average of a loss curve, corrected for its start at zero.

    Begin with v = 0. At step t = 1, 2, … with loss l, update v = beta * v + (1 - beta) * l, and
    report v / (1 - beta^t). The division corrects only what is reported: the uncorrected v is what
    goes into the next step.

    Args:
        losses: Raw losses in step order, shape (n_steps,); left unchanged.
        beta: Weight of the past, 0 <= beta < 1; 0 returns the losses as they are.

    Returns:
        Smoothed losses, shape (n_steps,), in the unit of `losses`; empty if `losses` is.

    Raises:
        ValueError: If `beta` is outside [0, 1).

    Example:
        >>> smooth([2.0, 2.0, 2.0], beta=0.5)
        [2.0, 2.0, 2.0]
        >>> smooth([3.0, 0.0], beta=0.5)
        [3.0, 1.0]

    Source:
        Kingma & Ba 2015, arXiv:1412.6980, section 3 (initialization bias correction).
    """
    raise NotImplementedError


def range_test(
    model: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]],
    low: float,
    high: float,
    n: int,
    *,
    beta: float = 0.98,
    stop: float = 4.0,
) -> tuple[list[float], list[float]]:
    """Train for a few batches at growing learning rates, then put everything back.

    Put the model into training mode. For each rate of `lr_schedule(low, high, n)`, take the next
    batch (x, y), and:

    1. set that rate in *every* parameter group of the optimizer;
    2. clear the gradients and compute `loss_fn(model(x), y)`, once;
    3. if the loss is NaN or infinite, end the test without recording this batch;
    4. record the rate and the loss, raw (not smoothed);
    5. smooth the losses recorded so far with `smooth(losses, beta)`: if the last smoothed loss is
       above `stop` times the lowest smoothed loss so far, end the test. This batch stays recorded;
    6. backward pass, optimizer step.

    Afterwards the model and the optimizer are as they were before the call, also if `loss_fn` or
    the model raises: the error still reaches the caller. "As before" means the model's
    `state_dict()` (weights and buffers), the training/evaluation mode of each of its modules, and
    the optimizer's `state_dict()` (moments, each group's own learning rate). Gradients need not be
    restored.

    Args:
        model: Network to test.
        optimizer: Optimizer over the model's parameters, with one or more parameter groups.
        loss_fn: Maps (prediction, target) to a scalar loss, a tensor; losses are not negative.
        batches: Pairs (x, y), not empty. It can be iterated again, as a list or a `DataLoader`
            can: when it is exhausted, start over.
        low: First learning rate, positive.
        high: Last learning rate, above `low`.
        n: How many rates to try, at least 2; one batch each.
        beta: Smoothing for the stopping rule, 0 <= beta < 1.
        stop: How many times the lowest smoothed loss ends the test, above 1.

    Returns:
        The learning rates used and the raw losses seen at them, as numbers; both of shape (n,), or
        shorter if the test ended early.

    Raises:
        ValueError: As `lr_schedule` and `smooth` do, for `low`, `high`, `n` and `beta`.

    Example:
        >>> import torch
        >>> model = torch.nn.Linear(1, 1)
        >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
        >>> batches = [(torch.ones(4, 1), torch.ones(4, 1))]
        >>> lrs, losses = range_test(
        ...     model, optimizer, torch.nn.functional.mse_loss, batches, 0.001, 0.1, 3
        ... )
        >>> [round(lr, 6) for lr in lrs]
        [0.001, 0.01, 0.1]
        >>> losses[2] < losses[0]
        True
        >>> optimizer.param_groups[0]["lr"]
        0.5

    Source:
        Smith 2017, arXiv:1506.01186, section 3.3. Stopping at a multiple of the lowest smoothed
        loss is common practice.
    """
    raise NotImplementedError


def suggest_lr(
    lrs: Sequence[float],
    losses: Sequence[float],
    method: str = "valley",
    *,
    skip_start: int = 0,
    skip_end: int = 0,
) -> float:
    """Read a learning rate off a range test's curve.

    First leave out the first `skip_start` and the last `skip_end` points. Of the n points that
    remain, with indices from 0:

    - "steep": the slope between neighbors is (losses[i+1] - losses[i]) / (log(lrs[i+1]) -
      log(lrs[i])). Return lrs[i], the left point, of the lowest (most negative) slope; the first
      one if several tie.
    - "minimum": return a tenth of the rate at the lowest loss; the first one if several tie.
    - "valley": among all strictly decreasing subsequences (points in order, but not necessarily
      neighbors) find the longest; let `length` be its number of points and `end` the index of its
      last point, the smallest such index if several are longest. With start = end - length and
      third = (end - start) / 3, return lrs[max(0, start + int(third) + int(third / 2))].

    Args:
        lrs: Learning rates in increasing order, positive, shape (n_points,).
        losses: Loss at each of them, finite, shape (n_points,). Smooth them first if they are
            noisy.
        method: "steep", "minimum" or "valley".
        skip_start: Points to leave out at the start, where losses still settle; at least 0.
        skip_end: Points to leave out at the end, where losses blow up; at least 0.

    Returns:
        The suggested learning rate.

    Raises:
        ValueError: If `lrs` and `losses` differ in length, fewer than 2 points remain, a skip is
            negative, or `method` is unknown.

    Example:
        >>> suggest_lr([0.01, 0.1, 1.0, 10.0], [5.0, 4.0, 1.0, 9.0], method="steep")
        0.1
        >>> suggest_lr([0.01, 0.1, 1.0, 10.0], [5.0, 4.0, 1.0, 9.0], method="minimum")
        0.1

    Source:
        Smith 2017, arXiv:1506.01186, section 3.3, reads the curve by eye; "steep", "minimum" and
        "valley" are rules that libraries made of it.
    """
    raise NotImplementedError


def scale_lr(lr: float, old_batch: int, new_batch: int, rule: str = "linear") -> float:
    """Carry a learning rate over from one batch size to another.

    With ratio = new_batch / old_batch, the rule "linear" (usual for SGD) multiplies the rate by the
    ratio, and "sqrt" (usual for Adam) by the square root of the ratio.

    Args:
        lr: Learning rate that works at `old_batch`, positive.
        old_batch: Batch size it was found at, in samples over all devices, at least 1.
        new_batch: Batch size to train at, in samples over all devices, at least 1.
        rule: "linear" or "sqrt".

    Returns:
        The learning rate for `new_batch`.

    Raises:
        ValueError: If `lr` is not positive, a batch size is below 1, or `rule` is neither "linear"
            nor "sqrt".

    Example:
        >>> scale_lr(0.1, 32, 128)
        0.4
        >>> scale_lr(0.1, 32, 128, rule="sqrt")
        0.2

    Source:
        Goyal et al. 2017, arXiv:1706.02677 (linear); Malladi et al. 2022, arXiv:2205.10287 (square
        root for adaptive methods).
    """
    raise NotImplementedError


def coordinate_search(
    objective: Callable[[dict[str, Any]], float],
    start: Mapping[str, Any],
    candidates: Mapping[str, Sequence[Any]],
    *,
    rounds: int = 1,
) -> tuple[dict[str, Any], float, int]:
    """Tune one setting at a time, the others held at the best values found so far. Minimizes.

    Evaluate `start`. Then, for each setting in the order of `candidates`, and for each of its
    values in the order given, evaluate the best configuration so far with only that setting
    changed. A configuration becomes the best one if its objective is strictly lower; a tie keeps
    the current one. Do all of this `rounds` times.

    A configuration that was evaluated before is never evaluated again, in any round. A NaN counts
    as worse than any number: it never replaces one, and any number replaces it.

    Args:
        objective: Takes one configuration, a dict with the keys of `start`, and returns the value
            to minimize, for example a validation loss.
        start: The first configuration. Settings that `candidates` leaves out keep their value.
            Left unchanged.
        candidates: For each setting to tune, the values to try; values are hashable (numbers,
            strings, tuples). Left unchanged.
        rounds: How many times to go through all settings, at least 1.

    Returns:
        The best configuration, its objective, and how many times `objective` was called.

    Raises:
        ValueError: If `candidates` names a setting that `start` lacks, or `rounds` is below 1.

    Example:
        >>> def loss(config):
        ...     return (config["a"] - 3) ** 2 + (config["b"] - 1) ** 2
        >>> coordinate_search(loss, {"a": 0, "b": 0}, {"a": [0, 2, 4], "b": [1]})
        ({'a': 2, 'b': 1}, 1, 4)

    Source:
        Cyclic coordinate descent over a finite set of values; Wright 2015, arXiv:1502.04759.
    """
    raise NotImplementedError
