"""What topic 2's misconceptions answer differently.

Of a refusal only one thing is asked: whether it was a ValueError. Without the check, what else
happens depends on how the rest is written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from grader.checks import Spy, spy
from grader.probes import outcome
from grader.subject import Subject

_LAB = "ex02_manual_tuning"


def lr_schedule(submission: Subject) -> dict[str, object]:
    """Both modes, and what is refused."""
    call = submission.lr_schedule
    return {
        "exp": outcome(lambda: call(0.001, 2.0, 5)),
        "linear": outcome(lambda: call(0.001, 2.0, 5, "linear")),
        "refused": _refused(
            lambda: call(0.0, 1.0, 4),
            lambda: call(1.0, 0.5, 4),
            lambda: call(0.1, 1.0, 1),
            lambda: call(0.1, 1.0, 4, "cosine"),
        ),
    }


def smooth(submission: Subject) -> dict[str, object]:
    """Two weights, none, and whether the losses given are left alone."""
    losses = [4.0, 2.0, 8.0, 1.0]

    def call(beta: float) -> object:
        return submission.smooth(list(losses), beta)  # a copy: some change what they are given

    def kept() -> bool:
        lab = submission.build(f"{_LAB}:arguments", losses=losses, beta=0.5)
        return list(lab.after(submission.smooth)["losses"]) == losses

    return {
        "noisy": outcome(lambda: call(0.7)),
        "heavy": outcome(lambda: call(0.98)),
        "none": outcome(lambda: call(0.0)),
        "kept": outcome(kept),
        "refused": _refused(lambda: call(1.0), lambda: call(-0.5)),
    }


def range_test(submission: Subject) -> dict[str, object]:
    """Curves of real and of scripted losses, and what is left behind."""
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(3, 4, 2)), rng.normal(loc=2.0, size=(3, 4))

    def trained() -> dict[str, Any]:
        lab = submission.build(f"{_LAB}:linear_range_test", x=x, y=y)
        return _curve(lab.run(submission.range_test, 0.001, 0.05, 6, stop=100.0))

    def scripted(script: list[float]) -> dict[str, Any]:
        lab = submission.build(f"{_LAB}:linear_range_test", x=x, y=y, script=script)
        return _curve(lab.run(submission.range_test, 0.001, 0.01, len(script), beta=0.5, stop=4.0))

    def traces(**options: object) -> dict[str, Any]:
        lab = submission.build(f"{_LAB}:network_range_test", seed=3, **options)
        seen = lab.run(submission.range_test, 0.001, 0.5, 6)
        before, after = seen["before"], seen["after"]
        return {
            "raised": seen["raised"],
            "training": all(seen["training"]),
            **{part: _alike(before[part], after[part]) for part in before},
        }

    return {
        "trained": outcome(trained),
        "exploding": outcome(lambda: scripted([1.0, 1.0, 1.0, 5.0, 4.5, 9.0, 9.0])),
        "broken": outcome(lambda: scripted([1.0, 2.0, math.nan, 1.0, 1.0])),
        "traces": outcome(lambda: traces(training=False)),
        "frozen": outcome(lambda: traces(frozen=True)),
        "failing": outcome(lambda: traces(training=False, fails_at=3)),
    }


def suggest_lr(submission: Subject) -> dict[str, object]:
    """Each method on a curve with uneven gaps, an early jump, a plateau and an explosion."""
    call = submission.suggest_lr
    lrs = [1e-4, 2e-4, 1e-3, 1.1e-3, 4e-3, 1e-2, 2e-2, 1e-1, 3e-1, 5e-1]
    losses = [9.0, 8.8, 7.5, 7.45, 7.6, 6.0, 5.0, 3.0, 4.0, 30.0]
    early = [20.0, 9.0, 8.0, 9.0, 8.5, 6.0, 5.0, 4.0, 0.5, 0.1]
    cliff = [9.0, 8.9, 8.8, 8.7, 8.6, 3.0, 3.1, 3.2, 3.3, 3.4]
    methods = ("steep", "minimum", "valley")
    return {
        "whole": [outcome(partial(call, lrs, losses, method)) for method in methods],
        "cliff": outcome(lambda: call(lrs, cliff, "steep")),
        "flat": outcome(lambda: call(lrs, [2.0] * 10, "valley")),
        "skipped": [
            outcome(partial(call, lrs, early, method, skip_start=2, skip_end=2))
            for method in methods
        ],
        "refused": _refused(
            lambda: call(lrs, losses[:-2], "minimum"),
            lambda: call(lrs[:1], losses[:1], "minimum"),
            lambda: call(lrs, losses, "minimum", skip_start=-3),
            lambda: call(lrs, losses, "best"),
        ),
    }


def scale_lr(submission: Subject) -> dict[str, object]:
    """Both rules with a growing and a shrinking batch, and what is refused."""
    call, rules = submission.scale_lr, ("linear", "sqrt")
    return {
        "grown": [outcome(partial(call, 0.1, 48, 320, rule)) for rule in rules],
        "shrunk": [outcome(partial(call, 0.1, 64, 40, rule)) for rule in rules],
        "refused": _refused(
            lambda: call(0.0, 32, 64),
            lambda: call(0.1, 0, 64),
            lambda: call(0.1, 32, 0),
            lambda: call(0.1, 32, 64, "cubic"),
        ),
    }


def coordinate_search(submission: Subject) -> dict[str, object]:
    """What is tried and found on a small table whose settings depend on each other."""
    call = submission.coordinate_search
    start = {"a": 0, "b": 0}
    table = [[5.0, 4.0, 9.0, 7.0], [3.0, 6.0, 2.5, 8.0], [4.5, 1.0, 7.5, 6.5], [6.0, 9.5, 2.0, 9.0]]

    def searched(rounds: int) -> dict[str, Any]:
        objective = spy(lambda config: table[config["a"]][config["b"]])
        result = call(objective, dict(start), {"a": [0, 1, 2, 3], "b": [1, 2, 3, 3]}, rounds=rounds)
        return {"result": list(result), "calls": _tried(objective)}

    def line(losses: list[float]) -> list[Any]:
        return list(call(lambda config: losses[config["a"]], {"a": 0}, {"a": [1, 2]}))

    def kept() -> bool:
        given: dict[str, dict[str, Any]] = {"start": start, "candidates": {"a": [2, 3], "b": [2]}}
        lab = submission.build(f"{_LAB}:arguments", **given)
        after: Mapping[str, Any] = lab.after_search(call, 2.0)
        return dict(after["start"]) == start

    return {
        "one": outcome(lambda: searched(1)),
        "three": outcome(lambda: searched(3)),
        "tie": outcome(lambda: line([1.0, 1.0, 2.0])),
        "nan": outcome(lambda: line([1.0, 2.0, math.nan])),
        "nan start": outcome(lambda: line([math.nan, 2.0, 3.0])),
        "kept": outcome(kept),
        "refused": _refused(
            lambda: call(lambda _: 1.0, {"a": 0}, {"b": [1]}),
            lambda: call(lambda _: 1.0, {"a": 0}, {"a": [1]}, rounds=0),
        ),
    }


def _refused(*calls: Callable[[], object]) -> list[bool]:
    """Tell of each call whether it raised a ValueError."""
    return [outcome(call) == {"raises": "ValueError"} for call in calls]


def _curve(seen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a range test recorded, and the first rate of each group at its steps."""
    lrs, losses = seen["result"]
    return {"lrs": lrs, "losses": losses, "rates": list(seen["rates"])[:2]}


def _alike(before: object, after: object) -> bool:
    """Tell whether two readings are the same."""
    left, right = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    return left.shape == right.shape and bool(np.allclose(left, right, rtol=1e-9, atol=0))


def _tried(objective: Spy) -> list[list[Any]]:
    """Return the values of the settings a and b at each call, in order."""
    return [[config.get("a"), config.get("b")] for (config,) in objective.calls]
