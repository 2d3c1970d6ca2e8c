"""The trusted side's end of one worker: requests, answers to its calls, deadline, death."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self

from grader.errors import (
    DeadlinePassed,
    GradingError,
    ProtocolViolation,
    SubmissionError,
    WorkerDied,
)
from grader.sandbox import frames, output
from grader.sandbox.decoder import Decoder
from grader.sandbox.handles import Exports, Handle, TrustedEncoder
from grader.sandbox.limits import Limits
from grader.sandbox.status import Status
from grader.sandbox.wire import MAX_OBJECTS, Node

_MAX_DEPTH = 32  # of requests inside calls inside requests


class Worker:
    """One locked-in process, for one task of one submission; made by `WarmParent.worker`.

    Every method that asks the worker may raise `SubmissionError`, and, ending the worker,
    `WorkerDied`, `DeadlinePassed`, `ProtocolViolation` or `SetupFailed`; from then on every
    further request raises that same error. Not for use by two threads at a time.
    """

    def __init__(self, rpc: socket.socket, status: socket.socket, out: int, limits: Limits) -> None:
        """Take over the descriptors of a worker that is being started."""
        self._rpc = rpc
        self._status = Status(status)
        self._out = out
        self._limits = limits
        self._exports = Exports()
        self._handles: dict[int, Handle] = {}
        self._ended: GradingError | None = None
        self._output: str | None = None
        self._budget = self._left = limits.seconds
        self._until: float | None = None  # of the outermost request under way
        self._calls = 0
        self._depth = 0  # requests under way, each inside a call that the one before led to

    def wait_until_locked(self, seconds: float) -> None:
        """Block until the worker is locked in.

        Raises:
            SetupFailed: If that fails or takes longer than `seconds`.
        """
        self._status.wait_until_locked(time.monotonic() + seconds)

    def load(self, source: str, name: str) -> None:
        """Execute the learner's source as the module `name`."""
        self.request("load", name, (source.encode("utf-8", "surrogatepass"),))

    def has(self, name: str) -> bool:
        """Whether the learner's module defines `name`."""
        return self.request("has", name) is True

    def call(self, name: str, /, *args: object, **kwargs: object) -> Any:
        """Call the learner's function or class `name`; objects come back as handles."""
        return self.request("call", name, args, kwargs)

    def function(self, name: str) -> Handle:
        """The learner's function or class `name`, to call, or to hand to an object built there."""
        handle = self.request("function", name)
        if not isinstance(handle, Handle):
            raise self._end(frames.WireError("a function that is no object"))
        return handle.named(name)

    def build(self, factory: str, /, **values: object) -> Any:
        """Build an object in the worker with `grader.labs.build`.

        Returns:
            A plain result's value; otherwise, and for anything that holds tensors, a `Handle`.
        """
        return self.request("build", factory, (), values)

    def substitute(self, name: str, stand_in: Callable[..., object]) -> None:
        """Have the learner's module call `stand_in`, on the trusted side, as its `name`."""
        self.request("substitute", name, (stand_in,))

    def restore(self, name: str) -> None:
        """Undo `substitute`."""
        self.request("restore", name)

    def deadline(self, seconds: float) -> None:
        """Give all following requests together this much wall-clock time.

        Raises:
            ValueError: If `seconds` is not positive.
        """
        if not seconds > 0:
            raise ValueError(f"`seconds` must be positive, but got seconds={seconds}.")
        self._budget = self._left = seconds

    def output(self) -> str:
        """What the code printed, to either stream; at most the first 64 KB. Untrusted text."""
        return output.read(self._out) if self._output is None else self._output

    def close(self) -> None:
        """Kill the worker and let go of it; its output stays readable."""
        if self._output is not None:
            return
        if self._ended is None:
            self._ended = WorkerDied("was closed")
        self._output = self.output()
        self._status.kill()
        self._status.close()
        self._rpc.close()
        os.close(self._out)

    def __enter__(self) -> Self:
        """The worker itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def request(
        self,
        operation: str,
        name: str | None = None,
        args: Sequence[object] = (),
        kwargs: dict[str, object] | None = None,
    ) -> Any:
        """Have the worker do one thing and return its answer; the other methods say what.

        Raises:
            GradingError: As described for the class.
            TypeError: If an argument can neither be sent nor lent.
        """
        if self._ended is not None:
            raise self._ended
        encoder = TrustedEncoder(self, self._exports)
        nonce = secrets.token_hex(16)
        header: dict[str, object] = {
            "op": operation,
            "nonce": nonce,
            "name": name,
            "args": [encoder.encode(value) for value in args],
            "kwargs": {key: encoder.encode(value) for key, value in (kwargs or {}).items()},
        }
        with self._clock():
            try:
                if self._depth > _MAX_DEPTH:  # each takes several frames of our own stack
                    raise frames.WireError(f"calls nested more than {_MAX_DEPTH} deep")
                frames.send(self._rpc, header, encoder.buffers, until=self._until)
                return self._converse(nonce)
            except SubmissionError:
                raise
            except BaseException as error:
                raise self._end(error) from None

    @contextlib.contextmanager
    def _clock(self) -> Iterator[None]:
        """Charge the outermost request to the budget; what it leads to runs inside it."""
        outermost = self._until is None
        if outermost:
            self._until = time.monotonic() + self._left
            self._calls = 0
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if outermost and self._until is not None:
                self._left = self._until - time.monotonic()
                self._until = None

    def _converse(self, nonce: str) -> Any:
        """Answer the worker's calls until it answers the request."""
        while True:
            header, buffers = frames.receive(self._rpc, until=self._until)
            if header.get("nonce") != nonce:
                raise frames.WireError("a frame that answers nothing")
            decoder = Decoder(buffers, foreign=self._handle, own=self._lent_object, tensors=False)
            match header.get("op"):
                case "return":
                    return decoder.decode(header.get("value"))
                case "raise":
                    raise _submission_error(header)
                case "call" | "read":
                    self._calls += 1
                    if self._calls > self._limits.callbacks:
                        raise frames.WireError(
                            f"more than {self._limits.callbacks} calls to the check's objects"
                        )
                    self._answer(header, decoder)
                case _:
                    raise frames.WireError("a frame of unknown kind")

    def _answer(self, header: dict[str, Any], decoder: Decoder) -> None:
        """Call or read a lent object for the worker, and send it the value or the exception."""
        encoder = TrustedEncoder(self, self._exports)
        reading = header["op"] == "read"
        number = header.get("object")
        name = header.get("name" if reading else "method")
        if type(name) is not str:
            raise frames.WireError("a malformed call")
        args, kwargs = ([], {}) if reading else _arguments(header, decoder)
        try:
            self._exports.find(number)
        except KeyError:
            raise frames.WireError("a call to an object that was never lent") from None
        try:
            if reading:
                result = self._exports.read(number, name)
            else:
                result = self._exports.call(number, name, args, kwargs)
        except Exception as error:
            if isinstance(error, GradingError) and not isinstance(error, SubmissionError):
                raise
            reply = {"op": "raise", **_describe(error, encoder)}
        else:
            reply = {"op": "value", "value": encoder.encode(result)}
        if self._ended is not None:  # the trusted object swallowed the worker's end
            raise self._ended
        frames.send(self._rpc, reply, encoder.buffers, until=self._until)

    def _handle(self, parts: Sequence[Node]) -> Handle:
        number, type_name = parts
        if type(number) is not int or not 0 <= number < MAX_OBJECTS:
            raise frames.WireError("a malformed handle")
        if type(type_name) is not str or len(type_name) > 80:
            raise frames.WireError("a malformed handle")
        return self._handles.setdefault(number, Handle(self, number, type_name))

    def _lent_object(self, number: int) -> object:
        return self._exports.find(number).obj

    def _end(self, error: BaseException) -> BaseException:
        """Kill the worker, and say what became of it, as the error to raise."""
        if self._ended is not None:
            return self._ended
        ended: GradingError
        if isinstance(error, GradingError):
            ended = error
        elif isinstance(error, TimeoutError):
            ended = DeadlinePassed(self._budget)
        elif isinstance(error, frames.WireError):
            ended = ProtocolViolation(str(error))
        elif isinstance(error, EOFError | OSError):
            ended = self._status.how_it_ended()
        else:  # a mistake of the check itself, or Ctrl-C: the conversation cannot go on
            ended = WorkerDied("was stopped in the middle of a call")
        self._ended = ended
        self._status.kill()
        known = isinstance(
            error, GradingError | TimeoutError | frames.WireError | EOFError | OSError
        )
        return ended if known else error


