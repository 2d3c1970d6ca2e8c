"""Folds as strips: which rows each trains on, which it tests, and which it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.charts.figure import Figure, Spec
from app.labs.folds import CLASSES, N_ROWS, Fold, Split, runs
from app.theme import BLUE, GRAY, OCHRE, PURPLE, VERMILION

_SERIES = "row of a series"
_COLORS = {
    f"class {name}": color for name, color in zip(CLASSES, (BLUE, OCHRE, PURPLE), strict=True)
}
_COLORS[_SERIES] = GRAY
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
    "height": 400,
    "encoding": {"y": _Y},
    "layer": [
        {
            "transform": [{"filter": "datum.kind == 'run'"}],
            "mark": {"type": "rect", "strokeWidth": 0},
            "encoding": {
                "x": _X,
                "x2": {"field": "end"},
                "color": {
                    "field": "class",
                    "type": "nominal",
                    "scale": {"domain": list(_COLORS), "range": list(_COLORS.values())},
                    "legend": {"title": None, "orient": "top", "columns": 2},
                },
                "opacity": {
                    "field": "role",
                    "type": "nominal",
                    "scale": {"domain": list(_ROLES), "range": list(_ROLES.values())},
                    "legend": {"title": None, "orient": "bottom", "symbolFillColor": GRAY},
                },
                "tooltip": [
                    {"field": "fold"},
                    {"field": "rows"},
                    {"field": "class"},
                    {"field": "role"},
                ],
            },
        },
        {
            "transform": [{"filter": "datum.kind == 'letter'"}],
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
                # Until there are any, an empty group would be an image without a name; the table
                # below the chart has them.
                "aria": False,
                "opacity": 1,
                "yOffset": 8,
            },
            "encoding": {"x": _MIDDLE},
        },
    ],
}
_ALT = (
    f"A strip for each fold over {N_ROWS} rows of data, colored by class: "
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

    names = [f"class {name}" for name in split.classes] or [_SERIES] * N_ROWS
    parts: list[dict[str, Any]] = [
        {"kind": "run", "fold": run.fold, "role": run.role, "class": run.name}
        | {"row": run.first, "end": run.end, "rows": f"{run.first} to {run.end - 1}"}
        for run in runs(split.folds, names)
    ]
    parts += [
        {"kind": "letter", "fold": fold, "middle": row + 0.5, "letter": split.classes[row]}
        for fold, (_, test) in enumerate(split.folds, start=1)
        for row in (test if split.classes else ())
    ]
    parts += [
        {"kind": "yours", "fold": fold, "middle": row + 0.5}
        for fold, (_, test) in enumerate(yours or (), start=1)
        for row in test
    ]
    columns = ["kind", "fold", "role", "class", "row", "end", "rows", "middle", "letter"]
    return Figure(
        "folds", _SPEC, pd.DataFrame(parts, columns=columns), _ALT, _caption(split, yours)
    )


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
