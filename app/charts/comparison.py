"""A learner's function beside the reference, on the showcase's axes."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from app.charts.figure import Figure, Spec, line_layer, log_axis, point_layer
from app.showcases.model import Axis, Points, Showcase
from app.theme import BLUE, REFERENCE, VERMILION, YOURS, Point

_LINES = {"reference": REFERENCE, "yours": YOURS}
_POINTS = {"reference": Point(BLUE, "circle", 300), "yours": Point(VERMILION, "diamond", 110)}


def comparison(showcase: Showcase, reference: Points, yours: Points | None) -> Figure:
    """Draw the reference's recorded points and, where there are any, the learner's.

    Args:
        showcase: What is drawn, and on which axes.
        reference: The reference's x and y.
        yours: The learner's x and y.
    """
    import pandas as pd

    parts = [
        pd.DataFrame({"series": name, "x": points[0], "y": points[1]})
        for name, points in (("reference", reference), ("yours", yours))
        if points is not None
    ]
    alt = (
        f"{showcase.y.title} against {showcase.x.title} of `{showcase.task}`: the reference's "
        "recorded values and, where it is written, what your function returns."
    )
    return Figure(
        f"showcase-{showcase.task}",
        _spec(showcase),
        pd.concat(parts, ignore_index=True),
        alt,
        _caption(reference, yours),
    )


@lru_cache(maxsize=64)
def _spec(showcase: Showcase) -> Spec:
    x, y = _channel("x", showcase.x), _channel("y", showcase.y)
    if showcase.style == "line":
        return {"height": 320, **line_layer("series", _LINES, x, y, alone=True)}
    return {"height": 320, **point_layer("series", _POINTS, x, y)}


def _channel(field: str, axis: Axis) -> dict[str, Any]:
    scale = {"domain": list(axis.domain), "nice": False, "type": "log" if axis.log else "linear"}
    labels: dict[str, Any] = {"title": axis.title, "tickCount": 6}
    if axis.log and axis.domain[0] < 0.01:
        first, last = (round(math.log10(end)) for end in axis.domain)
        labels = log_axis(axis.title, first, last)
    return {"field": field, "type": "quantitative", "scale": scale, "axis": labels}


def _caption(reference: Points, yours: Points | None) -> str:
    ends = f"Reference: from {_point(reference, 0)} to {_point(reference, -1)}."
    if yours is None or not yours[0]:
        return ends
    return f"{ends} Yours: from {_point(yours, 0)} to {_point(yours, -1)}."


def _point(points: Points, index: int) -> str:
    return f"({points[0][index]:.3g}, {points[1][index]:.3g})"
