"""The order is checked by sorting; names of a new stage by sets."""

from __future__ import annotations

import functools
import operator

REMEDIES = {
    "test-data": "Never choose on it.",
    "too-few-trials": "Run more of them.",
    "ignored-interactions": "Tune both together.",
    "no-early-stopping": "Stop early.",
    "linear-lr": "Take logarithms.",
    "tuning-order": "Start with lr.",
}
RANKS = dict.fromkeys(["width", "depth", "activation"], 1)
RANKS.update(lr=0, batch_size=2, dropout=3, weight_decay=3)


def lint_plan(plan):
    space = plan["space"]
    flat = [name for stage in plan["stages"] for name in stage]
    if sorted(set(flat)) != sorted(space):
        raise ValueError("stages")
    least = {"random": 59, "bayesian": 20}
    if plan["method"] not in least:
        raise ValueError("method")
    bad = set()
    match plan["select_on"]:
        case "test":
            bad.add("test-data")
        case "validation" | "cross-validation":
            pass
        case _:
            raise ValueError("select_on")
    enough = [least[plan["method"]]]
    if not any(isinstance(choices, tuple) for choices in space.values()):
        enough.append(functools.reduce(operator.mul, map(len, space.values()), 1))
    if plan["trials"] < min(enough):
        bad.add("too-few-trials")
    if any(set(stage) & {"lr", "batch_size"} == {"batch_size"} for stage in plan["stages"]):
        bad.add("ignored-interactions")
    if "patience" not in plan or plan["patience"] is None:
        bad.add("no-early-stopping")
    match space.get("lr"):
        case (_, _, "linear") as lr if isinstance(lr, tuple):
            bad.add("linear-lr")
    new, seen = [], set()
    for stage in plan["stages"]:
        new.append(sorted(RANKS.get(name, 4) for name in set(stage) - seen))
        seen |= set(stage)
    ranks = [rank for group in new for rank in group]
    if ranks != sorted(ranks):
        bad.add("tuning-order")
    return [(code, REMEDIES[code]) for code in REMEDIES if code in bad]
