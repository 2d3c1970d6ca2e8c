"""A Gaussian process with its band, and below it the improvement that each point promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, only, point_layer
from app.charts.pick import Pick
from app.labs.gaussian_process import FIRST_EXPONENT, LAST_EXPONENT, Belief, exponents, labels
from app.theme import BLUE, GRAY, OCHRE, REFERENCE, VERMILION, YOURS, Line, Point

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = Pick("pick", "rate")
_X: dict[str, Any] = {
    "field": "x",
    "type": "quantitative",
    "scale": {"domain": [FIRST_EXPONENT - 0.05, LAST_EXPONENT + 0.05], "nice": False},
    "axis": {
        "title": "learning rate (log scale)",
        "values": list(range(FIRST_EXPONENT, LAST_EXPONENT + 1)),
        "labelExpr": "'1e' + format(datum.value, 'd')",
    },
}
_LOSS: dict[str, Any] = {
    "field": "loss",
    "type": "quantitative",
    "scale": {"domain": [-1.0, 3.0], "nice": False},
    "axis": {"title": "validation loss (nats)", "tickCount": 5},
}
# A root shows the small promises of late trials beside the large ones of the first.
_PROMISE: dict[str, Any] = {
    "field": "improvement",
    "type": "quantitative",
    "scale": {"type": "sqrt", "domain": [0, 0.5], "nice": False},
    "axis": {"title": "expected improvement", "values": [0, 0.01, 0.05, 0.1, 0.2, 0.5]},
}
_NEXT = {
    "transform": only("series", "next"),
    "mark": {"type": "rule", "color": VERMILION, "strokeDash": [3, 3], "strokeWidth": 1.5},
    "encoding": {"x": _X},
}
_LINES = {"mean": REFERENCE, "truth": Line(GRAY, (2, 3), 2.0), "yours": YOURS}
_POINTS = {"trained": Point(OCHRE, "diamond", 130)}
# One strip of the chart a rate: a click anywhere in it picks the rate.
_STRIPS = {
    "params": [
        {
            "name": RATE.param,
            "select": {"type": "point", "fields": [RATE.field], "nearest": True, "toggle": False},
        }
    ],
    "transform": only("series", "on offer"),
    "mark": {"type": "point", "opacity": 0, "cursor": "pointer"},
    "encoding": {"x": _X, "y": {"value": 0}, "tooltip": {"field": RATE.field}},
}
_BELIEF: Spec = {
    "height": 380,
    "layer": [
        {
            "transform": only("series", "mean"),
            "mark": {"type": "area", "color": BLUE, "opacity": 0.22, "clip": True},
            "encoding": {"x": _X, "y": {**_LOSS, "field": "low"}, "y2": {"field": "high"}},
        },
        line_layer("series", _LINES, _X, _LOSS),
        _NEXT,
        point_layer("series", _POINTS, _X, _LOSS),
        _STRIPS,
    ],
    "resolve": SEPARATE_KEYS,
}
_BELIEF_ALT = (
    "Line chart of validation loss against learning rate on a log scale: the mean of a Gaussian "
    "process with a band of two standard deviations, diamonds where a network was trained, your "
    "own mean where it is written, and a dashed vertical line at the rate to train next. A click "
    "trains at the nearest rate, as the list of trials does."
)
_IMPROVEMENT: Spec = {
    "height": 280,
    "layer": [
        {
            "transform": only("series", "improvement"),
            "mark": {"type": "area", "color": BLUE, "opacity": 0.22, "clip": True},
            "encoding": {"x": _X, "y": _PROMISE},
        },
        line_layer("series", {"improvement": REFERENCE, "yours": YOURS}, _X, _PROMISE),
        _NEXT,
    ],
    "resolve": SEPARATE_KEYS,
}
_IMPROVEMENT_ALT = (
    "Area chart of expected improvement against learning rate, on a square-root scale: it touches "
    "zero where a network was trained, and peaks at the rate to train next, marked by a dashed "
    "vertical line. Your own function is drawn over it where it is written."
)


def belief(
    found: Belief, *, yours: NDArray[np.float64] | None, truth: NDArray[np.float64] | None
) -> Figure:
    """Draw the process.

    Args:
        found: The process after some trials.
        yours: The learner's own mean at `found.x`, where it is written.
        truth: Loss at evenly spaced rates over the whole axis, if it is to be shown.
    """
    import pandas as pd

    spread = 2 * found.std
    parts = [
        pd.DataFrame(
            {
                "series": "mean",
                "x": found.x,
                "loss": found.mean,
                "low": found.mean - spread,
                "high": found.mean + spread,
            }
        ),
        pd.DataFrame({"series": "trained", "x": found.tried, "loss": found.losses}),
        _next(found),
        pd.DataFrame({"series": "on offer", "x": exponents(), RATE.field: labels()}),
    ]
    if truth is not None:
        at = np.linspace(FIRST_EXPONENT, LAST_EXPONENT, len(truth))
        parts.append(pd.DataFrame({"series": "truth", "x": at, "loss": truth}))
    if yours is not None:
        parts.append(pd.DataFrame({"series": "yours", "x": found.x, "loss": yours}))
    best = int(found.losses.argmin())
    caption = (
        f"{len(found.losses)} trials; the best has loss {found.best:.3f} at learning rate "
        f"{10 ** found.tried[best]:.2g}. The band is widest at {10 ** _widest(found):.2g}, "
        f"±{2 * found.std.max():.2f} nats."
    )
    rows = pd.concat(parts, ignore_index=True)
    return Figure("gaussian-process", _BELIEF, rows, _BELIEF_ALT, caption)


def improvement(found: Belief, *, yours: NDArray[np.float64] | None) -> Figure:
    """Draw the expected improvement.

    Args:
        found: The process after some trials.
        yours: The learner's own values at `found.x`, where they are written.
    """
    import pandas as pd

    parts = [
        pd.DataFrame({"series": name, "x": found.x, "improvement": values})
        for name, values in (("improvement", found.improvement), ("yours", yours))
        if values is not None
    ]
    rows = pd.concat([*parts, _next(found)], ignore_index=True)
    return Figure("expected-improvement", _IMPROVEMENT, rows, _IMPROVEMENT_ALT, _caption(found))


def _caption(found: Belief) -> str:
    at_trials = found.improvement[_beside(found)].max()
    told = f"At the trials themselves at most {at_trials:.2g} nats are expected"
    if found.following is None:
        return f"{told}. Every rate on offer has been trained."
    promised = found.improvement[int(np.abs(found.x - np.log10(float(found.following))).argmin())]
    return f"{told}; next comes {float(found.following):.2g}, which promises {promised:.2g}."


def _beside(found: Belief) -> NDArray[np.int64]:
    """Index in `found.x` of each trial."""
    return np.asarray(np.abs(found.x[None, :] - found.tried[:, None]).argmin(axis=1))


def _widest(found: Belief) -> float:
    return float(found.x[int(found.std.argmax())])


def _next(found: Belief) -> Any:
    import pandas as pd

    at = [] if found.following is None else [float(np.log10(float(found.following)))]
    return pd.DataFrame({"series": ["next"] * len(at), "x": at})
