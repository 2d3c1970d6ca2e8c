"""Two classes, many columns of which few or none tell anything, and models that use ten each."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Self

import numpy as np
import numpy.typing as npt

N_COLUMNS = 100
N_USED = 10
SHIFT = 0.5  # how far the classes' means are apart in a column that tells something

Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


class NearestMean:
    """Says which class has the nearer mean, going by ten of the columns."""

    def __init__(self, subset: int) -> None:
        """Take the number of the ten columns' draw."""
        self.columns = columns(subset)

    def fit(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> Self:
        """Learn both means."""
        used = x[:, self.columns]
        zero, one = used[y == 0].mean(axis=0), used[y == 1].mean(axis=0)
        self._weights, self._middle = one - zero, (one + zero) / 2
        return self

    def score(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> float:
        """Accuracy."""
        says = (x[:, self.columns] - self._middle) @ self._weights > 0
        return float(np.mean(says == (y == 1)))


@lru_cache(maxsize=256)
def columns(subset: int) -> npt.NDArray[np.int64]:
    """The ten columns that draw number `subset` chose, shape (N_USED,)."""
    return np.random.default_rng(subset).permutation(N_COLUMNS)[:N_USED]


def rows(
    n: int, telling: int, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Draw rows, the two classes in turn.

    Args:
        n: How many.
        telling: How many columns, from the first, differ between the classes.
        rng: Draws them.

    Returns:
        Inputs, shape (n, N_COLUMNS), and classes 0 and 1, shape (n,).
    """
    y = np.arange(n) % 2
    x = rng.normal(size=(n, N_COLUMNS))
    x[:, :telling] += SHIFT * y[:, None]
    return x, y


def blocks(n: int, k: int) -> list[Fold]:
    """Cut rows into k folds of neighbors, as (train, test): the rows come in a random order."""
    every = np.arange(n)
    return [(np.setdiff1d(every, test), test) for test in np.array_split(every, k)]


def selection(n: int, telling: int, seed: int, n_configs: int, outer: int, inner: int) -> Selection:
    """A choice among configurations, on data drawn here; see `rows`.

    Args:
        n: Number of rows.
        telling: Number of columns that tell something.
        seed: Decides the rows.
        n_configs: How many draws of ten columns there are to choose from.
        outer: Folds that judge.
        inner: Folds that choose, within each of these.
    """
    x, y = rows(n, telling, np.random.default_rng(seed))
    return Selection(x, y, n_configs, outer, inner)


class Selection:
    """Hands the learner's functions what they need to choose and to judge."""

    def __init__(
        self,
        x: npt.NDArray[np.float64],
        y: npt.NDArray[np.int64],
        n_configs: int,
        outer: int,
        inner: int,
    ) -> None:
        """Take the data; see `selection`."""
        self._x, self._y, self._inner = x, y, inner
        self._grid = [{"subset": i} for i in range(n_configs)]
        self._folds = blocks(len(y), outer)

    def score(self, cross_validate: Callable[..., Any], subset: int) -> Any:
        """Return what `cross_validate` returns for one configuration on the outer folds."""
        make = partial(NearestMean, subset)
        return cross_validate(make, self._x, self._y, self._folds)

    def nested(self, nested_cv: Callable[..., Any]) -> Any:
        """Return what `nested_cv` returns for all configurations."""
        return nested_cv(
            NearestMean,
            self._grid,
            self._x,
            self._y,
            self._folds,
            lambda y: blocks(len(y), self._inner),
        )
