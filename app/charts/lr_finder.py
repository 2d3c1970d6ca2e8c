"""The learning-rate finder's curve, and what four methods read off it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, log_axis, point_layer
from app.labs.lr_finder import HIGH, LOW, Method, Suggestion
from app.theme import GHOST, GREEN, OCHRE, PURPLE, RAW, REFERENCE, VERMILION, YOURS, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

Curve = tuple["NDArray[np.float64]", "NDArray[np.float64]"]

_LINES = {"raw": RAW, "smoothed": REFERENCE, "previous": GHOST, "yours": YOURS}
_POINTS: dict[str, Point] = {
    "steep": Point(GREEN, "circle"),
    "minimum": Point(PURPLE, "square"),
    "minimum/10": Point(PURPLE, "triangle-left"),
    "valley": Point(OCHRE, "diamond"),
}
_X: dict[str, Any] = {
    "field": "lr",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [LOW, HIGH]},
    "axis": log_axis("learning rate (log scale)", -5, 1),
}
_Y: dict[str, Any] = {
    "field": "loss",
    "type": "quantitative",
    "scale": {"domain": [0, 4]},
    "axis": {"title": "loss (nats)", "tickCount": 5},
}
_SPEC: Spec = {
    "height": 420,
    "layer": [
        line_layer("series", _LINES, _X, _Y),
        {
            "transform": [{"filter": "datum.chosen"}],
            "mark": {"type": "rule", "color": VERMILION, "strokeDash": [3, 3]},
            "encoding": {"x": _X},
        },
        point_layer("series", _POINTS, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of mini-batch loss against learning rate on a log scale: the raw losses, the "
    "smoothed curve, your own smoothed curve where it is written, the previous curve, and one "
    "marker for each of four suggested learning rates."
)


def lr_finder(
    raw: Curve,
    smoothed: Curve,
    suggestions: Sequence[Suggestion],
    chosen: Method,
    *,
    yours: Curve | None = None,
    previous: Curve | None = None,
) -> Figure:
    """Draw a range test with its suggestions.

    Args:
        raw: Learning rates and mini-batch losses, shape (n_steps,) each.
        smoothed: Learning rates and the smoothed losses.
        suggestions: The learning rates read off the smoothed curve.
        chosen: The method whose suggestion gets a line down to the axis.
        yours: The learner's own smoothing of `raw`, where it is written.
        previous: The smoothed curve before the last change, kept for comparison.
    """
    import pandas as pd

    curves = {"raw": raw, "smoothed": smoothed, "previous": previous, "yours": yours}
    parts = [
        pd.DataFrame({"series": name, "lr": curve[0], "loss": curve[1], "chosen": False})
        for name, curve in curves.items()
        if curve is not None
    ]
    marks = pd.DataFrame(
        [(item.method, item.lr, item.loss, item.method == chosen) for item in suggestions],
        columns=["series", "lr", "loss", "chosen"],
    )
    rows = pd.concat([*parts, marks], ignore_index=True)
    return Figure("lr-finder", _SPEC, rows, _ALT, _caption(suggestions, chosen))


def _caption(suggestions: Sequence[Suggestion], chosen: Method) -> str:
    listed = ", ".join(f"{item.method} {item.lr:.2g}" for item in suggestions)
    ratio = max(item.lr for item in suggestions) / min(item.lr for item in suggestions)
    return (
        f"By {chosen}. All suggestions: {listed}. The largest is {ratio:,.0f} times the smallest."
    )
