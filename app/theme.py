"""Colors, dashes and shapes, each with one meaning on every page.

All lines have a contrast of at least 3:1 on both the white and the dark background, and no meaning
rests on color alone: each series also has its own dash, each marker its own shape.
"""

from __future__ import annotations

from dataclasses import dataclass

BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#B3669B"
OCHRE = "#B07D00"
GRAY = "#7D8792"

HEAT = "viridis"


@dataclass(frozen=True)
class Line:
    """How a series is drawn.

    Attributes:
        color: Hex color.
        dash: Lengths of strokes and gaps in pixels; (1, 0) is solid.
        width: Width in pixels.
    """

    color: str
    dash: tuple[int, int]
    width: float


@dataclass(frozen=True)
class Point:
    """How a kind of marker is drawn.

    Attributes:
        color: Hex color.
        shape: Vega's name of its shape.
        size: Area in square pixels.
    """

    color: str
    shape: str
    size: int = 150


# Wider than what is drawn over it, so that two equal curves can both be seen.
REFERENCE = Line(BLUE, (1, 0), 4.0)
YOURS = Line(VERMILION, (6, 3), 2.0)
RAW = Line(GRAY, (1, 0), 1.0)
GHOST = Line(GRAY, (2, 3), 1.5)
