"""One line of scikit-learn a fold; a list comes back."""

from __future__ import annotations


def cross_validate(make_estimator, X, y, folds):
    if not folds:
        raise ValueError("folds")
    if X.shape[0] != y.shape[0]:
        raise ValueError("lengths")
    if any(set(train.tolist()) & set(test.tolist()) for train, test in folds):
        raise ValueError("overlap")
    return [
        make_estimator().fit(X[train], y[train]).score(X[test], y[test]) for train, test in folds
    ]
