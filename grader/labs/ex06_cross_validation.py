"""Topic 6: estimators that note which rows they are shown, and calls of splitters.

The first column of a lab's inputs holds the number of the row, so that a spy can tell which rows it
learns from and which it is judged on. Everything is reported as plain values; judging those is the
check's business.
"""

from __future__ import annotations

import math
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

_NOT_A_ROW = -1  # where a first column does not hold the number of a row
_FIRST_TARGET = 100  # row i has the target 100 + i

PlainFolds = Sequence[tuple[Sequence[int], Sequence[int]]]


def split_lab() -> SplitLab:
    """A lab for functions that split rows."""
    return SplitLab()


class SplitLab:
    """Calls the learner's functions many times, or keeps what they warn of."""

    def shuffled(self, kfold: Callable[..., Any], n: int, k: int, seeds: int) -> list[Any]:
        """Return the test sets of `kfold(n, k, shuffle=True, seed=seed)` for so many seeds from 0.

        They are plain lists of rows: thousands of arrays would not cross at once.
        """
        return [
            [[int(row) for row in test] for _, test in kfold(n, k, shuffle=True, seed=seed)]
            for seed in range(seeds)
        ]

    def stratified(
        self, stratified_kfold: Callable[..., Any], y: Sequence[Any], k: int, array: bool = False
    ) -> dict[str, Any]:
        """Call `stratified_kfold(y, k)`, with `y` as a list or as an array.

        Returns:
            result: What it returned; warned: how many UserWarnings it gave.
        """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = stratified_kfold(np.array(y) if array else list(y), k)
        warned = sum(issubclass(each.category, UserWarning) for each in caught)
        return {"result": result, "warned": warned}


def spy_score(salt: int, a: int, b: int, learned: Sequence[int], judged: Sequence[int]) -> float:
    """The score of a spy, which is another for other settings or rows, whatever their order.

    Args:
        salt: Whatever it is, other scores come from another.
        a: The first setting.
        b: The second one.
        learned: All rows that the spy ever learned from.
        judged: The rows that it is judged on.

    Returns:
        A number from 0 to 1, as good as random.
    """
    text = repr((salt, a, b, sorted(learned), sorted(judged)))
    return zlib.crc32(text.encode()) / 2**32


class Diary:
    """What a lab's spies were asked, by all of them together."""

    def __init__(
        self,
        n: int,
        salt: int,
        table: Sequence[tuple[int, float]] = (),
        nan_at: Sequence[tuple[int, int]] = (),
    ) -> None:
        """Take what scores follow from; see `fold_lab`."""
        self._n, self._salt = n, salt
        self._table, self._nan_at = dict(table), list(nan_at)
        self._spies: list[Any] = []  # kept, so that no two of them ever have one id
        self.fits: list[dict[str, Any]] = []
        self.scored: list[dict[str, Any]] = []
        self.scaled: list[list[int]] = []

    def __deepcopy__(self, _memo: object) -> Self:
        """Be shared: copies of a spy write into the same diary."""
        return self

    def rows(self, x: Any) -> list[int]:
        """The numbers of the rows that were shown, in the order in which they were."""
        first = np.asarray(x, dtype=np.float64)[:, 0].tolist()
        return [int(v) if v in range(self._n) else _NOT_A_ROW for v in first]

    def fit(self, spy: Any, x: Any, y: Any) -> None:
        """Note a fit. What a spy has learned, it never forgets."""
        entry = self._entry(spy, x, y)
        self.fits.append(entry)
        spy.learned_ = [*getattr(spy, "learned_", []), *entry["rows"]]

    def score(self, spy: Any, x: Any, y: Any) -> float:
        """Note a scoring, and return a score."""
        entry = self._entry(spy, x, y)
        entry["score"] = self._score(spy, entry["rows"])
        self.scored.append(entry)
        score: float = entry["score"]
        return score

    def _score(self, spy: Any, rows: list[int]) -> float:
        if any(spy.a == a and row in rows for a, row in self._nan_at):
            return math.nan
        if spy.a in self._table:
            return self._table[spy.a]
        return spy_score(self._salt, spy.a, spy.b, getattr(spy, "learned_", []), rows)

    def _entry(self, spy: Any, x: Any, y: Any) -> dict[str, Any]:
        if not any(spy is known for known in self._spies):
            self._spies.append(spy)
        return {
            "spy": next(i for i, known in enumerate(self._spies) if known is spy),
            "settings": [spy.a, spy.b],
            "rows": self.rows(x),
            "columns": int(np.shape(x)[1]),
            "targets": [int(target) - _FIRST_TARGET for target in y],
        }


