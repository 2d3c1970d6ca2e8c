"""Searches by the learner's functions among trainings recorded over rate and batch size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

# Learning rates (n_lrs,) and batch sizes (n_batches,), both rising, and accuracies (n_lrs,
# n_batches).
Table = tuple[Sequence[float], Sequence[int], Sequence[Sequence[float]]]


class Recorded:
    """An objective that looks trainings up, and notes what it is asked.

    Attributes:
        asked: Pairs [learning rate, batch size], in the order in which they were asked for.
    """

    def __init__(self, table: Table) -> None:
        """Take the trainings."""
        lrs, batch_sizes, scores = (np.asarray(part, dtype=np.float64) for part in table)
        self._lrs, self._batch_sizes, self._scores = np.log(lrs), np.log(batch_sizes), scores
        self.asked: list[list[float]] = []

    def score(self, config: Mapping[str, float]) -> float:
        """Accuracy of the recorded training that is nearest on log axes, higher is better."""
        lr, batch = float(config["lr"]), float(config["batch size"])
        self.asked.append([lr, batch])
        row = int(np.abs(self._lrs - np.log(lr)).argmin())
        column = int(np.abs(self._batch_sizes - np.log(batch)).argmin())
        return float(self._scores[row, column])

    def error(self, config: Mapping[str, float]) -> float:
        """Share of wrong answers of that training, lower is better."""
        return 1.0 - self.score(config)


def walk() -> Walk:
    """A lab for `coordinate_search`."""
    return Walk()


class Walk:
    """Tunes the two settings one at a time."""

    def run(
        self,
        coordinate_search: Callable[..., Any],
        table: Table,
        start: Mapping[str, Any],
        candidates: Mapping[str, Sequence[Any]],
        rounds: int,
    ) -> dict[str, Any]:
        """Call `coordinate_search(error, start, candidates, rounds=rounds)`.

        Returns:
            result: What it returned; asked: see `Recorded`.
        """
        recorded = Recorded(table)
        result = coordinate_search(recorded.error, dict(start), dict(candidates), rounds=rounds)
        return {"result": result, "asked": recorded.asked}


def draws(low: float, high: float, seed: int) -> Draws:
    """A lab for `sample_configs` and `random_search`: a log-uniform rate, and some batch sizes.

    Args:
        low: Lower bound of the learning rate.
        high: Upper bound of the learning rate.
        seed: Seed of the generator.
    """
    return Draws(low, high, seed)


class Draws:
    """Draws from the space, and searches it."""

    def __init__(self, low: float, high: float, seed: int) -> None:
        """Take the bounds."""
        from scipy import stats

        self._lr = stats.loguniform(low, high)
        self._rng = np.random.default_rng(seed)

    def draw(
        self, sample_configs: Callable[..., Any], batch_sizes: Sequence[int], n: int
    ) -> list[dict[str, Any]]:
        """Return what `sample_configs(space, n, rng)` returns."""
        configs: list[dict[str, Any]] = sample_configs(self._space(batch_sizes), n, self._rng)
        return configs

    def search(
        self,
        random_search: Callable[..., Any],
        table: Table,
        batch_sizes: Sequence[int],
        n: int,
    ) -> dict[str, Any]:
        """Call `random_search(score, space, n, rng, "max")`.

        Returns:
            result: What it returned; asked: see `Recorded`.
        """
        recorded = Recorded(table)
        result = random_search(recorded.score, self._space(batch_sizes), n, self._rng, "max")
        return {"result": result, "asked": recorded.asked}

    def _space(self, batch_sizes: Sequence[int]) -> dict[str, Any]:
        return {"lr": self._lr, "batch size": [int(size) for size in batch_sizes]}
