"""A deadline for code that runs in this process: a learner's own, on their own machine."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.2  # seconds between two interruptions of code that swallows the first
_STUCK = 25  # interruptions after which code counts as beyond reach


class DeadlineExceeded(BaseException):
    """The code under a deadline ran out of time."""


@contextmanager
def deadline(seconds: float, *, on_stuck: Callable[[], None] | None = None) -> Iterator[None]:
    """Raise `DeadlineExceeded` in the main thread once `seconds` of wall-clock time have passed.

    Code that swallows it is interrupted again, and `on_stuck` is called once it has swallowed many:
    that function should say what happened and end the process.

    Args:
        seconds: The time allowed, greater than 0.
        on_stuck: What to do about code that no exception ends; None keeps interrupting.
    """
    swallowed = 0

    def interrupt() -> None:
        nonlocal swallowed
        swallowed += 1
        if swallowed > _STUCK and on_stuck is not None:
            on_stuck()

    if threading.current_thread() is not threading.main_thread():
        yield
    elif hasattr(signal, "setitimer"):
        with _alarm(seconds, interrupt):
            yield
    else:
        with _watchdog(seconds, interrupt):
            yield


@contextmanager
def _alarm(seconds: float, interrupt: Callable[[], None]) -> Iterator[None]:
    """POSIX: a timer signal, which also ends a `time.sleep`."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        interrupt()
        raise DeadlineExceeded

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watchdog(seconds: float, interrupt: Callable[[], None]) -> Iterator[None]:
    """Elsewhere: a thread that raises in the main one, between two of its bytecodes."""
    done = threading.Event()
    target = ctypes.c_ulong(threading.get_ident())

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            interrupt()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(DeadlineExceeded))
            wait = _AGAIN

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
