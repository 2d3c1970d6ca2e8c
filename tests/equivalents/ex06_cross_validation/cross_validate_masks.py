"""Rows in ascending order through masks, and the scores in an array made beforehand."""

from __future__ import annotations

import numpy as np


def cross_validate(make_estimator, X, y, folds):
    n = np.shape(X)[0]
    if len(folds) == 0 or np.shape(y)[0] != n:
        raise ValueError("folds or lengths")
    masks = np.zeros((len(folds), 2, n), dtype=bool)
    for i, (train, test) in enumerate(folds):
        masks[i, 0, train] = True
        masks[i, 1, test] = True
    if masks.all(axis=1).any():
        raise ValueError("overlap")
    scores = np.full(len(folds), np.nan)
    for i, (train, test) in enumerate(masks):
        model = make_estimator()
        model.fit(np.array(X)[train], np.array(y)[train])
        scores[i] = model.score(np.array(X)[test], np.array(y)[test])
        del model
    return scores
