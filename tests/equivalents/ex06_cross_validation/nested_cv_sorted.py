"""Helpers inside, and a stable sort that puts NaN last; tuples come back."""

from __future__ import annotations

import math
from statistics import fmean


def nested_cv(make_estimator, grid, X, y, outer, inner):
    def mean_score(config, X, y, folds):
        found = cross_validate(lambda: make_estimator(**config), X, y, folds)  # noqa: F821
        return fmean([float(score) for score in found])

    def tune(X, y):
        folds = inner(y)
        pairs = [(mean_score(config, X, y, folds), config) for config in grid]
        ranked = sorted(
            (pair for pair in pairs if not math.isnan(pair[0])), key=lambda pair: -pair[0]
        )
        if not ranked:
            raise ValueError("no configuration")
        return ranked[0][1]

    if not list(grid):
        raise ValueError("grid")
    scores, chosen = (), ()
    for train, test in outer:
        config = tune(X[train], y[train])
        model = make_estimator(**config).fit(X[train], y[train])
        scores += (float(model.score(X[test], y[test])),)
        chosen += (config,)
    return scores, chosen
