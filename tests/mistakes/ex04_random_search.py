"""Topic 4's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import math

import numpy as np

from tests.mistakes import mistake


@mistake("sample_loguniform", "uniform-between-bounds")
def _(low, high, size, rng):
    return rng.uniform(low, high, size)


@mistake("sample_loguniform", "log-of-a-uniform-sample")
def _(low, high, size, rng):
    return np.log(rng.uniform(low, high, size))


@mistake("sample_loguniform", "exp-of-log10-bounds")
def _(low, high, size, rng):
    return np.exp(rng.uniform(np.log10(low), np.log10(high), size))


@mistake("sample_loguniform", "ten-to-natural-log-bounds")
def _(low, high, size, rng):
    return [10 ** rng.uniform(np.log(low), np.log(high)) for _ in range(size)]


@mistake("sample_loguniform", "global-generator")
def _(low, high, size, rng):
    return np.exp(np.random.uniform(np.log(low), np.log(high), size))


@mistake("prob_hit", "chances-added-up")
def _(q, n):
    return n * q


@mistake("prob_hit", "probability-of-missing")
def _(q, n):
    return (1 - q) ** n


@mistake("trials_needed", "p-divided-by-q")
def _(q, p):
    return math.ceil(p / q)


@mistake("best_so_far", "wrong-direction")
def _(values, mode="min"):
    out, best = [], math.nan
    for value in values:
        if not math.isnan(value) and not (value <= best if mode == "min" else value >= best):
            best = value
        out.append(best)
    return out


@mistake("best_so_far", "nan-for-ever")
def _(values, mode="min"):
    better = np.minimum if mode == "min" else np.maximum
    return better.accumulate(np.array(values, dtype=float))
