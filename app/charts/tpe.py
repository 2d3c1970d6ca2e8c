"""TPE in three panels: the trials, the densities of good ones and of the rest, and their ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.charts.marks import INSIDE, headed
from app.labs.gaussian_process import FIRST_EXPONENT, LAST_EXPONENT
from app.theme import BLUE, GRAY, OCHRE, REFERENCE, VERMILION, Line, Point

if TYPE_CHECKING:
    from app.labs.tpe import Densities

_RATIO = (0.02, 20.0)
_LOSS = (0.07, 3.0)


def _x(*, titled: bool) -> dict[str, Any]:
    return {
        "field": "x",
        "type": "quantitative",
        # Room for the labels of the vertical axes on the left.
        "scale": {"domain": [FIRST_EXPONENT - 0.35, LAST_EXPONENT + 0.12], "nice": False},
        "axis": {
            "title": "learning rate (log scale)" if titled else None,
            "values": list(range(FIRST_EXPONENT, LAST_EXPONENT + 1)),
            "labels": titled,
            "labelExpr": "'1e' + format(datum.value, 'd')",
        },
    }


def _y(field: str, scale: dict[str, Any], **axis: object) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {**scale, "nice": False},
        "axis": {**INSIDE, **axis},
    }


_X, _X_TITLED = _x(titled=False), _x(titled=True)
_LOSSES = _y(
    "loss",
    {"type": "log", "domain": list(_LOSS)},
    values=[0.1, 0.3, 1, 3],
    format="~g",
)
_DENSITY = _y("density", {"domain": [0, 2]}, values=[0, 1, 2])
_QUOTIENT = _y(
    "ratio",
    {"type": "log", "domain": list(_RATIO)},
    values=[0.1, 1, 10],
    format="~g",
)
_POINTS = {"good": Point(OCHRE, "diamond", 130), "rest": Point(GRAY, "circle", 60)}
_LINES = {"l: the good": REFERENCE, "g: the rest": Line(GRAY, (6, 3), 2.5)}
_RATIO_LINE = {"l / g": Line(BLUE, (1, 0), 2.5)}


def _next(x: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": only("series", "next"),
        "mark": {"type": "rule", "color": VERMILION, "strokeDash": [3, 3], "strokeWidth": 1.5},
        "encoding": {"x": x},
    }


_SPEC: Spec = {
    "spacing": 6,
    "vconcat": [
        {
            "height": 150,
            "layer": [
                _next(_X),
                headed(point_layer("series", _POINTS, _X, _LOSSES), "validation loss (nats)"),
            ],
            "resolve": SEPARATE_KEYS,
        },
        {
            "height": 170,
            "layer": [
                _next(_X),
                headed(line_layer("series", _LINES, _X, _DENSITY), "density per decade"),
            ],
            "resolve": SEPARATE_KEYS,
        },
        {
            "height": 150,
            "layer": [
                _next(_X_TITLED),
                headed(line_layer("series", _RATIO_LINE, _X_TITLED, _QUOTIENT), "ratio"),
            ],
            "resolve": SEPARATE_KEYS,
        },
    ],
}
_ALT = (
    "Three charts over one axis of learning rates, on a log scale. Above, the validation loss of "
    "each trial, good ones as diamonds. In the middle, the density l of the good trials and the "
    "density g of the rest. Below, their ratio; a dashed vertical line through all three marks its "
    "peak among untried rates, where TPE trains next."
)


def densities(found: Densities) -> Figure:
    """Draw trials, densities and ratio.

    Args:
        found: What TPE makes of the trials.
    """
    import pandas as pd

    good, rest = _LINES
    (quotient,) = _RATIO_LINE
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "series": np.where(found.is_good, "good", "rest"),
                    "x": found.tried,
                    "loss": np.clip(found.losses, *_LOSS),
                }
            ),
            pd.DataFrame({"series": good, "x": found.x, "density": found.good}),
            pd.DataFrame({"series": rest, "x": found.x, "density": found.rest}),
            pd.DataFrame(
                {"series": quotient, "x": found.x, "ratio": np.clip(found.ratio, *_RATIO)}
            ),
            pd.DataFrame({"series": "next", "x": [found.x[found.following]]}),
        ],
        ignore_index=True,
    )
    return Figure("tpe", _SPEC, rows, _ALT, _caption(found))


def _caption(found: Densities) -> str:
    n, n_good = len(found.losses), int(found.is_good.sum())
    best = int(found.losses.argmin())
    following = found.following
    told = (
        f"{n} trials, {n_good} of them good; the best has loss {found.losses[best]:.3f} at "
        f"learning rate {10 ** found.tried[best]:.2g}. Next comes {10 ** found.x[following]:.2g}, "
        f"where l is {found.ratio[following]:.1f} times g."
    )
    chosen = n - found.n_random
    if chosen < 2:
        return told
    return f"{told} The {chosen} rates that TPE chose span {found.spread:.2f} decades."
