"""The chance of a hit against the number of random trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.labs.coverage import MAX_TRIALS, SHOWN, SIMULATIONS, Coverage
from app.theme import GRAY, REFERENCE, VERMILION, YOURS, Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_X: dict[str, Any] = {
    "field": "trials",
    "type": "quantitative",
    "scale": {"domain": [0, MAX_TRIALS]},
    "axis": {"title": "number of random trials n"},
}
_Y: dict[str, Any] = {
    "field": "chance",
    "type": "quantitative",
    "scale": {"domain": [0, 1]},
    "axis": {"title": "chance of at least one hit", "format": ".0%", "tickCount": 5},
}
_POINTS = {
    "simulated": Point(GRAY, "circle", 70),
    "trials needed": Point(VERMILION, "diamond", 180),
}
_SPEC: Spec = {
    "height": 340,
    "layer": [
        line_layer("series", {"formula": REFERENCE, "yours": YOURS}, _X, _Y),
        {
            "transform": only("series", "trials needed"),
            "mark": {"type": "rule", "color": VERMILION, "strokeDash": [4, 3]},
            "encoding": {"x": _X},
        },
        point_layer("series", _POINTS, _X, _Y),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of the chance that n random trials hit the best share of the space. Circles are "
    f"the share of {SIMULATIONS} simulated searches with a hit; a diamond marks the trials needed. "
    "Yours is what your own function computes."
)


def hit_chance(
    coverage: Coverage,
    yours: NDArray[np.float64] | None = None,
    needed: NDArray[np.float64] | None = None,
) -> Figure:
    """Draw the curve, the simulation and the trials needed.

    Args:
        coverage: The chances.
        yours: What the learner's `prob_hit` gives at each of `SHOWN`, shape (len(SHOWN),).
        needed: What the learner's `trials_needed` gives, shape (1,).
    """
    import pandas as pd

    parts = [
        pd.DataFrame({"series": "formula", "trials": coverage.trials, "chance": coverage.chance}),
        pd.DataFrame({"series": "simulated", "trials": SHOWN, "chance": coverage.simulated}),
    ]
    if yours is not None:
        parts.append(pd.DataFrame({"series": "yours", "trials": SHOWN, "chance": yours}))
    if coverage.needed <= MAX_TRIALS:
        parts.append(
            pd.DataFrame(
                {
                    "series": "trials needed",
                    "trials": [coverage.needed],
                    "chance": coverage.chance[[coverage.needed - 1]],
                }
            )
        )
    rows = pd.concat(parts, ignore_index=True)
    caption = _caption(coverage)
    if needed is not None:
        caption += f" Yours: {needed[0]:,.0f}."
    return Figure("hit-chance", _SPEC, rows, _ALT, caption)


def _caption(coverage: Coverage) -> str:
    n_naive = round(1 / coverage.q)
    naive = 1 - (1 - coverage.q) ** n_naive
    return (
        f"A {coverage.p:.0%} chance to hit the best {coverage.q:.1%} takes {coverage.needed} "
        f"trials. With 1/q = {n_naive} trials the chance is {naive:.0%}."
    )
