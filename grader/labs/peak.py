"""A score with one peak over two settings, for searches of which the truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 0.15  # of the peak, as a share of a setting's range


def scores(
    off_x: NDArray[np.float64], off_y: NDArray[np.float64], ratio: float
) -> NDArray[np.float64]:
    """Scores at distances from the peak in each setting, 1 on the peak; shapes must broadcast.

    Args:
        off_x: Distance in the setting that matters.
        off_y: Distance in the other one.
        ratio: How many times as much the first matters as the second.
    """
    first, second = (np.exp(-((off / WIDTH) ** 2)) for off in (off_x, off_y))
    mixed: NDArray[np.float64] = (ratio * first + second) / (ratio + 1)
    return mixed


def axis_values(k: int) -> NDArray[np.float64]:
    """The middles of k equal parts of the range from 0 to 1, shape (k,)."""
    return (np.arange(k) + 0.5) / k


def plane(k: int, x: float, y: float, ratio: float) -> Plane:
    """A grid of k values for each of x and y, with the peak at (x, y); see `scores`."""
    return Plane(k, x, y, ratio)


class Plane:
    """A grid, and what is to be maximized on it.

    Attributes:
        grid: The choices of "y" and of "x", in this order.
    """

    def __init__(self, k: int, x: float, y: float, ratio: float) -> None:
        """Place the peak."""
        self._x, self._y, self._ratio = x, y, ratio
        self.grid = {name: axis_values(k).tolist() for name in ("y", "x")}

    def score(self, config: Mapping[str, float]) -> float:
        """Score of one configuration, higher is better."""
        off = (np.array(config["x"] - self._x), np.array(config["y"] - self._y))
        return float(scores(*off, self._ratio))
