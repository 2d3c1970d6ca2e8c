"""Topic 3's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import itertools
import math

import numpy as np
from scipy.stats import rankdata
from sklearn.base import clone

from tests.mistakes import mistake


@mistake("grid_size", "lengths-added-up")
def _(grid):
    return sum(len(choices) for choices in grid.values())


@mistake("grid_size", "product-overflowed")
def _(grid):
    grids = [grid] if isinstance(grid, dict) else grid
    return sum(int(np.prod([len(choices) for choices in one.values()])) for one in grids)


@mistake("grid_size", "combinations-listed-to-be-counted")
def _(grid):
    grids = [grid] if isinstance(grid, dict) else grid
    return sum(len(list(itertools.product(*one.values()))) for one in grids)


@mistake("grid_size", "choices-unchecked")
def _(grid):
    grids = [grid] if isinstance(grid, dict) else grid
    return sum(math.prod(len(choices) for choices in one.values()) for one in grids)


@mistake("expand_grid", "names-in-the-order-of-the-dict")
def _(grid):
    configs = []
    for one in [grid] if isinstance(grid, dict) else grid:
        configs += [
            dict(zip(one, point, strict=True)) for point in itertools.product(*one.values())
        ]
    return configs


@mistake("expand_grid", "choices-paired-up")
def _(grid):
    grids = [grid] if isinstance(grid, dict) else grid
    return [
        {name: one[name][i] for name in one}
        for one in grids
        for i in range(min((len(choices) for choices in one.values()), default=0))
    ]


@mistake("expand_grid", "nothing-checked")
def _(grid):
    configs = []
    for one in [grid] if isinstance(grid, dict) else grid:
        names = sorted(one)
        for point in itertools.product(*[one[name] for name in names]):
            configs.append(dict(zip(names, point, strict=True)))
    return configs


def _all_of(grid):
    names = sorted(grid)
    points = itertools.product(*[grid[name] for name in names])
    return [dict(zip(names, point, strict=True)) for point in points]


@mistake("grid_search", "nan-wins")
def _(objective, grid, mode="min"):
    configs = _all_of(grid)
    values = [objective(config) for config in configs]
    best = np.argmin(values) if mode == "min" else np.argmax(values)
    return configs[best], values[best], values


@mistake("grid_search", "always-minimized")
def _(objective, grid, mode="min"):
    best, best_value, values = None, float("inf"), []
    for config in _all_of(grid):
        values.append(objective(config))
        if values[-1] < best_value:
            best, best_value = config, values[-1]
    return best, best_value, values


@mistake("grid_search", "one-setting-at-a-time")
def _(objective, grid, mode="min"):
    config = {name: choices[0] for name, choices in grid.items()}
    tried, values = [], []
    for name in sorted(grid):
        for choice in grid[name]:
            if {**config, name: choice} not in tried:
                tried.append({**config, name: choice})
                values.append(objective(tried[-1]))
    known = [i for i, value in enumerate(values) if value == value]
    best = (min if mode == "min" else max)(known, key=lambda i: values[i])
    return tried[best], values[best], values


def _search(estimator, grid, x, y, cv, copy, ranks, ddof=0, refit=True):
    configs = _all_of(grid)
    scores = [
        [
            copy(estimator).set_params(**config).fit(x[train], y[train]).score(x[test], y[test])
            for train, test in cv
        ]
        for config in configs
    ]
    means = np.mean(scores, axis=1)
    best = configs[int(np.nanargmax(means))]
    fitted = copy(estimator).set_params(**best)
    results = {
        "params": configs,
        "mean_test_score": means,
        "std_test_score": np.std(scores, axis=1, ddof=ddof),
        "rank_test_score": ranks(-np.where(np.isnan(means), -np.inf, means)),
    }
    return best, results, fitted.fit(x, y) if refit else fitted


def _smallest(losses):
    return rankdata(losses, method="min")


@mistake("grid_search_cv", "estimator-not-cloned")
def _(estimator, grid, X, y, cv):
    return _search(estimator, grid, X, y, cv, lambda same: same, _smallest)


@mistake("grid_search_cv", "ranks-shared-in-the-middle")
def _(estimator, grid, X, y, cv):
    return _search(estimator, grid, X, y, cv, clone, rankdata)


@mistake("grid_search_cv", "sample-deviation")
def _(estimator, grid, X, y, cv):
    return _search(estimator, grid, X, y, cv, clone, _smallest, ddof=1)


@mistake("grid_search_cv", "refit-omitted")
def _(estimator, grid, X, y, cv):
    return _search(estimator, grid, X, y, cv, clone, _smallest, refit=False)
