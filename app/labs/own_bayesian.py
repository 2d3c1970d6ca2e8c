"""Questions to the learner's functions of topic 5, and how their answers are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs import pruning
from app.labs.gaussian_process import N_POINTS, SIGNAL, Belief
from app.own_call import Array, Call, Table
from app.showcases.model import WrongShapeError, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray


def posterior_call(found: Belief, length: float, noise: float) -> Call:
    """Ask for the process at every rate looked at, given the trials less their mean.

    Args:
        found: The process after some trials.
        length: Its length scale in decades.
        noise: Standard deviation of a measured loss in nats.
    """
    seen = (found.losses - found.center).tolist()
    return Call(
        "gp_posterior",
        (_column(found.tried), Array(tuple(seen)), _column(found.x), length, SIGNAL**2, noise**2),
    )


def read_mean(values: tuple[Any, ...]) -> NDArray[np.float64]:
    """Read the mean off a pair (mean, std).

    Raises:
        WrongShapeError: If it is no such pair.
    """
    pair = values[0]
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise WrongShapeError("The picture needs a pair: means and standard deviations.")
    numbers(pair[1], N_POINTS)
    return np.array(numbers(pair[0], N_POINTS))


def improvement_call(found: Belief) -> Call:
    """Ask for the expected improvement at every rate looked at."""
    mean, std = (Array(tuple(values.tolist())) for values in (found.mean, found.std))
    return Call("expected_improvement", (mean, std, found.best, found.xi))


def read_improvement(values: tuple[Any, ...]) -> NDArray[np.float64]:
    """Read expected improvements, one a rate looked at.

    Raises:
        WrongShapeError: If they are no list of so many numbers.
    """
    return np.array(numbers(values[0], N_POINTS))


@lru_cache(maxsize=8)
def pruning_calls(seed: int, rule: pruning.Rule) -> tuple[Call, ...]:
    """Ask about some epochs that each trial reaches, with the trials before it as its history.

    Its first, middle and last two epochs tell wrong rules from right ones, in a third of the time
    that all would take.
    """
    found = pruning.prune(seed, rule)
    reports = [
        Table(tuple(enumerate(curve[: last + 1].tolist())))
        for curve, last in zip(found.errors, found.lasts, strict=True)
    ]
    trials = tuple(
        Table((("state", "COMPLETE" if complete else "PRUNED"), ("values", report)))
        for complete, report in zip(found.complete, reports, strict=True)
    )
    settings = (rule.n_startup, rule.n_warmup, rule.interval, 1, "minimize")
    return tuple(
        Call("should_prune", (trials[:i], Table(reports[i].items[: epoch + 1]), *settings))
        for i, epoch in _asked(found)
    )


def read_decisions(
    seed: int, rule: pruning.Rule
) -> Callable[[tuple[Any, ...]], tuple[int | None, ...]]:
    """Return what reads the answers to `pruning_calls`: each trial's first "prune", or None."""

    def read(values: tuple[Any, ...]) -> tuple[int | None, ...]:
        found = pruning.prune(seed, rule)
        ends: list[int | None] = [None] * len(found.lasts)
        for (i, epoch), value in zip(_asked(found), values, strict=True):
            if not isinstance(value, bool | np.bool_):
                raise WrongShapeError("The picture needs True or False.")
            if value and ends[i] is None:
                ends[i] = epoch
        return tuple(ends)

    return read


def _asked(found: pruning.Pruned) -> list[tuple[int, int]]:
    return [
        (i, epoch)
        for i, last in enumerate(found.lasts.tolist())
        for epoch in sorted({0, last // 2, max(last - 1, 0), last})
    ]


def _column(values: NDArray[np.float64]) -> Array:
    return Array(tuple((value,) for value in values.tolist()))
