"""Without the sibling: four loops, and the best in hand."""

from __future__ import annotations

import math


def nested_cv(make_estimator, grid, X, y, outer, inner):
    if not grid:
        raise ValueError("grid")
    scores, chosen = [], []
    for train, test in outer:
        splits = list(inner(y[train]))
        best, best_mean = None, -math.inf
        for config in grid:
            total = 0.0
            for fit_on, judge_on in splits:
                model = make_estimator(**config)
                model.fit(X[train[fit_on]], y[train[fit_on]])
                total += model.score(X[train[judge_on]], y[train[judge_on]])
            mean = total / len(splits)
            if mean > best_mean:  # false for NaN
                best, best_mean = config, mean
        if best is None:
            raise ValueError("only NaN")
        model = make_estimator(**best)
        model.fit(X[train], y[train])
        scores.append(model.score(X[test], y[test]))
        chosen.append(best)
    return scores, chosen
