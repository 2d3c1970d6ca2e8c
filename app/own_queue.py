"""Work of many sessions in a few threads: in turn, and at most one piece of each at a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

Result = TypeVar("Result")
_Item = tuple["Future[Any]", Callable[[], Any]]


@dataclass(eq=False)
class Line:
    """The work of one session.

    Attributes:
        most: How many pieces may wait; the oldest gives way.
    """

    most: int = 64
    _waiting: OrderedDict[Hashable, _Item] = field(default_factory=OrderedDict)
    _busy: bool = False


class Queue:
    """Threads that serve lines in turn.

    A line that was served goes behind all others that wait: whoever asks much waits for their own
    questions, not others for theirs.
    """

    def __init__(self, threads: int, *, patience: float) -> None:
        """Start the threads; they idle until there is work.

        Args:
            threads: How many pieces of work are done at a time.
            patience: Seconds after which a thread is expected to stay busy.
        """
        self._patience = patience
        self._lines: deque[Line] = deque()  # with something to do, and nothing being done
        self._changed = threading.Condition()
        self._since: list[float | None] = [None] * threads  # when each thread's work began
        self._closed = False
        for number in range(threads):
            threading.Thread(
                target=self._serve, args=(number,), name=f"own-code-{number}", daemon=True
            ).start()

    def submit(
        self, line: Line, topic: Hashable, work: Callable[[], Result]
    ) -> tuple[Future[Result], bool]:
        """Put a piece of work in a line, in the place of one about the same that still waits there.

        Args:
            line: Whose it is.
            topic: What it is about.
            work: Called in one of the threads.

        Returns:
            Its future, which is cancelled if something newer takes its place; and whether it can be
            done soon: nothing of its line is before it, and not every thread is busy for long.
        """
        future: Future[Result] = Future()
        given_up: list[Future[Any]] = []
        with self._changed:
            if topic in line._waiting:
                given_up.append(line._waiting.pop(topic)[0])
            is_soon = not line._busy and not line._waiting and self._has_room()
            line._waiting[topic] = (future, work)
            while len(line._waiting) > line.most:
                given_up.append(line._waiting.popitem(last=False)[1][0])
            if not line._busy and line not in self._lines:
                self._lines.append(line)
            self._changed.notify()
        for each in given_up:  # outside: who waits for one may ask again at once
            each.cancel()
        return future, is_soon

    def close(self) -> None:
        """End the threads when they have done what they are at, and drop what waits."""
        with self._changed:
            self._closed = True
            dropped = [item[0] for line in self._lines for item in line._waiting.values()]
            self._lines.clear()
            self._changed.notify_all()
        for each in dropped:
            each.cancel()

    def _has_room(self) -> bool:
        now = time.monotonic()
        busy = [since for since in self._since if since is not None]
        return len(busy) + len(self._lines) < len(self._since) or any(
            now - since < self._patience for since in busy
        )

    def _serve(self, number: int) -> None:
        while True:
            with self._changed:
                while not self._lines and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                line = self._lines.popleft()
                _, (future, work) = line._waiting.popitem(last=False)
                line._busy = True
                self._since[number] = time.monotonic()
            tell = _done(future, work)
            with self._changed:  # before it is told: who asks next must not find the line busy
                self._since[number] = None
                line._busy = False
                if line._waiting and not self._closed:
                    self._lines.append(line)
                    self._changed.notify()
            tell()
            del future, work, tell, line  # a thread that idles must not hold a session's code


def _done(future: Future[Any], work: Callable[[], Any]) -> Callable[[], None]:
    """Do a piece of work, and return what tells its outcome to who asked."""
    if not future.set_running_or_notify_cancel():
        return lambda: None
    try:
        result = work()
    except BaseException as error:
        return partial(future.set_exception, error)
    return partial(future.set_result, result)
