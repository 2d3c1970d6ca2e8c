"""The plane as a network sees it, with the examples it learned from."""

from __future__ import annotations

import base64
import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.class_names import class_names
from app.charts.figure import Figure, Spec, only
from app.labs.playground_answers import REACH, Boundary, examples
from app.theme import BLUE, GRAY, GREEN, OCHRE, PURPLE, VERMILION

if TYPE_CHECKING:
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
    import pandas as pd

    names = tuple(
        f"class {name}" if name.isdecimal() else name for name in class_names(run.data, _MOST)
    )
    x, y, n_train = examples(run.data)
    points = pd.DataFrame(
        {
            "kind": ["training"] * n_train + ["validation"] * (len(x) - n_train),
            "x": x[:, 0],
            "y": x[:, 1],
            "class": [names[i] for i in y],
            "answer": [names[i] for i in found.examples],
            "chance": found.sure,
        }
    )
    # Last, so that the table begins with what can be read.
    plane = pd.DataFrame({"kind": ["plane"], "picture": [_picture(found, len(names))]})
    rows = pd.concat([points, plane], ignore_index=True)
    spec = _spec(names, run.data.feature_names)
    return Figure("playground-boundary", spec, rows, _ALT, _caption(run, found))


def _picture(found: Boundary, n_classes: int) -> str:
    """The plane as an image's address: a browser draws one many times a second, and cells not."""
    from PIL import Image

    tints = np.array([_rgb(tint) for _, tint, _ in _CLASSES])
    pale = np.array(_rgb(_UNSURE))
    sure = (found.chance - 1 / n_classes) / (1 - 1 / n_classes)
    pixels = np.rint(pale + (tints[found.answer] - pale) * sure[..., None]).astype(np.uint8)
    file = io.BytesIO()
    # An image's first row is its highest.
    Image.fromarray(pixels[::-1]).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


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

    picture = {
        "transform": only("kind", "plane"),
        "mark": {
            "type": "image",
            "width": {"expr": "width"},
            "height": {"expr": "height"},
            "align": "left",
            "baseline": "top",
            "aspect": False,
            "smooth": False,
            "aria": False,
        },
        "encoding": {"x": {"value": 0}, "y": {"value": 0}, "url": {"field": "picture"}},
    }
    layers = [
        picture,
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
