"""Two-dimensional data sets, drawn on the spot: to look at, not to learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Sample = tuple["NDArray[np.float64]", "NDArray[np.int64]"]
"""Inputs of shape (n, 2) and classes of shape (n,)."""


@dataclass(frozen=True)
class Drawn:
    """A kind of data set that is drawn.

    Attributes:
        draw: Called as `draw(n, noise, seed)`.
        noise: The standard deviation of the jitter if none is asked for.
    """

    draw: Callable[[int, float, int], Sample]
    noise: float


def _moons(n: int, noise: float, seed: int) -> Sample:
    from sklearn.datasets import make_moons

    x, y = make_moons(n, noise=noise, random_state=seed)
    return x, y


def _circles(n: int, noise: float, seed: int) -> Sample:
    from sklearn.datasets import make_circles

    x, y = make_circles(n, noise=noise, factor=0.5, random_state=seed)
    return x, y


def _blobs(n: int, noise: float, seed: int) -> Sample:
    from sklearn.datasets import make_blobs

    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    x, y = make_blobs(n, centers=corners, cluster_std=noise, random_state=seed)
    return x, y


def _spirals(n: int, noise: float, seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    # The square root spreads the points evenly along the arm instead of crowding the center.
    turn = np.sqrt(rng.uniform(0.02, 1.0, n))
    angle = 1.5 * 2 * np.pi * turn + np.pi * y
    x = turn[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + rng.normal(0.0, noise, x.shape), y


def _xor(n: int, noise: float, seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1.0, 1.0, (n, 2))
    # Labels come before the jitter: noise blurs the border as it does in the other sets.
    y = (x[:, 0] * x[:, 1] < 0).astype(np.int64)
    return x + rng.normal(0.0, noise, x.shape), y


DRAWN = {
    "moons": Drawn(_moons, 0.2),
    "circles": Drawn(_circles, 0.1),
    "spirals": Drawn(_spirals, 0.03),
    "blobs": Drawn(_blobs, 0.5),
    "xor": Drawn(_xor, 0.05),
}
"""The kinds, by name."""
