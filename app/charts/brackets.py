"""Hyperband's brackets: how many trials train for how long, and where the epochs go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, only, point_layer
from app.charts.marks import TEXT
from app.theme import BLUE, GRAY, HEAT, VERMILION, Point

if TYPE_CHECKING:
    from app.labs.brackets import Layout, Plan

_X: dict[str, Any] = {
    "field": "epochs",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [0.9, 300], "nice": False},
    "axis": {
        "title": "epochs that each trial has had (log scale)",
        "values": [1, 3, 9, 27, 81, 243],
    },
}
_Y: dict[str, Any] = {
    "field": "trials",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [0.8, 330], "nice": False},
    "axis": {"title": "trials on the rung (log scale)", "values": [1, 3, 10, 30, 100, 300]},
}
_TOOLTIP = [
    {"field": "bracket", "title": "bracket"},
    {"field": "trials", "title": "trials"},
    {"field": "epochs", "title": "epochs of each"},
    {"field": "cost", "title": "epochs of all"},
]
_POINTS = {"rung": Point(BLUE, "circle", 190), "yours": Point(VERMILION, "triangle-up", 60)}
_MARKS = point_layer("series", _POINTS, _X, _Y)
_RUNGS: Spec = {
    "height": 380,
    "layer": [
        {
            "transform": only("series", "rung"),
            "mark": {"type": "line", "color": BLUE, "strokeWidth": 2, "clip": True},
            "encoding": {"x": _X, "y": _Y, "detail": {"field": "bracket"}},
        },
        {**_MARKS, "encoding": {**_MARKS["encoding"], "tooltip": _TOOLTIP}},
        {
            "transform": [*only("series", "rung"), {"filter": "datum.rung === 0"}],
            "mark": {"type": "text", "align": "left", "dx": 10, "dy": -8, "color": TEXT},
            "encoding": {"x": _X, "y": _Y, "text": {"field": "trials"}},
        },
    ],
    "resolve": SEPARATE_KEYS,
}
_RUNGS_ALT = (
    "Line chart on two log scales: trials that are left against the epochs that each of them has "
    "had, one falling line a bracket, from one that begins with many short trials to one that only "
    "trains a few to the end. Triangles are your own brackets where they are written."
)
_COSTS: Spec = {
    "height": 360,
    "transform": only("series", "rung"),
    "mark": {"type": "bar", "stroke": GRAY, "strokeWidth": 0.5},
    "encoding": {
        "y": {
            "field": "bracket",
            "type": "ordinal",
            # All that the page can ask for: rows that come and go would move the others.
            "scale": {"domain": [7, 6, 5, 4, 3, 2, 1, 0]},
            "axis": {"title": "bracket", "grid": False, "labelOverlap": False},
        },
        "x": {
            "field": "begin",
            "type": "quantitative",
            "scale": {"domain": [0, 8.2], "nice": False},
            "axis": {"title": "budget, in whole trainings", "tickCount": 8},
        },
        "x2": {"field": "end"},
        "color": {
            "field": "rung",
            "type": "ordinal",
            "scale": {"scheme": HEAT, "domain": [0, 1, 2, 3, 4, 5, 6, 7]},
            "legend": {"title": "rung", "orient": "top", "columns": 8, "symbolType": "square"},
        },
        "tooltip": _TOOLTIP,
    },
}
_COSTS_ALT = (
    "Bar chart of the budget of each bracket, in whole trainings, divided into its rungs: all "
    "brackets cost about the same, and so do the rungs of one bracket but for the first."
)


def rungs(laid: Plan, yours: Layout | None) -> Figure:
    """Draw who is left on each rung.

    Args:
        laid: The brackets.
        yours: What the learner's own function returned, where it is written.
    """
    import pandas as pd

    rows = _rows(laid)
    if yours is not None:
        last = len(yours) - 1
        own = [
            {"series": "yours", "bracket": last - i, "rung": j, "trials": n, "epochs": epochs}
            for i, bracket in enumerate(yours)
            for j, (n, epochs) in enumerate(bracket)
        ]
        rows = pd.concat([rows, pd.DataFrame(own)], ignore_index=True)
    return Figure("brackets", _RUNGS, rows, _RUNGS_ALT, _caption(laid, yours))


def costs(laid: Plan) -> Figure:
    """Draw where the budget goes."""
    whole = {bracket: cost / laid.max_epochs for bracket, cost in laid.costs.items()}
    told = ", ".join(f"{cost:.1f}" for cost in whole.values())
    caption = (
        f"From the boldest bracket to plain random search: {told} whole trainings of "
        f"{laid.max_epochs} epochs, {sum(whole.values()):.1f} in all. A trial that goes on does so "
        "from where it stood."
    )
    return Figure("bracket-costs", _COSTS, _rows(laid), _COSTS_ALT, caption)


def _rows(laid: Plan) -> Any:
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "series": "rung",
                "bracket": rung.bracket,
                "rung": rung.rung,
                "trials": rung.n,
                "epochs": rung.epochs,
                "cost": rung.end - rung.begin,
                "begin": rung.begin / laid.max_epochs,
                "end": rung.end / laid.max_epochs,
            }
            for rung in laid.rungs
        ]
    )


def _caption(laid: Plan, yours: Layout | None) -> str:
    first = laid.layout[0]
    path = ", ".join(f"{n} for {epochs}" for n, epochs in first)
    told = (
        f"{laid.trials} trials in {len(laid.costs)} brackets. The boldest, trials and epochs each: "
        f"{path}."
    )
    if yours is None:
        return told
    agreeing = sum(a == b for a, b in zip(laid.layout, yours, strict=False))
    return f"{told} Yours agrees on {agreeing} of {len(laid.layout)} brackets" + (
        "." if len(yours) == len(laid.layout) else f", and has {len(yours)}."
    )
