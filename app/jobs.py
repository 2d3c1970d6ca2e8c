"""Long work of one session in a thread: the newest wins, older and forgotten ones stop.

A page submits its work under a key, gets a job back, and looks at it again and again: what it has
reported so far, then its result. Work that reports is stopped from there, so it should do so often.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from contextlib import ExitStack
from typing import Generic, TypeVar

from app import hosted

Result = TypeVar("Result")
Report = Callable[[Result], None]
Work = Callable[[Report[Result]], Result]
Slots = threading.BoundedSemaphore

FORGOTTEN = 180.0
"""Seconds after which work that nobody looks at stops: its reader has closed the page."""

# As many trainings at a time as there are cores: more would only make each of them slower. Sweeps
# queue up by themselves, so that a short run never waits for a long one.
SHORT = threading.BoundedSemaphore(os.cpu_count() or 1)
LONG = threading.BoundedSemaphore(max(1, (os.cpu_count() or 1) // 2))


class Canceled(Exception):
    """Raised in the work's thread when its result is no longer wanted."""


class Job(Generic[Result]):
    """One piece of work.

    Attributes:
        key: What it is about, comparable by ==.
    """

    def __init__(self, key: Hashable, work: Work[Result], slots: Sequence[Slots]) -> None:
        """Begin as soon as there is a slot of each kind."""
        self.key = key
        self._slots = slots
        self._work = work
        self._done = threading.Event()
        self._canceled = threading.Event()
        self._shown: Result | None = None
        self._error: Exception | None = None
        self._looked = time.monotonic()
        threading.Thread(target=self._run, name="playground", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether nothing will change any more."""
        return self._done.is_set()

    @property
    def canceled(self) -> bool:
        """Whether it was told to stop."""
        return self._canceled.is_set()

    def look(self) -> Result | None:
        """The result, or the last report before there is one, or None before the first.

        Raises:
            Exception: Whatever the work raised.
        """
        self._looked = time.monotonic()
        if self._error is not None:
            raise self._error
        return self._shown

    def wait(self, seconds: float) -> None:
        """Wait for the result, but not for long."""
        self._done.wait(seconds)

    def cancel(self) -> None:
        """Stop at the next report; what was reported so far can still be looked at."""
        self._canceled.set()

    def _run(self) -> None:
        try:
            with ExitStack() as held:
                for slots in self._slots:
                    while not slots.acquire(timeout=0.05):
                        self._go_on()
                    held.callback(slots.release)
                self._go_on()
                self._shown = self._work(self._report)
        except Canceled:
            self._canceled.set()
        except Exception as error:  # told to who looks
            self._error = error
        finally:
            self._done.set()

    def _report(self, shown: Result) -> None:
        self._go_on()
        self._shown = shown

    def _go_on(self) -> None:
        if self.canceled or time.monotonic() - self._looked > FORGOTTEN:
            raise Canceled


class Latest(Generic[Result]):
    """The newest job of a kind in one session."""

    def __init__(self, slots: Slots = SHORT) -> None:
        """Nothing runs yet.

        Args:
            slots: How many jobs of the kind may run at a time, in all sessions together.
        """
        session = hosted.session()
        # The session's own come first: who waits for them holds none of those that all share.
        self._slots = (slots,) if session is None else (session.jobs, slots)
        self.job: Job[Result] | None = None

    def submit(self, key: Hashable, work: Work[Result], *, patience: float = 0.0) -> Job[Result]:
        """Begin work and stop the work before, unless that is the same and still wanted.

        Args:
            key: What the work is about.
            work: Called in a thread with a function to report to.
            patience: Seconds to wait for the result: short work needs no second look.
        """
        job = self.job
        if job is None or job.key != key or job.canceled:
            if job is not None:
                job.cancel()
            job = self.job = Job(key, work, self._slots)
        job.wait(patience)
        return job
