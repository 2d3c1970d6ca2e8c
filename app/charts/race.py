"""How good what each search method has found is, as its budget is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only
from app.labs.race import HIGH, LOW, View, standing
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, YOURS, Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.labs.race import Lane

_LINES: Mapping[str, Line] = {
    "manual": Line(OCHRE, (2, 2), 2.5),
    "grid": Line(GRAY, (1, 0), 2.5),
    "random": Line(BLUE, (6, 3), 2.5),
    "TPE": Line(GREEN, (1, 0), 2.5),
    "halving": Line(PURPLE, (12, 3), 2.5),
    "yours": YOURS,
}
_X: dict[str, Any] = {
    "field": "cost",
    "type": "quantitative",
    "scale": {"nice": False},
    "axis": {"title": "budget spent, in whole trainings", "tickCount": 8},
}
_TITLES: Mapping[View, str] = {
    "regret": "regret: test accuracy missed (square-root scale)",
    "test accuracy": "test accuracy of what would be returned",
    "validation accuracy": "validation accuracy that the search sees",
}


def _spec(view: View) -> Spec:
    scale: dict[str, Any] = {"zero": False, "nice": False}
    if view == "regret":
        scale = {"type": "sqrt", "nice": False}
    y = {
        "field": "median",
        "type": "quantitative",
        "scale": scale,
        "axis": {"title": _TITLES[view], "format": "~%"},
    }
    band = {
        "transform": only("method", *_LINES),
        "mark": {"type": "area", "opacity": 0.1, "interpolate": "step-after", "clip": True},
        "encoding": {
            "x": _X,
            "y": {**y, "field": "low"},
            "y2": {"field": "high"},
            "color": {
                "field": "method",
                "type": "nominal",
                "scale": {
                    "domain": list(_LINES),
                    "range": [line.color for line in _LINES.values()],
                },
                "legend": None,
            },
        },
    }
    lines = line_layer("method", _LINES, _X, y, columns=3)
    lines["mark"]["interpolate"] = "step-after"  # what would be returned changes all at once
    return {
        "height": 440,
        "layer": [band, lines],
        "resolve": SEPARATE_KEYS,
    }


_SPECS: Mapping[View, Spec] = {view: _spec(view) for view in _TITLES}
_ALT = (
    "Line chart of five search methods and your own, {view} against the budget spent: the median "
    "over the runs as a line, and a band that holds the middle 80% of them."
)


def race(lanes: tuple[Lane, ...], view: View, budget: int) -> Figure:
    """Draw the median of each method, with a band over its runs.

    Args:
        lanes: At least one; all as far as the same cost.
        view: What to read off.
        budget: Whole trainings, which the axis has room for.
    """
    import pandas as pd

    parts = []
    for lane in lanes:
        low, median, high = lane.quantiles(view)
        parts.append(
            pd.DataFrame(
                {
                    "method": lane.method,
                    "cost": lane.cost,
                    "median": median,
                    "low": low,
                    "high": high,
                }
            ).dropna()
        )
    if lanes[0].cost[-1] < budget:  # a row without values: the axis shows what is still to come
        parts.append(pd.DataFrame({"method": [lanes[0].method], "cost": [float(budget)]}))
    rows = pd.concat(parts, ignore_index=True)
    key = f"race-{view.split()[0]}"
    return Figure(key, _SPECS[view], rows, _ALT.format(view=view), _caption(lanes, view))


def _caption(lanes: tuple[Lane, ...], view: View) -> str:
    runs = {lane.method: len(lane.best) for lane in lanes}
    spent = max(float(np.max(lane.cost)) for lane in lanes)
    most = max(runs.values())
    fewer = f", {runs['yours']} of yours" if runs.get("yours", most) < most else ""
    return (
        f"After {spent:.3g} whole trainings, median of {most} runs{fewer} ({LOW:.0%} to {HIGH:.0%} "
        f"of them in brackets), {view}: {standing(lanes, view)}."
    )
