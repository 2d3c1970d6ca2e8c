"""Parameters of a network against its width, far above the handful of settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, point_layer
from app.labs.network_size import SETTINGS, WIDTHS, NetworkSize
from app.theme import GRAY, GREEN, REFERENCE, VERMILION, Line, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ALL, _TRAINABLE, _SETTINGS = "all", "trainable", "settings"
_LINES = {
    _ALL: REFERENCE,
    _TRAINABLE: Line(GREEN, (6, 3), 2.5),
    _SETTINGS: Line(GRAY, (2, 3), 2.5),
}
_POINTS = {"chosen": Point(GRAY, "circle", 220), "yours": Point(VERMILION, "diamond", 90)}
_X: dict[str, Any] = {
    "field": "width",
    "type": "quantitative",
    "scale": {"type": "log", "base": 2, "domain": [7.4, 550], "nice": False},
    "axis": {"title": "units in each hidden layer (log scale)", "values": list(WIDTHS)},
}
_Y: dict[str, Any] = {
    "field": "count",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [5, 1_500_000], "nice": False},
    "axis": {
        "title": "parameters (log scale)",
        "values": [10**exponent for exponent in range(1, 7)],
        "format": ",d",
    },
}
_SPEC: Spec = {
    "height": 420,
    "layer": [line_layer("series", _LINES, _X, _Y), point_layer("series", _POINTS, _X, _Y)],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of how many parameters a network for the digits has, in all and without its frozen "
    "layers, against the width of its hidden layers; far below, a level line for the number of "
    "settings. Circles mark the network chosen, diamonds what your own function counts."
)


def parameter_counts(size: NetworkSize, yours: NDArray[np.float64] | None = None) -> Figure:
    """Draw the counts over the width.

    Args:
        size: The network and its kin.
        yours: What the learner's function returned for it, (trainable, total), where it is written.
    """
    import pandas as pd

    counts = (*size.by_width, size.counts)
    series = {
        _ALL: [item.total for item in size.by_width],
        _TRAINABLE: [item.trainable for item in size.by_width],
        _SETTINGS: [len(SETTINGS)] * len(WIDTHS),
    }
    parts = [
        pd.DataFrame({"series": name, "width": WIDTHS, "count": values})
        for name, values in series.items()
    ]
    chosen = [counts[-1].total, counts[-1].trainable]
    parts.append(pd.DataFrame({"series": "chosen", "width": size.width, "count": chosen}))
    if yours is not None:
        parts.append(pd.DataFrame({"series": "yours", "width": size.width, "count": yours}))
    rows = pd.concat(parts, ignore_index=True)
    return Figure("network-size", _SPEC, rows, _ALT, _caption(size, yours))


def _caption(size: NetworkSize, yours: NDArray[np.float64] | None) -> str:
    counts = size.counts
    told = (
        f"{len(SETTINGS)} settings, and {counts.total:,} parameters: {counts.trainable:,} "
        f"trainable, {counts.total - counts.trainable:,} frozen."
    )
    if yours is None:
        return told
    trainable, total = (f"{value:,.0f}" for value in yours)
    return f"{told} Yours: {trainable} trainable of {total}."
