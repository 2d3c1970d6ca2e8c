"""scikit-learn's own search, with all of its results; only what it lets pass is checked."""

from __future__ import annotations

import warnings

import numpy as np


def grid_search_cv(estimator, grid, X, y, cv):
    from sklearn.model_selection import GridSearchCV

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = GridSearchCV(estimator, grid, cv=cv).fit(X, y)
    if np.isnan(search.cv_results_["mean_test_score"]).all():
        raise ValueError("only NaN")
    return search.best_params_, search.cv_results_, search.best_estimator_
