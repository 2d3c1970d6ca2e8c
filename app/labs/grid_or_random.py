"""Grid search against random search on a peak that may care more about one setting."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from grader.labs.peak import axis_values
from grader.labs.peak import scores as peak_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUDGETS = (4, 9, 16, 25, 36)  # squares, so that a grid can spend all of them
RATIOS = (1, 3, 10, 30, 100)
DUELS = 2000


@dataclass(frozen=True)
class Surface:
    """A score from 0 to 1 over two settings, each from 0 to 1.

    Attributes:
        x: Where the peak is in the setting that matters.
        y: Where it is in the other one.
        ratio: How many times as much the first matters as the second.
    """

    x: float
    y: float
    ratio: float

    def score(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of points, shape (n,)."""
        return peak_scores(x - self.x, y - self.y, self.ratio)


@dataclass(frozen=True, eq=False)
class Search:
    """The trials of one method.

    Attributes:
        x: Their values of the setting that matters, shape (n,).
        y: Their values of the other setting, shape (n,).
        scores: What they scored, shape (n,).
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    scores: NDArray[np.float64]

    @property
    def best(self) -> int:
        """Index of the best trial, the first of equals."""
        return int(self.scores.argmax())

    @property
    def values_tried(self) -> int:
        """Number of different values of the setting that matters."""
        return len(np.unique(self.x))

    def compared_with(self, points: NDArray[np.float64]) -> str:
        """Say how points of shape (n, 2) agree with these trials."""
        own = np.stack([self.x, self.y], axis=1)
        if points.shape == own.shape and np.allclose(points, own):
            return "Yours: the same points in the same order, y changing fastest."
        missed = sum(not np.isclose(points, each).all(axis=1).any() for each in own)
        if missed or len(points) != len(own):
            return (
                f"Yours: {len(points)} points, and {missed} of the grid's {len(own)} are missing."
            )
        return (
            "Yours: the right points, but in another order: sort the names, the last one fastest."
        )


@dataclass(frozen=True, eq=False)
class Contest:
    """One peak, searched by both methods, and how such contests end on average.

    Attributes:
        surface: The peak.
        grid: The grid's trials, in the order of `expand_grid`.
        random: The random ones.
        random_wins: Share of `DUELS` contests on peaks at random places in which random search
            scores higher.
    """

    surface: Surface
    grid: Search
    random: Search
    random_wins: float


@lru_cache(maxsize=64)
def contest(budget: int, ratio: float, seed: int) -> Contest:
    """Search a peak at a random place with a grid and at random.

    Args:
        budget: Trials of each, one of `BUDGETS`.
        ratio: How many times as much x matters as y, at least 1.
        seed: Seed of the place and of the random trials.

    Raises:
        ValueError: If `budget` or `ratio` does not fit.
    """
    if budget not in BUDGETS:
        raise ValueError(f"`budget` must be one of {BUDGETS}, but got budget={budget}.")
    if not ratio >= 1:
        raise ValueError(f"`ratio` must be at least 1, but got ratio={ratio}.")
    rng = np.random.default_rng(seed)
    x, y = (float(place) for place in rng.uniform(0.05, 0.95, 2))
    surface = Surface(x, y, ratio)

    def search(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> Search:
        return Search(xs, ys, surface.score(xs, ys))

    drawn = rng.uniform(size=(2, budget))
    return Contest(
        surface, search(*grid_points(budget)), search(*drawn), random_wins(budget, ratio)
    )


def grid_points(budget: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points of a square grid, each in the middle of its cell, y changing fastest; shapes (n,)."""
    axis = axis_values(round(budget**0.5))
    x, y = np.meshgrid(axis, axis, indexing="ij")
    return x.ravel(), y.ravel()


@lru_cache(maxsize=64)
def random_wins(budget: int, ratio: float) -> float:
    """Share of `DUELS` contests, each with a peak of its own, that random search wins."""
    rng = np.random.default_rng(0)
    peaks = rng.uniform(0.05, 0.95, (2, DUELS, 1))
    x, y = grid_points(budget)
    grid = peak_scores(x - peaks[0], y - peaks[1], ratio).max(axis=1)
    drawn = rng.uniform(size=(2, DUELS, budget))
    random = peak_scores(drawn[0] - peaks[0], drawn[1] - peaks[1], ratio).max(axis=1)
    return float(np.mean(random > grid))
