"""Random search among recorded trainings: what it draws, and the best score so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge

LOW, HIGH = 1e-3, 10.0  # of the learning rate
BUDGETS = (5, 10, 20, 40, 59, 100, 200)
EPOCHS = 3
BEST_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class RandomTrials:
    """One random search.

    Attributes:
        ridge: The recorded trainings.
        lrs: Learning rates drawn, shape (n,).
        batch_sizes: Batch sizes drawn, shape (n,).
        scores: Accuracy of the recorded training that is nearest to each, shape (n,).
        best_so_far: The best of them up to and including each trial, shape (n,).
        good: What the best 5% of all recorded trainings score at least.
    """

    ridge: Ridge
    lrs: NDArray[np.float64]
    batch_sizes: NDArray[np.int64]
    scores: NDArray[np.float64]
    best_so_far: NDArray[np.float64]
    good: float

    @property
    def first_hit(self) -> int | None:
        """The first trial, from 1, among the best 5% of the space; None if there is none."""
        hits = np.flatnonzero(self.scores >= self.good)
        return int(hits[0]) + 1 if len(hits) else None


def random_trials(ridge: Ridge, n: int, seed: int) -> RandomTrials:
    """Draw learning rates on a log scale and batch sizes from the recorded ones.

    Args:
        ridge: The recorded trainings.
        n: Number of trials, at least 1.
        seed: Seed of the draws.

    Raises:
        ValueError: If `n` is below 1.
    """
    if n < 1:
        raise ValueError(f"A search has at least 1 trial, but got n={n}.")
    rng = np.random.default_rng(seed)
    lrs = np.exp(rng.uniform(np.log(LOW), np.log(HIGH), n))
    columns = rng.integers(len(ridge.batch_sizes), size=n)
    rows = np.abs(np.log(lrs)[:, None] - np.log(ridge.lrs)).argmin(axis=1)
    scores = ridge.scores[rows, columns]
    return RandomTrials(
        ridge,
        lrs,
        ridge.batch_sizes[columns],
        scores,
        np.maximum.accumulate(scores),
        float(np.quantile(ridge.scores, 1 - BEST_SHARE, method="higher")),
    )
