"""The plane as a network sees it, with the examples it learned from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.class_names import class_names
from app.charts.figure import Figure, Spec, only
from app.labs.playground_answers import CELLS, REACH, Boundary
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION

if TYPE_CHECKING:
    from app.labs.playground import Run

# A class's color, its pale tint where the network is sure, and its shape. The plane is light on
# dark pages too: see-through cells would show their seams.
_CLASSES = (
    (PURPLE, "#dcb8cc", "circle"),
    (GREEN, "#8fd3bf", "triangle-up"),
    (OCHRE, "#e3cf96", "square"),
    (BLUE, "#93c1de", "diamond"),
    (VERMILION, "#f1b690", "cross"),
    (GRAY, "#c3c8ce", "triangle-down"),
)
_UNSURE = "#fbfbfb"
_MOST = 24  # characters of a class's name
_MOST_POINTS = 500
_OVERLAP = 0.03  # of neighboring cells, or the page would shine through between them
_ALT = (
    "Plane of the two standardized inputs, colored by the class that the network answers, fainter "
    "where it is less sure. Marks are examples, filled for training and hollow for validation; "
    "their shape and color tell the class."
)


def boundary(run: Run, found: Boundary, *, stale: bool = False) -> Figure:
    """Draw what the first seed's network answers everywhere.

    Args:
        run: The run whose network it is.
        found: Its answers.
        stale: Whether a newer run is still training.
    """
    import pandas as pd

    names = tuple(
        f"class {name}" if name.isdecimal() else name for name in class_names(run.data, _MOST)
    )
    half = REACH / CELLS
    cells = pd.DataFrame(
        {
            "kind": "cell",
            "x": found.x - half,
            "x2": found.x + half + _OVERLAP,
            "y": found.y - half,
            "y2": found.y + half + _OVERLAP,
            "class": [names[i] for i in found.answer],
            "chance": found.chance,
        }
    )
    parts = [cells, _points(run, "training", names), _points(run, "validation", names)]
    rows = pd.concat(parts, ignore_index=True)
    caption = _caption(run, found, stale=stale)
    spec = _spec(names, run.data.feature_names)
    return Figure("playground-boundary", spec, rows, _ALT, caption)


def _points(run: Run, part: str, names: tuple[str, ...]) -> Any:
    import pandas as pd

    is_training = part == "training"
    x = run.data.x_train if is_training else run.data.x_val
    y = run.data.y_train if is_training else run.data.y_val
    most = _MOST_POINTS * len(x) // (len(run.data.x_train) + len(run.data.x_val))
    x, y = x[:most], y[:most]  # rows are shuffled
    return pd.DataFrame({"kind": part, "x": x[:, 0], "y": x[:, 1], "class": [names[i] for i in y]})


@lru_cache(maxsize=16)
def _spec(names: tuple[str, ...], inputs: tuple[str, ...]) -> Spec:
    titles = dict(zip(("x", "y"), inputs or ("x1", "x2"), strict=True))

    def axis(field: str) -> dict[str, Any]:
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": [-REACH, REACH], "nice": False},
            "axis": {
                "title": f"{titles[field][:30]} (standardized)",
                "tickCount": 5,
                "grid": False,
            },
        }

    colors = [color for color, _, _ in _CLASSES[: len(names)]]
    shapes = [shape for _, _, shape in _CLASSES[: len(names)]]

    def channel(values: list[str]) -> dict[str, Any]:
        return {
            "field": "class",
            "type": "nominal",
            "scale": {"domain": list(names), "range": values},
            "legend": {"title": None, "orient": "top", "columns": 4, "symbolFillColor": "#ffffff"},
        }

    def points(part: str, mark: dict[str, Any]) -> dict[str, Any]:
        color = (
            {"color": {**channel(colors), "legend": None}}
            if mark["filled"]
            else {"stroke": channel(colors)}
        )
        return {
            "transform": only("kind", part),
            "mark": {"type": "point", "opacity": 1, "clip": True, **mark},
            "encoding": {"x": axis("x"), "y": axis("y"), "shape": channel(shapes), **color},
        }

    def plane(name: str, tint: str) -> dict[str, Any]:
        return {
            "transform": [*only("kind", "cell"), *only("class", name)],
            "mark": {"type": "rect", "clip": True, "aria": False},
            "encoding": {
                "x": axis("x"),
                "x2": {"field": "x2"},
                "y": axis("y"),
                "y2": {"field": "y2"},
                "color": {
                    "field": "chance",
                    "type": "quantitative",
                    "scale": {"domain": [1 / len(names), 1], "range": [_UNSURE, tint]},
                    "legend": None,
                },
            },
        }

    tints = [tint for _, tint, _ in _CLASSES]
    layers = [
        *(plane(*pair) for pair in zip(names, tints, strict=False)),
        points("training", {"filled": True, "size": 40, "stroke": "#1f2933", "strokeWidth": 0.6}),
        points("validation", {"filled": False, "size": 50, "fill": "#ffffff", "strokeWidth": 1.8}),
    ]
    return {"height": 460, "layer": layers, "resolve": {"scale": {"color": "independent"}}}


def _caption(run: Run, found: Boundary, *, stale: bool) -> str:
    if stale:
        return "Of the run before: this one is still training."
    unsure = float(np.mean(found.chance < 0.9))
    words = (
        f"Seed {run.setup.config.seed}: the network is less than 90% sure on {unsure:.0%} of this "
        "plane. Filled marks are training examples, hollow ones validation."
    )
    total = len(run.data.x_train) + len(run.data.x_val)
    if total > _MOST_POINTS:
        words += f" Drawn: {_MOST_POINTS} of {total:,} examples."
    return words
