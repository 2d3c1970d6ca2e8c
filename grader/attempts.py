"""A submission opened for one task: in a worker of its own, or in this process."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from grader.deadline import deadline
from grader.errors import DeadlinePassed, SetupFailed, SubmissionError, WorkerDied
from grader.outcome import UnreadableError
from grader.subject import LocalSubject, RemoteSubject, Subject
from grader.submission import printable

if TYPE_CHECKING:
    from grader.sandbox.client import WarmParent, Worker

_LOAD_SECONDS = 10.0
_PLACE = re.compile(r" \([^()]*, line \d+\)$")  # at the end of a syntax error, said already
StandIns = Mapping[str, Callable[..., object]]


@dataclass(frozen=True)
class Attempt:
    """A submission that is open for checks.

    Attributes:
        subject: What the checks talk to.
        running: Puts the calls inside its context under a deadline in seconds.
    """

    subject: Subject
    running: Callable[[float], AbstractContextManager[None]]


class Attempts(Protocol):
    """Where a submission can be opened, once a task."""

    def open(self, stand_ins: StandIns) -> AbstractContextManager[Attempt]:
        """Open it afresh, with trusted functions in the place of siblings that are wrong.

        Raises:
            GradingError: If the sandbox could not be set up.
            UnreadableError: If the submission cannot be loaded.
        """


class LocalAttempts:
    """Open a namespace of this process: the same objects for every task."""

    def __init__(self, namespace: dict[str, Any], file: str) -> None:
        """Take a module's or a notebook's globals, and the name that messages give."""
        self._namespace = namespace
        self._file = file

    @contextmanager
    def open(self, stand_ins: StandIns) -> Iterator[Attempt]:
        """Open it, with the stand-ins in the namespace until it is closed."""
        replaced = {name: self._namespace[name] for name in stand_ins if name in self._namespace}
        self._namespace.update({name: stand_ins[name] for name in replaced})
        try:
            yield Attempt(LocalSubject(self._namespace, self._file), deadline)
        finally:
            self._namespace.update(replaced)


class RemoteAttempts:
    """Open a source text in sandboxed workers."""

    def __init__(self, parent: WarmParent, source: str, module: str, file: str) -> None:
        """Take the parent that forks workers, the source, its module's and its file's name."""
        self._parent = parent
        self._source = source
        self._module = module
        self._file = file

    @contextmanager
    def open(self, stand_ins: StandIns) -> Iterator[Attempt]:
        """Fork a worker and load the source in it."""
        with self._worker() as worker:
            self._load(worker)
            subject = RemoteSubject(worker, self._file)
            for name, function in stand_ins.items():
                if worker.has(name):
                    subject.substitute(name, function)

            @contextmanager
            def running(seconds: float) -> Iterator[None]:
                worker.deadline(seconds)
                yield

            worker.deadline(_LOAD_SECONDS)  # a check's set-up may build labs before it runs
            yield Attempt(subject, running)

    def _worker(self) -> Worker:
        try:
            return self._parent.worker()
        except SetupFailed:
            return self._parent.worker()  # a parent that died is started again

    def _load(self, worker: Worker) -> None:
        """Load the source; untrusted text stays out of what is said, but for a syntax error's."""
        name = self._file
        worker.deadline(_LOAD_SECONDS)
        try:
            worker.load(self._source, self._module)
        except DeadlinePassed:
            raise UnreadableError(
                f"{name} was still importing after {_LOAD_SECONDS:g} s: move what waits or loops "
                "at the top level into a function."
            ) from None
        except WorkerDied as error:
            raise UnreadableError(
                f"{name} ended its process while it was imported ({error.reason}): take out the "
                "call at the top level that does so."
            ) from None
        except SubmissionError as error:
            raise UnreadableError(self._unreadable(error)) from None

    def _unreadable(self, error: SubmissionError) -> str:
        line = f", line {error.line}" if error.line else ""
        if "SyntaxError" in error.mro:
            said = printable(_PLACE.sub("", error.message)[:80])  # code may raise one of its own
            return (
                f"{self._file}{line}: Python cannot read the file ({said}) until "
                "that line, or the one before it, is mended."
            )
        kind = next((base for base in error.mro if hasattr(builtins, base)), "Exception")
        return (
            f"{self._file}{line} raised a {kind} while it was imported: mend that line, or move "
            "it into a function."
        )
