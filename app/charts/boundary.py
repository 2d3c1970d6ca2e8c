"""The plane as a network sees it, with the examples it learned from."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts import picture
from app.charts.class_names import class_names
from app.charts.figure import PICTURE, Figure, Spec, only
from app.charts.rows import stack
from app.labs.playground_answers import REACH, Boundary, examples
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.playground import Run

# A class's color, its pale tint where the network is sure, and its shape.
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
_ALT = (
    "Plane of the two standardized inputs, colored by the class that the network answers, fainter "
    "where it is less sure. Marks are examples, filled for training and hollow for validation; "
    "their shape and color tell the class."
)


def boundary(run: Run, found: Boundary) -> Figure:
    """Draw what the first seed's network answers everywhere.

    Args:
        run: The run whose network it is.
        found: Its answers.
    """
    names = tuple(
        f"class {name}" if name.isdecimal() else name for name in class_names(run.data, _MOST)
    )
    x, y, n_train = examples(run.data)
    points = {
        "kind": ["training"] * n_train + ["validation"] * (len(x) - n_train),
        "x": x[:, 0],
        "y": x[:, 1],
        "class": [names[i] for i in y],
        "answer": [names[i] for i in found.examples],
        "chance": found.sure,
    }
    # Last, so that the table begins with what can be read.
    address = picture.address(_pixels(found, len(names)))
    rows = stack(points, {"kind": ["plane"], PICTURE: [address]})
    spec = _spec(names, run.data.feature_names)
    return Figure("playground-boundary", spec, rows, _ALT, _caption(run, found))


def _pixels(found: Boundary, n_classes: int) -> NDArray[np.uint8]:
    tints = np.array([picture.rgb(tint) for _, tint, _ in _CLASSES])
    pale = np.array(picture.rgb(_UNSURE))
    sure = (found.chance - 1 / n_classes) / (1 - 1 / n_classes)
    mixed = pale + (tints[found.answer] - pale) * sure[..., None]
    return np.asarray(np.rint(mixed), dtype=np.uint8)


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

    layers = [
        picture.layer("plane"),
        points("training", {"filled": True, "size": 40, "stroke": "#1f2933", "strokeWidth": 0.6}),
        points("validation", {"filled": False, "size": 50, "fill": "#ffffff", "strokeWidth": 1.8}),
    ]
    return {"height": 460, "layer": layers, "resolve": {"scale": {"color": "independent"}}}


def _caption(run: Run, found: Boundary) -> str:
    unsure = float(np.mean(found.chance < 0.9))
    words = (
        f"Seed {run.setup.config.seed}: the network is less than 90% sure on {unsure:.0%} of this "
        "plane. Filled marks are training examples, hollow ones validation."
    )
    total, drawn = len(run.data.x_train) + len(run.data.x_val), len(found.examples)
    if total > drawn:
        words += f" Drawn: {drawn} of {total:,} examples."
    return words
