"""The learner's own functions, run in another process, under a deadline, once an input.

A page asks and gets an answer at once: the value, or why there is none yet. What takes longer than
a moment goes on in the background and the page asks again (see `app.watch`). Broken or endless code
costs its own answer and nothing else. Answers belong to the session that asked: no other sees them,
or waits for them.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app import hosted, low_priority, own_run
from app.own_answer import MAX_BYTES, Answer, Outcome, Source, decoded
from app.own_budget import Budget
from app.own_call import Call
from app.own_queue import Line, Queue
from grader.paths import exercises_dir

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.client import Tier, WarmParent
    from grader.topics import Topic

__all__ = ["Answer", "Outcome", "Runner", "Source", "SwitchedOff", "Workers", "module_path", "read"]

SECONDS = 5.0
PATIENCE = 0.25
_MAX_ANSWERS = 256
_UNREADABLE = (
    "The exercise's file cannot be read: it is missing, larger than 1 MiB, or not UTF-8 text. "
    "Save it again as UTF-8."
)


def read(topic: Topic) -> Source | None:
    """The learner's module: of this session where a class is hosted, else the file on the disk.

    Returns:
        None if the file is not there, not text, or larger than 1 MiB.
    """
    session = hosted.session()
    if session is not None:
        return session.source(topic)
    try:
        with module_path(topic).open("rb") as file:
            return decoded(topic.module, file.read(MAX_BYTES + 1))
    except (OSError, ValueError):
        return None


def module_path(topic: Topic) -> Path:
    """Where a topic's exercises are on a learner's own machine."""
    return exercises_dir() / f"{topic.module}.py"


class Workers:
    """What all sessions share: one warm process, and threads that take workers from it in turn."""

    def __init__(self, tier: Tier | None = None, *, patience: float = PATIENCE) -> None:
        """Start the threads; the process starts with the first question, or by `warm`.

        Args:
            tier: How workers are locked in; None trusts the code, as on the learner's own machine.
            patience: How long a page waits, in seconds.
        """
        self._tier = tier
        self._parent: WarmParent | None = None
        self._lock = threading.Lock()
        # One more than there are cores, so that a single endless loop never holds the only one.
        self.queue = Queue((os.cpu_count() or 1) + 1, patience=patience)

    def parent(self) -> WarmParent:
        """The process that forks workers, running.

        Raises:
            SetupFailed: If this machine cannot lock workers in as it was told to.
        """
        with self._lock:
            if self._parent is None:
                from grader.sandbox.client import WarmParent

                self._parent = WarmParent(tier=self._tier, trusted=self._tier is None)
            low_priority.start(self._parent.start)
            return self._parent

    def warm(self, after: Callable[[], object]) -> None:
        """Start the warm process, so that the first answer does not wait for it.

        Args:
            after: Called first, in the background; returns when the machine has time for this.
        """

        def start() -> None:
            after()
            self.parent()

        self.queue.submit(Line(), "warm", start)

    def close(self) -> None:
        """End the warm process and whatever still runs in it."""
        self.queue.close()
        with self._lock:
            if self._parent is not None:
                self._parent.close()


@dataclass
class Runner:
    """One session's questions to its own code, and the answers.

    Attributes:
        seconds: Deadline of a question's calls together.
        patience: How long `ask` waits before it answers "running".
        workers: Where the code runs; None for some of its own.
        budget: How long it may run in a minute; None for as long as it likes.
        line: The session's place among all others.
    """

    seconds: float = SECONDS
    patience: float = PATIENCE
    workers: Workers | None = None
    budget: Budget | None = None
    line: Line = field(default_factory=Line)
    _answers: OrderedDict[tuple[str, tuple[Call, ...]], Answer] = field(default_factory=OrderedDict)
    _asked: dict[str, _Question] = field(default_factory=dict)
    _endless: set[tuple[str, str]] = field(default_factory=set)
    _settled: int = 0
    _is_paused: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Make workers if there are none to share."""
        self._workers = self.workers or Workers(patience=self.patience)

    @property
    def settled(self) -> int:
        """Number of questions that were told to wait and would not be told so again.

        A page that saw "running" asks again when this has grown.
        """
        if self._is_paused and self.budget is not None and not self.budget.wait:
            with self._lock:
                self._is_paused = False
                self._settled += 1
        return self._settled

    def ask(self, source: Source | None, *calls: Call) -> Answer:
        """Return the answer to some calls of one function, or "running".

        A question that waits in line gives way to a newer one about the same function. Nobody waits
        for a question that stands behind another, or that was told to wait before.

        Args:
            source: The learner's module, or None where there is none.
            calls: At least one call, all of the same function.
        """
        if source is None:
            return Answer(Outcome.FAILED, message=_UNREADABLE)
        name = calls[0].function
        key = (source.sha256, calls)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            if (source.sha256, name) in self._endless:
                return own_run.endless(name, self.seconds)
            question = self._asked.get(name)
            if question is not None and question.key == key and question.is_answered:
                del self._asked[name]  # an answer that is not kept: the next question tries again
                return question.future.result()
        if question is None or question.key != key or question.future.done():
            if self.budget is not None and (wait := self.budget.wait):
                self._is_paused = True
                return _paused(self.budget.seconds_a_minute, wait)
            future, is_soon = self._workers.queue.submit(
                self.line, name, lambda: self._answer(source, calls)
            )
            question = self._asked[name] = _Question(key, future, is_soon)
        return self._wait(question, name)

    def warm(self, after: Callable[[], object]) -> None:
        """Start the warm process; see `Workers.warm`."""
        self._workers.warm(after)

    def close(self) -> None:
        """End the workers."""
        self._workers.close()

    def _wait(self, question: _Question, name: str) -> Answer:
        try:
            return question.future.result(self.patience if question.is_soon else 0)
        except (NotYet, CancelledError):  # cancelled: a newer question took its place meanwhile
            if not question.is_told:
                question.is_told = True
                question.future.add_done_callback(self._count)
            question.is_soon = False
            return Answer(Outcome.RUNNING, message=f"`{name}` is running …")

    def _count(self, _done: Future[Answer]) -> None:
        with self._lock:
            self._settled += 1

    def _answer(self, source: Source, calls: tuple[Call, ...]) -> Answer:
        from grader.errors import DeadlinePassed, SetupFailed

        name = calls[0].function
        began = None
        try:
            with self._workers.parent().worker() as worker:
                began = time.monotonic()  # the wait for a cold start is not the learner's
                answer = own_run.run(worker, source, calls, self.seconds)
        except SetupFailed as error:  # nothing that the code did: the next question tries again
            return Answer(Outcome.FAILED, message=f"Your code could not be run here: {error}")
        except DeadlinePassed:
            with self._lock:
                self._endless.add((source.sha256, name))
            return own_run.endless(name, self.seconds)
        finally:
            if self.budget is not None and began is not None:
                self.budget.spend(time.monotonic() - began)
        with self._lock:
            self._answers[(source.sha256, calls)] = answer
            if len(self._answers) > _MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answer


@dataclass
class _Question:
    key: tuple[str, tuple[Call, ...]]
    future: Future[Answer]
    is_soon: bool
    is_told: bool = False

    @property
    def is_answered(self) -> bool:
        return self.is_told and self.future.done() and not self.future.cancelled()


def _paused(seconds: float, wait: float) -> Answer:
    return Answer(
        Outcome.RUNNING,
        message=f"Your code has used its {seconds:g} s of running time for now, which all who are "
        f"here share. It goes on in about {max(1, round(wait))} s.",
    )


class SwitchedOff:
    """Takes a runner's place where a server cannot lock code in."""

    settled = 0

    def ask(self, source: Source | None, *calls: Call) -> Answer:
        """Say so, whatever is asked."""
        return Answer(Outcome.TODO, message=hosted.SWITCHED_OFF)
