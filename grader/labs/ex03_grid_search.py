"""Labs of topic 3: grids that are watched, and estimators that keep a diary.

Every lab calls the learner's function with objects that live in the same process, and reports what
it saw as plain values. Judging those is the check's business.
"""

from __future__ import annotations

import copy
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

ELSEWHERE = 1000.0  # what the spy scores on rows that are no split's test rows
_RESULTS = ("params", "mean_test_score", "std_test_score", "rank_test_score")


class ChoicesRead(Exception):
    """What a sealed list raises when somebody looks into it."""


class Sealed(list[int]):
    """A list that tells its length and nothing else, so that a huge grid is safe to hand out."""

    def __iter__(self) -> Any:
        """Refuse."""
        raise ChoicesRead("the choices themselves were read; their number is len(choices)")

    def __getitem__(self, index: object) -> Any:
        """Refuse."""
        return self.__iter__()


def huge_grid(lengths: Sequence[Mapping[str, int]], several: bool = False) -> HugeGrid:
    """A grid whose lists have these lengths, and far too many combinations to be listed.

    Args:
        lengths: Name -> length, for each grid.
        several: Whether the grids stand in a list; if not, only the first is used.
    """
    return HugeGrid(lengths, several)


class HugeGrid:
    """Asks for the size of a grid, and makes sure that nobody begins to list it."""

    def __init__(self, lengths: Sequence[Mapping[str, int]], several: bool) -> None:
        """Take the lengths."""
        self._lengths, self._several = lengths, several

    def count(self, grid_size: Callable[..., Any]) -> dict[str, Any]:
        """Call `grid_size(grid)`.

        Returns:
            size: What it returned, or None; listed: whether it went through the choices.
        """
        try:
            return {"size": grid_size(self._grid(Sealed)), "listed": False}
        except ChoicesRead:
            return {"size": None, "listed": True}
        except TypeError:  # it takes lists only, not what is derived from them
            if _lists(grid_size):
                return {"size": None, "listed": True}
            return {"size": grid_size(self._grid(list)), "listed": False}

    def _grid(self, kind: Callable[[list[int]], list[int]]) -> object:
        grids = [{name: kind([0] * n) for name, n in one.items()} for one in self._lengths]
        return grids if self._several else grids[0]


def _lists(grid_size: Callable[..., Any]) -> bool:
    """Tell from the memory that it takes whether a function lists 20,736 combinations."""
    grid = {name: [0] * 12 for name in "abcd"}
    tracemalloc.start()
    try:
        grid_size(grid)
        return tracemalloc.get_traced_memory()[1] > 500_000
    finally:
        tracemalloc.stop()


def watched_grid(grid: Any) -> WatchedGrid:
    """A grid that shows afterwards what became of it."""
    return WatchedGrid(grid)


class WatchedGrid:
    """Calls the learner's functions with one and the same grid."""

    def __init__(self, grid: Any) -> None:
        """Take the grid as plain values."""
        self._grid = copy.deepcopy(grid)

    def size_or_list(self, function: Callable[..., Any]) -> Any:
        """Return `function(grid)`."""
        return function(self._grid)

    def search(self, grid_search: Callable[..., Any], mode: str = "min") -> Any:
        """Return what `grid_search(objective, grid, mode)` returns for an objective of zeros."""
        return grid_search(lambda config: 0.0, self._grid, mode)

    def now(self) -> Any:
        """The grid as it is now."""
        return copy.deepcopy(self._grid)


def cube(n: int) -> Plane:
    """A grid of three values for each of n settings."""
    return Plane({f"h{i}": [0.0, 0.5, 1.0] for i in range(n)})


def plane(k: int) -> Plane:
    """A grid of k values from 0 to 1 for x and y each; y comes first in the dict."""
    values = [(i + 0.5) / k for i in range(k)]
    return Plane({"y": values, "x": list(values)})


