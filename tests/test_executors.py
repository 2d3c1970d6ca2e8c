"""Work whose process died again and again is judged once more, by itself, after all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

from grader.executors import Team, Work, spread
from grader.judging import Setup, not_graded
from grader.report import Report
from grader.submission import Submission
from tests.fake_judging import fake


class Killed(Exception):
    """Stands for Dask's KilledWorker."""


class OneThatDies(Executor):
    """Loses the first two that it gets; "a" it loses each time."""

    def __init__(self) -> None:
        self.begun: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        student = args[0].submission.student
        self.begun.append(student)
        future: Future[Any] = Future()
        if student == "a" or len(self.begun) <= 2:
            future.set_exception(Killed("died with it"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


class Teams:
    def __init__(self) -> None:
        self.executor = OneThatDies()

    @contextmanager
    def open(self) -> Iterator[Team]:
        yield Team(self.executor, lambda: 1, judge, killed=(Killed,))


def judge(work: Work) -> Report:
    return not_graded(work.submission, work.seed, work.setup, "judged")


def test_what_died_with_its_neighbor_is_judged_by_itself_after_all_others() -> None:
    students = [Submission(name, "ex02_manual_tuning", name, "pass", "ab") for name in "abcd"]
    teams = Teams()

    reports = list(spread(students, Setup(seed=7, tier="B"), fake, teams))

    said = {report.student: report.tasks[0].messages[0] for report in reports}
    assert {report.student for report in reports[:2]} == {"c", "d"}
    assert {report.student for report in reports[2:]} == {"a", "b"}
    assert teams.executor.begun[:4] == list("abcd")
    assert sorted(teams.executor.begun[4:]) == ["a", "b"]
    assert said["b"] == said["c"] == said["d"] == "judged"
    assert "Killed: died with it" in said["a"]
    assert "--resume" in said["a"]
