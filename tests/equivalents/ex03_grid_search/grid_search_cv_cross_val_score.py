"""scikit-learn's cross_val_score and SciPy's ranks."""

from __future__ import annotations

import numpy as np


def grid_search_cv(estimator, grid, X, y, cv):
    from scipy.stats import rankdata
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score

    configs = expand_grid(grid)  # noqa: F821  the sibling
    scores = [
        cross_val_score(clone(estimator).set_params(**params), X, y, cv=cv) for params in configs
    ]
    means = np.mean(scores, axis=1)
    if not (means == means).any():
        raise ValueError("only NaN")
    best = configs[np.nanargmax(means)]
    losses = -np.where(np.isnan(means), np.nanmin(means) - 1, means)
    results = {
        "params": configs,
        "mean_test_score": means,
        "std_test_score": np.std(scores, axis=1),
        "rank_test_score": rankdata(losses, method="min"),
        "split_scores": scores,
    }
    return [best, results, clone(estimator).set_params(**best).fit(X, y)]
