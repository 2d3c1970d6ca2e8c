"""How far the best of many equally good configurations seems better than it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRIALS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)


@dataclass(frozen=True, eq=False)
class Luck:
    """Expected validation accuracy of the best trial, against its true accuracy.

    Attributes:
        n_val: Validation examples.
        truth: Accuracy that every trial truly has.
        best: Expected best validation accuracy after each number of `TRIALS`, shape
            (len(TRIALS),).
    """

    n_val: int
    truth: float
    best: NDArray[np.float64]

    def gain(self, trials: int) -> float:
        """How much too high the best is on average after so many trials, one of `TRIALS`."""
        return float(self.best[TRIALS.index(trials)] - self.truth)


@lru_cache(maxsize=64)
def luck(n_val: int, truth: float) -> Luck:
    """Expect the maximum of independent binomial counts of right answers.

    Args:
        n_val: Validation examples, at least 1; each trial is judged on a set of its own.
        truth: True accuracy of every trial, between 0 and 1.

    Raises:
        ValueError: If an argument is out of bounds.
    """
    from scipy.stats import binom

    if n_val < 1:
        raise ValueError(f"`n_val` must be at least 1, but got n_val={n_val}.")
    if not 0 < truth < 1:
        raise ValueError(f"`truth` must be between 0 and 1, but got truth={truth}.")
    below = binom.cdf(np.arange(n_val), n_val, truth)
    # E[max] is the sum over m of P(max > m) for counts, and the maximum is at most m if all are.
    expected = [float(np.sum(1 - below**trials)) / n_val for trials in TRIALS]
    return Luck(n_val, truth, np.array(expected))
