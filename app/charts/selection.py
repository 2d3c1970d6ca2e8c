"""What the winner of a choice reports of itself, and what nested cross-validation reports."""

from __future__ import annotations

from typing import Any, Literal

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, only, point_layer
from app.labs.selection import Judged
from app.theme import BLUE, GREEN, OCHRE, PURPLE, VERMILION, Line, Point

_OWN, _NESTED = "winner's own score", "nested"
_WAYS = {_OWN: OCHRE, _NESTED: BLUE}
_LINES = {"in truth": Line(GREEN, (6, 3), 2.0)}
_POINTS = {
    "mean": Point(PURPLE, "circle", 200),
    "yours, first data set": Point(VERMILION, "triangle-up", 220),
}
_X: dict[str, Any] = {
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"domain": [0, 1], "nice": False},
    "axis": {"title": "accuracy reported", "format": ".0%", "tickCount": 5},
}
_Y: dict[str, Any] = {
    "field": "way",
    "type": "nominal",
    "scale": {"domain": list(_WAYS)},
    "axis": {"title": None, "labelLimit": 120},
}


def _key(style: Literal["color", "dash"]) -> dict[str, Any]:
    """A channel of the upright line, by which the key shows it as a line."""
    styles = [line.color if style == "color" else list(line.dash) for line in _LINES.values()]
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": list(_LINES), "range": styles},
        "legend": {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 300},
    }


_SPEC: Spec = {
    "height": 300,
    "layer": [
        {
            "transform": only("series", "data set"),
            "mark": {"type": "tick", "thickness": 2, "bandSize": 50, "opacity": 0.5},
            "encoding": {
                "x": _X,
                "y": _Y,
                "color": {
                    "field": "way",
                    "type": "nominal",
                    "scale": {"domain": list(_WAYS), "range": list(_WAYS.values())},
                    "legend": None,
                },
            },
        },
        {
            "transform": only("series", *_LINES),
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": _X, "color": _key("color"), "strokeDash": _key("dash")},
        },
        point_layer("series", _POINTS, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Two rows of ticks, one tick a data set: the score that the winner of a choice reports of "
    "itself, and what nested cross-validation reports of the choice. A circle marks each mean, a "
    "dashed line the winners' true accuracy, a triangle what your own functions report on the "
    "first data set."
)


def selection(found: Judged, own: float | None, nested: float | None) -> Figure:
    """Draw both ways of judging.

    Args:
        found: What they report on each data set.
        own: The score that the learner's `cross_validate` gives the first winner.
        nested: What the learner's `nested_cv` reports on the first data set.
    """
    import pandas as pd

    ways = {_OWN: found.own, _NESTED: found.nested}
    rows: list[dict[str, Any]] = [
        {"series": "data set", "way": way, "data set": i, "accuracy": value}
        for way, values in ways.items()
        for i, value in enumerate(values, start=1)
    ]
    rows += [{"series": "mean", "way": way, "accuracy": each.mean()} for way, each in ways.items()]
    rows += [
        {"series": "yours, first data set", "way": way, "data set": 1, "accuracy": value}
        for way, value in ((_OWN, own), (_NESTED, nested))
        if value is not None
    ]
    rows.append({"series": "in truth", "accuracy": found.truth.mean()})
    return Figure("selection", _SPEC, pd.DataFrame(rows), _ALT, _caption(found, own, nested))


def _caption(found: Judged, own: float | None, nested: float | None) -> str:
    n = found.setting.n_configs
    winner = f"The best of {n} reports" if n > 1 else "The only configuration reports"
    told = (
        f"{winner} {found.own.mean():.1%} on average over {len(found.own)} data sets; nested "
        f"cross-validation says {found.nested.mean():.1%}. In truth it has "
        f"{found.truth.mean():.1%}."
    )
    if own is None and nested is None:
        return told
    told += f" On the first data set these are {found.own[0]:.1%} and {found.nested[0]:.1%}"
    yours = [
        f"your {name} gives {value:.1%}"
        for name, value in (("`cross_validate`", own), ("`nested_cv`", nested))
        if value is not None
    ]
    return f"{told}; {' and '.join(yours)}."
