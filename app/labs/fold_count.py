"""How the estimate of cross-validation depends on the number of folds, on the digits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COUNTS = (2, 3, 5, 10, 20)
N_DRAWS = 40


@dataclass(frozen=True, eq=False)
class Estimates:
    """Cross-validated accuracies of one method, over many small data sets.

    Attributes:
        n: Rows of each data set.
        estimates: Mean accuracy over the folds, shape (n_draws, len(COUNTS)).
        truth: Accuracy of the model trained on all n rows, on all the other digits, shape
            (n_draws,).
    """

    n: int
    estimates: NDArray[np.float64]
    truth: NDArray[np.float64]

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean estimate of each number of folds, shape (len(COUNTS),)."""
        return np.asarray(self.estimates.mean(axis=0))

    def pessimism(self, k: int) -> float:
        """How much too low the estimate of k folds is on average, k one of `COUNTS`."""
        return float(self.truth.mean() - self.means[COUNTS.index(k)])

    @property
    def spreads(self) -> NDArray[np.float64]:
        """Standard deviation, over data sets, of estimate minus truth, shape (len(COUNTS),)."""
        return np.asarray((self.estimates - self.truth[:, None]).std(axis=0, ddof=1))


@lru_cache(maxsize=16)
def estimate(n: int, seed: int, n_draws: int = N_DRAWS) -> Estimates:
    """Draw small sets of digits and cross-validate the nearest neighbor on each.

    Args:
        n: Rows of each data set, 20 to 1000.
        seed: Decides the draws and the folds.
        n_draws: Number of data sets, at least 2.

    Raises:
        ValueError: If an argument is out of bounds.
    """
    if not COUNTS[-1] <= n <= 1000:
        raise ValueError(f"`n` must be between {COUNTS[-1]} and 1000, but got n={n}.")
    if n_draws < 2:
        raise ValueError(f"`n_draws` must be at least 2, but got n_draws={n_draws}.")
    between, y = _digits()
    rng = np.random.default_rng(seed)
    estimates, truth = np.empty((n_draws, len(COUNTS))), np.empty(n_draws)
    for draw in range(n_draws):
        order = rng.permutation(len(y))
        rows, rest = order[:n], order[n:]
        to_all = between[rows]
        truth[draw] = np.mean((y[rows][to_all.argmin(axis=0)] == y)[rest])
        distances = to_all[:, rows]
        for j, k in enumerate(COUNTS):
            apart = distances.copy()
            # The rows come in a random order, so that this deals them to the folds at random.
            for fold in range(k):
                apart[fold::k, fold::k] = np.inf
            estimates[draw, j] = np.mean(y[rows][apart.argmin(axis=1)] == y[rows])
    return Estimates(n, estimates, truth)


@lru_cache(maxsize=1)
def _digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Squared distances between all digits, shape (1797, 1797), and their classes, shape (1797,).

    Pixels are whole numbers, and so are the distances: single precision holds them exactly.
    """
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    x = np.asarray(x, dtype=np.float32)
    squares = (x**2).sum(axis=1)
    return squares[:, None] + squares[None, :] - 2 * x @ x.T, np.asarray(y, dtype=np.int64)
