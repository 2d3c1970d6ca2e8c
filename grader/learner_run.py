"""A learner's run of the visible checks: their module in this process, diagnosis, scoreboard."""

from __future__ import annotations

import contextlib
import io
import os
from collections import defaultdict
from collections.abc import Callable, Generator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader import progress
from grader.deadline import DeadlineExceeded, deadline
from grader.diagnosis import diagnose
from grader.outcome import Check, Kind, Outcome, UnreadableError, judge
from grader.paths import load_module
from grader.progress import State, TaskProgress
from grader.scoreboard import scoreboard
from grader.subject import LocalSubject, Subject
from grader.topics import Topic

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

_IMPORT_SECONDS = 20.0


class LearnerRun:
    """One run of `pytest exercises`."""

    def __init__(self, config: pytest.Config) -> None:
        """Remember the run's configuration; nothing is loaded before a check asks for it."""
        self.device = "cpu"
        self._config = config
        self._folder: Path | None = None
        self._modules: dict[str, LocalSubject | UnreadableError] = {}
        self._checks: dict[str, list[Check]] = defaultdict(list)
        self._judged: dict[str, list[Outcome]] = defaultdict(list)
        self._diagnoses: dict[str, str] = {}

    def arrange(self, items: list[tuple[pytest.Item, Check]]) -> None:
        """Count each task's checks."""
        for item, check in items:
            self._folder = item.path.parent
            self._checks[check.task].append(check)

    def subject(self, check: Check) -> Subject:
        """Return the learner's module, loaded once a run.

        Raises:
            UnreadableError: If it cannot be loaded; the text says why and what to do.
            DeadlineExceeded: If an earlier check of the task never ended: once is enough to wait.
        """
        if any(outcome.kind is Kind.TIMEOUT for outcome in self._judged[check.task]):
            raise DeadlineExceeded
        module = check.topic.module
        if module not in self._modules:
            try:
                self._modules[module] = load_subject(self._path(check.topic))
            except UnreadableError as error:
                self._modules[module] = error
        found = self._modules[module]
        if isinstance(found, UnreadableError):
            raise found
        return found

    def reference(self, check: Check) -> Any:
        """A learner's run has no reference."""
        raise LookupError(f"{check.name} asks for `reference`, which only a hidden check may.")

    def rng(self, check: Check) -> Any:
        """A learner's run is the same every time."""
        raise LookupError(f"{check.name} asks for `rng`, which only a hidden check may.")

    def call(self, check: Check) -> Generator[None, object, object]:
        """Run a check under its deadline."""

        def give_up() -> None:
            self._say(f"\n`{check.task}` never ends, not even when it is interrupted: stopping.\n")
            os._exit(1)

        with deadline(check.seconds, on_stuck=give_up):
            return (yield)

    def judged(self, check: Check, error: BaseException | None) -> Outcome:
        """Judge a check, and explain a failure by a misconception where one fits."""
        outcome = judge(error, check, f"{check.topic.module}.py", hidden=False)
        first = all(before.kind in (Kind.PASSED, Kind.TODO) for before in self._judged[check.task])
        self._judged[check.task].append(outcome)
        if outcome.kind is Kind.FAILED and first and (said := self._diagnosis(check)):
            return Outcome(outcome.kind, f"{outcome.message}\n\n{said}")
        return outcome

    def summarize(self, reporter: TerminalReporter) -> None:
        """Write the scoreboard, and save what this run found."""
        found = {task: self._progress(task) for task in self._checks if self._whole(task)}
        with contextlib.suppress(OSError):  # a read-only folder: the run itself is still good
            progress.save(found, self._folder)
        topics = {
            check.topic.module: check.topic for checks in self._checks.values() for check in checks
        }
        reporter.section("scoreboard")
        saved = progress.load(self._folder) | found
        for line in scoreboard(list(topics.values()), saved):
            reporter.write_line(line)

    def _diagnosis(self, check: Check) -> str:
        """Name the misconception in a task, once a run; "" where there is none."""
        if check.task not in self._diagnoses:
            self._diagnoses[check.task] = self._diagnose(check)
        return self._diagnoses[check.task]

    def _diagnose(self, check: Check) -> str:
        subject = self._modules.get(check.topic.module)
        endless = any(outcome.kind is Kind.TIMEOUT for outcome in self._judged[check.task])
        if endless or not isinstance(subject, LocalSubject):
            return ""
        try:
            with deadline(check.seconds):
                found = diagnose(subject, check.topic, check.task)
        except DeadlineExceeded:
            return ""
        return found.message if found else ""

    def _whole(self, task: str) -> bool:
        """Tell whether every check of the task ran: a selection must not count as the whole."""
        return bool(self._checks[task]) and len(self._judged[task]) == len(self._checks[task])

    def _progress(self, task: str) -> TaskProgress:
        check, outcomes = self._checks[task][0], self._judged[task]
        return task_progress(
            outcomes,
            diagnosis=lambda: self._diagnosis(check),
            source=self._hashes[check.topic.module],
        )

    @cached_property
    def _hashes(self) -> dict[str, str]:
        topics = [checks[0].topic for checks in self._checks.values()]
        return {topic.module: progress.source_hash(self._path(topic)) for topic in topics}

    def _path(self, topic: Topic) -> Path:
        assert self._folder is not None  # arrange() came before
        return self._folder / f"{topic.module}.py"

    def _say(self, text: str) -> None:
        """Write past pytest's capture, for a process that is about to end."""
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if capture is not None:
            capture.suspend_global_capture()
        print(text, flush=True)


