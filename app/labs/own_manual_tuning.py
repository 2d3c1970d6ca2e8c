"""Questions to the learner's functions of topic 2, and how their answers are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.lr_finder import HIGH, LOW, N_STEPS, Method, Optimizer, Suggestion
from app.own_call import Call, Lab, Part
from app.showcases.model import WrongShapeError, number, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge, Scaling
    from app.labs.walk import Plan

Curve = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
Readings = tuple[tuple[Method, float], ...]  # a suggested rate a method
# The lab's names of what `suggest_lr` reads off a curve, and the task's.
METHODS: dict[Method, str] = {"steep": "steep", "minimum/10": "minimum", "valley": "valley"}


def range_test_call(optimizer: Optimizer, batch_size: int, seed: int) -> Call:
    """Ask for a range test on the network and the batches of the lab's own."""
    values = (
        ("optimizer", optimizer),
        ("batch_size", batch_size),
        ("n_batches", N_STEPS),
        ("seed", seed),
    )
    parts = tuple(Part(name) for name in ("model", "optimizer", "loss_fn", "batches"))
    return Call("range_test", (*parts, LOW, HIGH, N_STEPS), Lab("finder:bench", values))


def read_curve(values: tuple[Any, ...]) -> Curve:
    """Read (rates, losses), shape (n_steps,) each.

    Raises:
        WrongShapeError: If it is no pair of two lists of one length.
    """
    pair = values[0]
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise WrongShapeError("The picture needs a pair: learning rates and losses.")
    lrs = numbers(pair[0])
    return np.array(lrs), np.array(numbers(pair[1], len(lrs)))


def suggestion_calls(curve: Curve, skip: int) -> tuple[Call, ...]:
    """Ask for what each of `METHODS` reads off a curve without its first points."""
    lrs, losses = (tuple(part[skip:].tolist()) for part in curve)
    return tuple(Call("suggest_lr", (lrs, losses, method)) for method in METHODS.values())


def read_suggestions(values: tuple[Any, ...]) -> Readings:
    """Read one rate a method.

    Raises:
        WrongShapeError: If one of them is no positive number.
    """
    rates = [number(value) for value in values]
    if not all(0 < rate < np.inf for rate in rates):
        raise WrongShapeError(f"The picture needs positive learning rates, but got {rates}.")
    return tuple(zip(METHODS, rates, strict=True))


def marks(yours: Readings | None, curve: Curve) -> tuple[tuple[float, float], ...]:
    """Where on the curve the learner's suggestions sit: (rate, loss) each."""
    lrs, losses = (np.log(curve[0]), curve[1])
    return tuple((rate, float(np.interp(np.log(rate), lrs, losses))) for _, rate in yours or ())


def told(yours: Readings | None, suggestions: Sequence[Suggestion]) -> str:
    """Say which of the learner's suggestions are not the lab's."""
    ours = {item.method: item.lr for item in suggestions}
    off = [
        f"{method} {rate:.2g} instead of {ours[method]:.2g}"
        for method, rate in yours or ()
        if not np.isclose(rate, ours[method], rtol=1e-6, atol=0)
    ]
    if yours is None:
        return ""
    return f"Yours, ringed: {', '.join(off)}." if off else "Yours, ringed: the same."


def scaling_calls(ridge: Ridge, scaling: Scaling) -> tuple[Call, ...]:
    """Ask what a batch size's best rate becomes at every batch size."""
    column = scaling.column
    rate, old = float(ridge.lrs[ridge.best[column]]), int(ridge.batch_sizes[column])
    return tuple(Call("scale_lr", (rate, old, int(new), scaling.rule)) for new in ridge.batch_sizes)


def walk_call(plan: Plan) -> Call:
    """Ask for one setting after the other to be tuned among the recorded trainings."""
    return Call(
        "coordinate_search",
        (plan.table(), plan.start(), plan.candidates(), plan.rounds),
        Lab("recorded:walk"),
        through="run",
    )


def read_walk(values: tuple[Any, ...]) -> NDArray[np.float64]:
    """Read the pairs (learning rate, batch size) that were tried, in order; shape (n, 2).

    Raises:
        WrongShapeError: If the function tried none, or returned no triple.
    """
    found = values[0]
    result, asked = found["result"], found["asked"]
    if not isinstance(result, list | tuple) or len(result) != 3 or not len(asked):
        raise WrongShapeError("The picture needs (best configuration, its objective, calls).")
    return np.array(asked, dtype=np.float64)[:400]
