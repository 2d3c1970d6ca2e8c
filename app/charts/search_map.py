"""The trials of a search on a map of the score, with the values that they try along the margins."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts import picture
from app.charts.figure import PICTURE, Figure, Spec, only
from app.charts.rows import Part, stack
from app.labs.grid_or_random import Search, Surface
from app.theme import HEAT, VERMILION
from grader.labs.peak import axis_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARGIN = (1.02, 1.1)  # where the rugs are, beyond the map
_PIXELS = 64  # a side of the map


def _position(field: str, title: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [0, _MARGIN[1]], "nice": False},
        "axis": {"title": title, "values": [0, 0.5, 1], "grid": False},
    }


_X = _position("x", "x, the setting that matters")
_Y = _position("y", "y, the other setting")
_KINDS = {"trial": ("circle", 70), "best": ("diamond", 190)}


def _channel(values: list[object]) -> dict[str, Any]:
    return {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": list(_KINDS), "range": values},
        "legend": None,  # white marks would not show on a white page: the caption explains them
    }


_SPEC: Spec = {
    "height": 430,
    "layer": [
        picture.layer("surface", 1 / _MARGIN[1], smooth=True),
        {
            # Draws nothing: it is there for the key of the colors.
            "transform": only("kind", "key"),
            "mark": {"type": "rect", "aria": False},
            "encoding": {
                "x": _X,
                "y": _Y,
                "color": {
                    "field": "score",
                    "type": "quantitative",
                    "scale": {"scheme": HEAT, "domain": [0, 1]},
                    "legend": {"title": "score", "orient": "top", "tickCount": 3},
                },
            },
        },
        {
            "transform": only("kind", "yours"),
            # Without a name while they are empty, yours are for eyes; the table has them for all.
            "mark": {
                "type": "line",
                "color": VERMILION,
                "strokeWidth": 2,
                "strokeDash": [6, 3],
                "aria": False,
            },
            "encoding": {"x": _X, "y": _Y, "order": {"field": "order", "type": "quantitative"}},
        },
        {
            "transform": only("kind", "yours"),
            "mark": {
                "type": "point",
                "filled": False,
                "size": 230,
                "aria": False,
                "stroke": VERMILION,
                "strokeWidth": 3,
                "opacity": 1,
            },
            "encoding": {"x": _X, "y": _Y},
        },
        {
            "transform": only("kind", "your best"),
            "mark": {
                "type": "point",
                "filled": False,
                "shape": "diamond",
                "size": 600,
                "aria": False,
                "stroke": VERMILION,
                "strokeWidth": 3,
                "opacity": 1,
            },
            "encoding": {"x": _X, "y": _Y},
        },
        {
            "transform": only("kind", *_KINDS),
            "mark": {
                "type": "point",
                "filled": True,
                "color": "#ffffff",
                "stroke": "#000000",
                "strokeWidth": 1.5,
                "opacity": 1,
            },
            "encoding": {
                "x": _X,
                "y": _Y,
                "shape": _channel([shape for shape, _ in _KINDS.values()]),
                "size": _channel([size for _, size in _KINDS.values()]),
                "tooltip": [{"field": name, "format": ".2f"} for name in ("x", "y", "score")],
            },
        },
        {
            "transform": only("kind", "x value"),
            "mark": {"type": "rule", "color": VERMILION, "strokeWidth": 2},
            "encoding": {"x": _X, "y": _Y, "y2": {"field": "y2"}},
        },
        {
            "transform": only("kind", "y value"),
            "mark": {"type": "rule", "color": VERMILION, "strokeWidth": 2},
            "encoding": {"x": _X, "x2": {"field": "x2"}, "y": _Y},
        },
    ],
}
_ALT = (
    "Map of a score over two settings, brighter where it is higher, with the trials of {} as white "
    "circles and the best of them as a diamond; what your own functions list and pick is ringed. "
    "Strokes along the top and the right edge mark the values of either setting that were "
    "tried."
)


def search_map(
    name: str,
    surface: Surface,
    search: Search | None,
    yours: NDArray[np.float64] | None = None,
    your_best: NDArray[np.float64] | None = None,
    said_of_yours: str = "",
) -> Figure:
    """Draw one method's trials.

    Args:
        name: The method, "grid" or "random".
        surface: What was searched.
        search: The trials; None while they are to be predicted.
        yours: Points that the learner's function lists, in its order, shape (n, 2), or None.
        your_best: The point that the learner's search picks, shape (2,), or None.
        said_of_yours: A sentence on them.
    """
    method = {"grid": "grid search", "random": "random search"}[name]
    alt = _ALT.format(method)
    if search is None:
        none: Part = dict.fromkeys(("x", "y", "x2", "y2", "score", "order"), np.empty(0))
        rows = stack(none, _surface(surface))
        caption = f"What {method} will look for. Its trials come with your guess."
        return Figure(f"{name}-map", _SPEC, rows, alt, caption)
    rows = stack(*_trials(search), *_own(yours, your_best), _surface(surface))
    caption = _caption(method, search, said_of_yours)
    return Figure(f"{name}-map", _SPEC, rows, alt, caption)


def _surface(surface: Surface) -> Part:
    return {"kind": ["surface"], PICTURE: [_picture(surface)]}


@lru_cache(maxsize=64)
def _picture(surface: Surface) -> str:
    middles = axis_values(_PIXELS)
    x, y = np.meshgrid(middles, middles)
    return picture.address(picture.heat(surface.score(x, y)))


def _trials(search: Search) -> list[Part]:
    low, high = _MARGIN
    kinds = np.full(len(search.x), "trial", dtype=object)
    kinds[search.best] = "best"
    return [
        {"kind": kinds, "x": search.x, "y": search.y, "score": search.scores},
        {"kind": "x value", "x": np.unique(search.x), "y": low, "y2": high},
        {"kind": "y value", "x": low, "x2": high, "y": np.unique(search.y)},
    ]


def _own(yours: NDArray[np.float64] | None, your_best: NDArray[np.float64] | None) -> list[Part]:
    own = np.empty((0, 2)) if yours is None else yours
    best = np.empty((0, 2)) if your_best is None else your_best[None]
    order = np.arange(float(len(own)))
    return [
        {"kind": "yours", "x": own[:, 0], "y": own[:, 1], "order": order},
        {"kind": "your best", "x": best[:, 0], "y": best[:, 1]},
    ]


def _caption(method: str, search: Search, said_of_yours: str) -> str:
    return (
        f"{method.capitalize()}: {len(search.x)} trials, {search.values_tried} different values of "
        f"x. Its best, the diamond, scores {search.scores[search.best]:.2f}. {said_of_yours}"
    ).strip()
