"""Topic 6, cross-validation: five functions, each a few lines long.

Replace one `raise NotImplementedError` at a time, then ask whether you got it right:

    pytest exercises -k time_series_split
    pytest exercises

The functions are independent of each other, except that `nested_cv` may call `cross_validate`.
Stuck? `hyperlings hint kfold`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

# Row numbers (train, test): a model is trained on the first and judged on the second.
Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


class Estimator(Protocol):
    """Anything that learns and is scored like a scikit-learn estimator; a pipeline is one too."""

    def fit(self, X: npt.NDArray[Any], y: npt.NDArray[Any]) -> Any:
        """Learn from these rows only, and return the estimator."""

    def score(self, X: npt.NDArray[Any], y: npt.NDArray[Any]) -> float:
        """Judge the predictions for these rows; higher is better."""


def kfold(n: int, k: int, shuffle: bool = False, seed: int | None = None) -> list[Fold]:
    """Split `n` rows into `k` folds, each of which is the test set once.

    Every row is in the test set of exactly one fold, and in the training set of all others. Each
    test set has n // k rows, and the first n % k of them have one more. Without shuffling, the
    first test set is the first rows, the second the next ones, and so on. With it, the rows are
    brought into a random order once, and that order is cut in the same way.

    Args:
        n: Number of rows.
        k: Number of folds, 2 <= k <= n.
        shuffle: Whether to shuffle the rows, all orders equally likely, before they are cut.
        seed: A whole number from 0 that decides the order, and gives the same folds every time. It
            needs `shuffle=True`. None shuffles differently in every call. The global random state
            is neither used nor touched.

    Returns:
        k pairs (train, test) of row numbers from 0. The order of rows within either is free.

    Raises:
        ValueError: If `k` is below 2 or above `n`, or if a seed is given without `shuffle`: it
            would change nothing.

    Example:
        >>> for train, test in kfold(5, 2):
        ...     print(train, test)
        [3 4] [0 1 2]
        [0 1 2] [3 4]
        >>> [len(test) for train, test in kfold(11, 3, shuffle=True, seed=0)]
        [4, 4, 3]

    Source:
        Kohavi 1995, IJCAI; the sizes are those of scikit-learn's `KFold`.
    """
    ### BEGIN SOLUTION
    if not 2 <= k <= n:
        raise ValueError(f"`k` must be 2 <= k <= n, but got k={k} and n={n}.")
    if seed is not None and not shuffle:
        raise ValueError(f"`seed` needs shuffle=True, but got seed={seed} without it.")
    rows = np.arange(n)
    order = np.random.default_rng(seed).permutation(n) if shuffle else rows
    folds = []
    start = 0
    for i in range(k):
        size = n // k + (1 if i < n % k else 0)
        test = np.sort(order[start : start + size])
        folds.append((np.setdiff1d(rows, test), test))
        start += size
    return folds
    ### END SOLUTION


def stratified_kfold(y: Sequence[Any] | npt.NDArray[Any], k: int) -> list[Fold]:
    """Split rows into `k` folds that all have nearly the same mixture of classes.

    The rule is that of scikit-learn's `StratifiedKFold` without shuffling:

    1. How many. Number the classes in the order in which they first appear in `y`, sort these
       numbers, and deal them out to the folds like cards: fold i gets those at positions i, i + k,
       i + 2k and so on. So many rows of each class will it test.
    2. Which. Of each class, the first rows in `y` go to the first fold, as many as it was dealt,
       the next ones to the second fold, and so on. Rows that were recorded one after the other
       mostly stay together.

    The sizes of the test sets then differ by 1 at most, and so do a class's numbers of rows in
    them.

    Args:
        y: The class of each row, shape (n_rows,): a list or an array, of numbers or strings.
        k: Number of folds, at least 2.

    Returns:
        k pairs (train, test) of row numbers from 0. Every row is in the test set of exactly one
        fold, and in the training set of all others. The order of rows within either is free.

    Raises:
        ValueError: If `k` is below 2, or above the number of rows of every class.

    Warns:
        UserWarning: If `k` is above the number of rows of some class, though not of all: then some
            folds test none of them (call `warnings.warn`).

    Example:
        >>> for train, test in stratified_kfold(["cat", "cat", "cat", "cat", "dog", "dog"], 2):
        ...     print(train, test)
        [2 3 5] [0 1 4]
        [0 1 4] [2 3 5]

    Source:
        Kohavi 1995, IJCAI; scikit-learn's user guide, "Stratified k-fold".
    """
    ### BEGIN SOLUTION
    if k < 2:
        raise ValueError(f"`k` must be at least 2, but got k={k}.")
    numbers: dict[Any, int] = {}
    classes = np.array([numbers.setdefault(label, len(numbers)) for label in y], dtype=np.int64)
    counts = np.bincount(classes)
    if all(k > count for count in counts):
        sizes = counts.tolist()
        raise ValueError(f"`k` must be at most the largest of {sizes} rows, but got k={k}.")
    if any(k > count for count in counts):
        warnings.warn(
            f"The smallest class has {counts.min()} rows, fewer than k={k}.", stacklevel=2
        )
    dealt = np.sort(classes)
    allocation = np.array([np.bincount(dealt[i::k], minlength=len(counts)) for i in range(k)])
    fold_of = np.empty(len(classes), dtype=np.int64)
    for c in range(len(counts)):
        fold_of[classes == c] = np.repeat(np.arange(k), allocation[:, c])
    return [(np.flatnonzero(fold_of != i), np.flatnonzero(fold_of == i)) for i in range(k)]
    ### END SOLUTION


def time_series_split(
    n: int, k: int, gap: int = 0, test_size: int | None = None, max_train: int | None = None
) -> list[Fold]:
    """Split a series into `k` folds that are trained on the past and tested on what follows.

    The test sets are the last k * test_size rows of the series, cut into `k` blocks in order of
    time. The training set of a fold ends `gap` rows before its test set begins, and starts with
    the first row of the series, or as late as `max_train` demands. The numbers are those of
    scikit-learn's `TimeSeriesSplit`.

    Args:
        n: Number of rows, in order of time.
        k: Number of folds, at least 2.
        gap: Number of rows left out between training and test, at least 0. A target that looks h
            rows ahead, or inputs that look h rows back, need a gap.
        test_size: Number of rows in each test set, at least 1; None takes n // (k + 1).
        max_train: Largest number of rows in a training set, at least 1: the last ones before the
            gap are kept. None keeps all.

    Returns:
        k pairs (train, test) of row numbers from 0, in order of time; rows within either ascend.

    Raises:
        ValueError: If `k` is below 2, `gap` below 0, or `test_size` or `max_train` below 1; or if
            the series is too short: a test set would be empty, or the first training set.

    Example:
        >>> for train, test in time_series_split(8, 3):
        ...     print(train, test)
        [0 1] [2 3]
        [0 1 2 3] [4 5]
        [0 1 2 3 4 5] [6 7]
        >>> for train, test in time_series_split(8, 3, gap=1, test_size=1, max_train=3):
        ...     print(train, test)
        [1 2 3] [5]
        [2 3 4] [6]
        [3 4 5] [7]

    Source:
        scikit-learn's user guide, "Time Series Split".
    """
    ### BEGIN SOLUTION
    if k < 2:
        raise ValueError(f"`k` must be at least 2, but got k={k}.")
    if gap < 0:
        raise ValueError(f"`gap` must be at least 0, but got gap={gap}.")
    if max_train is not None and max_train < 1:
        raise ValueError(f"`max_train` must be at least 1, but got max_train={max_train}.")
    size = n // (k + 1) if test_size is None else test_size
    if size < 1:
        raise ValueError(f"A test set must have at least 1 row, but would have {size}.")
    if n - gap - k * size <= 0:
        raise ValueError(f"n={n} rows are too few for {k} test sets of {size} and gap={gap}.")
    folds = []
    for start in range(n - k * size, n, size):
        end = start - gap
        first = 0 if max_train is None else max(0, end - max_train)
        folds.append((np.arange(first, end), np.arange(start, start + size)))
    return folds
    ### END SOLUTION


def cross_validate(
    make_estimator: Callable[[], Estimator],
    X: npt.NDArray[Any],
    y: npt.NDArray[Any],
    folds: Sequence[Fold],
) -> npt.NDArray[np.float64]:
    """Score an estimator on every fold, having learned from that fold's training rows only.

    Whatever learns (a scaler, a choice of features, a model) belongs inside the estimator, and
    is made anew in each fold: nothing that is fitted may ever have seen a test row. `X` goes to
    the estimator as it is.

    Args:
        make_estimator: Called as `make_estimator()`, once a fold; returns a new, unfitted
            estimator, such as a scikit-learn pipeline. Only its `fit(X, y)` and `score(X, y)` are
            used, once each.
        X: Inputs, shape (n_rows, n_features). They are left as they were.
        y: Targets, shape (n_rows,). They are left as they were.
        folds: Pairs (train, test) of arrays of row numbers, at least one pair. A row may be in no
            test set, or in several; in no fold may it be in both.

    Returns:
        What `score(X[test], y[test])` returned in each fold, in their order, shape (n_folds,);
        higher is better.

    Raises:
        ValueError: If there are no folds, if `X` and `y` differ in their number of rows, or if a
            fold has a row both in training and test. All of this before anything is fitted.

    Example:
        >>> from sklearn.neighbors import KNeighborsClassifier
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> X = np.array([[1.0], [2.0], [3.0], [7.0], [8.0], [9.0]])
        >>> y = np.array([0, 0, 0, 1, 1, 0])
        >>> folds = [(np.array([0, 1, 3, 4]), np.array([2, 5])), (np.array([2, 4]), np.array([0]))]
        >>> cross_validate(
        ...     lambda: make_pipeline(StandardScaler(), KNeighborsClassifier(1)), X, y, folds)
        array([0.5, 1. ])

    Source:
        Kohavi 1995, IJCAI; Ambroise & McLachlan 2002, 10.1073/pnas.102102699, on what goes wrong
        where features are chosen outside the folds.
    """
    ### BEGIN SOLUTION
    if len(folds) == 0:
        raise ValueError("`folds` must hold at least one fold, but it is empty.")
    if len(X) != len(y):
        raise ValueError(f"`X` and `y` must be equally long, but got {len(X)} and {len(y)} rows.")
    for train, test in folds:
        shared = np.intersect1d(train, test)
        if len(shared) > 0:
            raise ValueError(f"Row {shared[0]} is both in training and test of a fold.")
    scores = []
    for train, test in folds:
        estimator = make_estimator()
        estimator.fit(X[train], y[train])
        scores.append(estimator.score(X[test], y[test]))
    return np.array(scores, dtype=np.float64)
    ### END SOLUTION


def nested_cv(
    make_estimator: Callable[..., Estimator],
    grid: Sequence[Mapping[str, Any]],
    X: npt.NDArray[Any],
    y: npt.NDArray[Any],
    outer: Sequence[Fold],
    inner: Callable[[npt.NDArray[Any]], Sequence[Fold]],
) -> tuple[npt.NDArray[np.float64], list[dict[str, Any]]]:
    """Judge a whole way of tuning: choose settings within each outer training set, score outside.

    For each outer fold: cross-validate every configuration within the training rows, on the folds
    that `inner` makes of them. The highest mean score wins; of equal means, the first in `grid`. A
    mean that is NaN never wins. Then fit a new estimator with the winner's settings on *all* of
    the training rows, and score it on the test rows, which nothing has seen before.

    Args:
        make_estimator: Called as `make_estimator(**config)`; returns a new, unfitted estimator with
            these settings, one for every fit.
        grid: The configurations to choose from, dicts, at least one. They are left as they were.
        X: Inputs, shape (n_rows, n_features). They are left as they were.
        y: Targets, shape (n_rows,). They are left as they were.
        outer: Pairs (train, test) of arrays of row numbers, at least one pair.
        inner: Called as `inner(y[train])`, once an outer fold; returns folds as pairs of arrays.
            They count positions *within* the training set: 0 is the row train[0]. For example
            `lambda y: stratified_kfold(y, 3)`.

    Returns:
        (scores, chosen): the score on each outer test set, shape (n_outer,), and the configuration
        that was chosen for it, a list of n_outer dicts.

    Raises:
        ValueError: If `grid` is empty, or if in some outer fold the mean of every configuration is
            NaN.

    Example:
        >>> from sklearn.neighbors import KNeighborsClassifier
        >>> X = np.arange(12.0).reshape(12, 1)
        >>> y = np.array([0, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 1])
        >>> grid = [{"n_neighbors": 3}, {"n_neighbors": 1}]
        >>> outer = [(np.arange(8), np.array([8, 9])), (np.arange(10), np.array([10, 11]))]
        >>> nested_cv(KNeighborsClassifier, grid, X, y, outer, lambda y: stratified_kfold(y, 2))
        (array([1. , 0.5]), [{'n_neighbors': 3}, {'n_neighbors': 1}])

    Source:
        Varma & Simon 2006, 10.1186/1471-2105-7-91; Cawley & Talbot 2010, JMLR 11:2079.
    """
    ### BEGIN SOLUTION
    if len(grid) == 0:
        raise ValueError("`grid` must hold at least one configuration, but it is empty.")
    scores, chosen = [], []
    for train, test in outer:
        X_train, y_train = X[train], y[train]
        folds = inner(y_train)
        means = []
        for config in grid:
            make = partial(make_estimator, **config)
            means.append(float(np.mean(cross_validate(make, X_train, y_train, folds))))
        known = [i for i, mean in enumerate(means) if not math.isnan(mean)]
        if not known:
            raise ValueError(f"All {len(means)} means are NaN: there is no best configuration.")
        best = max(known, key=means.__getitem__)  # keeps the first of equals
        estimator = make_estimator(**grid[best])
        estimator.fit(X_train, y_train)
        scores.append(estimator.score(X[test], y[test]))
        chosen.append(dict(grid[best]))
    return np.array(scores, dtype=np.float64), chosen
    ### END SOLUTION
