"""How good the best trial seems, against how good it is."""

from __future__ import annotations

from typing import Any

from app.charts.figure import Figure, Spec, line_layer
from app.labs.luck import TRIALS, Luck
from app.theme import REFERENCE, VERMILION, Line

_X: dict[str, Any] = {
    "field": "trials",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [1, 1000]},
    "axis": {"title": "number of trials (log scale)", "values": [1, 10, 100, 1000], "format": "d"},
}
_Y: dict[str, Any] = {
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"domain": [0.7, 1.0], "nice": False},
    "axis": {"title": "accuracy of the best trial", "format": ".0%", "tickCount": 6},
}
_LINES = {"on the validation set": REFERENCE, "in truth": Line(VERMILION, (6, 3), 2.0)}
_SPEC: Spec = {"height": 300, **line_layer("series", _LINES, _X, _Y)}
_ALT = (
    "Line chart of the expected validation accuracy of the best trial against the number of "
    "trials, all of them equally good, with a dashed line at their true accuracy."
)


def luck(found: Luck) -> Figure:
    """Draw the expected best and the truth."""
    import pandas as pd

    rows = pd.concat(
        [
            pd.DataFrame({"series": name, "trials": TRIALS, "accuracy": values})
            for name, values in zip(_LINES, (found.best, found.truth), strict=True)
        ],
        ignore_index=True,
    )
    return Figure(
        "luck",
        _SPEC,
        rows,
        _ALT,
        f"{found.n_val} validation examples, true accuracy {found.truth:.0%}: the best of 10 "
        f"trials seems {100 * found.gain(10):.1f} points better than it is, the best of 100 "
        f"{100 * found.gain(100):.1f} points.",
    )
