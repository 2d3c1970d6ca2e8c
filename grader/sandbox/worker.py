"""The worker: serves the trusted side's requests with the learner's module. Holds no secret."""

from __future__ import annotations

import linecache
import os
import socket
import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from grader.errors import UNREADABLE_RESULT
from grader.sandbox import output
from grader.sandbox.channel import Channel, Lender, WorkerEncoder
from grader.sandbox.frames import WireError
from grader.sandbox.wire import DoesNotCross

_ABSENT = object()
_PLAIN_ATOMS = (type(None), bool, int, float, str, bytes, np.ndarray)


def serve(sock: socket.socket) -> None:
    """Serve requests until the trusted side closes the connection."""
    server = _Server(sock)
    while True:
        try:
            header, buffers = server.channel.receive()
        except EOFError:
            return
        server.serve(header, buffers)


class _Server:
    """One learner's module, the objects lent from it, and what the trusted side may ask of them."""

    def __init__(self, sock: socket.socket) -> None:
        self._lender = Lender()
        self.channel = Channel(sock, self._lender, self.serve)
        self._module = types.ModuleType("submission")
        self._file = "<submission>"
        self._replaced: dict[str, object] = {}
        self._operations: dict[str, Callable[..., object]] = {
            "load": self._load,
            "has": self._has,
            "call": self._call,
            "function": self._function,
            "build": self._build,
            "substitute": self._substitute,
            "restore": self._restore,
            "get": self._get,
            "call_object": self._call_object,
        }

    def serve(self, header: dict[str, Any], buffers: list[bytearray]) -> None:
        """Do what one request asks and answer it, with an exception if need be."""
        outer, self.channel.nonce = self.channel.nonce, header["nonce"]
        encoder = WorkerEncoder(self._lender)
        try:
            decoder = self.channel.decoder(buffers)
            operation = self._operations[header["op"]]
            args = [decoder.decode(node) for node in header["args"]]
            kwargs = {name: decoder.decode(node) for name, node in header["kwargs"].items()}
            result = operation(header.get("name"), *args, **kwargs)
            fields: dict[str, object] = {"op": "return", "value": _encode(encoder, result)}
        except BaseException as error:  # SystemExit and KeyboardInterrupt are answers too
            encoder.buffers.clear()
            fields = {"op": "raise", **self._describe(error)}
        output.flush()
        try:
            self.channel.reply(fields, encoder.buffers)
        except WireError as error:
            self.channel.reply({"op": "raise", **self._describe(_unreadable(error))})
        self.channel.nonce = outer

    def _load(self, name: str, source: bytes) -> None:
        text = source.decode()
        self._file = os.path.join(os.getcwd(), f"{name}.py")
        self._module = types.ModuleType(name)
        self._module.__file__ = self._file
        sys.modules[name] = self._module
        linecache.cache[self._file] = (len(text), None, text.splitlines(True), self._file)
        exec(compile(text, self._file, "exec", dont_inherit=True), vars(self._module))

    def _has(self, name: str) -> bool:
        return name in vars(self._module)

    def _defined(self, name: str) -> Any:
        value = vars(self._module).get(name, _ABSENT)
        if value is _ABSENT:
            raise AttributeError(f"`{name}` is not defined")
        return value

    def _call(self, name: str, *args: object, **kwargs: object) -> object:
        return self._defined(name)(*args, **kwargs)

    def _function(self, name: str) -> object:
        return _Whole(self._defined(name))

    def _build(self, name: str, **values: object) -> object:
        from grader import labs

        built = labs.build(name, **values)
        return built if _is_plain(built) else _Whole(built)

    def _substitute(self, name: str, stand_in: object) -> None:
        module = vars(self._module)
        self._replaced.setdefault(name, module.get(name, _ABSENT))
        module[name] = stand_in

    def _restore(self, name: str) -> None:
        original = self._replaced.pop(name, _ABSENT)
        if original is _ABSENT:
            vars(self._module).pop(name, None)
        else:
            vars(self._module)[name] = original

    def _get(self, name: str, owner: object) -> object:
        return getattr(owner, name)

    def _call_object(self, name: str, owner: Any, *args: object, **kwargs: object) -> object:
        if name == "__call__":
            return owner(*args, **kwargs)
        return getattr(owner, name)(*args, **kwargs)

    def _describe(self, error: BaseException) -> dict[str, object]:
        """An exception as bounded text; nothing its class overrides may break this."""
        try:
            message = str(error)[:2000]
        except BaseException:
            message = "(its text cannot be shown)"
        function, line = None, None
        for frame in traceback.StackSummary.extract(
            traceback.walk_tb(error.__traceback__), lookup_lines=False
        ):
            if frame.filename == self._file:
                function, line = frame.name, frame.lineno
        if isinstance(error, SyntaxError) and error.filename == self._file:
            function, line = None, error.lineno
        return {
            "names": [kind.__name__[:80] for kind in type.mro(type(error))][:16],
            "message": message,
            "function": None if function in (None, "<module>") else function,
            "line": line,
        }


class _Whole:
    """Marks an object to be lent as it is, even where parts of it could cross."""

    def __init__(self, value: object) -> None:
        self.value = value


def _encode(encoder: WorkerEncoder, result: object) -> object:
    try:
        if type(result) is _Whole:
            return encoder.lend(result.value)
        return encoder.encode(result)
    except (WireError, DoesNotCross) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> TypeError:
    return TypeError(f"{UNREADABLE_RESULT}: {error}")


def _is_plain(value: Any) -> bool:
    """Whether a copy is as good as the object itself; a tensor's copy would not be a tensor."""
    kind = type(value)
    if kind is dict:
        return all(_is_plain(item) for pair in value.items() for item in pair)
    if kind in (list, tuple):
        return all(_is_plain(item) for item in value)
    return kind in _PLAIN_ATOMS or isinstance(value, np.generic)