def task_progress(
    outcomes: Sequence[Outcome], *, diagnosis: Callable[[], str], source: str
) -> TaskProgress:
    """Sum up what all the checks of a task found.

    Args:
        outcomes: How each ended.
        diagnosis: Names the misconception, or gives ""; asked only where something failed.
        source: Hash of the module that was checked.
    """
    passed = sum(outcome.kind is Kind.PASSED for outcome in outcomes)
    failures = [outcome for outcome in outcomes if outcome.kind not in (Kind.PASSED, Kind.TODO)]
    if passed == len(outcomes):
        state = State.DONE
    elif failures or passed:
        state = State.FAILING
    else:
        state = State.TODO
    return TaskProgress(
        state=state,
        passed=passed,
        checks=len(outcomes),
        message=failures[0].message if failures else "",
        diagnosis=diagnosis() if failures else "",
        source=source,
    )


def load_subject(path: Path) -> LocalSubject:
    """Load a learner's module in this process.

    Raises:
        UnreadableError: If there is no such file, or it does not import within a deadline; the
            text is one sentence with the file, the line where there is one, and the remedy.
    """
    name = path.name
    if not path.is_file():
        raise UnreadableError(
            f"{name} is not there. `hyperlings reset {path.stem}` brings it back."
        )
    try:
        with deadline(_IMPORT_SECONDS), contextlib.redirect_stdout(io.StringIO()):
            module = load_module(path, f"hyperlings_exercises.{path.stem}")
    except DeadlineExceeded:
        raise UnreadableError(
            f"{name} was still importing after {_IMPORT_SECONDS:g} s: move what waits or loops "
            "at the top level into a function."
        ) from None
    except SyntaxError as error:
        raise UnreadableError(
            f"{name}, line {error.lineno}: {error.msg}. Python cannot read the file until that "
            "line, or the one before it, is mended."
        ) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        line = _line_of(error, name)
        raise UnreadableError(
            f"{name}{line} raised a {type(error).__name__} while it was imported: {error}. Mend "
            "that line, or move it into a function."
        ) from None
    return LocalSubject(vars(module), name)


def _line_of(error: BaseException, name: str) -> str:
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.endswith(name)]
    return f", line {frames[-1].lineno}," if frames else ""
