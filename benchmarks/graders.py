"""Mutants of the references, judged by the hidden checks of their task."""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.mutate import Mutant, mutants, users
from grader.attempts import Attempt, Attempts, RemoteAttempts, StandIns
from grader.hidden_run import HiddenRun
from grader.paths import solutions_dir
from grader.topics import Topic, find_topic

if TYPE_CHECKING:
    from grader.sandbox.client import WarmParent

_SEED = 0
_LEAST_SECONDS = 3.0
_PATIENCE = 10  # times what the reference took
Key = tuple[str, str, str]  # owner, line, change


@dataclass(frozen=True)
class Case:
    """A mutant and where it is judged.

    Attributes:
        module: The topic's module.
        tasks: The tasks whose checks may notice it: its own, or those that use the helper it is in.
        mutant: The mutant.
    """

    module: str
    tasks: tuple[str, ...]
    mutant: Mutant

    @property
    def key(self) -> Key:
        """What names it, as long as its line stays as it is."""
        return (self.mutant.owner, self.mutant.line, self.mutant.change)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        case: The mutant.
        end: How its first check that did not pass ended: "failed", "ended" or "timeout"; "" if all
            passed, so that it survived.
        reason: Why no check could notice it, if the file of equivalents says so.
    """

    case: Case
    end: str
    reason: str = ""

    @property
    def killed(self) -> bool:
        """Whether a check noticed it."""
        return bool(self.end)


def cases_of(topic: Topic, source: str | None = None) -> list[Case]:
    """Make a topic's mutants; those of a helper that no task uses are left out.

    Args:
        topic: The topic.
        source: The text of its reference; None reads it.
    """
    path = solutions_dir() / f"{topic.module}.py"
    text = path.read_text(encoding="utf-8") if source is None else source
    names = [task.name for task in topic.tasks]
    found = []
    used_by: dict[str, tuple[str, ...]] = {name: (name,) for name in names}
    for mutant in mutants(text, path.name):
        if mutant.owner not in used_by:
            users_ = users(text, mutant.owner)
            used_by[mutant.owner] = tuple(name for name in names if name in users_)
        if used_by[mutant.owner]:
            found.append(Case(topic.module, used_by[mutant.owner], mutant))
    return found


class Bounded:
    """Attempts under a shorter deadline than the checks have, so that endless mutants end soon."""

    def __init__(self, attempts: Attempts, seconds: float) -> None:
        """Take what opens a submission, and the most that a check may take."""
        self._attempts = attempts
        self._seconds = seconds

    @contextmanager
    def open(self, stand_ins: StandIns) -> Iterator[Attempt]:
        """Open it; see `grader.attempts.Attempts`."""
        with self._attempts.open(stand_ins) as attempt:
            running = attempt.running
            yield replace(attempt, running=lambda seconds: running(min(seconds, self._seconds)))


class Judge:
    """Judges mutants in the workers of one warm parent."""

    def __init__(self, parent: WarmParent) -> None:
        """Take the parent; references are timed as their tasks come up."""
        self._parent = parent
        self._limits: dict[tuple[str, str], float] = {}

    def __call__(self, case: Case) -> Verdict:
        """Find out whether a check notices a mutant.

        Raises:
            RuntimeError: If the reference itself does not pass, or nothing could be judged.
        """
        for task in case.tasks:
            end = self._end(case.module, task, case.mutant.source, self._limit(case.module, task))
            if end:
                return Verdict(case, end)
        return Verdict(case, "")

    def _limit(self, module: str, task: str) -> float:
        """Measure how long a check may take: many times what all took with the reference."""
        if (module, task) not in self._limits:
            source = (solutions_dir() / f"{module}.py").read_text(encoding="utf-8")
            began = time.monotonic()
            if end := self._end(module, task, source, float("inf")):
                raise RuntimeError(
                    f"The reference of {task} does not pass its own hidden checks ({end}): mend "
                    "that first."
                )
            taken = time.monotonic() - began
            self._limits[module, task] = max(_LEAST_SECONDS, _PATIENCE * taken)
        return self._limits[module, task]

    def _end(self, module: str, task: str, source: str, seconds: float) -> str:
        file = f"{module}.py"
        attempts = Bounded(RemoteAttempts(self._parent, source, module, file), seconds)
        run = HiddenRun(find_topic(module), attempts, file=file, seed=_SEED)
        outcome = run.first_failure(task)
        return "" if outcome is None else outcome.kind.name.lower()


def judge_all(cases: Sequence[Case], *, jobs: int = 2) -> Iterator[Verdict]:
    """Judge mutants in several processes, as they are ready.

    When the iterator is closed, or Ctrl-C comes, nobody waits for what is being judged.
    """
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_process
    )
    try:
        for future in as_completed([pool.submit(_judge_here, case) for case in cases]):
            yield future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        raise
    pool.shutdown()


_here: Callable[[Case], Verdict] | None = None  # one a process of the pool


def _begin_process() -> None:
    global _here
    from grader.sandbox.client import WarmParent

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides what Ctrl-C means
    opened = ExitStack()
    _here = Judge(opened.enter_context(WarmParent()))
    multiprocessing.util.Finalize(None, opened.close, exitpriority=0)


def _judge_here(case: Case) -> Verdict:
    if _here is None:
        raise RuntimeError("`_begin_process` has not run in this process.")
    return _here(case)


def run(
    topics: Iterable[Topic],
    *,
    jobs: int,
    tell: Callable[[int, int], object],
    judging: Callable[[Sequence[Case]], Iterator[Verdict]] | None = None,
) -> tuple[tuple[Verdict, ...], bool]:
    """Judge the mutants of some topics; Ctrl-C keeps what is done.

    Args:
        topics: Which.
        jobs: How many processes judge.
        tell: Told after each mutant how many are done, and of how many.
        judging: What judges; None takes `judge_all`.

    Returns:
        The verdicts, and whether all mutants were judged.
    """
    cases = [case for topic in topics for case in cases_of(topic)]
    found: list[Verdict] = []
    try:
        for verdict in (judging or partial(judge_all, jobs=jobs))(cases):
            found.append(verdict)
            tell(len(found), len(cases))
    except KeyboardInterrupt:
        return tuple(found), False
    return tuple(found), True