class Plane:
    """A grid to draw, and an objective on one of x and y.

    Attributes:
        grid: The grid.
    """

    def __init__(self, grid: dict[str, list[float]]) -> None:
        """Take the grid."""
        self.grid = grid

    def objective(self, config: Mapping[str, float]) -> float:
        """A loss with its valley along a diagonal, as of two settings that interact."""
        return abs(config["x"] + config["y"] - 1) + 0.2 * config["x"]


class Diary:
    """What became of a spy and all of its copies, which share it."""

    def __init__(
        self,
        scores: Sequence[tuple[int, int, Sequence[float]]],
        tests: Sequence[Sequence[int]],
    ) -> None:
        """Take the script.

        Args:
            scores: (a, b, the spy's score on each split's test rows with these settings).
            tests: Each split's test rows, in order.
        """
        self._scores = {(a, b): list(values) for a, b, values in scores}
        self._tests = [list(rows) for rows in tests]
        self._spies: list[Any] = []  # kept, so that no two of them ever have one id
        self.fits: list[dict[str, Any]] = []
        self.scored: list[dict[str, Any]] = []

    def __deepcopy__(self, _memo: object) -> Self:
        """Be shared: copies of an estimator write into the same diary."""
        return self

    def number(self, spy: Any) -> int:
        """Number of a spy in the order in which they came up."""
        for i, known in enumerate(self._spies):
            if known is spy:
                return i
        self._spies.append(spy)
        return len(self._spies) - 1

    def fit(self, spy: Any, x: Any, y: Any) -> None:
        """Note a fit."""
        self.fits.append(self._entry(spy, x, y))

    def score(self, spy: Any, x: Any, y: Any) -> float:
        """Note a scoring, and return the scripted score."""
        entry = self._entry(spy, x, y)
        self.scored.append(entry)
        if entry["rows"] not in self._tests:
            return ELSEWHERE
        return self._scores[spy.a, spy.b][self._tests.index(entry["rows"])]

    def _entry(self, spy: Any, x: Any, y: Any) -> dict[str, Any]:
        return {
            "spy": self.number(spy),
            "params": {"a": spy.a, "b": spy.b},
            "rows": np.asarray(x)[:, 0].astype(int).tolist(),
            "targets": np.asarray(y).astype(int).tolist(),
        }


@lru_cache(maxsize=1)
def _spy_class() -> type[Any]:
    from sklearn.base import BaseEstimator

    class Spy(BaseEstimator):  # type: ignore[misc]
        """An estimator that learns nothing, scores as scripted, and notes all that it is asked."""

        def __init__(self, a: int = -1, b: int = -1, diary: Diary | None = None) -> None:
            self.a, self.b, self.diary = a, b, diary

        def fit(self, x: Any, y: Any) -> Any:
            self.diary.fit(self, x, y)  # type: ignore[union-attr]
            self.fitted_ = True
            return self

        def score(self, x: Any, y: Any) -> float:
            return self.diary.score(self, x, y)  # type: ignore[union-attr]

    return Spy


def spy_lab(
    scores: Sequence[tuple[int, int, Sequence[float]]],
    n: int,
    cv: Sequence[tuple[Sequence[int], Sequence[int]]],
) -> SpyLab:
    """A lab with an estimator that has the settings `a` and `b`, and scores as scripted.

    Args:
        scores: (a, b, score on each split's test rows with these settings).
        n: Number of rows; row i holds i, and its target 100 + i.
        cv: The splits, pairs of row numbers.
    """
    return SpyLab(scores, n, cv)


