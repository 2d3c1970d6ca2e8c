"""Two orders of tuning, one setting at a time: the accuracy after each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.charts.figure import SEPARATE_KEYS, Figure, Spec, line_layer, point_layer
from app.labs.tuning_order import Order, Stage, bought
from app.theme import GRAY, OCHRE, REFERENCE, Line, Point

_LINES: dict[str, Line] = {
    "as advised": REFERENCE,
    "learning rate last": Line(OCHRE, (6, 3), 2.0),
}
_POINTS = {
    "lr tuned, as advised": Point(REFERENCE.color, "circle"),
    "lr tuned, last": Point(OCHRE, "diamond"),
}
_N_STAGES = 6
_X: dict[str, Any] = {
    "field": "stage",
    "type": "quantitative",
    "scale": {"domain": [-0.2, _N_STAGES + 0.2], "nice": False},
    "axis": {"title": "settings tuned so far", "values": list(range(_N_STAGES + 1)), "format": "d"},
}
_Y: dict[str, Any] = {
    "field": "accuracy",
    "type": "quantitative",
    "scale": {"domain": [0, 1.1], "nice": False},
    "axis": {"title": "validation accuracy", "format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]},
}
_SHORT = {"batch_size": "batch", "weight_decay": "decay"}  # they fit a narrow screen


def _names(order: Order, down: int, right: int = 0) -> dict[str, Any]:
    """What was tuned at each stage, in words above or below a line."""
    return {
        "transform": [{"filter": {"field": "series", "equal": order}}],
        "mark": {"type": "text", "color": GRAY, "fontSize": 11, "yOffset": down, "xOffset": right},
        "encoding": {"x": _X, "y": _Y, "text": {"field": "name"}},
    }


_SPEC: Spec = {
    "height": 420,
    "layer": [
        line_layer("series", _LINES, _X, _Y),
        point_layer("series", _POINTS, _X, _Y),
        _names("as advised", -12),
        _names("learning rate last", 14, 12),
    ],
    "resolve": SEPARATE_KEYS,
}
_ALT = (
    "Line chart of validation accuracy after each of six stages, one setting a stage, for two "
    "orders: the advised one, which begins with the learning rate, and one that ends with it. A "
    "marker stands where the learning rate was tuned."
)


def tuning_order(walks: Mapping[Order, Sequence[Stage]]) -> Figure:
    """Draw the walks.

    Args:
        walks: The stages of each order, the start included.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = [
        {"series": order, "stage": i, "accuracy": stage.score, "tuned": stage.tuned or "start"}
        | {"chosen": stage.value, "name": _SHORT.get(stage.tuned, stage.tuned)}
        for order, stages in walks.items()
        for i, stage in enumerate(stages)
    ]
    marks = [
        {**row, "series": name}
        for order, name in zip(walks, _POINTS, strict=True)
        for row in rows
        if row["series"] == order and row["tuned"] == "lr"
    ]
    return Figure("tuning-order", _SPEC, pd.DataFrame(rows + marks), _ALT, _caption(walks))


def _caption(walks: Mapping[Order, Sequence[Stage]]) -> str:
    words = []
    for order, stages in walks.items():
        rate = 100 * bought(stages, "lr")
        rest = 100 * (stages[-1].score - stages[0].score) - rate
        words.append(
            f"{order.capitalize()}: from {stages[0].score:.1%} the learning rate buys {rate:.1f} "
            f"points and the other five settings {rest:.1f}, up to {stages[-1].score:.1%}."
        )
    first, *_, last = (stages[-1] for stages in walks.values())
    ahead = round(100 * (first.score - last.score), 1)
    than = f"{abs(ahead)} points {'higher' if ahead > 0 else 'lower'}" if ahead else "level"
    words.append(f"After {first.trials} trials each, the advised order ends {than}.")
    return " ".join(words)
