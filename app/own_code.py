"""The learner's own functions, run in another process, under a deadline, once an input.

A page asks and gets an answer at once: the value, or why there is none yet. What takes longer than
a moment goes on in the background and the page asks again (see `app.watch`). Broken or endless code
costs its own answer and nothing else.
"""

from __future__ import annotations

import atexit
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.own_call import Call, argument
from grader.paths import exercises_dir

if TYPE_CHECKING:
    from pathlib import Path

    from grader.errors import SubmissionError
    from grader.sandbox.client import WarmParent, Worker
    from grader.topics import Topic

SECONDS = 5.0
PATIENCE = 0.25
_MAX_SOURCE = 1 << 20
_MAX_ANSWERS = 256
_MAX_QUOTE = 300


class Outcome(StrEnum):
    """How running a learner's function ended."""

    OK = "ok"
    TODO = "to do"
    FAILED = "failed"
    RUNNING = "running"


@dataclass(frozen=True)
class Source:
    """A learner's module as it stands on the disk.

    Attributes:
        module: Its name without ".py".
        text: Its source.
        sha256: Hash of the text, hex.
    """

    module: str
    text: str
    sha256: str


@dataclass(frozen=True)
class Answer:
    """What came of some calls.

    Attributes:
        outcome: How they ended.
        values: One result a call if the outcome is OK, else empty.
        message: What to tell the learner otherwise.
    """

    outcome: Outcome
    values: tuple[Any, ...] = ()
    message: str = ""


def read(topic: Topic) -> Source | None:
    """Read the learner's module; None if it is not there, not text, or larger than 1 MiB."""
    path = module_path(topic)
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_SOURCE + 1)
        if len(data) > _MAX_SOURCE:
            return None
        return Source(topic.module, data.decode("utf-8"), hashlib.sha256(data).hexdigest())
    except (OSError, UnicodeDecodeError):
        return None


def module_path(topic: Topic) -> Path:
    """Where a topic's exercises are."""
    return exercises_dir() / f"{topic.module}.py"


