"""Judging in other processes: one path for the pool of this machine and for a Dask cluster."""

from __future__ import annotations

import atexit
import multiprocessing
import multiprocessing.connection
import multiprocessing.util
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from grader.errors import SetupFailed
from grader.judging import Judge, Judging, Setup, judge_twice, not_graded
from grader.report import Report
from grader.submission import Submission

_RESTARTS = 3  # of a team that breaks before it takes any work
_AHEAD = 2  # submissions handed out for each process: one in hand, one ready


@dataclass(frozen=True)
class Work:
    """One submission to judge, as it travels to another process.

    Attributes:
        submission: The submission.
        seed: Seed of its fresh inputs; the course's secret stays behind.
        setup: What judges it.
        judging: Opens that.
    """

    submission: Submission
    seed: int
    setup: Setup
    judging: Judging


@dataclass(frozen=True)
class Team:
    """Processes that judge, while they are open.

    Attributes:
        executor: Takes work.
        size: How many processes there are.
        run: The function that is sent there.
        killed: What the executor raises for work whose process died again and again, be it by that
            work or by its neighbor.
    """

    executor: Executor
    size: Callable[[], int]
    run: Callable[[Work], Report]
    killed: tuple[type[Exception], ...] = ()


class Teams(Protocol):
    """Where judging processes come from."""

    def open(self) -> AbstractContextManager[Team]:
        """Open a team; after an error inside, what is being judged is dropped.

        Raises:
            GradingError: If there can be none; the text says what to do.
        """


class Pool:
    """Processes of this machine."""

    def __init__(self, jobs: int) -> None:
        """Take how many."""
        self._jobs = jobs

    @contextmanager
    def open(self) -> Iterator[Team]:
        """Start them; see `Teams`."""
        before = set(multiprocessing.active_children())
        pool = ProcessPoolExecutor(
            self._jobs,
            # A fork would copy the threads' locks of whatever this process has imported.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin_process,
        )
        try:
            yield Team(pool, lambda: self._jobs, judge_here)
        except BaseException:
            # What is being judged may run to its deadline: nobody waits for it.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - before:
                process.kill()  # SIGTERM may be blocked in one that has only just been started
            raise
        pool.shutdown()


def spread(
    submissions: Sequence[Submission], setup: Setup, judging: Judging, teams: Teams
) -> Generator[Report, None, None]:
    """Judge in other processes; reports come as they are ready.

    Args:
        submissions: In the order in which they are begun.
        setup: Seed and isolation.
        judging: Opens what judges, once a process.
        teams: Where the processes come from; one that broke is opened again.

    Raises:
        GradingError: If no team can be opened.
    """
    far = setup.without_seeds()
    left = {
        place: Work(each, setup.seed_for(each), far, judging)
        for place, each in enumerate(submissions)
    }
    idle = 0  # times that a team broke with nothing in hand
    while left and idle <= _RESTARTS:
        in_hand: dict[Future[Report], int] = {}
        try:
            with teams.open() as team:
                yield from _drain(team, left, in_hand)
        except BrokenExecutor:
            # One of these killed its process; each is judged by itself, to find out which.
            for place in in_hand.values():
                yield _alone(teams, left.pop(place))
            idle += not in_hand
    for work in left.values():
        yield _died(work)


def _drain(
    team: Team, left: dict[int, Work], in_hand: dict[Future[Report], int]
) -> Iterator[Report]:
    """Hand out a few submissions at a time, so that few are lost with a team, or with us."""
    waiting = iter(list(left.items()))
    suspects: list[int] = []
    while True:
        room = _AHEAD * team.size() - len(in_hand)
        for place, work in islice(waiting, max(room, 0)):
            in_hand[team.executor.submit(team.run, work)] = place
        if not in_hand:
            break
        done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        for future in done:
            if isinstance(future.exception(), team.killed):
                suspects.append(in_hand.pop(future))
                continue
            report = _report(future, left[in_hand[future]])
            del left[in_hand.pop(future)]
            yield report
    # One of these killed its processes; each is judged by itself, to find out which.
    for place in suspects:
        report = _report(team.executor.submit(team.run, left[place]), left[place])
        del left[place]
        yield report


def _alone(teams: Teams, work: Work) -> Report:
    for _ in range(2):
        with suppress(BrokenExecutor), teams.open() as team:
            return _report(team.executor.submit(team.run, work), work)
    return _died(work)


def _report(future: Future[Report], work: Work) -> Report:
    try:
        return future.result()
    except (BrokenExecutor, CancelledError):
        raise
    except Exception as error:  # it never began there, or Dask saw its workers die with it
        why = (
            f"Not graded, through no fault of the code ({type(error).__name__}: {error}). "
            "Go on with --resume."
        )
        return not_graded(work.submission, work.seed, work.setup, why)


def _died(work: Work) -> Report:
    why = "Not graded: the grading process died. Go on with --resume."
    return not_graded(work.submission, work.seed, work.setup, why)


class _Bench:
    """What judges in this process: opened by the first submission, kept for those after it."""

    def __init__(self) -> None:
        # pytest, which judges, is for one thread at a time, and a Dask worker may have several.
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._key: tuple[Judging, Setup] | None = None
        self._judge: Judge | None = None

    def judge(self, work: Work) -> Report:
        with self._lock:
            key = (work.judging, work.setup)
            try:
                if self._judge is None or self._key != key:
                    self._open.close()
                    self._judge = self._open.enter_context(work.judging(work.setup))
                    self._key = key
            except SetupFailed as error:
                from grader.sandbox.tiers import detect

                self._judge = None
                why = f"Not graded: {error}"
                setup = replace(work.setup, tier=str(detect().tier))
                return not_graded(work.submission, work.seed, setup, why)
            return judge_twice(self._judge, work.submission, work.seed, work.setup)

    def close(self) -> None:
        with self._lock:
            self._judge = None
            self._open.close()


_bench = _Bench()  # one a process


def judge_here(work: Work) -> Report:
    """Judge a submission in this process; whatever goes wrong is in the report."""
    return _bench.judge(work)


def close_here() -> None:
    """Close what judges in this process, as at the end of a run."""
    _bench.close()


atexit.register(close_here)


def _begin_process() -> None:
    """Prepare a process of the pool."""
    # A terminal sends Ctrl-C to every process; the first one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Such a process leaves without the functions of `atexit`.
    multiprocessing.util.Finalize(None, close_here, exitpriority=0)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()


def _die_with(sentinel: int) -> None:
    """End this process when the one that started it was killed: nobody reads its results."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
