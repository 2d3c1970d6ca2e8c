"""Grade many submissions: in this process or several, keeping each result as it comes."""

from __future__ import annotations

import multiprocessing
import multiprocessing.util
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from grader.journal import Journal
from grader.judging import Judge, Judging, Setup, judge_twice, not_graded, sandboxed
from grader.report import Report
from grader.submission import Submission

_RESTARTS = 3  # of a pool whose process died
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
) -> Batch:
    """Grade submissions into the journal of a folder; Ctrl-C keeps what is done.

    Args:
        submissions: In the order in which they are begun.
        setup: Seed and isolation.
        out: The folder.
        jobs: How many processes judge; with 1 it is this one.
        resume: Whether to keep what the journal holds, and judge only what it lacks: that is
            known by student, topic, the file's hash, seed and device.
        judging: Opens what judges, once a process; it is pickled where `jobs` is over 1.

    Raises:
        JournalError: If a result cannot be kept, as on a full disk.
    """
    from tqdm import tqdm

    new = 0
    interrupted = False
    with Journal(out, resume=resume) as journal, _CtrlC() as ctrl_c:
        done = {_key(report) for report in journal.reports() if report.graded and report.sha256}
        left = [each for each in submissions if _wanted(each, setup) not in done]
        bar = tqdm(
            total=len(left),
            desc="Grading",
            unit="file",
            delay=1,
            mininterval=0.1 if sys.stderr.isatty() else 10,
        )
        try:
            with bar:
                run = _pooled if jobs > 1 and len(left) > 1 else _serial
                for report in run(left, setup, judging, min(jobs, len(left)), ctrl_c):
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
    submissions: Sequence[Submission], setup: Setup, judging: Judging, _jobs: int, ctrl_c: _CtrlC
) -> Iterator[Report]:
    """Judge in this process, one after the other."""
    if not submissions:
        return
    with judging(setup) as judge:
        for submission in submissions:
            report = judge_twice(judge, submission, setup)
            if ctrl_c.pressed:
                raise KeyboardInterrupt
            yield report


def _pooled(
    submissions: Sequence[Submission], setup: Setup, judging: Judging, jobs: int, ctrl_c: _CtrlC
) -> Iterator[Report]:
    """Judge in several processes; results come as they are ready."""
    left = dict(enumerate(submissions))
    for _ in range(1 + _RESTARTS):
        try:
            for place, report in _one_pool(left, setup, judging, min(jobs, len(left))):
                del left[place]
                yield report
        except BrokenProcessPool:
            if ctrl_c.pressed:
                raise KeyboardInterrupt from None
        if not left:
            return
    for submission in left.values():
        yield not_graded(
            submission, setup, "Not graded: the grading process died. Go on with --resume."
        )


def _one_pool(
    left: dict[int, Submission], setup: Setup, judging: Judging, jobs: int
) -> Iterator[tuple[int, Report]]:
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        jobs,
        # A fork would copy the threads' locks of whatever this process has imported.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_process,
        initargs=(judging, setup),
    )
    try:
        places = {pool.submit(_judge_here, each): place for place, each in left.items()}
        for future in as_completed(places):
            yield places[future], future.result()
    except BaseException:
        # What is being judged may run to its deadline: nobody waits for it.
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.kill()  # SIGTERM may be blocked in one that has only just been started
        raise
    pool.shutdown()


_here: tuple[Judge, Setup] | None = None  # one a process of the pool


def _begin_process(judging: Judging, setup: Setup) -> None:
    """Open what judges, for as long as this process lives."""
    global _here
    # A terminal sends Ctrl-C to every process; the first one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    opened = judging(setup)
    _here = (opened.__enter__(), setup)
    multiprocessing.util.Finalize(None, opened.__exit__, (None, None, None), exitpriority=0)


def _judge_here(submission: Submission) -> Report:
    if _here is None:
        raise RuntimeError("`_begin_process` has not run in this process.")
    return judge_twice(_here[0], submission, _here[1])


def _wanted(submission: Submission, setup: Setup) -> tuple[str, str, str, int, str]:
    """The key that the report of a submission will have."""
    seed = setup.seed_for(submission)
    return (submission.student, submission.topic_module, submission.sha256, seed, setup.device)


def _key(report: Report) -> tuple[str, str, str, int, str]:
    return (report.student, report.topic, report.sha256, report.seed, report.device)
