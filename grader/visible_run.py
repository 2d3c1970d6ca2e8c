"""The visible checks on a source that nobody vouches for: in locked-in workers, one a task."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from grader.attempts import Attempt, Attempts
from grader.diagnosis import diagnose
from grader.errors import GradingError, SetupFailed
from grader.learner_run import task_progress
from grader.outcome import Check, Kind, Outcome, UnreadableError, judge
from grader.paths import exercises_dir
from grader.progress import TaskProgress
from grader.pytest_plugin import CHECK, RUN
from grader.subject import Subject
from grader.topics import Topic

if TYPE_CHECKING:
    import numpy as np

_CHECK_SECONDS = 5.0
_OFF = ("terminal", "cacheprovider", "faulthandler", "logging", "warnings")
_ENDS = (Kind.ENDED, Kind.TIMEOUT, Kind.NOT_GRADED)


class VisibleRun:
    """One run of a topic's visible checks; see `grader.pytest_plugin.CheckRun`.

    No reference stands in for a sibling that is wrong: a learner sees what their own file does.
    """

    device = "cpu"

    def __init__(self, topic: Topic, attempts: Attempts, *, source: str, seconds: float) -> None:
        """Take what is checked; nothing runs before `results`.

        Args:
            topic: The topic whose checks run.
            attempts: Where the source is opened.
            source: The source's hash, which goes into what is found.
            seconds: Time for all checks together.
        """
        self._topic = topic
        self._attempts = attempts
        self._file = f"{topic.module}.py"
        self._source = source
        self._left = seconds
        self._declared: dict[str, int] = defaultdict(int)
        self._judged: dict[str, list[Outcome]] = defaultdict(list)
        self._diagnoses: dict[str, str] = defaultdict(str)
        self._task: str | None = None
        self._attempt: Attempt | None = None
        self._ended: BaseException | None = None  # what ended the open task
        self._unreadable: UnreadableError | None = None  # what ends every task
        self._open = ExitStack()

    def results(self) -> dict[str, TaskProgress]:
        """Run the checks.

        Returns:
            What was found, by task. A task for whose checks no time was left is not in it.

        Raises:
            RuntimeError: If pytest itself failed, which is no fault of the source.
        """
        try:
            _pytest(self, self._topic)
        finally:
            self._leave()
        return {
            task: task_progress(
                self._judged[task],
                diagnosis=partial(self._diagnoses.__getitem__, task),
                source=self._source,
            )
            for task, declared in self._declared.items()
            if len(self._judged[task]) == declared and not self._is_cut(task)
        }

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the place of a learner's run."""
        config.stash[RUN] = self
        config.option.tbstyle = "native"  # unread, and the others parse the source of every frame

    def arrange(self, items: list[tuple[pytest.Item, Check]]) -> None:
        """Count each task's checks."""
        for _, check in items:
            self._declared[check.task] += 1

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put each task's checks together, in the topic's order: a task has one worker."""
        order = [task.name for task in self._topic.tasks]
        items.sort(key=lambda item: order.index(item.stash[CHECK].task))

    def subject(self, check: Check) -> Subject:
        """Return the source, opened for this check's task.

        Raises:
            GradingError: What ended the task before, so that its other checks end likewise.
            UnreadableError: If the source cannot be loaded.
        """
        if self._task != check.task:
            self._leave()
            self._enter(check.task)
        if self._ended is None and self._left <= 0:
            self._ended = SetupFailed("the time for all checks was used up before this one")
        if self._ended is not None:
            raise self._ended.with_traceback(None)
        assert self._attempt is not None  # what could not be opened has ended
        return self._attempt.subject

    def reference(self, check: Check) -> Any:
        """A visible check has no reference."""
        raise LookupError(f"{check.name} asks for `reference`, which only a hidden check may.")

    def rng(self, check: Check) -> np.random.Generator:
        """A visible check is the same every time."""
        raise LookupError(f"{check.name} asks for `rng`, which only a hidden check may.")

    def call(self, check: Check) -> Generator[None, object, object]:
        """Run a check under its deadline, and charge it to the run's."""
        if self._attempt is None:
            return (yield)
        began = time.monotonic()
        try:
            with self._attempt.running(_seconds(check)):
                return (yield)
        finally:
            self._left -= time.monotonic() - began

    def judged(self, check: Check, error: BaseException | None) -> Outcome:
        """Judge and keep an outcome."""
        outcome = judge(error, replace(check, seconds=_seconds(check)), self._file, hidden=False)
        self._judged[check.task].append(outcome)
        if outcome.kind in _ENDS:
            self._ended = self._ended or error
        return outcome

    def _enter(self, task: str) -> None:
        self._task, self._ended = task, self._unreadable
        if self._ended is not None:
            return
        try:
            self._attempt = self._open.enter_context(self._attempts.open({}))
        except UnreadableError as error:
            self._ended = self._unreadable = error
        except GradingError as error:
            self._ended = error

    def _leave(self) -> None:
        """Close the open task, after a diagnosis if it failed."""
        task, self._task = self._task, None
        if task is None:
            return
        kinds = {outcome.kind for outcome in self._judged[task]}
        if self._attempt is not None and Kind.FAILED in kinds and kinds.isdisjoint(_ENDS):
            try:
                with self._attempt.running(_CHECK_SECONDS):
                    found = diagnose(self._attempt.subject, self._topic, task)
            except GradingError:
                found = None
            self._diagnoses[task] = found.message if found else ""
        self._attempt = None
        self._open.close()

    def _is_cut(self, task: str) -> bool:
        return any(outcome.kind is Kind.NOT_GRADED for outcome in self._judged[task])


def _seconds(check: Check) -> float:
    """A check's deadline here: others wait for the end of it."""
    return min(check.seconds, _CHECK_SECONDS)


def _pytest(run: VisibleRun, topic: Topic) -> None:
    folder = exercises_dir()
    status = pytest.main(
        [
            *("-c", str(folder / "pytest.ini"), "--rootdir", str(folder), "-o", "addopts="),
            *("--noconftest", "--capture=no"),
            *("--import-mode=importlib", "--assert=plain"),
            *("--disable-plugin-autoload", "-p", "grader.pytest_plugin"),
            *(arg for name in _OFF for arg in ("-p", f"no:{name}")),
            str(folder / f"test_{topic.module}.py"),
        ],
        plugins=[run],
    )
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run the checks: exit status {int(status)}.")
