"""How many combinations a grid has, over the number of its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.combinations import LIMIT, MAX_SETTINGS, Cost
from app.theme import GRAY, REFERENCE, VERMILION, YOURS, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_X: dict[str, Any] = {
    "field": "settings",
    "type": "quantitative",
    "scale": {"domain": [1, MAX_SETTINGS]},
    "axis": {"title": "number of settings d", "tickCount": MAX_SETTINGS, "format": "d"},
}
_Y: dict[str, Any] = {
    "field": "combinations",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [1, 1e8]},
    "axis": {
        "title": "combinations (log scale)",
        "values": [10.0**k for k in range(9)],
        "format": "~s",
    },
}
_SPEC: Spec = {
    "height": 380,
    "layer": [
        line_layer("series", {"combinations": REFERENCE, "yours": YOURS}, _X, _Y),
        {
            "transform": only("series", "limit"),
            "mark": {"type": "rule", "color": GRAY, "strokeDash": [5, 4], "strokeWidth": 2},
            "encoding": {"y": _Y},
        },
        point_layer("series", {"this grid": Point(VERMILION, "diamond", 180)}, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of the number of combinations over the number of settings, on a log scale. A "
    f"dashed line marks {LIMIT} combinations, a diamond the grid that is chosen; yours is what "
    "your own function counts."
)


def combinations(cost: Cost, yours: NDArray[np.float64] | None = None) -> Figure:
    """Draw the line, the limit and the grid that is looked at.

    Args:
        cost: The costs.
        yours: What the learner's function counts with 1 .. `MAX_SETTINGS` settings.
    """
    import pandas as pd

    rows: list[dict[str, object]] = [
        {"series": "combinations", "settings": d, "combinations": size}
        for d, size in enumerate(cost.combinations, start=1)
    ]
    rows.append({"series": "limit", "settings": 1, "combinations": LIMIT})
    rows.append({"series": "this grid", "settings": cost.settings, "combinations": cost.size})
    if yours is not None:
        rows += [
            {"series": "yours", "settings": d, "combinations": size}
            for d, size in enumerate(yours.tolist(), start=1)
        ]
    return Figure("combinations", _SPEC, pd.DataFrame(rows), _ALT, _caption(cost, yours))


def _caption(cost: Cost, yours: NDArray[np.float64] | None) -> str:
    values = f"{cost.choices} values for each of {cost.settings} settings"
    folds = f" in {cost.folds} folds" if cost.folds > 1 else ""
    minutes = f"{cost.minutes} minute" + ("s" if cost.minutes > 1 else "")
    most = f"{cost.affordable} settings" if cost.affordable != 1 else "1 setting"
    own = "" if yours is None else f" Yours counts {yours[cost.settings - 1]:,.0f}."
    return (
        f"{values.capitalize()}: {cost.size:,} combinations. Trained{folds} at {minutes} each, "
        f"that takes {_duration(cost.hours)}. Within {LIMIT} combinations there is room for {most}."
        f"{own}"
    )


def _duration(hours: float) -> str:
    if hours < 2:
        return f"{hours * 60:.0f} minutes"
    if hours < 48:
        return f"{hours:.0f} hours"
    return f"{hours / 24:,.0f} days" if hours < 24 * 730 else f"{hours / 24 / 365.25:,.0f} years"
