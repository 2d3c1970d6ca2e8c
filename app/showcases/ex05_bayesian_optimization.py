"""Pictures of topic 5's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.own_call import Array, Call, Table
from app.showcases.model import Axis, Points, Showcase, WrongShapeError, number, numbers

_MEANS = tuple(round(float(mean), 3) for mean in np.linspace(-1.0, 1.5, 51))
_SPREADS = (0.5,) * len(_MEANS)
_AT = tuple(round(float(at), 3) for at in np.linspace(0.0, 10.0, 81))
_MEASURED = (1.0, 2.5, 6.0, 7.0)
_EPOCHS = 12
_WARMUP, _INTERVAL = 3, 2
_HISTORY = tuple(
    Table(
        (
            ("state", "COMPLETE"),
            ("values", Table(tuple((e, round(0.2 + 0.1 * i + 0.8**e, 4)) for e in range(_EPOCHS)))),
        )
    )
    for i in range(5)
)
_LAGGING = tuple((e, round(0.55 + 0.8**e, 4)) for e in range(_EPOCHS))


def _improvements(values: Sequence[Any]) -> Points:
    return list(_MEANS), numbers(values[0], len(_MEANS))


def _doubts(values: Sequence[Any]) -> Points:
    pair = values[0]
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise WrongShapeError("The picture needs a pair: means and standard deviations.")
    return list(_AT), numbers(pair[1], len(_AT))


def _decisions(values: Sequence[Any]) -> Points:
    return [float(epoch) for epoch in range(_EPOCHS)], [number(value) for value in values]


def _rungs(values: Sequence[Any]) -> Points:
    try:
        rungs = [(r, n) for bracket in values[0] for n, r in bracket]
    except (TypeError, ValueError):
        raise WrongShapeError(
            "The picture needs a list of brackets, each a list of pairs (n, r)."
        ) from None
    return [number(r) for r, _ in rungs], [number(n) for _, n in rungs]


SHOWCASES = (
    Showcase(
        "expected_improvement",
        (Call("expected_improvement", (Array(_MEANS), Array(_SPREADS), 0.1, 0.0)),),
        _improvements,
        Axis("predicted mean", (-1.0, 1.5)),
        Axis("expected improvement on 0.1", (0.0, 1.2)),
        "Far to the left it is the gain itself; to the right it fades, but doubt keeps it above 0.",
    ),
    Showcase(
        "gp_posterior",
        (
            Call(
                "gp_posterior",
                (
                    Array(tuple((x,) for x in _MEASURED)),
                    Array((0.5, -0.2, 0.3, 0.9)),
                    Array(tuple((x,) for x in _AT)),
                    1.0,
                    1.0,
                    1e-4,
                ),
            ),
        ),
        _doubts,
        Axis("x", (0.0, 10.0)),
        Axis("standard deviation", (0.0, 1.1)),
        "Doubt dips to almost 0 at the four measurements and comes back to 1 far from them.",
    ),
    Showcase(
        "should_prune",
        tuple(
            Call(
                "should_prune",
                (_HISTORY, Table(_LAGGING[: epoch + 1]), 5, _WARMUP, _INTERVAL, 1, "minimize"),
            )
            for epoch in range(_EPOCHS)
        ),
        _decisions,
        Axis("epoch of the question", (0, _EPOCHS - 1)),
        Axis("prune (1) or go on (0)", (-0.1, 1.1)),
        "This trial is worse than the median from the start: after a warm-up of 3 epochs it is to "
        "be pruned at every second epoch, and not in between.",
        style="points",
    ),
    Showcase(
        "hyperband_brackets",
        (Call("hyperband_brackets", (81, 3)),),
        _rungs,
        Axis("epochs of each trial", (1, 81), log=True),
        Axis("trials on the rung", (1, 81), log=True),
        "Each bracket is a falling line of dots: a third of the trials go on, for three times as "
        "long. The first starts 81 trials with 1 epoch, the last 5 with 81.",
        style="points",
    ),
)