def _arguments(header: dict[str, Any], decoder: Decoder) -> tuple[list[Any], dict[str, Any]]:
    args, kwargs = header.get("args"), header.get("kwargs")
    if type(args) is not list or type(kwargs) is not dict:
        raise frames.WireError("a malformed call")
    decoded = {name: decoder.decode(node) for name, node in kwargs.items()}
    return [decoder.decode(node) for node in args], decoded


def _describe(error: Exception, encoder: TrustedEncoder) -> dict[str, object]:
    """A trusted object's exception, for the worker to raise its like."""
    if isinstance(error, SubmissionError):
        return {"names": list(error.mro), "args": encoder.encode([error.message])}
    args = error.args
    if not all(type(value) in (str, int, float, bool, type(None)) for value in args):
        args = (str(error),)
    names = [kind.__name__ for kind in type(error).__mro__]
    return {"names": names, "args": encoder.encode(list(args))}


def _submission_error(header: dict[str, Any]) -> SubmissionError:
    """The error of an untrusted frame, its fields checked and cut."""
    names, message = header.get("names"), header.get("message")
    function, line = header.get("function"), header.get("line")
    if type(names) is not list or not names or type(message) is not str:
        raise frames.WireError("a malformed exception")
    return SubmissionError(
        type_name=str(names[0])[:80],
        mro=tuple(str(name)[:80] for name in names[:16]),
        message=message[:2000],
        function=function[:80] if type(function) is str else None,
        line=line if type(line) is int and 0 < line < 1 << 31 else None,
    )
