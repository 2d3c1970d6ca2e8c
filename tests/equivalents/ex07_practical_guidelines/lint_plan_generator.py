"""Rules that yield; the result is a tuple, or whatever `tuple` makes of a generator."""

from __future__ import annotations

import math
from itertools import combinations


def lint_plan(plan):
    space, stages = dict(plan["space"]), [set(stage) for stage in plan["stages"]]
    if set().union(*stages) != space.keys():
        raise ValueError("names")
    if plan["select_on"] not in {"validation", "cross-validation", "test"}:
        raise ValueError("select_on")
    if plan["method"] not in {"random", "bayesian"}:
        raise ValueError("method")
    return tuple(_mistakes(plan, space, stages))


def _mistakes(plan, space, stages):
    if plan["select_on"] == "test":
        yield "test-data", "Choose by cross-validation."
    points = math.prod(len(c) if isinstance(c, list) else math.inf for c in space.values())
    if plan["trials"] < min(59 if plan["method"] == "random" else 20, points):
        yield "too-few-trials", "More trials, please."
    if not all("lr" in stage for stage in stages if "batch_size" in stage):
        yield "ignored-interactions", "Learning rate and batch size go together."
    if not plan.get("patience"):
        yield "no-early-stopping", "Stop trainings that get no better."
    if space.get("lr", ())[2:] == ("linear",):
        yield "linear-lr", "A decade at a time."
    order = [["lr"], ["width", "depth", "activation"], ["batch_size"], ["dropout", "weight_decay"]]
    known = [name for group in order for name in group]
    order.append([name for name in space if name not in known])

    def first(name):
        return next(i for i, stage in enumerate(stages) if name in stage)

    pairs = (
        (a, b)
        for before, after in combinations(order, 2)
        for a in before
        for b in after
        if a in space and b in space
    )
    if any(first(a) > first(b) for a, b in pairs):
        yield "tuning-order", "Coarse things first."
