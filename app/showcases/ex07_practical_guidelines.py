"""Pictures of topic 7's tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.own_call import Call, Lab
from app.showcases.model import Axis, Points, Showcase, WrongShapeError, number

_PATIENCES = tuple(range(1, 21))
_N_EPOCHS = 60
_SPREADS = tuple(round(0.02 * i, 2) for i in range(1, 16))
_LAB = "ex07_practical_guidelines:training"


def _losses() -> tuple[float, ...]:
    """A validation loss that falls, wavers and rises again, 60 epochs."""
    epochs = np.arange(_N_EPOCHS)
    trend = 0.3 + 0.6 * np.exp(-epochs / 8) + 0.002 * np.maximum(epochs - 25, 0)
    jitter = np.random.default_rng(2).normal(0, 0.02, _N_EPOCHS)
    return tuple(round(float(loss), 6) for loss in trend + jitter)


def _scores(spread: float) -> tuple[tuple[float, ...], ...]:
    """Scores of eight models on five folds: ever better, ever less so, with a given spread."""
    means = 0.9 - 0.4 * 0.5 ** np.arange(8)
    folds = spread * np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
    return tuple(tuple(round(float(score), 6) for score in mean + folds) for mean in means)


def _stops(values: Sequence[Any]) -> Points:
    stopped: list[float] = []
    for seen in values:
        if not isinstance(seen, Mapping) or not seen.get("says"):
            raise WrongShapeError("The picture needs an `update` that was called.")
        stopped.append(float(len(seen["says"])))
    return [float(patience) for patience in _PATIENCES], stopped


def _chosen(values: Sequence[Any]) -> Points:
    return list(_SPREADS), [number(value) for value in values]


SHOWCASES = (
    Showcase(
        "EarlyStopping",
        tuple(
            Call("EarlyStopping", (_losses(),), Lab(_LAB, (("patience", n),)), through="run")
            for n in _PATIENCES
        ),
        _stops,
        Axis("patience", (0, 20)),
        Axis("epoch of the stop", (0, _N_EPOCHS)),
        "More patience never stops sooner; the line jumps where it outlasts a bump.",
    ),
    Showcase(
        "one_standard_error",
        tuple(Call("one_standard_error", (_scores(spread),)) for spread in _SPREADS),
        _chosen,
        Axis("spread of the folds", (0.0, 0.32)),
        Axis("row of the model to take", (0, 8)),
        "The wider the folds scatter, the simpler the model that nobody can tell from the best.",
    ),
)
