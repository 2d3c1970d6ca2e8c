"""The race: how good what each method has found is, epoch by epoch, over many runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from app.labs.contestants import Method, search
from app.labs.track import Name, Track, track

if TYPE_CHECKING:
    from numpy.typing import NDArray

Contestant = Method | Literal["yours"]
View = Literal["regret", "test accuracy", "validation accuracy"]
VIEWS: tuple[View, ...] = get_args(View)
BUDGETS = (4, 8, 16, 32, 64)
RUNS = (5, 10, 20, 40)
LOW, HIGH = 0.1, 0.9  # quantiles of the band
_POINTS = 60  # of a curve


@dataclass(frozen=True, eq=False)
class Lane:
    """One method's runs, read off at the same costs.

    Attributes:
        method: The method, or "yours" for a search that the learner wrote.
        cost: Whole trainings paid for, rising, shape (n_points,).
        validation: Validation accuracy of the configuration that a run would return by then; NaN
            before its first; shape (n_runs, n_points).
        test: Its test accuracy, likewise.
        best: The best test accuracy that any configuration has in the run, shape (n_runs,).
    """

    method: Contestant
    cost: NDArray[np.float64]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    best: NDArray[np.float64]

    def values(self, view: View) -> NDArray[np.float64]:
        """What a view shows, shape (n_runs, n_points)."""
        if view == "regret":
            return self.best[:, None] - self.test
        return self.test if view == "test accuracy" else self.validation

    @property
    def ends(self) -> NDArray[np.float64]:
        """Test accuracy of what each run returns, shape (n_runs,)."""
        return self.test[:, -1]

    def until(self, cost: float) -> Lane:
        """The lane as far as a cost, so at least its first point."""
        n = max(int(np.searchsorted(self.cost, cost, side="right")), 1)
        return replace(
            self, cost=self.cost[:n], validation=self.validation[:, :n], test=self.test[:, :n]
        )

    def quantiles(self, view: View) -> NDArray[np.float64]:
        """Low, median and high over the runs that have found something; shape (3, n_points)."""
        values = self.values(view)
        found = ~np.isnan(values).all(axis=0)
        result = np.full((3, values.shape[1]), np.nan)
        result[:, found] = np.nanquantile(values[:, found], [LOW, 0.5, HIGH], axis=0)
        return result


@dataclass(frozen=True, eq=False)
class Run:
    """What one run would return, as it goes on.

    Attributes:
        spent: Epochs charged at each change, rising.
        validation: Validation accuracy from there on.
        test: Test accuracy from there on.
        best: The best test accuracy of the track, with this run's seed.
    """

    spent: NDArray[np.int64]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    best: float


@lru_cache(maxsize=4096)
def run(name: Name, method: Method, budget: int, number: int) -> Run:
    """Run a method once; the same numbers give the same run.

    Args:
        name: The track.
        method: How to search.
        budget: Whole trainings.
        number: Number of the run, which decides all chance.
    """
    on = track(name)
    ledger = search(method, on, budget, number)
    return follow(on, ledger.seed, ledger.moves)


def follow(
    on: Track,
    seed: int,
    moves: Iterable[tuple[int, int, int, float]],
    chosen: tuple[int, int, float] | None = None,
) -> Run:
    """Read off what a run would return, as it goes on: the best of those that trained longest.

    Args:
        on: The track.
        seed: The landscape's seed that training followed.
        moves: As a `Ledger` writes them down.
        chosen: What it returned in the end, where it decides for itself: epochs charged by then,
            configuration, validation accuracy.
    """
    spent, validation, test = [], [], []
    lead = (0, -1.0)
    for at, config, epochs, score in moves:
        if (epochs, score) > lead:
            lead = (epochs, score)
            spent.append(at)
            validation.append(score)
            test.append(float(on.test[seed, config]))
    if chosen is not None:
        at, config, score = chosen
        spent.append(at)
        validation.append(score)
        test.append(float(on.test[seed, config]))
    best = float(on.test[seed].max())
    return Run(np.array(spent), np.array(validation), np.array(test), best)


@lru_cache(maxsize=128)
def lane(name: Name, method: Method, budget: int, runs: int) -> Lane:
    """Read off a method's runs at equal costs.

    Args:
        name: The track.
        method: The method.
        budget: Whole trainings.
        runs: How many.
    """
    found = [run(name, method, budget, number) for number in range(runs)]
    return lane_of(method, found, budget, track(name).max_epochs)


def lane_of(method: Contestant, found: Sequence[Run], budget: int, max_epochs: int) -> Lane:
    """Read off runs at equal costs.

    Args:
        method: Whose runs.
        found: At least one.
        budget: Whole trainings.
        max_epochs: Epochs of one.
    """
    points = min(budget * max_epochs, _POINTS)
    at = np.unique(np.linspace(1, budget * max_epochs, points).round().astype(int))
    places = [np.searchsorted(each.spent, at, side="right") for each in found]
    return Lane(
        method,
        at / max_epochs,
        np.array([_step(r.validation, p) for r, p in zip(found, places, strict=True)]),
        np.array([_step(r.test, p) for r, p in zip(found, places, strict=True)]),
        np.array([each.best for each in found]),
    )


def standing(lanes: tuple[Lane, ...], view: View) -> str:
    """Say in words where the methods stand at the end of their lanes, the best first."""
    ends = {each.method: each.quantiles(view)[:, -1] for each in lanes}
    sign = 1 if view == "regret" else -1
    ranked = sorted(ends.items(), key=lambda pair: sign * pair[1][1])
    unit = " points" if view == "regret" else "%"
    parts = [
        f"{method} {100 * mid:.1f}{unit} ({100 * low:.1f} to {100 * high:.1f})"
        for method, (low, mid, high) in ranked
    ]
    return "; ".join(parts)


def _step(values: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """The latest of some values at each place, NaN where there is none yet."""
    return np.concatenate([[np.nan], values])[places]
