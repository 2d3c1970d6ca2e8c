"""Mistakes as learners write them, with no check of arguments, are still called by their names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.gaussian_process.kernels import RBF

from grader.diagnosis import diagnose
from grader.paths import load_module, solutions_dir
from grader.subject import LocalSubject
from grader.topics import find_task

MISTAKES: list[Any] = []


def mistake(task: str, named: str) -> Callable[[Any], Any]:
    def note(function: Any) -> Any:
        MISTAKES.append(pytest.param(task, named, function, id=f"{task}-{named}"))
        return function

    return note


@mistake("lr_schedule", "linear-spacing")
def _(low, high, n, mode="exp"):
    return list(np.linspace(low, high, n))


@mistake("lr_schedule", "stops-before-high")
def _(low, high, n, mode="exp"):
    return [low * (high / low) ** (i / n) for i in range(n)]


@mistake("smooth", "no-bias-correction")
def _(losses, beta):
    average, out = 0, []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        out.append(average)
    return out


@mistake("smooth", "starts-at-first-loss")
def _(losses, beta):
    average, out = losses[0], []
    for loss in losses:
        average = beta * average + (1 - beta) * loss
        out.append(average)
    return out


@mistake("scale_lr", "inverse-ratio")
def _(lr, old_batch, new_batch, rule="linear"):
    ratio = old_batch / new_batch
    return lr * ratio if rule == "linear" else lr * ratio**0.5


def valley(lrs, losses):
    longest = []
    for i, loss in enumerate(losses):
        longest.append(1 + max((longest[j] for j in range(i) if losses[j] > loss), default=0))
    end = longest.index(max(longest))
    start = end - max(longest)
    third = (end - start) / 3
    return lrs[max(0, start + int(third) + int(third / 2))]


@mistake("suggest_lr", "slope-over-linear-lr")
def _(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    kept = slice(skip_start, len(lrs) - skip_end)
    lrs, losses = lrs[kept], losses[kept]
    if method == "steep":
        return lrs[int(np.argmin(np.diff(losses) / np.diff(lrs)))]
    return lrs[int(np.argmin(losses))] / 10 if method == "minimum" else valley(lrs, losses)


@mistake("suggest_lr", "minimum-not-divided")
def _(lrs, losses, method="valley", *, skip_start=0, skip_end=0):
    kept = slice(skip_start, len(lrs) - skip_end)
    lrs, losses = lrs[kept], losses[kept]
    if method == "steep":
        return lrs[int(np.argmin(np.diff(losses) / np.diff(np.log(lrs))))]
    return lrs[int(np.argmin(losses))] if method == "minimum" else valley(lrs, losses)


@mistake("coordinate_search", "seen-points-evaluated-again")
def _(objective, start, candidates, *, rounds=1):
    best, value, calls = dict(start), objective(dict(start)), 1
    for _ in range(rounds):
        for name, options in candidates.items():
            for option in options:
                config = {**best, name: option}
                found = objective(config)
                calls += 1
                if found < value:
                    best, value = config, found
    return best, value, calls


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


@pytest.mark.filterwarnings("ignore")  # wrong code warns, with good reason
@pytest.mark.parametrize(("task", "named", "function"), MISTAKES)
def test_a_mistake_without_argument_checks_is_named(task: str, named: str, function: Any) -> None:
    topic, _ = find_task(task)
    reference = load_module(solutions_dir() / f"{topic.module}.py", f"mistakes.{topic.module}")
    subject = LocalSubject({**vars(reference), task: function}, f"{topic.module}.py")
    found = diagnose(subject, topic, task)
    assert found is not None
    assert found.id == named
