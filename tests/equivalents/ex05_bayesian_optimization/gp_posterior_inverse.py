"""The inverse, point by point, in plain loops; lists come back, in a list."""

from __future__ import annotations

import math

import numpy as np


def gp_posterior(X, y, Xs, length, variance, noise):
    for value in (length, variance, noise):
        if value <= 0:
            raise ValueError("settings")
    if len(y) != len(X):
        raise ValueError("lengths")

    def k(a, b):
        squares = sum((p - q) ** 2 for p, q in zip(a, b, strict=True))
        return variance * math.exp(-squares / (2 * length**2))

    n = len(X)
    K = [[k(X[i], X[j]) + (noise if i == j else 0) for j in range(n)] for i in range(n)]
    inverse = np.linalg.inv(np.array(K))
    means, deviations = [], []
    for x in Xs:
        row = np.array([k(x, other) for other in X])
        means.append(float(row @ inverse @ y))
        deviations.append(math.sqrt(max(0.0, k(x, x) - float(row @ inverse @ row))))
    return [means, deviations]
