"""A plane as one image: a browser draws one many times a second, and hundreds of cells not."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from app.charts.figure import PICTURE, only

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Vega's scheme of that name at even steps; between them it is straight to within two of 255 levels.
_VIRIDIS = (
    "440154 470d60 48196b 482373 472d7b 453781 424086 3f4a89 3b528b 375a8c 34638d 306b8e 2c728e "
    "297a8e 27828e 23898e 21918d 1f988b 1f9f88 21a785 28ae80 32b57b 3ebc74 4dc26c 5dc963 6fce58 "
    "82d34c 96d840 abdc32 c0e025 d5e21b eae51b fde725"
)


def address(pixels: NDArray[np.uint8]) -> str:
    """An image that needs no server.

    Args:
        pixels: Red, green and blue, shape (n_rows, n_columns, 3); the first row is the lowest.
    """
    from PIL import Image

    file = io.BytesIO()
    # An image's first row is its highest.
    Image.fromarray(pixels[::-1]).save(file, "PNG", compress_level=1)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def heat(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The colors of a heatmap, shape (…, 3).

    Args:
        values: From 0 to 1, of any shape.
    """
    table = np.array([rgb(color) for color in _VIRIDIS.split()])
    places = np.linspace(0, 1, len(table))
    channels = [np.interp(values, places, table[:, channel]) for channel in range(3)]
    return np.asarray(np.rint(np.stack(channels, axis=-1)), dtype=np.uint8)


def rgb(color: str) -> tuple[int, int, int]:
    """Red, green and blue of six hexadecimal digits, with or without a # in front."""
    digits = color.removeprefix("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def layer(kind: str, share: float = 1.0, *, smooth: bool = False) -> dict[str, Any]:
    """The layer that draws the image, in the lower left of a chart.

    Args:
        kind: What the column "kind" says of its row.
        share: How much of the width and of the height it takes.
        smooth: Whether pixels run into each other.
    """
    return {
        "transform": only("kind", kind),
        "mark": {
            "type": "image",
            "width": {"expr": f"width * {share}"},
            "height": {"expr": f"height * {share}"},
            "align": "left",
            "baseline": "bottom",
            "aspect": False,
            "smooth": smooth,
            "aria": False,
        },
        "encoding": {
            "x": {"value": 0},
            "y": {"value": "height"},
            "url": {"field": PICTURE},
        },
    }
