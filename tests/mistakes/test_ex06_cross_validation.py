"""Topic 6's mistakes as learners write them, without argument checks, are called by their names."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.diagnosis import diagnose
from grader.paths import load_module, solutions_dir
from grader.subject import LocalSubject
from grader.topics import find_task

MISTAKES: list[Any] = []


def mistake(task: str, named: str) -> Callable[[Any], Any]:
    def note(function: Any) -> Any:
        MISTAKES.append(pytest.param(task, named, function, id=f"{task}-{named}"))
        return function

    return note


@mistake("kfold", "remainder-dropped")
def _(n, k, shuffle=False, seed=None):
    rows = np.arange(n)
    if shuffle:
        rows = np.random.default_rng(seed).permutation(n)
    size = n // k
    folds = []
    for i in range(k):
        test = rows[i * size : (i + 1) * size]
        folds.append((np.setdiff1d(np.arange(n), test), test))
    return folds


@mistake("kfold", "remainder-in-the-last-fold")
def _(n, k, shuffle=False, seed=None):
    rows = list(range(n))
    if shuffle:
        random.Random(seed).shuffle(rows)
    folds = []
    for i in range(k):
        test = rows[i * (n // k) : (i + 1) * (n // k) if i < k - 1 else n]
        folds.append(([row for row in rows if row not in test], test))
    return folds


@mistake("kfold", "every-kth-row")
def _(n, k, shuffle=False, seed=None):
    rows = np.arange(n)
    if shuffle:
        np.random.default_rng(seed).shuffle(rows)
    return [(np.setdiff1d(rows, rows[i::k]), rows[i::k]) for i in range(k)]


@mistake("kfold", "reshuffled-in-every-fold")
def _(n, k, shuffle=False, seed=None):
    rng = np.random.default_rng(seed)
    sizes = np.full(k, n // k)
    sizes[: n % k] += 1
    ends = np.cumsum(sizes)
    folds = []
    for size, end in zip(sizes, ends, strict=True):
        rows = rng.permutation(n) if shuffle else np.arange(n)
        test = rows[end - size : end]
        folds.append((np.setdiff1d(rows, test), test))
    return folds


@mistake("kfold", "global-random-state")
def _(n, k, shuffle=False, seed=None):
    rows = np.arange(n)
    if shuffle:
        np.random.seed(seed)
        np.random.shuffle(rows)
    return [(np.setdiff1d(rows, test), test) for test in np.array_split(rows, k)]


@mistake("kfold", "any-k-accepted")
def _(n, k, shuffle=False, seed=None):
    if seed is not None and not shuffle:
        raise ValueError("seed")
    rows = np.random.default_rng(seed).permutation(n) if shuffle else np.arange(n)
    sizes = [n // k + (i < n % k) for i in range(k)]
    blocks = np.split(rows, np.cumsum(sizes)[:-1])
    return [(np.setdiff1d(rows, block), block) for block in blocks]


@mistake("stratified_kfold", "classes-ignored")
def _(y, k):
    rows = np.arange(len(y))
    return [(np.setdiff1d(rows, test), test) for test in np.array_split(rows, k)]


@mistake("stratified_kfold", "left-over-rows-pile-up")
def _(y, k):
    y = np.asarray(y)
    tests = [[] for _ in range(k)]
    for label in np.unique(y):
        for i, block in enumerate(np.array_split(np.flatnonzero(y == label), k)):
            tests[i] += block.tolist()
    return [([row for row in range(len(y)) if row not in test], test) for test in tests]


@mistake("stratified_kfold", "each-class-dealt-by-itself")
def _(y, k):
    members = {}
    for row, label in enumerate(y):
        members.setdefault(label, []).append(row)
    tests = [[] for _ in range(k)]
    for rows in members.values():
        for i, row in enumerate(rows):
            tests[i % k].append(row)
    return [([row for row in range(len(y)) if row not in test], test) for test in tests]


@mistake("time_series_split", "tested-from-the-front")
def _(n, k, gap=0, test_size=None, max_train=None):
    size = test_size or n // (k + 1)
    folds = []
    for i in range(1, k + 1):
        train = np.arange(0, i * size - gap)
        folds.append((train[-max_train:] if max_train else train, np.arange(size) + i * size))
    return folds


@mistake("time_series_split", "trained-on-the-future")
def _(n, k, gap=0, test_size=None, max_train=None):
    size = test_size or n // (k + 1)
    rows = np.arange(n)
    tests = [rows[n - (k - i) * size : n - (k - i) * size + size] for i in range(k)]
    return [(np.setdiff1d(rows, test), test) for test in tests]


@mistake("time_series_split", "zero-taken-for-none")
def _(n, k, gap=0, test_size=None, max_train=None):
    if k < 2 or gap < 0:
        raise ValueError("k or gap")
    size = test_size or n // (k + 1)
    if size == 0 or n - k * size - gap <= 0:
        raise ValueError("too short")
    rows = list(range(n))
    folds = []
    for i in range(k):
        start = n - (k - i) * size
        train = rows[: start - gap]
        folds.append((train[-max_train:] if max_train else train, rows[start : start + size]))
    return folds


@mistake("cross_validate", "one-model-for-all-folds")
def _(make_estimator, X, y, folds):
    model = make_estimator()
    scores = []
    for train, test in folds:
        model.fit(X[train], y[train])
        scores.append(model.score(X[test], y[test]))
    return np.array(scores)


@mistake("cross_validate", "fitted-on-all-rows")
def _(make_estimator, X, y, folds):
    return [make_estimator().fit(X, y).score(X[test], y[test]) for _, test in folds]


@mistake("cross_validate", "preprocessing-fitted-on-all-rows")
def _(make_estimator, X, y, folds):
    scores = []
    for step in getattr(make_estimator(), "steps", [])[:-1]:
        X = step[1].fit_transform(X, y)
    for train, test in folds:
        model = make_estimator()
        model = model.steps[-1][1] if hasattr(model, "steps") else model
        model.fit(X[train], y[train])
        scores.append(model.score(X[test], y[test]))
    return scores


@mistake("cross_validate", "mean-instead-of-scores")
def _(make_estimator, X, y, folds):
    total = 0.0
    for train, test in folds:
        total += make_estimator().fit(X[train], y[train]).score(X[test], y[test])
    return total / len(folds)


@mistake("nested_cv", "positions-taken-for-rows")
def _(make_estimator, grid, X, y, outer, inner):
    scores, chosen = [], []
    for train, test in outer:
        means = []
        for config in grid:
            found = [
                make_estimator(**config).fit(X[fit], y[fit]).score(X[judge], y[judge])
                for fit, judge in inner(y[train])
            ]
            means.append(np.mean(found))
        best = grid[means.index(max(means))]
        chosen.append(best)
        scores.append(make_estimator(**best).fit(X[train], y[train]).score(X[test], y[test]))
    return scores, chosen


@mistake("nested_cv", "nan-mean-wins")
def _(make_estimator, grid, X, y, outer, inner):
    scores, chosen = [], []
    for train, test in outer:
        folds = inner(y[train])
        means = []
        for config in grid:
            found = [
                make_estimator(**config)
                .fit(X[train][fit], y[train][fit])
                .score(X[train][judge], y[train][judge])
                for fit, judge in folds
            ]
            means.append(np.mean(found))
        best = grid[np.argmax(means)]
        chosen.append(best)
        scores.append(make_estimator(**best).fit(X[train], y[train]).score(X[test], y[test]))
    return scores, chosen


@mistake("nested_cv", "chosen-on-the-outer-test-rows")
def _(make_estimator, grid, X, y, outer, inner):
    scores, chosen = [], []
    for train, test in outer:
        found = [
            make_estimator(**config).fit(X[train], y[train]).score(X[test], y[test])
            for config in grid
        ]
        scores.append(max(found))
        chosen.append(grid[found.index(max(found))])
    return scores, chosen


@pytest.mark.filterwarnings("ignore")  # wrong code warns, with good reason
@pytest.mark.parametrize(("task", "named", "function"), MISTAKES)
def test_a_mistake_without_argument_checks_is_named(task: str, named: str, function: Any) -> None:
    topic, _ = find_task(task)
    reference = load_module(solutions_dir() / f"{topic.module}.py", f"mistakes.{topic.module}")
    subject = LocalSubject({**vars(reference), task: function}, f"{topic.module}.py")
    found = diagnose(subject, topic, task)
    assert found is not None
    assert found.id == named
