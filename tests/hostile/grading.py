"""Grades a hostile submission, and the honest one after it, as `hyperlings grade` would."""

from __future__ import annotations

import math
from dataclasses import replace

from grader.attempts import RemoteAttempts
from grader.hidden_run import HiddenRun
from grader.report import Report
from grader.run import grade, max_points
from grader.sandbox.client import Limits, WarmParent, Worker
from grader.submission import Submission
from grader.topics import find_topic
from tests.hostile.case import HERE, Case

_HONEST = (HERE / "honest.py").read_text(encoding="utf-8")
_HONEST_TASK = "expected_best"


class Impatient:
    """A warm parent that holds the worker of one turn to a case's own limits."""

    def __init__(self, parent: WarmParent, case: Case, turn: int) -> None:
        self.tier = parent.tier
        self._parent, self._case, self._turn = parent, case, turn

    def worker(self, limits: Limits | None = None) -> Worker:
        self._turn -= 1
        if self._turn != -1:
            return self._parent.worker(limits)
        limits = limits or Limits()
        worker = self._parent.worker(
            replace(limits, callbacks=self._case.callbacks or limits.callbacks)
        )
        given, most = worker.deadline, self._case.seconds or math.inf
        worker.deadline = lambda seconds: given(min(seconds, most))  # type: ignore[method-assign]
        return worker


def grade_case(case: Case, parent: WarmParent) -> Report:
    """Grade every task of a hostile submission."""
    topic = find_topic(case.topic)
    submission = Submission("mallory", case.topic, "mallory/homework.py", case.source, "0" * 64)
    tasks = [task.name for task in topic.tasks]
    named = next(iter(case.expected))
    strict = Impatient(parent, case, 0 if named == "*" else tasks.index(named))
    return grade(submission, topic, parent=strict, seed=1)  # type: ignore[arg-type]


def honest_points(parent: WarmParent) -> tuple[float, float]:
    """Points of one task of an honest submission, and of how many."""
    topic = find_topic("ex01_what_is_tuning")
    attempts = RemoteAttempts(parent, _HONEST, topic.module, "homework.py")
    run = HiddenRun(topic, attempts, file="homework.py", seed=2)
    return run.results(_HONEST_TASK)[_HONEST_TASK].points, max_points(topic)[_HONEST_TASK]
