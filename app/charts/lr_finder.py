"""The learning-rate finder's curve, and what four methods read off it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, log_axis, only, point_layer
from app.charts.rows import stack
from app.labs.lr_finder import HIGH, LOW, Method, Suggestion, ratio
from app.theme import GHOST, GREEN, OCHRE, PURPLE, RAW, REFERENCE, VERMILION, YOURS, Line, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Curve = tuple["NDArray[np.float64]", "NDArray[np.float64]"]

_OWN_TEST, _OWN_SMOOTH = "your range test", "your smoothing"
_LINES = {
    "raw": RAW,
    "smoothed": REFERENCE,
    "previous": GHOST,
    _OWN_TEST: Line(VERMILION, (2, 4), 1.5),
    _OWN_SMOOTH: YOURS,
}
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
        line_layer("series", _LINES, _X, _Y, columns=3),
        {
            "transform": [{"filter": "datum.chosen"}],
            "mark": {"type": "rule", "color": VERMILION, "strokeDash": [3, 3]},
            "encoding": {"x": _X},
        },
        {
            "transform": only("series", "your suggestion"),
            "mark": {
                "type": "point",
                "filled": False,
                "size": 420,
                "stroke": VERMILION,
                "strokeWidth": 2.5,
                "opacity": 1,
                "clip": True,
                "aria": False,
            },
            "encoding": {"x": _X, "y": _Y},
        },
        point_layer("series", _POINTS, _X, _Y, columns=4),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of mini-batch loss against learning rate on a log scale: the raw losses, the "
    "smoothed curve, the previous curve, and one marker for each of four suggested learning "
    "rates. Where they are written, your own range test and smoothing are drawn over these, and "
    "rings mark what your own function suggests."
)


@dataclass(frozen=True, eq=False)
class Own:
    """What the learner's functions make of the same test, where they are written.

    Attributes:
        test: Learning rates and raw losses of the learner's range test.
        smoothed: Their smoothing of the lab's raw losses.
        suggestions: What they read off the lab's smoothed curve: (learning rate, loss) each.
        said: A sentence on the suggestions.
    """

    test: Curve | None = None
    smoothed: Curve | None = None
    suggestions: Sequence[tuple[float, float]] = ()
    said: str = ""


def lr_finder(
    raw: Curve,
    smoothed: Curve,
    suggestions: Sequence[Suggestion],
    chosen: Method,
    *,
    yours: Own | None = None,
    previous: Curve | None = None,
) -> Figure:
    """Draw a range test with its suggestions.

    Args:
        raw: Learning rates and mini-batch losses, shape (n_steps,) each.
        smoothed: Learning rates and the smoothed losses.
        suggestions: The learning rates read off the smoothed curve; none while they are to be
            predicted.
        chosen: The method whose suggestion gets a line down to the axis.
        yours: The learner's own.
        previous: The smoothed curve before the last change, kept for comparison.
    """
    yours = yours or Own()
    curves = {
        "raw": raw,
        "smoothed": smoothed,
        "previous": previous,
        _OWN_TEST: yours.test,
        _OWN_SMOOTH: yours.smoothed,
    }
    rows = stack(
        *(
            {"series": name, "lr": curve[0], "loss": curve[1], "chosen": False}
            for name, curve in curves.items()
            if curve is not None
        ),
        {
            "series": [item.method for item in suggestions],
            "lr": [item.lr for item in suggestions],
            "loss": [item.loss for item in suggestions],
            "chosen": [item.method == chosen for item in suggestions],
        },
        {
            "series": "your suggestion",
            "lr": [lr for lr, _ in yours.suggestions],
            "loss": [loss for _, loss in yours.suggestions],
            "chosen": False,
        },
    )
    return Figure("lr-finder", _SPEC, rows, _ALT, _caption(smoothed, suggestions, chosen, yours))


def _caption(smoothed: Curve, suggestions: Sequence[Suggestion], chosen: Method, yours: Own) -> str:
    if not suggestions:
        lrs, losses = smoothed
        lowest = int(losses.argmin())
        return (
            f"The smoothed loss is lowest, {losses[lowest]:.2f} nats, at learning rate "
            f"{lrs[lowest]:.2g}."
        )
    listed = ", ".join(f"{item.method} {item.lr:.2g}" for item in suggestions)
    told = (
        f"By {chosen}. All suggestions: {listed}. The largest is {ratio(suggestions):,.0f} times "
        f"the smallest. {yours.said}"
    )
    return told.strip()
