"""Plain loops and lists, copies by deepcopy, and the first of equals by a strict comparison."""

from __future__ import annotations

import copy
import math


def grid_search_cv(estimator, grid, X, y, cv):
    results = {"params": [], "mean_test_score": [], "std_test_score": [], "rank_test_score": []}
    best = None
    for params in expand_grid(grid):  # noqa: F821  the sibling
        scores = []
        for train, test in cv:
            model = copy.deepcopy(estimator)
            model.set_params(**params)
            model.fit(X[train], y[train])
            scores.append(float(model.score(X[test], y[test])))
        mean = sum(scores) / len(scores)
        spread = math.sqrt(sum((score - mean) ** 2 for score in scores) / len(scores))
        results["params"].append(params)
        results["mean_test_score"].append(mean)
        results["std_test_score"].append(spread)
        if not math.isnan(mean) and (best is None or mean > best[0]):
            best = mean, params
    if best is None:
        raise ValueError("every mean is NaN")
    means = results["mean_test_score"]
    for mean in means:
        if math.isnan(mean):
            ahead = sum(not math.isnan(other) for other in means)
        else:
            ahead = sum(other > mean for other in means)
        results["rank_test_score"].append(1 + ahead)
    fitted = copy.deepcopy(estimator).set_params(**best[1])
    fitted.fit(X, y)
    return best[1], results, fitted
