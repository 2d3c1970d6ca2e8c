"""Learning curves of a search, those that were pruned, and the median that pruned them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, point_layer
from app.labs.pruning import N_GOOD, N_TRIALS, Pruned
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION, Line, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEST_SHOWN, _WORST_SHOWN = 0.01, 1.0
_LINES = {
    "complete": Line(BLUE, (1, 0), 1.5),
    "pruned": Line(GRAY, (1, 0), 1.0),
    "would have been": Line(PURPLE, (5, 3), 1.5),
    "median": Line(GREEN, (8, 3), 3.5),
}
_POINTS = {
    "pruned here": Point(GRAY, "cross", 45),
    "good, but pruned": Point(VERMILION, "diamond", 200),
    "yours prunes": Point(OCHRE, "triangle-up", 40),
}
_X: dict[str, Any] = {
    "field": "epoch",
    "type": "quantitative",
    "scale": {"domain": [0.6, 20.4], "nice": False},
    "axis": {"title": "epoch", "values": [1, 5, 10, 15, 20]},
}
_Y: dict[str, Any] = {
    "field": "error",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [_BEST_SHOWN, _WORST_SHOWN], "nice": False},
    "axis": {
        "title": "validation error (log scale)",
        "values": [0.01, 0.03, 0.1, 0.3, 1],
        "format": "~%",
    },
}
_CURVES = line_layer("series", _LINES, _X, _Y, columns=2)
_SPEC: Spec = {
    "height": 480,
    "layer": [
        {**_CURVES, "encoding": {**_CURVES["encoding"], "detail": {"field": "trial"}}},
        point_layer("series", _POINTS, _X, _Y, columns=2),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    f"Learning curves of {N_TRIALS} random trials, validation error on a log scale against epoch: "
    "complete ones, pruned ones up to their end, what good ones that were pruned would have "
    "become, and the median of the complete ones as a thick dashed line. Triangles mark where "
    "your own rule prunes."
)


def learning_curves(pruned: Pruned, yours: Sequence[int | None] | None) -> Figure:
    """Draw all trials.

    Args:
        pruned: What the rule did.
        yours: Index of the epoch at which the learner's own rule prunes each trial, None where it
            does not; None if it is not written.
    """
    import pandas as pd

    errors = np.clip(pruned.errors, _BEST_SHOWN, _WORST_SHOWN)
    rows: list[tuple[str, int, int, float]] = []  # one frame at the end: forty are slow to join

    def add(series: str, trial: int, first: int, values: object) -> None:
        shown = np.atleast_1d(np.asarray(values, dtype=np.float64)).tolist()
        rows.extend((series, trial, first + 1 + i, error) for i, error in enumerate(shown))

    for trial, (curve, last) in enumerate(zip(errors, pruned.lasts, strict=True)):
        if pruned.complete[trial]:
            add("complete", trial, 0, curve)
            continue
        add("pruned", trial, 0, curve[: last + 1])
        add("good, but pruned" if pruned.good[trial] else "pruned here", trial, last, curve[last])
        if pruned.good[trial]:
            add("would have been", trial, last, curve[last:])
    for trial, end in enumerate(yours or ()):
        if end is not None:
            add("yours prunes", trial, end, errors[trial, end])
    add("median", -1, 0, np.clip(pruned.median, _BEST_SHOWN, _WORST_SHOWN))
    frame = pd.DataFrame(rows, columns=["series", "trial", "epoch", "error"])
    return Figure("pruning", _SPEC, frame, _ALT, _caption(pruned, yours))


def _caption(pruned: Pruned, yours: Sequence[int | None] | None) -> str:
    told = (
        f"{pruned.epochs} of {pruned.errors.size} epochs trained, {pruned.saved:.0%} saved. "
        f"Pruned of the best {N_GOOD} trials: {int(pruned.killed.sum())}. The best that is "
        f"left errs on {pruned.best:.1%}; without pruning it would be "
        f"{pruned.errors[:, -1].min():.1%}."
    )
    if yours is None:
        return told
    ours = [
        None if done else int(end) for done, end in zip(pruned.complete, pruned.lasts, strict=True)
    ]
    agreeing = sum(a == b for a, b in zip(ours, yours, strict=True))
    return f"{told} Your rule agrees on {agreeing} of {len(ours)} trials."
