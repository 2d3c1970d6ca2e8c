"""A run of one task's visible checks on functions that live in this process."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import pytest

from grader.deadline import DeadlineExceeded, deadline
from grader.diagnosis import diagnose
from grader.outcome import Check, Kind, Outcome, judge
from grader.paths import exercises_dir
from grader.pytest_plugin import RUN
from grader.subject import LocalSubject, Subject
from grader.topics import Topic

_DIAGNOSIS_SECONDS = 10.0
_OFF = ("terminal", "cacheprovider", "faulthandler", "junitxml", "logging", "warnings", "stepwise")


def visible(topic: Topic, task: str, namespace: Mapping[str, object]) -> str:
    """Run a task's visible checks and say how they went.

    Args:
        topic: The task's topic.
        task: The task's name.
        namespace: Where its function is looked up.

    Returns:
        A few lines for the learner.

    Raises:
        RuntimeError: If pytest itself failed.
    """
    path = exercises_dir() / f"test_{topic.module}.py"
    if not path.is_file():
        return f"{path} is not there. Set HYPERLINGS_HOME to your course folder to run its checks."
    run = NotebookRun(LocalSubject(namespace, f"{topic.module}.ipynb"), f"{topic.module}.ipynb")
    status = pytest.main(
        [
            # pytest names a module by its path below the root. Were that the folder itself, the
            # hidden checks would be taken for these: their file has the same name.
            *("--rootdir", str(path.parent.parent), "-c", str(path.with_name("pytest.ini"))),
            *("-o", "addopts=", "--noconftest"),  # the folder's options are for a terminal
            *("--import-mode=importlib", "--assert=plain", "--capture=no"),
            *("--disable-plugin-autoload", "-p", "grader.pytest_plugin"),
            *(arg for name in _OFF for arg in ("-p", f"no:{name}")),
            *("--task", task, str(path)),
        ],
        plugins=[run],
    )
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run {path}: exit status {int(status)}.")
    return run.summary(topic, task)


class NotebookRun:
    """See `grader.pytest_plugin.CheckRun`; unlike a learner's run, it saves nothing."""

    device = "cpu"

    def __init__(self, subject: Subject, file: str) -> None:
        """Take the functions to check, and the file name that messages give."""
        self._subject = subject
        self._file = file
        self._outcomes: list[Outcome] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the place of a learner's run."""
        config.stash[RUN] = self

    def arrange(self, items: list[tuple[pytest.Item, Check]]) -> None:
        """Nothing to arrange: one task, in the file's order."""

    def subject(self, check: Check) -> Subject:
        """Return the notebook's functions.

        Raises:
            DeadlineExceeded: If an earlier check never ended: once is enough to wait.
        """
        if any(outcome.kind is Kind.TIMEOUT for outcome in self._outcomes):
            raise DeadlineExceeded
        return self._subject

    def reference(self, check: Check) -> Any:
        """A visible check has no reference."""
        raise LookupError(f"{check.name} asks for `reference`, which only a hidden check may.")

    def rng(self, check: Check) -> Any:
        """A visible check is the same every time."""
        raise LookupError(f"{check.name} asks for `rng`, which only a hidden check may.")

    def call(self, check: Check) -> Generator[None, object, object]:
        """Run a check under its deadline."""
        with deadline(check.seconds):
            return (yield)

    def judged(self, check: Check, error: BaseException | None) -> Outcome:
        """Judge and keep an outcome."""
        self._outcomes.append(judge(error, check, self._file, hidden=False))
        return self._outcomes[-1]

    def summary(self, topic: Topic, task: str) -> str:
        """Say how the checks went: the count, the first failure, and the mistake it shows."""
        count = len(self._outcomes)
        passed = sum(outcome.kind is Kind.PASSED for outcome in self._outcomes)
        failed = [o for o in self._outcomes if o.kind not in (Kind.PASSED, Kind.TODO)]
        if count and passed == count:
            return f"{task}: all {count} checks pass."
        if not failed:
            said = {outcome.message for outcome in self._outcomes if outcome.message}
            return f"{task}: {', '.join(sorted(said))}"
        lines = [f"{task}: {passed} of {count} checks pass. The first that does not:"]
        lines += ["", failed[0].message]
        if failed[0].kind is Kind.FAILED and (mistake := self._mistake(topic, task)):
            lines += ["", mistake]
        return "\n".join(lines)

    def _mistake(self, topic: Topic, task: str) -> str:
        try:
            with deadline(_DIAGNOSIS_SECONDS):
                found = diagnose(self._subject, topic, task)
        except DeadlineExceeded:
            return ""
        return found.message if found else ""
