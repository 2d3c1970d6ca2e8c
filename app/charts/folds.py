"""Folds as strips: which rows each trains on, which it tests, and which it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.charts.figure import Figure, Spec
from app.labs.folds import CLASSES, N_ROWS, Fold, Split
from app.theme import BLUE, GRAY, OCHRE, PURPLE, VERMILION

if TYPE_CHECKING:
    import pandas as pd

_ROW_OF_SERIES = "row of a series"
_COLORS = dict(zip((*CLASSES, _ROW_OF_SERIES), (BLUE, OCHRE, PURPLE, GRAY), strict=True))
_ROLES = {"train": 0.35, "test": 1.0}
_Y: dict[str, Any] = {
    "field": "fold",
    "type": "ordinal",
    "axis": {"title": "fold", "labelAngle": 0},
    "scale": {"paddingInner": 0.16, "paddingOuter": 0.08},
}
_X: dict[str, Any] = {
    "field": "row",
    "type": "quantitative",
    "scale": {"domain": [0, N_ROWS], "nice": False},
    "axis": {"title": "row of the data", "values": list(range(0, N_ROWS + 1, 5)), "grid": False},
}
_MIDDLE = {**_X, "field": "middle"}
_SPEC: Spec = {
    "height": 360,
    "encoding": {"y": _Y},
    "layer": [
        {
            "transform": [{"filter": "datum.kind == 'cell'"}],
            "mark": {"type": "rect", "strokeWidth": 0},
            "encoding": {
                "x": _X,
                "x2": {"field": "end"},
                "color": {
                    "field": "class",
                    "type": "nominal",
                    "scale": {"domain": list(_COLORS), "range": list(_COLORS.values())},
                    "legend": {"title": None, "orient": "top"},
                },
                "opacity": {
                    "field": "role",
                    "type": "nominal",
                    "scale": {"domain": list(_ROLES), "range": list(_ROLES.values())},
                    "legend": {"title": None, "orient": "top", "symbolFillColor": GRAY},
                },
                "tooltip": [
                    {"field": "fold"},
                    {"field": "row"},
                    {"field": "class"},
                    {"field": "role"},
                ],
            },
        },
        {
            "transform": [{"filter": "datum.kind == 'cell' && datum.role == 'test'"}],
            "mark": {
                "type": "text",
                "color": "#ffffff",
                "fontWeight": "bold",
                "fontSize": 11,
                "yOffset": -4,
            },
            "encoding": {"x": _MIDDLE, "text": {"field": "letter"}},
        },
        {
            "transform": [{"filter": "datum.kind == 'yours'"}],
            "mark": {
                "type": "point",
                "shape": "diamond",
                "filled": True,
                "size": 40,
                "color": "#ffffff",
                "stroke": VERMILION,
                "strokeWidth": 1.5,
                "opacity": 1,
                "yOffset": 8,
            },
            "encoding": {"x": _MIDDLE},
        },
    ],
}
_ALT = (
    f"A row of cells for each fold, one cell for each of {N_ROWS} rows of data, colored by class: "
    "pale where the fold trains, full with its class's letter where it tests, empty where it "
    "leaves the row out. White diamonds mark the rows that your own function tests."
)


def strips(split: Split, yours: Sequence[Fold] | None) -> Figure:
    """Draw the folds.

    Args:
        split: The folds.
        yours: The learner's own folds, where they are written.
    """
    import pandas as pd

    cells = [
        _cell("cell", fold, row, role, split.classes[row] if split.classes else _ROW_OF_SERIES)
        for fold, pair in enumerate(split.folds, start=1)
        for role, rows in zip(_ROLES, pair, strict=True)
        for row in rows
    ]
    marks = [
        _cell("yours", fold, row, "yours", "")
        for fold, (_, test) in enumerate(yours or (), start=1)
        for row in test
    ]
    rows: pd.DataFrame = pd.DataFrame(cells + marks)
    return Figure("folds", _SPEC, rows, _ALT, _caption(split, yours))


def _cell(kind: str, fold: int, row: int, role: str, name: str) -> dict[str, Any]:
    letter = name if name in CLASSES else ""
    return {"kind": kind, "fold": fold, "row": row, "middle": row + 0.5, "end": row + 1} | {
        "role": role,
        "class": name,
        "letter": letter,
    }


def _caption(split: Split, yours: Sequence[Fold] | None) -> str:
    sizes = ", ".join(str(len(test)) for _, test in split.folds)
    told = f"{len(split.folds)} folds with test sets of {sizes} rows."
    if split.scores:
        scores = ", ".join(f"{score:.0%}" for score in split.scores)
        mean = sum(split.scores) / len(split.scores)
        told += f" Accuracy of the nearest neighbors: {scores}; {mean:.0%} on average."
        missing = "; ".join(f"fold {fold} tests {name}" for fold, name in split.unseen)
        told += f" Tested without having been trained on: {missing or 'no class'}."
    else:
        lengths = ", ".join(str(len(train)) for train, _ in split.folds)
        told += f" Training sets of {lengths} rows, all of them earlier."
    if yours is None:
        return told
    same = sum(set(a[1]) == set(b[1]) for a, b in zip(split.folds, yours, strict=True))
    return f"{told} Yours tests the same rows in {same} of {len(yours)} folds."