@lru_cache(maxsize=1)
def _spies() -> tuple[type[Any], type[Any]]:
    from sklearn.base import BaseEstimator

    class Spy(BaseEstimator):  # type: ignore[misc]
        """Learns nothing but which rows it was shown."""

        def __init__(self, a: int = -1, b: int = -1, diary: Diary | None = None) -> None:
            self.a, self.b, self.diary = a, b, diary

        def fit(self, x: Any, y: Any) -> Any:
            self.diary.fit(self, x, y)  # type: ignore[union-attr]
            return self

        def score(self, x: Any, y: Any) -> float:
            return self.diary.score(self, x, y)  # type: ignore[union-attr]

    class SpyScaler(BaseEstimator):  # type: ignore[misc]
        """Leaves its inputs as they are, and notes the rows that it is fitted on."""

        def __init__(self, diary: Diary | None = None) -> None:
            self.diary = diary

        def fit(self, x: Any, y: Any = None) -> Any:
            self.diary.scaled.append(self.diary.rows(x))  # type: ignore[union-attr]
            self.fitted_ = True
            return self

        def transform(self, x: Any) -> Any:
            return x

        def fit_transform(self, x: Any, y: Any = None) -> Any:
            return self.fit(x, y).transform(x)

    return Spy, SpyScaler


def fold_lab(
    n: int,
    salt: int = 0,
    pipeline: bool = False,
    table: Sequence[tuple[int, float]] = (),
    nan_at: Sequence[tuple[int, int]] = (),
    missing_targets: int = 0,
) -> FoldLab:
    """A lab with `n` rows, and estimators that note the rows they are shown.

    An estimator has the settings `a` and `b`. Its score follows from them, from all rows that it
    ever learned from, from the rows that it is judged on, and from `salt`.

    Args:
        n: Number of rows; row i holds i in its first column, and has the target 100 + i.
        salt: Whatever it is, other scores come from another.
        pipeline: Whether estimators are pipelines of a scaler, which is a spy too, and a spy.
        table: (a, score): with this `a`, every score is this one.
        nan_at: (a, row): with this `a`, a score is NaN where this row is among those judged on.
        missing_targets: How many of the last targets are left out.
    """
    diary = Diary(n, salt, table, nan_at)
    return FoldLab(n, pipeline, diary, n - missing_targets)


