"""Which rows a fold trains on and which it tests, on thirty flowers or a series of thirty rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scheme = Literal["k-fold", "k-fold, shuffled", "stratified", "time series"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
N_ROWS = 30
CLASSES = ("A", "B", "C")
NEIGHBORS = 3
Fold = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Plan:
    """How rows are split.

    Attributes:
        scheme: One of `SCHEMES`.
        k: Number of folds, 2 to 10.
        is_sorted: Whether the flowers lie in the order of their species.
        seed: Decides the order of the shuffled scheme.
        gap: Rows left out before each test set of a series.
        max_train: Most rows in a training set of a series; `N_ROWS` keeps all.
    """

    scheme: Scheme
    k: int
    is_sorted: bool = True
    seed: int = 0
    gap: int = 0
    max_train: int = N_ROWS

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            ValueError: If a setting is out of bounds, or the series is too short for it.
        """
        if self.scheme not in SCHEMES:
            raise ValueError(f"`scheme` must be one of {SCHEMES}, but got {self.scheme!r}.")
        if not 2 <= self.k <= 10:
            raise ValueError(f"`k` must be between 2 and 10, but got k={self.k}.")
        if not 0 <= self.gap <= longest_gap(self.k):
            raise ValueError(
                f"`gap` must be between 0 and {longest_gap(self.k)}, but got gap={self.gap}."
            )
        if self.max_train < 1:
            raise ValueError(f"`max_train` must be at least 1, but got max_train={self.max_train}.")


@dataclass(frozen=True)
class Split:
    """What came of a plan.

    Attributes:
        plan: The plan.
        classes: Class of each row, "A" to "C"; empty for a series.
        folds: Row numbers (train, test) of each fold.
        scores: Accuracy on each fold's test set; empty for a series.
    """

    plan: Plan
    classes: tuple[str, ...]
    folds: tuple[Fold, ...]
    scores: tuple[float, ...]

    @property
    def unseen(self) -> tuple[tuple[int, str], ...]:
        """Folds, from 1, and a class each that they test without having trained on it."""
        return tuple(
            (i, name)
            for i, (train, test) in enumerate(self.folds, start=1)
            for name in CLASSES
            if name in {self.classes[row] for row in test if self.classes}
            and name not in {self.classes[row] for row in train}
        )


@dataclass(frozen=True)
class Run:
    """Neighboring rows that a fold treats alike.

    Attributes:
        fold: The fold, from 1.
        role: "train" or "test".
        name: Their common class.
        first: The first of the rows.
        end: One past the last.
    """

    fold: int
    role: str
    name: str
    first: int
    end: int


def runs(
    folds: Sequence[tuple[Sequence[int], Sequence[int]]], names: Sequence[str]
) -> tuple[Run, ...]:
    """Join neighboring rows of one fold, role and class.

    Args:
        folds: Row numbers (train, test) of each fold.
        names: Class of each row.
    """
    found: list[Run] = []
    for fold, pair in enumerate(folds, start=1):
        for role, rows in zip(("train", "test"), pair, strict=True):
            for row in sorted(int(row) for row in rows):
                last = found[-1] if found else None
                if last == Run(fold, role, names[row], last.first if last else row, row):
                    found[-1] = replace(found[-1], end=row + 1)
                else:
                    found.append(Run(fold, role, names[row], row, row + 1))
    return tuple(found)


def longest_gap(k: int) -> int:
    """The longest gap that leaves the first training set of a series a row."""
    return N_ROWS - k * (N_ROWS // (k + 1)) - 1


@lru_cache(maxsize=2)
def flowers(is_sorted: bool) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """Ten irises of each of three species.

    Args:
        is_sorted: By species, as the data set comes; else in a random order, always the same.

    Returns:
        Four measurements of each in centimeters, shape (30, 4), and their classes.
    """
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    chosen = np.flatnonzero(np.arange(len(x)) % 5 == 0)
    if not is_sorted:
        chosen = np.random.default_rng(1).permutation(chosen)
    return x[chosen], tuple(CLASSES[label] for label in y[chosen])


@lru_cache(maxsize=128)
def split(plan: Plan) -> Split:
    """Split the rows, and where they are flowers, train on each fold and test it."""
    if plan.scheme == "time series":
        return Split(plan, (), _series(plan), ())
    x, classes = flowers(plan.is_sorted)
    folds = _stratified(classes, plan.k) if plan.scheme == "stratified" else _kfold(plan)
    scores = tuple(_accuracy(x, np.array(classes), fold) for fold in folds)
    return Split(plan, classes, folds, scores)


def _kfold(plan: Plan) -> tuple[Fold, ...]:
    shuffled = plan.scheme == "k-fold, shuffled"
    order = np.random.default_rng(plan.seed).permutation(N_ROWS) if shuffled else np.arange(N_ROWS)
    tests = np.array_split(order, plan.k)
    return _folds([(np.setdiff1d(order, test), np.sort(test)) for test in tests])


def _stratified(classes: Sequence[str], k: int) -> tuple[Fold, ...]:
    from sklearn.model_selection import StratifiedKFold

    return _folds(list(StratifiedKFold(k).split(np.zeros(len(classes)), list(classes))))


def _series(plan: Plan) -> tuple[Fold, ...]:
    from sklearn.model_selection import TimeSeriesSplit

    splitter = TimeSeriesSplit(plan.k, gap=plan.gap, max_train_size=plan.max_train)
    return _folds(list(splitter.split(np.zeros(N_ROWS))))


def _folds(pairs: Sequence[Sequence[NDArray[np.int64]]]) -> tuple[Fold, ...]:
    return tuple((tuple(train.tolist()), tuple(test.tolist())) for train, test in pairs)


def _accuracy(x: NDArray[np.float64], y: NDArray[np.str_], fold: Fold) -> float:
    """Share of a fold's test rows whose nearest training rows mostly share their class."""
    train, test = (np.array(rows) for rows in fold)
    distances = ((x[test][:, None, :] - x[train][None, :, :]) ** 2).sum(axis=2)
    nearest = np.argsort(distances, axis=1, kind="stable")[:, :NEIGHBORS]
    votes = np.stack([(y[train][nearest] == name).sum(axis=1) for name in CLASSES], axis=1)
    return float(np.mean(np.array(CLASSES)[votes.argmax(axis=1)] == y[test]))
