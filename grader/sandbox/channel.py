"""The worker's end of the conversation: replies to requests, and calls to trusted objects.

While a request is being served, the learner's code may call trusted objects, and those calls may
lead to further requests; each side always waits for the innermost answer.
"""

from __future__ import annotations

import builtins
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from grader.sandbox import frames, plain, proxies
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.wire import MAX_NODES, MAX_OBJECTS, DoesNotCross, Node

_EXCEPTIONS = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, Exception)
}
# Iterables that are sequences in all but type; they arrive as lists.
_LISTED: tuple[type, ...] = (
    range,
    map,
    zip,
    filter,
    enumerate,
    reversed,
    deque,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    type(iter([])),
    type(iter(())),
    type(_ for _ in ()),
)
_REFUSED: tuple[type, ...] = (set, frozenset, complex, slice, memoryview, type(...))

Serve = Callable[[dict[str, Any], list[bytearray]], None]


class Lender:
    """Objects of the worker that the trusted side holds by number."""

    def __init__(self) -> None:
        """Start with none."""
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}

    def lend(self, value: object) -> int:
        """The number of `value`, the same each time."""
        number = self._numbers.get(id(value))
        if number is None:
            if len(self._objects) >= MAX_OBJECTS:
                raise frames.WireError("too many objects were handed over")
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return number

    def find(self, number: int) -> object:
        """The object of a number.

        Raises:
            IndexError: If there is none.
        """
        return self._objects[number]


class WorkerEncoder(Encoder):
    """Reduces what has a raw value, lists what iterates, lends the rest as handles."""

    def __init__(self, lender: Lender) -> None:
        """Start an empty frame."""
        super().__init__()
        self._lender = lender

    def other(self, value: object, depth: int) -> Node:
        """The node of a value that is not plain."""
        number = proxies.number_of(value)
        if number is not None:
            return ["o", number]
        if plain.is_reducible(value):
            return self.encode(plain.reduce(value), depth)
        kind = type(value)
        if kind in _LISTED:
            return self.encode(list(islice(value, MAX_NODES)), depth)  # type: ignore[call-overload]
        if kind in _REFUSED:
            raise DoesNotCross(f"a value of type {kind.__name__} does not cross")
        return self.lend(value)

    def lend(self, value: object) -> Node:
        """The node of an object that stays here."""
        return ["h", self._lender.lend(value), type(value).__name__[:80]]

    def _scalar(self, value: np.generic) -> Node:
        if type(value) is np.float64:  # a float subclass: its raw value, as for any other
            return self.encode(float(value))
        return super()._scalar(value)


class Channel:
    """Sends replies and calls over the socket; `serve` handles a request that arrives meanwhile."""

    def __init__(self, sock: socket.socket, lender: Lender, serve: Serve) -> None:
        """Take over the connected socket."""
        self._sock = sock
        self._lender = lender
        self._serve = serve
        self._lock = threading.RLock()  # the learner's threads may call at the same time
        self._proxies: dict[int, proxies.Proxy] = {}
        self.nonce: str | None = None

    def receive(self) -> tuple[dict[str, Any], list[bytearray]]:
        """The next request."""
        return frames.receive(self._sock)

    def decoder(self, buffers: Sequence[bytearray]) -> Decoder:
        """A decoder of the trusted side's values."""
        return Decoder(buffers, foreign=self._proxy, own=self._lender.find, tensors=True)

    def reply(self, fields: dict[str, object], buffers: Sequence[bytes] = ()) -> None:
        """Answer the request being served."""
        with self._lock:
            frames.send(self._sock, {"nonce": self.nonce, **fields}, buffers)

    def _ask(
        self, number: int, method: str, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> Any:
        encoder = WorkerEncoder(self._lender)
        fields: dict[str, object] = {"op": "call", "object": number, "method": method}
        try:
            fields["args"] = [encoder.encode(value) for value in args]
            fields["kwargs"] = {name: encoder.encode(value) for name, value in kwargs.items()}
        except frames.WireError as error:
            raise TypeError(f"an argument cannot be handed over: {error}") from None
        return self._converse(fields, encoder.buffers)

    def _read(self, number: int, name: str) -> Any:
        return self._converse({"op": "read", "object": number, "name": name}, [])

    def _converse(self, fields: dict[str, object], buffers: Sequence[bytes]) -> Any:
        with self._lock:
            if self.nonce is None:
                raise RuntimeError("the check that lent this object is over")
            frames.send(self._sock, {"nonce": self.nonce, **fields}, buffers)
            while True:
                header, received = self.receive()
                if header["op"] == "value":
                    return self.decoder(received).decode(header["value"])
                if header["op"] == "raise":
                    raise _exception(header["names"], self.decoder(received).decode(header["args"]))
                self._serve(header, received)

    def _proxy(self, parts: Sequence[Node]) -> proxies.Proxy:
        number, name, methods, attributes = parts
        proxy = self._proxies.get(number)
        if proxy is None:
            proxy = proxies.make_proxy(number, name, methods, attributes, self._ask, self._read)
            self._proxies[number] = proxy
        return proxy


def _exception(names: Sequence[str], args: Sequence[object]) -> Exception:
    """The exception a trusted object raised: the nearest class that both sides know."""
    for name in names:
        kind = _EXCEPTIONS.get(name)
        if name == "TrialPruned" and "optuna" in sys.modules:
            kind = sys.modules["optuna"].TrialPruned
        if kind is not None:
            try:
                return kind(*args)
            except TypeError:  # some need particular arguments
                break
    return RuntimeError(*args)
