"""Topic 5's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm
from sklearn.gaussian_process.kernels import RBF

from tests.mistakes import mistake


@mistake("expected_improvement", "sign-turned-round")
def _(mu, sigma, best, xi=0.0):
    d = mu - best - xi
    with np.errstate(all="ignore"):
        z = d / sigma
    return np.where(sigma == 0, np.maximum(d, 0), d * norm.cdf(z) + sigma * norm.pdf(z))


@mistake("expected_improvement", "probability-of-improvement")
def _(mu, sigma, best, xi=0.0):
    d = best - mu - xi
    return np.where(sigma == 0, np.maximum(d, 0), norm.cdf(d / np.where(sigma == 0, 1, sigma)))


@mistake("gp_posterior", "variance-returned")
def _(X, y, Xs, length, variance, noise):
    K = variance * RBF(length)(X) + noise * np.eye(len(X))
    Ks = variance * RBF(length)(Xs, X)
    covariance = variance * RBF(length)(Xs) - Ks @ np.linalg.solve(K, Ks.T)
    return Ks @ np.linalg.solve(K, y), np.diag(covariance)


@mistake("should_prune", "latest-value-compared")
def _(history, current, n_startup=5, n_warmup=0, interval=1, n_min_trials=1, direction="minimize"):
    complete = [t["values"] for t in history if t["state"] == "COMPLETE"]
    if not current or not complete or len(complete) < n_startup:
        return False
    step = max(current)
    due = n_warmup + (step - n_warmup) // interval * interval
    if step < n_warmup or any(due <= s < step for s in current):
        return False
    if all(math.isnan(value) for value in current.values()):
        return True
    there = [values[step] for values in complete if step in values]
    if len(there) < n_min_trials or np.isnan(there).all():
        return False
    median = np.nanmedian(there)
    return bool(current[step] > median if direction == "minimize" else current[step] < median)


@mistake("hyperband_brackets", "logarithm-rounded-down")
def _(R, eta):
    s_max = int(math.log(R) / math.log(eta))
    brackets = []
    for s in range(s_max, -1, -1):
        n = math.ceil((s_max + 1) * eta**s / (s + 1))
        brackets.append([(n // eta**i, R // eta ** (s - i)) for i in range(s + 1)])
    return brackets


@mistake("hyperband_brackets", "table-of-the-paper")
def _(R, eta):
    s_max = 0
    while eta ** (s_max + 1) <= R:
        s_max += 1
    return [
        [((s_max + 1) // (s + 1) * eta**s // eta**i, R // eta ** (s - i)) for i in range(s + 1)]
        for s in range(s_max, -1, -1)
    ]
