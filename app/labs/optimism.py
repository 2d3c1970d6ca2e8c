"""What the best validation score of a search is worth: simulated searches whose truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRUTH = 0.95
SHOWN = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200)
TRIALS = SHOWN[-1]
SEARCHES = 500


@dataclass(frozen=True, eq=False)
class Optimism:
    """Searches that keep the configuration with the best validation score.

    Attributes:
        n_val: Validation samples.
        spread: Standard deviation of the configurations' true accuracies.
        trials: Numbers of trials, `SHOWN`, shape (len(SHOWN),).
        best: Validation score of the best of so many trials, mean over `SEARCHES` searches, shape
            (len(SHOWN),).
        true: True accuracy of that same configuration, shape (len(SHOWN),).
        scores: All validation scores of one of the searches, in the order of its trials, shape
            (TRIALS,).
    """

    n_val: int
    spread: float
    trials: NDArray[np.int64]
    best: NDArray[np.float64]
    true: NDArray[np.float64]
    scores: NDArray[np.float64]

    def gap(self, n: int) -> float:
        """How much better the best of `n` trials looks than it is; `n` is one of `SHOWN`."""
        at = SHOWN.index(n)
        return float(self.best[at] - self.true[at])


@lru_cache(maxsize=64)
def optimism(n_val: int, spread: float, seed: int) -> Optimism:
    """Simulate searches over configurations of about the same quality.

    Each configuration has a true accuracy, normal around `TRUTH` and at most 1. A validation
    sample is right with that probability.

    Args:
        n_val: Validation samples, at least 1.
        spread: Standard deviation of the true accuracies, at least 0; at 0 all are equally good.
        seed: Which of the simulated searches lends its scores; it also seeds them all.

    Raises:
        ValueError: If `n_val` or `spread` does not fit.
    """
    if n_val < 1:
        raise ValueError(f"`n_val` must be at least 1, but got n_val={n_val}.")
    if not spread >= 0:
        raise ValueError(f"`spread` must be at least 0, but got spread={spread}.")
    rng = np.random.default_rng(seed)
    true = np.clip(rng.normal(TRUTH, spread, (SEARCHES, TRIALS)), 0, 1)
    scores = rng.binomial(n_val, true) / n_val
    rows = np.arange(SEARCHES)
    winners = [scores[:, :n].argmax(axis=1) for n in SHOWN]
    return Optimism(
        n_val,
        spread,
        np.array(SHOWN),
        np.array([scores[rows, winner].mean() for winner in winners]),
        np.array([true[rows, winner].mean() for winner in winners]),
        scores[0],
    )
