"""Cross-validation's estimate against the number of folds, with the truth."""

from __future__ import annotations

from typing import Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.fold_count import COUNTS, Estimates
from app.theme import BLUE, GREEN, REFERENCE, Line, Point

_X: dict[str, Any] = {
    "field": "k",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [1.8, 22], "nice": False},
    "axis": {"title": "number of folds k (log scale)", "values": list(COUNTS), "format": "d"},
}
_Y: dict[str, Any] = {
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"domain": [0.6, 1.0], "nice": False},
    "axis": {"title": "accuracy", "format": ".0%", "tickCount": 5},
}
_SPEC: Spec = {
    "height": 400,
    "layer": [
        {
            "transform": only("series", "estimate"),
            "mark": {"type": "area", "color": BLUE, "opacity": 0.22, "clip": True},
            "encoding": {"x": _X, "y": {**_Y, "field": "low"}, "y2": {"field": "high"}},
        },
        line_layer("series", {"estimate": REFERENCE, "truth": Line(GREEN, (6, 3), 2.0)}, _X, _Y),
        point_layer("point", {"mean estimate": Point(BLUE, "circle", 70)}, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of the accuracy that cross-validation estimates against the number of folds, with "
    "a band of one standard deviation of its error, and a dashed line at the true accuracy of the "
    "model that was trained on all rows."
)


def fold_count(found: Estimates) -> Figure:
    """Draw the estimates."""
    import pandas as pd

    truth = float(found.truth.mean())
    estimate = {"k": COUNTS, "accuracy": found.means}
    rows = pd.concat(
        [
            pd.DataFrame(
                {"series": "estimate", "point": "", **estimate}
                | {"low": found.means - found.spreads, "high": found.means + found.spreads}
            ),
            pd.DataFrame({"series": "", "point": "mean estimate", **estimate}),
            pd.DataFrame({"series": "truth", "point": "", "k": [1.8, 22], "accuracy": truth}),
        ],
        ignore_index=True,
    )
    told = ", ".join(
        f"{100 * (mean - truth):+.1f} ± {100 * spread:.1f} with {k}".replace("-", "\u2212")
        for k, mean, spread in zip(COUNTS, found.means, found.spreads, strict=True)
    )
    return Figure(
        "fold-count",
        _SPEC,
        rows,
        _ALT,
        f"{found.n} rows, {len(found.truth)} data sets, true accuracy {truth:.1%}. The estimate's "
        f"error in points, mean ± standard deviation: {told} folds.",
    )
