"""One point at a time with math.erf; a list comes back for arrays, a float for numbers."""

from __future__ import annotations

import math

import numpy as np


def expected_improvement(mu, sigma, best, xi=0.0):
    def score(mean, deviation):
        if not deviation >= 0:
            raise ValueError("sigma")
        d = best - mean - xi
        if deviation == 0:
            return max(d, 0.0)
        z = d / deviation
        below = (1 + math.erf(z / math.sqrt(2))) / 2
        return d * below + deviation * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    if np.ndim(mu) == 0:
        return score(float(mu), float(sigma))
    sigmas = sigma if np.ndim(sigma) else [sigma] * len(mu)
    return [score(mean, deviation) for mean, deviation in zip(mu, sigmas, strict=True)]
