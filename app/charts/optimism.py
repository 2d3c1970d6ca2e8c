"""The best validation score of a search, and what it is really worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import Figure, Spec, line_layer, only
from app.labs.optimism import SHOWN, TRIALS, Optimism
from app.theme import GHOST, GRAY, GREEN, REFERENCE, YOURS, Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BEST, _TRUE, _PREVIOUS = "best score", "its truth", "previous"
_LINES = {_BEST: REFERENCE, _TRUE: Line(GREEN, (6, 3), 2.5), "yours": YOURS, _PREVIOUS: GHOST}
_X: dict[str, Any] = {
    "field": "trials",
    "type": "quantitative",
    "scale": {"type": "log", "domain": [0.9, 222], "nice": False},
    "axis": {"title": "number of trials n (log scale)", "values": list(SHOWN)},
}
_Y: dict[str, Any] = {
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"domain": [0.938, 1.003], "nice": False},
    "axis": {
        "title": "accuracy",
        "format": ".0%",
        "values": [0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1],
    },
}
_SPEC: Spec = {
    "height": 420,
    "layer": [
        {
            "transform": only("series", "n"),
            "mark": {"type": "rule", "color": GRAY, "strokeDash": [4, 3], "strokeWidth": 1.5},
            "encoding": {"x": _X},
        },
        line_layer("series", _LINES, _X, _Y),
    ],
}
_ALT = (
    "Line chart over the number of trials on a log scale: the validation score of the best trial "
    "so far, averaged over simulated searches, and that trial's true accuracy. Yours is what "
    "your own function expects from the scores of one search. A dashed line marks the n chosen."
)


def winners_curse(
    found: Optimism,
    n: int = TRIALS,
    *,
    yours: NDArray[np.float64] | None = None,
    previous: Optimism | None = None,
) -> Figure:
    """Draw both curves.

    Args:
        found: The simulated searches.
        n: Number of trials to tell about, one of `SHOWN`.
        yours: What the learner's `expected_best` gives at each of `SHOWN`, where it is written.
        previous: What was shown before the last change.
    """
    import pandas as pd

    series = {
        _BEST: found.best,
        _TRUE: found.true,
        _PREVIOUS: None if previous is None else previous.best,
        "yours": yours,
    }
    rows = pd.concat(
        [
            pd.DataFrame({"series": name, "trials": found.trials, "accuracy": values})
            for name, values in series.items()
            if values is not None
        ],
        ignore_index=True,
    )
    rows = pd.concat([rows, pd.DataFrame({"series": ["n"], "trials": [n]})], ignore_index=True)
    return Figure("winners-curse", _SPEC, rows, _ALT, _caption(found, n, yours))


def _caption(found: Optimism, n: int, yours: NDArray[np.float64] | None) -> str:
    told = (
        f"With {found.n_val:,} validation samples, the best of 10 trials looks "
        f"{100 * found.gap(10):.1f} points better than it is, and the best of {n} looks "
        f"{100 * found.gap(n):.1f} points better."
    )
    if yours is None:
        return told
    at_ten, at_n = yours[SHOWN.index(10)], yours[SHOWN.index(n)]
    return (
        f"{told} By your function, one search's scores promise {at_ten:.1%} for the best of 10 and "
        f"{at_n:.1%} for the best of {n}."
    )