class FoldLab:
    """Runs cross-validations on spies."""

    def __init__(self, n: int, pipeline: bool, diary: Diary, n_targets: int) -> None:
        """Make inputs and targets; see `fold_lab`."""
        rows = np.arange(n, dtype=np.float64)
        self._x = np.stack([rows, rows * 5 % 7, rows * 3 % 11], axis=1)
        self._y = _FIRST_TARGET + np.arange(n_targets)
        self._pipeline, self._diary = pipeline, diary
        self._made: list[list[int]] = []
        self._inner: list[list[int]] = []

    def run(self, cross_validate: Callable[..., Any], folds: PlainFolds) -> dict[str, Any]:
        """Call `cross_validate(make_estimator, X, y, folds)`.

        Returns:
            The same as `seen`, and result: what it returned.
        """
        return {"result": cross_validate(self._make, *self._data(), _arrays(folds)), **self.seen()}

    def run_nested(
        self,
        nested_cv: Callable[..., Any],
        grid: Sequence[Mapping[str, int]],
        outer: PlainFolds,
        inner_k: int,
    ) -> dict[str, Any]:
        """Call `nested_cv(make_estimator, grid, X, y, outer, inner)`.

        The inner folds are `inner_k` blocks of neighbors. Whatever `cross_validate` the learner
        has, scikit-learn's stands in for it.

        Returns:
            The same as `seen`, and result: what it returned; grid: the grid afterwards.
        """
        handed = [dict(config) for config in grid]
        with _library_cross_validation(nested_cv):
            result = nested_cv(
                self._make, handed, *self._data(), _arrays(outer), self._blocks(inner_k)
            )
        return {"result": result, "grid": handed, **self.seen()}

    def seen(self) -> dict[str, Any]:
        """What became of everything so far.

        Returns:
            made: the settings of every estimator that was asked for; fits, scored: for each in
            order, the number of the spy, its settings, the rows and the number of columns that it
            was shown, the rows that its targets belong to, and the score if it gave one; scaled:
            the rows of every fit of a scaler; inner: the rows that each call of `inner` was given
            the targets of; untouched: whether inputs and targets are what they were.
        """
        rows = np.arange(len(self._x), dtype=np.float64)
        return {
            "made": list(self._made),
            "fits": list(self._diary.fits),
            "scored": list(self._diary.scored),
            "scaled": list(self._diary.scaled),
            "inner": list(self._inner),
            "untouched": bool(
                np.array_equal(self._x[:, 0], rows)
                and np.array_equal(self._x[:, 1], rows * 5 % 7)
                and np.array_equal(self._y, _FIRST_TARGET + rows[: len(self._y)])
            ),
        }

    def _data(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        return self._x, self._y

    def _make(self, a: int = -1, b: int = -1) -> Any:
        self._made.append([a, b])
        spy, scaler = _spies()
        model = spy(a, b, self._diary)
        if not self._pipeline:
            return model
        from sklearn.pipeline import Pipeline

        return Pipeline([("scale", scaler(self._diary)), ("model", model)])

    def _blocks(self, k: int) -> Callable[[Any], list[tuple[Any, Any]]]:
        from sklearn.model_selection import KFold

        def inner(y: Any) -> list[tuple[Any, Any]]:
            self._inner.append([int(target) - _FIRST_TARGET for target in y])
            return list(KFold(k).split(np.zeros(len(y))))

        return inner


def neighbors_lab(
    x: npt.NDArray[np.float64], y: npt.NDArray[Any], n_neighbors: int
) -> NeighborsLab:
    """A lab with a pipeline of scikit-learn's: inputs are standardized, neighbors decide.

    Args:
        x: Inputs, shape (n_rows, n_features).
        y: Classes, shape (n_rows,).
        n_neighbors: How many neighbors decide.
    """
    return NeighborsLab(np.asarray(x), np.asarray(y), n_neighbors)


class NeighborsLab:
    """Cross-validates a pipeline of scikit-learn's."""

    def __init__(self, x: npt.NDArray[np.float64], y: npt.NDArray[Any], n_neighbors: int) -> None:
        """Take the data."""
        self._x, self._y, self._n_neighbors = x, y, n_neighbors

    def make(self) -> Any:
        """A new pipeline, not fitted."""
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        return make_pipeline(StandardScaler(), KNeighborsClassifier(self._n_neighbors))

    def run(self, cross_validate: Callable[..., Any], folds: PlainFolds) -> Any:
        """Return what `cross_validate(make_estimator, X, y, folds)` returns."""
        return cross_validate(self.make, self._x.copy(), self._y.copy(), _arrays(folds))


@contextmanager
def _library_cross_validation(function: Callable[..., Any]) -> Iterator[None]:
    """Let calls of `cross_validate` in `function` go to scikit-learn meanwhile.

    Estimators cannot leave the process, so nothing outside it can stand in.
    """
    names: dict[str, Any] = getattr(function, "__globals__", {})
    own = names.get("cross_validate")
    if own is None:
        yield
        return

    def score(make_estimator: Callable[[], Any], x: Any, y: Any, folds: Any) -> Any:
        from sklearn.model_selection import cross_val_score

        return cross_val_score(make_estimator(), x, y, cv=folds, error_score="raise")

    names["cross_validate"] = score
    try:
        yield
    finally:
        names["cross_validate"] = own


def _arrays(folds: PlainFolds) -> list[tuple[Any, Any]]:
    return [(np.asarray(train, dtype=int), np.asarray(test, dtype=int)) for train, test in folds]
