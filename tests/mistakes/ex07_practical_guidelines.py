"""Topic 7's mistakes as learners write them, without checks of arguments."""

from __future__ import annotations

import contextlib
import copy
import math
from typing import Any

import numpy as np

from tests.mistakes import mistake


def early_stopping(**methods: Any) -> type:
    """A class as a learner writes it first: no check of arguments, and one thing wrong."""

    class Written:
        def __init__(self, patience, min_delta=0.0, mode="min"):
            self.patience, self.min_delta, self.mode = patience, min_delta, mode
            self.best, self.best_state, self.count = None, None, 0

        def better(self, value):
            if self.best is None:
                return True
            if self.mode == "min":
                return value < self.best - self.min_delta
            return value > self.best + self.min_delta

        def update(self, value, state):
            if not math.isfinite(value):
                return True
            if self.better(value):
                self.best, self.best_state, self.count = value, copy.deepcopy(state), 0
            else:
                self.count += 1
            return self.count >= self.patience

        @contextlib.contextmanager
        def restoring(self, load):
            try:
                yield
            finally:
                if self.best_state is not None:
                    load(self.best_state)

    return type("EarlyStopping", (Written,), methods)


def too_late(self, value, state):
    if not math.isfinite(value):
        return True
    if self.better(value):
        self.best, self.best_state, self.count = value, copy.deepcopy(state), 0
    elif self.count == self.patience:
        return True
    else:
        self.count += 1
    return False


def by_reference(self, value, state):
    if not math.isfinite(value):
        return True
    if self.better(value):
        self.best, self.best_state, self.count = value, state, 0
    else:
        self.count += 1
    return self.count >= self.patience


def any_bad_value(self, value, state):
    if self.better(value):
        self.best, self.best_state, self.count = value, copy.deepcopy(state), 0
    else:
        self.count += 1
    return self.count >= self.patience


@contextlib.contextmanager
def after_a_good_end(self, load):
    yield
    if self.best_state is not None:
        load(self.best_state)


mistake("EarlyStopping", "one-update-too-late")(early_stopping(update=too_late))


mistake("EarlyStopping", "state-kept-by-reference")(early_stopping(update=by_reference))


mistake("EarlyStopping", "nan-as-any-bad-value")(early_stopping(update=any_bad_value))


mistake("EarlyStopping", "not-restored-after-an-exception")(
    early_stopping(restoring=after_a_good_end)
)


mistake("EarlyStopping", "min-delta-ignored")(
    early_stopping(
        better=lambda self, value: (
            self.best is None or (value < self.best if self.mode == "min" else value > self.best)
        )
    )
)


@mistake("one_standard_error", "best-model-taken")
def _(scores):
    return int(np.argmax(np.mean(scores, axis=1)))


@mistake("one_standard_error", "standard-deviation-for-standard-error")
def _(scores):
    scores = np.array(scores)
    best = scores.mean(axis=1).argmax()
    limit = scores[best].mean() - scores[best].std(ddof=1)
    return next(i for i, row in enumerate(scores) if row.mean() >= limit)


@mistake("one_standard_error", "ddof-zero")
def _(scores):
    scores = np.array(scores)
    best = scores.mean(axis=1).argmax()
    limit = scores[best].mean() - np.std(scores[best]) / np.sqrt(len(scores[best]))
    return next(i for i, row in enumerate(scores) if row.mean() >= limit)


def linted(plan, *, least=True, stages=True, order=True):
    """A plan's mistakes, with nothing refused; each part can be as learners first have it."""
    found, space = [], plan["space"]
    if plan["select_on"] == "test":
        found.append(("test-data", "Choose by validation."))
    enough = 59 if plan["method"] == "random" else 20
    if least and all(isinstance(choices, list) for choices in space.values()):
        enough = min(enough, math.prod(map(len, space.values())))
    if plan["trials"] < enough:
        found.append(("too-few-trials", "Run more."))
    if stages:
        bad = any("batch_size" in stage and "lr" not in stage for stage in plan["stages"])
    else:
        bad = "batch_size" in space and not any(
            {"lr", "batch_size"} <= set(stage) for stage in plan["stages"]
        )
    if bad:
        found.append(("ignored-interactions", "Tune both."))
    if plan.get("patience") is None:
        found.append(("no-early-stopping", "Stop early."))
    if isinstance(space.get("lr"), tuple) and space["lr"][2] == "linear":
        found.append(("linear-lr", "Take logs."))
    ranks = {"lr": 0, "width": 1, "depth": 1, "activation": 1, "batch_size": 2}
    ranks |= {"dropout": 3, "weight_decay": 3}
    places = {}
    for i, stage in enumerate(plan["stages"]):
        for name in stage:
            if order:
                places.setdefault(name, i)
            else:
                places[name] = i
    if any(
        ranks.get(a, 4) < ranks.get(b, 4) and places[a] > places[b] for a in places for b in places
    ):
        found.append(("tuning-order", "Begin with lr."))
    return found


@mistake("lint_plan", "small-grid-forgotten")
def _(plan):
    return linted(plan, least=False)


@mistake("lint_plan", "one-joint-stage-is-enough")
def _(plan):
    return linted(plan, stages=False)


@mistake("lint_plan", "last-stage-counts")
def _(plan):
    return linted(plan, order=False)


def random_trials(objective, space, seed):
    rng = np.random.default_rng(seed)
    while objective.remaining >= objective.max_epochs:
        config = {name: choices[rng.integers(len(choices))] for name, choices in space.items()}
        yield objective(config, objective.max_epochs), config


@mistake("tune", "nan-kept-as-best")
def _(objective, space, budget, seed):
    start = {name: choices[0] for name, choices in space.items()}
    best, config = objective(start, objective.max_epochs), start
    for value, other in random_trials(objective, space, seed):
        if value > best:
            best, config = value, other
    return config, objective.open_test(config)


@mistake("tune", "validation-score-returned")
def _(objective, space, budget, seed):
    trials = [trial for trial in random_trials(objective, space, seed) if trial[0] == trial[0]]
    value, config = max(trials, key=lambda trial: trial[0])
    return config, value


@mistake("tune", "budget-ignored")
def _(objective, space, budget, seed):
    rng = np.random.default_rng(seed)
    trials = []
    for _ in range(100):
        config = {name: choices[rng.integers(len(choices))] for name, choices in space.items()}
        trials.append((objective(config, objective.max_epochs), config))
    config = max(trials, key=lambda trial: trial[0])[1]
    return config, objective.open_test(config)


@mistake("tune", "test-set-opened-before-the-search")
def _(objective, space, budget, seed):
    trials = [
        (objective.open_test(config), config) for _, config in random_trials(objective, space, seed)
    ]
    value, config = max(trials, key=lambda trial: trial[0])
    return config, value


@mistake("tune", "one-at-a-time")
def _(objective, space, budget, seed):
    best = {name: choices[0] for name, choices in space.items()}
    for name in space:
        values = {}
        for choice in space[name]:
            if objective.remaining >= objective.max_epochs:
                values[choice] = objective(best | {name: choice}, objective.max_epochs)
        known = {choice: value for choice, value in values.items() if value == value}
        if known:
            best[name] = max(known, key=known.get)
    return best, objective.open_test(best)
