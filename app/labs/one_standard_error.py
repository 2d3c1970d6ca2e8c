"""Cross-validated lasso models from simple to complex, and the simplest that is good enough."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app import own_value
from app.own_call import Call
from app.own_value import OwnValue
from app.showcases.model import WrongShapeError, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

N_MODELS = 22
ALPHAS: tuple[float, ...] = tuple(np.logspace(0.5, -3, N_MODELS).tolist())
SIZES = (100, 200, 442)
FOLDS = (3, 5, 10)
N_FEATURES = 10


@dataclass(frozen=True, eq=False)
class Path:
    """Lasso models on the diabetes data, ordered from the simplest to the most complex.

    Attributes:
        scores: R^2 on the test rows of each fold, shape (N_MODELS, k).
        coefficients: How many are not 0 when fitted to all rows, shape (N_MODELS,).
    """

    scores: NDArray[np.float64]
    coefficients: NDArray[np.int64]

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean R^2 over the folds, shape (N_MODELS,)."""
        return np.asarray(self.scores.mean(axis=1))

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard error of each mean, shape (N_MODELS,)."""
        from scipy.stats import sem

        return np.asarray(sem(self.scores, axis=1))

    @property
    def best(self) -> int:
        """Row of the highest mean; of equal ones, the simplest."""
        return int(self.means.argmax())

    @property
    def bar(self) -> float:
        """The highest mean minus its standard error."""
        return float(self.means[self.best] - self.errors[self.best])

    @property
    def simplest(self) -> int:
        """Row of the simplest model that reaches the bar."""
        return next(row for row, mean in enumerate(self.means) if mean >= self.bar)

    @property
    def kept(self) -> int:
        """How many coefficients that model has."""
        return int(self.coefficients[self.simplest])


@lru_cache(maxsize=64)
def path(n: int, k: int, seed: int) -> Path:
    """Cross-validate the lasso for each strength of its penalty in `ALPHAS`.

    Args:
        n: Rows to use, drawn at random; 442 are all.
        k: Number of folds, shuffled once.
        seed: Decides which rows are drawn, and the folds.

    Raises:
        ValueError: If `n` is not one of `SIZES`, or `k` not one of `FOLDS`.
    """
    from sklearn.datasets import load_diabetes
    from sklearn.model_selection import KFold

    if n not in SIZES:
        raise ValueError(f"`n` must be one of {SIZES}, but got n={n}.")
    if k not in FOLDS:
        raise ValueError(f"`k` must be one of {FOLDS}, but got k={k}.")
    x, y = load_diabetes(return_X_y=True)
    if n < len(y):
        rows = np.random.default_rng(seed).permutation(len(y))[:n]
        x, y = x[rows], y[rows]
    folds = KFold(k, shuffle=True, random_state=seed).split(x)
    scores = [_r_squared(x[train], y[train], x[test], y[test]) for train, test in folds]
    return Path(np.stack(scores, axis=1), (_fit(x, y)[0] != 0).sum(axis=0))


def ask(found: Path) -> OwnValue[int]:
    """Let the learner's `one_standard_error` choose; the value is a row from 0."""
    table = tuple(tuple(row) for row in found.scores.tolist())
    call = Call("one_standard_error", (table,))
    return own_value.ask(lambda values: read(values[0]), call)


def read(value: object) -> int:
    """Read a row.

    Raises:
        WrongShapeError: If it is not a whole number from 0 to `N_MODELS` - 1.
    """
    row = number(value)
    if row not in range(N_MODELS):
        raise WrongShapeError(f"It must return a row from 0 to {N_MODELS - 1}, but gave {row:g}.")
    return int(row)


def _fit(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients of all models, shape (n_features, N_MODELS), and intercepts, (N_MODELS,)."""
    from sklearn.linear_model import lars_path

    center, mean = x.mean(axis=0), y.mean()
    # The whole path at once, and exactly: between its knots coefficients are linear in alpha.
    knots, _, path = lars_path(x - center, y - mean, method="lasso")
    coefficients = np.array([np.interp(ALPHAS, knots[::-1], line[::-1]) for line in path])
    return coefficients, mean - center @ coefficients


def _r_squared(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    x_test: NDArray[np.float64],
    y_test: NDArray[np.float64],
) -> NDArray[np.float64]:
    """R^2 of every model on the test rows, shape (N_MODELS,)."""
    coefficients, intercepts = _fit(x, y)
    left = y_test[:, None] - x_test @ coefficients - intercepts
    return np.asarray(1 - (left**2).sum(axis=0) / ((y_test - y_test.mean()) ** 2).sum())