class SpyLab:
    """Runs a search with cross-validation on a spy."""

    def __init__(
        self,
        scores: Sequence[tuple[int, int, Sequence[float]]],
        n: int,
        cv: Sequence[tuple[Sequence[int], Sequence[int]]],
    ) -> None:
        """Make the spy and its data; see `spy_lab`."""
        self._diary = Diary(scores, [test for _, test in cv])
        self._spy = _spy_class()(diary=self._diary)
        self._x = np.stack([np.arange(n), np.zeros(n)], axis=1)
        self._y = 100 + np.arange(n)
        self._cv = _arrays(cv)

    def run(self, grid_search_cv: Callable[..., Any], grid: Any) -> dict[str, Any]:
        """Call `grid_search_cv(spy, grid, X, y, cv)`.

        Returns:
            found: See `_found`.
            fits, scored: For each fit and each scoring, in order: number of the spy (0 is the one
                that was handed out), its settings `params`, the `rows` and their `targets`.
            given: Settings of the spy that was handed out, afterwards.
            fitted: The last fit of the estimator that came back, and the settings that it has now;
                None if that is no spy, or was never fitted.
        """
        diary = self._diary
        diary.number(self._spy)
        result = grid_search_cv(self._spy, copy.deepcopy(grid), self._x, self._y, self._cv)
        fitted = result[2] if isinstance(result, list | tuple) and len(result) == 3 else None
        last = None
        if isinstance(fitted, _spy_class()):
            own = [fit for fit in diary.fits if fit["spy"] == diary.number(fitted)]
            last = {**own[-1], "params": {"a": fitted.a, "b": fitted.b}} if own else None
        return {
            "found": _found(result),
            "fits": diary.fits,
            "scored": diary.scored,
            "given": {"a": self._spy.a, "b": self._spy.b},
            "fitted": last,
        }


def cv_lab(
    kind: str,
    x: npt.NDArray[np.float64],
    y: npt.NDArray[Any],
    cv: Sequence[tuple[Sequence[int], Sequence[int]]],
) -> CvLab:
    """A lab with an estimator of scikit-learn's.

    Args:
        kind: "ridge" (ridge regression) or "pipeline" (the same on standardized inputs, with
            settings such as `ridge__alpha`).
        x: Inputs, shape (n_rows, n_features).
        y: Targets, shape (n_rows,).
        cv: The splits, pairs of row numbers.
    """
    return CvLab(make_estimator(kind), np.asarray(x), np.asarray(y), cv)


def make_estimator(kind: str) -> Any:
    """The estimator of that kind; see `cv_lab`.

    Raises:
        ValueError: If there is no such kind.
    """
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    if kind == "ridge":
        return Ridge()
    if kind == "pipeline":
        return Pipeline([("scale", StandardScaler()), ("ridge", Ridge())])
    raise ValueError(f'`kind` must be "ridge" or "pipeline", but got {kind!r}.')


class CvLab:
    """Runs a search with cross-validation on an estimator of scikit-learn's."""

    def __init__(
        self,
        estimator: Any,
        x: npt.NDArray[np.float64],
        y: npt.NDArray[Any],
        cv: Sequence[tuple[Sequence[int], Sequence[int]]],
    ) -> None:
        """Take the estimator and its data."""
        self._estimator, self._x, self._y, self._cv = estimator, x, y, _arrays(cv)

    def run(
        self, grid_search_cv: Callable[..., Any], grid: Any, x_new: npt.NDArray[np.float64]
    ) -> dict[str, Any]:
        """Call `grid_search_cv(estimator, grid, X, y, cv)`.

        Returns:
            found: See `_found`.
            predicted: What the estimator that came back predicts for `x_new`; None if it cannot.
        """
        result = grid_search_cv(
            self._estimator, copy.deepcopy(grid), self._x, self._y, copy.deepcopy(self._cv)
        )
        fitted = result[2] if isinstance(result, list | tuple) and len(result) == 3 else None
        predict = getattr(fitted, "predict", None)
        predicted = None if predict is None else np.asarray(predict(np.asarray(x_new)))
        return {"found": _found(result), "predicted": predicted}


def _arrays(cv: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[tuple[Any, Any]]:
    return [(np.asarray(train, dtype=int), np.asarray(test, dtype=int)) for train, test in cv]


def _found(result: Any) -> dict[str, Any] | None:
    """Best parameters and results as they came, without further keys; None for another shape."""
    if not isinstance(result, list | tuple) or len(result) != 3:
        return None
    best, results, _ = result
    if not isinstance(results, Mapping):
        return None
    return {"best_params": best, **{name: results.get(name) for name in _RESULTS}}