@dataclass
class Runner:
    """Runs calls one after the other in workers forked from one warm process, and keeps answers.

    Attributes:
        seconds: Deadline of a question's calls together.
        patience: How long `ask` waits before it answers "running".
        settled: Number of answers that came too late for who asked; a page that saw "running"
            asks again when this has grown.
    """

    seconds: float = SECONDS
    patience: float = PATIENCE
    settled: int = 0
    _answers: OrderedDict[tuple[str, tuple[Call, ...]], Answer] = field(default_factory=OrderedDict)
    _waiting: dict[str, tuple[object, Future[Answer]]] = field(default_factory=dict)
    _endless: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _parent: WarmParent | None = None

    def __post_init__(self) -> None:
        """Start the thread that talks to the workers; it idles until it is asked."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="own-code")

    def ask(self, source: Source | None, *calls: Call) -> Answer:
        """Return the answer to some calls of one function, or "running".

        A question that waits in line gives way to a newer one about the same function.

        Args:
            source: The learner's module, or None where there is none.
            calls: At least one call, all of the same function.
        """
        if source is None:
            return Answer(Outcome.FAILED, message="The exercise's file could not be read.")
        name = calls[0].function
        key = (source.sha256, calls)
        superseded = None
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            if (source.sha256, name) in self._endless:
                return _endless(name, self.seconds)
            asked, future = self._waiting.get(name, (None, None))
            if asked != key or future is None:
                superseded = future
                future = self._thread.submit(self._answer, source, calls)
                self._waiting[name] = (key, future)
        if superseded is not None:
            superseded.cancel()  # calls `_count`, which takes the lock
        try:
            return future.result(self.patience)
        except (NotYet, CancelledError):  # cancelled: a newer question took its place meanwhile
            future.add_done_callback(self._count)
            return Answer(Outcome.RUNNING, message=f"`{name}` is running …")

    def warm(self, after: Callable[[], object]) -> None:
        """Start the warm process, so that the first answer does not wait for it.

        Args:
            after: Called first, in the background; returns when the machine has time for this.
        """

        def start() -> None:
            after()
            self._warm_parent().start()

        self._thread.submit(start)

    def close(self) -> None:
        """End the warm process and whatever still runs in it."""
        self._thread.shutdown(wait=False, cancel_futures=True)
        if self._parent is not None:
            self._parent.close()

    def _count(self, _done: Future[Answer]) -> None:
        with self._lock:
            self.settled += 1

    def _warm_parent(self) -> WarmParent:
        if self._parent is None:
            from grader.sandbox.client import WarmParent

            self._parent = WarmParent(trusted=True)
        return self._parent

    def _answer(self, source: Source, calls: tuple[Call, ...]) -> Answer:
        from grader.errors import SetupFailed

        try:
            answer = self._run(source, calls)
        except SetupFailed as error:  # nothing that the code did: the next question tries again
            return Answer(Outcome.FAILED, message=f"Your code could not be run here: {error}")
        with self._lock:
            self._answers[(source.sha256, calls)] = answer
            if len(self._answers) > _MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def _run(self, source: Source, calls: tuple[Call, ...]) -> Answer:
        from grader.errors import DeadlinePassed, GradingError, SetupFailed, SubmissionError

        name = calls[0].function
        try:
            with self._warm_parent().worker() as worker:
                worker.deadline(self.seconds)
                try:
                    worker.load(source.text, source.module)
                except SubmissionError as error:
                    return _not_loaded(source, error)
                if not worker.has(name):
                    return Answer(
                        Outcome.FAILED, message=f"{source.module}.py defines no `{name}`."
                    )
                return Answer(Outcome.OK, tuple(_call(worker, call) for call in calls))
        except SubmissionError as error:
            return _raised(name, error)
        except DeadlinePassed:
            with self._lock:
                self._endless.add((source.sha256, name))
            return _endless(name, self.seconds)
        except SetupFailed:
            raise
        except GradingError as error:
            return Answer(Outcome.FAILED, message=f"`{name}` ended its process: {error}")


def _call(worker: Worker, call: Call) -> Any:
    lab = worker.build(call.lab.factory, **dict(call.lab.values)) if call.lab else None
    args = [argument(lab, arg) for arg in call.args]
    if lab is not None and call.through:
        return lab.call(call.through, worker.function(call.function), *args)
    return worker.call(call.function, *args)


def _not_loaded(source: Source, error: SubmissionError) -> Answer:
    where = f", line {error.line}," if error.line else ""
    return Answer(
        Outcome.FAILED,
        message=f"{source.module}.py{where} does not load: {error.type_name}: {_quoted(error)}",
    )


def _raised(name: str, error: SubmissionError) -> Answer:
    if "NotImplementedError" in error.mro:
        if error.function == name or error.function not in _every_task():
            return Answer(
                Outcome.TODO, message=f"`{name}` is still to do: write it, and it is drawn here."
            )
        return Answer(
            Outcome.TODO, message=f"`{name}` waits for `{error.function}`: write that first."
        )
    where = f" (line {error.line})" if error.line else ""
    return Answer(
        Outcome.FAILED, message=f"`{name}` raised a {error.type_name}{where}: {_quoted(error)}"
    )


def _every_task() -> set[str]:
    """The names of all tasks; a class's methods are none of them."""
    from grader.topics import TOPICS

    return {task.name for topic in TOPICS for task in topic.tasks}


def _quoted(error: SubmissionError) -> str:
    """An error's text on one line of code, so that no character of it counts as Markdown."""
    text = " ".join(error.message.replace("`", "'").split())
    return f"`{text[:_MAX_QUOTE]}`" if text else "no message"


def _endless(name: str, seconds: float) -> Answer:
    return Answer(
        Outcome.FAILED,
        message=f"`{name}` was still running after {seconds:g} s and was stopped. Is there a loop "
        "that never ends? It runs again when you save the file.",
    )


def make_runner() -> Runner:
    """Make a runner that ends with this process."""
    runner = Runner()
    atexit.register(runner.close)
    return runner
