"""Cross-validated means from the simplest model to the most complex, with their standard errors."""

from __future__ import annotations

from typing import Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.one_standard_error import ALPHAS, N_FEATURES, Path
from app.theme import BLUE, GRAY, GREEN, PURPLE, VERMILION, Line, Point

_LINES = {"one SE below the best": Line(GRAY, (6, 3), 2.0)}
_POINTS = {
    "mean": Point(BLUE, "circle", 50),
    "best": Point(GREEN, "circle", 200),
    "simplest within one SE": Point(PURPLE, "square", 170),
    "yours": Point(VERMILION, "triangle-up", 320),
}
_X: dict[str, Any] = {
    "field": "alpha",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [4, 8e-4], "nice": False},
    "axis": {
        "title": "penalty alpha (log): simple left, complex right",
        "values": [1, 0.1, 0.01, 0.001],
        "format": "~g",
    },
}
_Y: dict[str, Any] = {
    "field": "score",
    "type": "quantitative",
    "scale": {"domain": [0, 0.7], "nice": False},
    "axis": {"title": "R² on the test rows (cut at 0)", "tickCount": 7, "format": ".1f"},
}
_SPEC: Spec = {
    "height": 440,
    "layer": [
        {
            "transform": only("series", "mean"),
            "mark": {"type": "rule", "color": BLUE, "strokeWidth": 2, "clip": True},
            "encoding": {"x": _X, "y": {**_Y, "field": "low"}, "y2": {"field": "high"}},
        },
        line_layer("series", _LINES, _X, _Y),
        point_layer("series", _POINTS, _X, _Y, columns=2),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Chart of the mean R squared of lasso models, from the simplest to the most complex, each with "
    "a bar of one standard error (SE) each way. A large circle marks the best; a dashed line lies "
    "one standard error below it; a square marks the simplest model that reaches the line, a "
    "triangle the one that your own function takes."
)


def one_standard_error(found: Path, yours: int | None = None) -> Figure:
    """Draw the models and the choice.

    Args:
        found: The models.
        yours: The row that the learner's function takes, where it is written.
    """
    import pandas as pd

    means, errors = found.means, found.errors
    # In the order in which they are drawn: what is often covered comes first.
    rows = {"yours": yours, "simplest within one SE": found.simplest, "best": found.best}
    marks = [
        {"series": name, "alpha": ALPHAS[row], "score": means[row]}
        for name, row in rows.items()
        if row is not None
    ]
    ends = {"alpha": _X["scale"]["domain"], "score": found.bar}
    models = {"alpha": ALPHAS, "coefficients": found.coefficients, "score": means}
    parts = [
        pd.DataFrame({"series": "mean", **models, "low": means - errors, "high": means + errors}),
        pd.DataFrame({"series": "one SE below the best", **ends}),
        pd.DataFrame(marks),
    ]
    return Figure(
        "one-standard-error",
        _SPEC,
        pd.concat(parts, ignore_index=True),
        _ALT,
        _caption(found, yours),
    )


def _caption(found: Path, yours: int | None) -> str:
    means, sizes, best, simplest = found.means, found.coefficients, found.best, found.simplest
    words = [
        f"The best mean, {means[best]:.3f}, has {sizes[best]} of {N_FEATURES} coefficients and a "
        f"standard error of {found.errors[best]:.3f}. The simplest model of at least "
        f"{found.bar:.3f} has {sizes[simplest]}, and {means[simplest]:.3f}."
    ]
    if yours is not None:
        same = "the same" if yours == simplest else f"row {yours} instead of {simplest}"
        words.append(f"Yours takes {same}, with {sizes[yours]} coefficients.")
    return " ".join(words)
