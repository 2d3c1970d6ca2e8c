"""Mistakes as learners write them, with no check of arguments, are still called by their names."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

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


@pytest.mark.filterwarnings("ignore")  # wrong code warns, with good reason
@pytest.mark.parametrize(("task", "named", "function"), MISTAKES)
def test_a_mistake_without_argument_checks_is_named(task: str, named: str, function: Any) -> None:
    topic, _ = find_task(task)
    reference = load_module(solutions_dir() / f"{topic.module}.py", f"mistakes.{topic.module}")
    subject = LocalSubject({**vars(reference), task: function}, f"{topic.module}.py")
    found = diagnose(subject, topic, task)
    assert found is not None
    assert found.id == named
