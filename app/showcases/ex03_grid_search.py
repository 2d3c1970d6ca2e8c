"""Pictures of topic 3's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.own_call import Call, Lab, Part
from app.showcases.model import Axis, Points, Showcase, WrongShapeError, number, numbers, points

_SETTINGS = tuple(range(1, 9))
_SIDE = 4


def _plane(k: int) -> Lab:
    return Lab("ex03_grid_search:plane", (("k", k),))


def _sizes(values: Sequence[Any]) -> Points:
    return [float(d) for d in _SETTINGS], [number(value) for value in values]


def _fast_name(values: Sequence[Any]) -> Points:
    ys = points(values[0], ("x", "y"))[:, 1].tolist()
    return [float(i) for i in range(1, len(ys) + 1)], ys


def _values(values: Sequence[Any]) -> Points:
    result = values[0]
    if not isinstance(result, list | tuple) or len(result) != 3:
        raise WrongShapeError("The picture needs (best_config, best_value, values).")
    return [float(i) for i in range(1, _SIDE**2 + 1)], numbers(result[2], _SIDE**2)


SHOWCASES = (
    Showcase(
        "grid_size",
        tuple(
            Call("grid_size", (Part("grid"),), Lab("ex03_grid_search:cube", (("n", d),)))
            for d in _SETTINGS
        ),
        _sizes,
        Axis("settings with 3 values each", (1, 8)),
        Axis("combinations", (1, 1e4), log=True),
        "A straight line on a log scale: every setting costs three times as much.",
    ),
    Showcase(
        "expand_grid",
        (Call("expand_grid", (Part("grid"),), _plane(_SIDE)),),
        _fast_name,
        Axis("position in the list", (1, _SIDE**2)),
        Axis("value of y, the last name", (0.0, 1.0)),
        "A saw with four teeth: y runs through its values for each value of x.",
    ),
    Showcase(
        "grid_search",
        (Call("grid_search", (Part("objective"), Part("grid")), _plane(_SIDE)),),
        _values,
        Axis("position in the list", (1, _SIDE**2)),
        Axis("loss", (0.0, 1.2)),
        "The dip moves from tooth to tooth: the best y depends on x, so the two interact.",
    ),
)
