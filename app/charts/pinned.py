"""Validation curves of pinned runs on one pair of axes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import Figure, Spec, line_layer
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION, Line

if TYPE_CHECKING:
    from app.labs.playground import Run

_LINES = {
    "A": Line(BLUE, (1, 0), 2.5),
    "B": Line(VERMILION, (6, 3), 2.5),
    "C": Line(GREEN, (2, 2), 2.5),
    "D": Line(PURPLE, (8, 3, 2, 3), 2.5),  # type: ignore[arg-type]
    "E": Line(OCHRE, (10, 4), 2.0),
    "F": Line(GRAY, (1, 3), 2.5),
}
_MOST_POINTS = 200
_ALT = (
    "Line chart of the mean validation score over the epochs, one line for each pinned run, told "
    "apart by letter, color and dash."
)


def pinned(runs: Mapping[str, Run]) -> Figure:
    """Draw the runs.

    Args:
        runs: By their letters, at least one.
    """
    import pandas as pd

    parts = []
    for letter, run in runs.items():
        scores = np.nan_to_num(run.curves[3]).mean(axis=0)
        every = -(-len(scores) // _MOST_POINTS)
        epochs = np.unique(np.append(np.arange(0, len(scores), every), len(scores) - 1))
        parts.append(pd.DataFrame({"run": letter, "epoch": epochs + 1, "score": scores[epochs]}))
    longest = max(run.setup.config.epochs for run in runs.values())
    best = max(runs, key=lambda letter: runs[letter].score)
    caption = f"Best at its end: run {best}, with {runs[best].score:.3f}."
    rows = pd.concat(parts, ignore_index=True)
    return Figure("playground-pinned", _spec(tuple(runs), longest), rows, _ALT, caption)


@lru_cache(maxsize=32)
def _spec(letters: tuple[str, ...], epochs: int) -> Spec:
    x: dict[str, Any] = {
        "field": "epoch",
        "type": "quantitative",
        "scale": {"domain": [0, epochs], "nice": False},
        "axis": {"title": "epoch", "tickCount": 5, "format": "d"},
    }
    y: dict[str, Any] = {
        "field": "score",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {"title": "validation score", "tickCount": 5},
    }
    lines = {letter: _LINES[letter] for letter in letters}
    return {"height": 300, **line_layer("run", lines, x, y, alone=True)}
