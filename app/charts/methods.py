"""What each search method misses in the end, on two tracks: the median run, and a bar for luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, point_layer
from app.labs.contestants import METHODS
from app.labs.recorded_race import BUDGET, RUNS, Outcome
from app.labs.track import NAMES
from app.theme import BLUE, VERMILION, Point

_POINTS = {"digits": Point(BLUE, "circle", 130), "spirals": Point(VERMILION, "diamond", 170)}
_ROW = {  # spirals below digits, and a little room between methods
    (method, name): -(place + 0.32 * (i - 0.5))
    for place, method in enumerate(METHODS)
    for i, name in enumerate(NAMES)
}
_LABELS = " : ".join(f"datum.value == {-i} ? '{m}'" for i, m in enumerate(METHODS)) + " : ''"
_X: dict[str, Any] = {
    "field": "median",
    "type": "quantitative",
    "scale": {"type": "sqrt", "domain": [0, 0.2], "nice": False},
    "axis": {
        "title": "test accuracy missed (square-root scale)",
        "values": [0, 0.01, 0.02, 0.05, 0.1, 0.2],
        "format": "~%",
    },
}
_Y: dict[str, Any] = {
    "field": "row",
    "type": "quantitative",
    "scale": {"domain": [-len(METHODS) + 0.5, 0.5], "nice": False},
    "axis": {
        "title": None,
        "values": [-i for i in range(len(METHODS))],
        "labelExpr": _LABELS,
        "ticks": False,
        "domain": False,
        "grid": False,
    },
}
_MEDIANS = point_layer("track", _POINTS, _X, _Y)
_MEDIANS["mark"]["clip"] = False  # nothing is missed in the best case: half a marker would be cut
_SPEC: Spec = {
    "height": 280,
    "layer": [
        {
            "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55},
            "encoding": {
                "x": {**_X, "field": "low"},
                "x2": {"field": "high"},
                "y": _Y,
                "color": {
                    "field": "track",
                    "type": "nominal",
                    "scale": {
                        "domain": list(_POINTS),
                        "range": [point.color for point in _POINTS.values()],
                    },
                    "legend": None,
                },
            },
        },
        _MEDIANS,
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Chart with a row for each of five search methods and, in it, a marker for the digits and one "
    "for the spirals: the test accuracy that the median run misses, on a square-root scale, with a "
    "bar that holds the middle 80% of the runs."
)


def methods(outcomes: Sequence[Outcome]) -> Figure:
    """Draw the recorded outcomes."""
    import pandas as pd

    rows = [{**vars(each), "row": _ROW[each.method, each.track]} for each in outcomes]
    return Figure("methods", _SPEC, pd.DataFrame(rows), _ALT, _caption(outcomes))


def _caption(outcomes: Sequence[Outcome]) -> str:
    parts = []
    for name in NAMES:
        ranked = sorted((o for o in outcomes if o.track == name), key=lambda o: (o.median, o.high))
        words = [f"{o.method} {100 * o.median:.1f} (to {100 * o.high:.1f})" for o in ranked]
        parts.append(f"{name.capitalize()}: {', '.join(words)}.")
    return (
        f"Points of test accuracy missed after {BUDGET} whole trainings, median of {RUNS} runs, in "
        f"brackets what one run in ten exceeds. {' '.join(parts)}"
    )
