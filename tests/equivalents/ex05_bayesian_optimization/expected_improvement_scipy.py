"""scipy.stats.norm, and a place filled in where there is doubt."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm


def expected_improvement(mu, sigma, best, xi=0.0):
    mu, sigma = np.broadcast_arrays(np.asarray(mu, float), np.asarray(sigma, float))
    if np.any(sigma < 0) or np.any(np.isnan(sigma)):
        raise ValueError("sigma")
    d = best - mu - xi
    result = np.maximum(d, 0.0)
    doubt = sigma > 0
    z = d[doubt] / sigma[doubt]
    result = np.array(result)
    result[doubt] = sigma[doubt] * (z * norm.cdf(z) + norm.pdf(z))
    return result
