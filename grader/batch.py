"""Grade many submissions: in this process or several, keeping each result as it comes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from grader.executors import Pool, Teams, spread
from grader.journal import Journal
from grader.judging import Judging, Setup, judge_twice, sandboxed
from grader.report import Report
from grader.submission import Submission
from grader.ticker import ticker

_WORTH_A_PROCESS = 8  # submissions: about what one warm parent costs to start


@dataclass(frozen=True)
class Batch:
    """What `grade_all` did.

    Attributes:
        reports: All that the journal holds now, in the order of student, topic and file.
        new: How many of them this run made.
        interrupted: Whether Ctrl-C ended it early.
    """

    reports: tuple[Report, ...]
    new: int
    interrupted: bool


def processes_for(count: int) -> int:
    """Choose how many processes to grade `count` submissions in."""
    return max(1, min(os.cpu_count() or 1, count // _WORTH_A_PROCESS))


def grade_all(
    submissions: Sequence[Submission],
    setup: Setup,
    *,
    out: Path,
    jobs: int = 1,
    resume: bool = False,
    judging: Judging = sandboxed,
    teams: Teams | None = None,
) -> Batch:
    """Grade submissions into the journal of a folder; Ctrl-C keeps what is done.

    Args:
        submissions: In the order in which they are begun.
        setup: Seed and isolation.
        out: The folder.
        jobs: How many processes judge; with 1 it is this one.
        resume: Whether to keep what the journal holds, and judge only what it lacks: that is
            known by student, topic, the file's hash, seed and device.
        judging: Opens what judges, once a process; it is pickled where that is another one.
        teams: Where the processes that judge come from, instead of `jobs` on this machine.

    Raises:
        JournalError: If a result cannot be kept, as on a full disk.
        GradingError: If nothing can judge at all.
    """
    new = 0
    interrupted = False
    with Journal(out, resume=resume) as journal, _CtrlC() as ctrl_c:
        done = {_key(report) for report in journal.reports() if report.graded and report.sha256}
        left = [each for each in submissions if _wanted(each, setup) not in done]
        if teams is None and jobs > 1 and len(left) > 1:
            teams = Pool(min(jobs, len(left)))
        if teams is None or not left:
            reports = _serial(left, setup, judging)
        else:
            reports = spread(left, setup, judging, teams)
        before = len(submissions) - len(left)
        bar = ticker(len(submissions), done=before, what="Grading", unit="file")
        try:
            with bar, closing(reports):
                for report in reports:
                    # pytest, which judges, makes an exit status of a KeyboardInterrupt, and a
                    # report that it cut short must not be kept.
                    if ctrl_c.pressed:
                        raise KeyboardInterrupt
                    with ctrl_c.held():
                        journal.append(report)
                        new += 1
                    if ctrl_c.pressed:
                        raise KeyboardInterrupt
                    bar.update()
        except KeyboardInterrupt:
            interrupted = True
        with ctrl_c.held():
            journal.finish()
        return Batch(tuple(journal.reports()), new, interrupted)


class _CtrlC:
    """Ctrl-C, remembered: pytest, which judges, makes an exit status of a KeyboardInterrupt."""

    def __init__(self) -> None:
        self.pressed = False
        self._held = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Only remember Ctrl-C meanwhile, so that what is being written gets whole."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def __enter__(self) -> _CtrlC:
        self._takes_signals = threading.current_thread() is threading.main_thread()
        if self._takes_signals:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._takes_signals:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.pressed = True
        if not self._held:
            raise KeyboardInterrupt


def _serial(
    submissions: Sequence[Submission], setup: Setup, judging: Judging
) -> Generator[Report, None, None]:
    """Judge in this process, one after the other."""
    if not submissions:
        return
    with judging(setup.without_seeds()) as judge:
        for submission in submissions:
            yield judge_twice(judge, submission, setup.seed_for(submission), setup)


def _wanted(submission: Submission, setup: Setup) -> tuple[str, str, str, int, str]:
    """The key that the report of a submission will have."""
    seed = setup.seed_for(submission)
    return (submission.student, submission.topic_module, submission.sha256, seed, setup.device)


def _key(report: Report) -> tuple[str, str, str, int, str]:
    return (report.student, report.topic, report.sha256, report.seed, report.device)
