"""Questions to the learner's functions of topic 6, and how their answers are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.labs.folds import CLASSES, N_ROWS, Fold, Plan, Split
from app.own_call import Call
from app.showcases.model import WrongShapeError, numbers


def call(found: Split) -> Call:
    """Ask the function of the plan's scheme for its folds."""
    plan = found.plan
    match plan.scheme:
        case "k-fold":
            return Call("kfold", (N_ROWS, plan.k))
        case "k-fold, shuffled":
            return Call("kfold", (N_ROWS, plan.k, True, plan.seed))
        case "stratified":
            labels = tuple(CLASSES.index(name) for name in found.classes)
            return Call("stratified_kfold", (labels, plan.k))
        case "time series":
            longest = None if plan.max_train >= N_ROWS else plan.max_train
            return Call("time_series_split", (N_ROWS, plan.k, plan.gap, None, longest))


def read(plan: Plan) -> Callable[[tuple[Any, ...]], tuple[Fold, ...]]:
    """Return what reads the answer to `call`."""

    def read_answer(values: tuple[Any, ...]) -> tuple[Fold, ...]:
        return read_folds(values[0], plan.k)

    return read_answer


def read_folds(value: Any, k: int, n: int = N_ROWS) -> tuple[Fold, ...]:
    """Read folds.

    Args:
        value: What the function returned.
        k: How many there have to be.
        n: Number of rows.

    Raises:
        WrongShapeError: If it is anything but k pairs of row numbers.
    """
    wanted = f"The picture needs {k} pairs (train, test) of row numbers from 0 to {n - 1}."
    if not isinstance(value, list | tuple) or len(value) != k:
        raise WrongShapeError(wanted)
    found: list[Fold] = []
    for pair in value:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise WrongShapeError(wanted)
        train, test = (tuple(int(row) for row in numbers(rows)) for rows in pair)
        if any(not 0 <= row < n for row in (*train, *test)):
            raise WrongShapeError(wanted)
        found.append((train, test))
    return tuple(found)
