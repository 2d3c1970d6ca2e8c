"""How often the statistical hidden checks reject a right submission, by simulating many."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np

import grader
from grader.checks import MARK, CheckFailed
from grader.paths import load_module, solutions_dir
from grader.subject import LocalSubject
from grader.topics import Topic

_HIDDEN = Path(grader.__file__).parent / "hidden"
_TESTS = ("kstest", "binomtest")  # what `grader.chance` asks scipy.stats for
THRESHOLDS = (1e-2, 1e-3)  # far above any alpha, so that a simulation sees how p-values fall there
_SUSPICIOUS = 1e-6
Tell = Callable[[str, "Tally"], object]


@dataclass
class Tally:
    """What one check did.

    Attributes:
        runs: How many right submissions it judged.
        alarms: How many of them it rejected.
        p_values: One a run: the smallest of its tests times how many there are, at most 1, so that
            a run with a p-value below t has a chance of at most t.
    """

    runs: int = 0
    alarms: int = 0
    p_values: list[float] = field(default_factory=list)

    def share_below(self, threshold: float) -> float:
        """The share of p-values below a threshold; at most about the threshold if all is right."""
        return float(np.mean(np.asarray(self.p_values) < threshold))

    def calibrated(self) -> bool:
        """Whether small p-values are no more frequent than they may be, at every threshold."""
        from scipy.stats import binomtest

        values = np.asarray(self.p_values)
        return all(
            binomtest(
                int((values < threshold).sum()), len(values), threshold, alternative="greater"
            ).pvalue
            >= _SUSPICIOUS
            for threshold in THRESHOLDS
        )


def simulate(
    topic: Topic, count: int, *, seconds: float = math.inf, tell: Tell = lambda name, tally: None
) -> dict[str, Tally]:
    """Judge the reference many times, with fresh inputs, by the statistical checks of a topic.

    It runs in this process: what is measured is chance, and the reference is trusted.

    Args:
        topic: The topic.
        count: How many right submissions to simulate.
        seconds: After how many seconds a check is left with those that it has judged by then.
        tell: Told after each of them the check's name and what it did so far.

    Returns:
        A tally for each check that asks `grader.chance` for a test; none for the exact ones.
    """
    reference = load_module(
        solutions_dir() / f"{topic.module}.py", f"hyperlings_solutions.{topic.module}"
    )
    hidden = load_module(_HIDDEN / f"test_{topic.module}.py", f"benchmarks_hidden.{topic.module}")
    tallies = {}
    with _recorded() as p_values:
        for name, function in list(vars(hidden).items()):  # running a check may import into it
            if not any(mark.name == MARK for mark in getattr(function, "pytestmark", ())):
                continue
            tally, began = Tally(), time.monotonic()
            while tally.runs < count and time.monotonic() - began < seconds:
                p_values.clear()
                alarm = not _passes(function, reference, topic, seed=tally.runs)
                if not p_values:
                    break  # an exact check: one look is enough
                tally.runs += 1
                tally.alarms += alarm
                tally.p_values.append(min(1.0, len(p_values) * min(p_values)))
                tell(name, tally)
            if tally.runs:
                tallies[name] = tally
    return tallies


def _passes(
    function: Callable[..., object], reference: ModuleType, topic: Topic, seed: int
) -> bool:
    """Run a check on the reference, with the inputs that a grading with this seed would draw."""
    given: dict[str, Any] = {
        "submission": LocalSubject(vars(reference), f"{topic.module}.py"),
        "reference": reference,
        "rng": np.random.default_rng([seed, *function.__name__.encode()]),
        "device": "cpu",
    }
    wanted = inspect.signature(function).parameters
    try:
        function(**{name: value for name, value in given.items() if name in wanted})
    except CheckFailed:
        return False
    return True


@contextmanager
def _recorded() -> Iterator[list[float]]:
    """Note the p-value of every statistical test meanwhile."""
    from scipy import stats

    p_values: list[float] = []

    def noting(name: str) -> Callable[..., Any]:
        test = getattr(stats, name)

        def noted(*args: Any, **kwargs: Any) -> Any:
            result = test(*args, **kwargs)
            p_values.append(float(result.pvalue))
            return result

        return noted

    with ExitStack() as stack:
        for name in _TESTS:
            stack.enter_context(mock.patch.object(stats, name, noting(name)))
        yield p_values


def at_most(alarms: int, runs: int) -> float:
    """Upper bound of a rate, which holds with 95% confidence (Clopper & Pearson)."""
    from scipy.stats import beta

    return 1.0 if alarms >= runs else float(beta.ppf(0.95, alarms + 1, runs - alarms))


def line(name: str, tally: Tally) -> str:
    """Say what a check did, on one line."""
    shares = ", ".join(f"{tally.share_below(t):.1e} below {t:g}" for t in THRESHOLDS)
    verdict = "" if tally.calibrated() else "  TOO MANY"
    bound = at_most(tally.alarms, tally.runs)
    return (
        f"{name}: {tally.alarms} of {tally.runs} rejected (rate at most {bound:.1e}); "
        f"p-values: {shares}{verdict}"
    )


def fine(tallies: dict[str, Tally]) -> bool:
    """Whether no check rejects right submissions more often than its tests promise."""
    return all(tally.calibrated() and not tally.alarms for tally in tallies.values())
