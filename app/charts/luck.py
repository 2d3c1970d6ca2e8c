"""By how much the best trial seems better than it is."""

from __future__ import annotations

from typing import Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, point_layer
from app.labs.luck import TRIALS, Luck
from app.theme import BLUE, GREEN, REFERENCE, Line, Point

_TOP = 12  # points: above it the smallest validation sets are cut, so that the others can be read
_X: dict[str, Any] = {
    "field": "trials",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [1, 1000]},
    "axis": {"title": "number of trials (log scale)", "values": [1, 10, 100, 1000], "format": "d"},
}
_Y: dict[str, Any] = {
    "field": "points",
    "type": "quantitative",
    "scale": {"domain": [0, _TOP], "nice": False},
    "axis": {"title": f"points above the true accuracy (cut at {_TOP})", "tickCount": 6},
}
_LINES = {"the best trial seems": REFERENCE, "it is": Line(GREEN, (6, 3), 2.0)}
_POINTS = {"after your number of trials": Point(BLUE, "circle", 180)}
_SPEC: Spec = {
    "height": 400,
    "layer": [line_layer("series", _LINES, _X, _Y), point_layer("series", _POINTS, _X, _Y)],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of how many points above its true accuracy the best trial is expected to seem, "
    "against the number of trials, all of them equally good, with a dashed line at the truth and a "
    "circle at the number of trials that was chosen."
)


def luck(found: Luck, trials: int = 100) -> Figure:
    """Draw how lucky the best trial is.

    Args:
        found: The expected best.
        trials: One of `TRIALS`, to mark.
    """
    import pandas as pd

    seems = 100 * (found.best - found.truth)
    series = zip((*_LINES, *_POINTS), (TRIALS, TRIALS, (trials,)), strict=True)
    heights = (seems, 0.0, 100 * found.gain(trials))
    parts = [
        pd.DataFrame({"series": name, "trials": at, "points": height})
        for (name, at), height in zip(series, heights, strict=True)
    ]
    many = "trial" if trials == 1 else "trials"
    return Figure(
        "luck",
        _SPEC,
        pd.concat(parts, ignore_index=True),
        _ALT,
        f"{found.n_val} validation examples, true accuracy {found.truth:.0%}: the best of {trials} "
        f"{many} seems {100 * found.gain(trials):.1f} points better than it is, with "
        f"{found.truth + found.gain(trials):.1%}. Of 10 it is {100 * found.gain(10):.1f} points, "
        f"of 1000 {100 * found.gain(1000):.1f}.",
    )
