"""The hidden run: one pytest session over a topic's hidden checks, a fresh attempt a task."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Generator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from grader.attempts import Attempt, Attempts
from grader.diagnosis import diagnose
from grader.errors import GradingError
from grader.outcome import Check, Kind, Outcome, UnreadableError, judge
from grader.paths import load_module, solutions_dir
from grader.pytest_plugin import RUN
from grader.report import Diagnosis, TaskResult
from grader.score import score
from grader.subject import Subject
from grader.topics import Topic

if TYPE_CHECKING:
    import numpy as np

_HIDDEN = Path(__file__).parent / "hidden"
_DIAGNOSIS_SECONDS = 10.0
# Plugins that would write, or (the last two) collect all garbage once a run, dear beside torch.
_OFF = (
    *("terminal", "cacheprovider", "faulthandler", "junitxml", "logging", "warnings", "stepwise"),
    *("unraisableexception", "threadexception"),
)


class HiddenRun:
    """A run of hidden checks; see `grader.pytest_plugin.CheckRun`."""

    def __init__(
        self, topic: Topic, attempts: Attempts, *, file: str, seed: int, device: str = "cpu"
    ) -> None:
        """Take what is graded; nothing runs before `results`.

        Args:
            topic: The topic whose checks run.
            attempts: Where the submission is opened.
            file: Its file name, for messages.
            seed: Seed of the fresh inputs.
            device: "cpu" or "cuda", for the checks that train.
        """
        self.device = device
        self._topic = topic
        self._attempts = attempts
        self._file = file
        self._seed = seed
        self._only: str | None = None
        self._hasty = False  # whether nobody asks which misconception it was
        self._checks: list[Check] = []
        self._judged: dict[str, list[tuple[Check, Outcome]]] = defaultdict(list)
        self._diagnoses: dict[str, Diagnosis | None] = {}
        self._seconds: dict[str, float] = {}
        self._task: str | None = None
        self._attempt: Attempt | None = None
        self._ended: BaseException | None = None  # what ended the open task
        self._unreadable: UnreadableError | None = None  # what ends every task
        self._open = ExitStack()
        self._began = 0.0

    def results(self, only: str | None = None) -> dict[str, TaskResult]:
        """Run the checks and score every task, or the one named.

        Raises:
            RuntimeError: If pytest itself failed: a fault of the grader's, never a mark.
        """
        self._only = only
        try:
            _pytest(self, self._topic)
        finally:
            self._leave()
        return {
            task.name: score(
                task.name,
                self._judged[task.name],
                diagnosis=self._diagnoses.get(task.name),
                seconds=self._seconds.get(task.name, 0.0),
            )
            for task in self._topic.tasks
            if only in (None, task.name)
        }

    def first_failure(self, task: str) -> Outcome | None:
        """Run a task's checks up to the first that does not pass, without a diagnosis.

        Its siblings are taken to be right: the submission is a reference in which one thing is
        another.

        Returns:
            How that one ended, or None if all pass.

        Raises:
            RuntimeError: If pytest itself failed, or nothing could be found out.
        """
        self._only, self._hasty = task, True
        try:
            _pytest(self, self._topic, "--maxfail=1")
        finally:
            self._leave()
        judged = [outcome for each in self._judged.values() for _, outcome in each]
        failed = next((each for each in judged if each.kind is not Kind.PASSED), None)
        if not judged or (failed is not None and failed.kind is Kind.NOT_GRADED):
            raise RuntimeError(failed.message if failed else f"No hidden check judges {task}.")
        return failed

    def collect(self) -> list[Check]:
        """Return the topic's hidden checks without running any."""
        _pytest(self, self._topic, "--collect-only")
        return self._checks

    def pytest_configure(self, config: pytest.Config) -> None:
        """Take the place of a learner's run."""
        config.stash[RUN] = self
        # Nobody reads pytest's own report: the other styles parse the source of every frame.
        config.option.tbstyle = "native"

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the tasks in the topic's order, and leave out those not asked for."""
        order = [task.name for task in self._topic.tasks]
        pairs = sorted(
            zip(items, self._checks, strict=True), key=lambda pair: order.index(pair[1].task)
        )
        if self._only is not None:  # what it needs is judged too: a wrong sibling is replaced
            needs = () if self._hasty else self._topic.task(self._only).needs
            wanted = {self._only, *needs}
            pairs = [(item, check) for item, check in pairs if check.task in wanted]
        items[:] = [item for item, _ in pairs]

    def arrange(self, items: list[tuple[pytest.Item, Check]]) -> None:
        """Take note of the checks."""
        self._checks = [check for _, check in items]

    def subject(self, check: Check) -> Subject:
        """Return the submission, opened for this check's task.

        Raises:
            GradingError: What ended the task before, so that its other checks end likewise.
            UnreadableError: If the submission cannot be loaded.
        """
        if self._task != check.task:
            self._leave()
            self._enter(check.task)
        if self._ended is not None:
            # Raised once a check: without this, each time adds its frames to the ones before.
            raise self._ended.with_traceback(None)
        assert self._attempt is not None  # what could not be opened has ended
        return self._attempt.subject

    def reference(self, check: Check) -> ModuleType:
        """Return the reference solutions, which live on this side only."""
        return _reference(check.topic.module)

    def rng(self, check: Check) -> np.random.Generator:
        """Return a generator that only the run's seed and the check's name decide."""
        import numpy as np

        return np.random.default_rng([self._seed, *check.name.encode()])

    def call(self, check: Check) -> Generator[None, object, object]:
        """Run a check under its deadline."""
        if self._attempt is None:
            return (yield)
        with self._attempt.running(check.seconds):
            return (yield)

    def judged(self, check: Check, error: BaseException | None) -> Outcome:
        """Judge and keep an outcome."""
        outcome = judge(error, check, self._file, hidden=True)
        self._judged[check.task].append((check, outcome))
        if outcome.kind in (Kind.ENDED, Kind.TIMEOUT, Kind.NOT_GRADED):
            self._ended = self._ended or error
        return outcome

    def _enter(self, task: str) -> None:
        """Open the submission for a task, with the reference in the place of wrong siblings."""
        self._task, self._ended = task, self._unreadable
        self._began = time.monotonic()
        if self._ended is not None:
            return
        needs = () if self._hasty else self._topic.task(task).needs
        wrong = [name for name in needs if not self._passed(name)]
        stand_ins = {name: getattr(_reference(self._topic.module), name) for name in wrong}
        try:
            self._attempt = self._open.enter_context(self._attempts.open(stand_ins))
        except UnreadableError as error:
            self._ended = self._unreadable = error
        except GradingError as error:
            self._ended = error
        self._began = time.monotonic()  # the wait for a warm parent is not the submission's

    def _leave(self) -> None:
        """Close the open task, after a diagnosis if it failed."""
        task, self._task = self._task, None
        if task is None:
            return
        hopeless = self._attempt is None or self._ended is not None or self._hasty
        if self._attempt is not None and not hopeless and self._failed(task):
            try:
                with self._attempt.running(_DIAGNOSIS_SECONDS):
                    self._diagnoses[task] = diagnose(self._attempt.subject, self._topic, task)
            except GradingError:
                self._diagnoses[task] = None
        self._attempt = None
        self._open.close()
        self._seconds[task] = time.monotonic() - self._began

    def _passed(self, task: str) -> bool:
        judged = self._judged[task]
        return bool(judged) and all(outcome.kind is Kind.PASSED for _, outcome in judged)

    def _failed(self, task: str) -> bool:
        return any(outcome.kind is Kind.FAILED for _, outcome in self._judged[task])


def _pytest(run: HiddenRun, topic: Topic, *more: str) -> None:
    path = _HIDDEN / f"test_{topic.module}.py"
    status = pytest.main(
        [
            # The root names the modules: below the hidden folder, they would share the visible
            # checks' names, and in one process pytest would run whichever was imported first.
            *("-c", str(_HIDDEN / "pytest.ini"), "--rootdir", str(_HIDDEN.parents[1])),
            *("--noconftest", "--capture=no"),
            *("--import-mode=importlib", "--assert=plain"),
            *("--disable-plugin-autoload", "-p", "grader.pytest_plugin"),
            *(arg for name in _OFF for arg in ("-p", f"no:{name}")),
            *(*more, str(path)),
        ],
        plugins=[run],
    )
    if status == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(f"pytest could not run {path}: exit status {int(status)}.")


@cache
def _reference(module: str) -> ModuleType:
    return load_module(solutions_dir() / f"{module}.py", f"hyperlings_solutions.{module}")
