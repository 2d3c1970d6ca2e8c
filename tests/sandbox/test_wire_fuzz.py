"""Random and mutated frames: a value or an error of the grader's own, whatever a worker sends.

HYPERLINGS_FUZZ multiplies the number of examples; `make nightly` sets it.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import GradingError, ProtocolViolation, SetupFailed
from grader.sandbox import frames, output
from grader.sandbox.channel import Channel, Lender
from grader.sandbox.client import Limits, Worker, export
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.frames import WireError

TIMES = int(os.environ.get("HYPERLINGS_FUZZ", "1"))
fuzz = settings(
    max_examples=800 * TIMES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

numbers = st.integers(-2, 3) | st.integers() | st.floats() | st.booleans()
shapes = st.lists(st.integers(-1, 4) | st.integers(0, 2**70), max_size=10)
dtypes = st.sampled_from(("<f8", "|b1", "<i4", "<f2", "|O", "<c16", "<U4", "V8", ""))
names = st.sampled_from(("__call__", "secret", "__class__", "a", "")) | st.text(max_size=5)


def kinds_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Nodes that are nearly right: the right kind, with parts that may not be."""
    pairs = st.lists(st.lists(inner, min_size=1, max_size=3), max_size=4)
    return st.one_of(
        st.tuples(st.sampled_from("lt"), st.lists(inner, max_size=5)),
        st.tuples(st.just("d"), pairs),
        st.tuples(st.sampled_from("aT"), dtypes, shapes, st.integers(-1, 3)),
        st.tuples(st.just("n"), dtypes, st.text("0123456789abcdefg ", max_size=16)),
        st.tuples(st.just("i"), st.text("0123456789-+_ e", max_size=30)),
        st.tuples(st.just("f"), st.sampled_from(("nan", "inf", "-inf", "1", "Infinity"))),
        st.tuples(st.just("b"), st.integers(-1, 3)),
        st.tuples(st.just("o"), numbers),
        st.tuples(st.just("h"), numbers, names),
        st.tuples(st.just("h"), numbers, names, st.lists(names), st.lists(names)),
        st.lists(inner, max_size=4),
        st.dictionaries(names, inner, max_size=3),
    )


nodes = st.recursive(st.none() | numbers | st.text(max_size=20), kinds_of, max_leaves=12)
buffers = st.lists(st.binary(max_size=64) | st.just(bytes(32)), max_size=4)
headers = st.fixed_dictionaries(
    {"op": st.sampled_from(("return", "raise", "call", "read", "value", "load")) | nodes},
    optional={
        "nonce": nodes,  # in the place of the right one
        "value": nodes,
        "object": st.integers(-1, 2) | nodes,
        "method": names | nodes,
        "name": names | nodes,
        "args": st.lists(nodes, max_size=3) | nodes,
        "kwargs": st.dictionaries(names, nodes, max_size=2) | nodes,
        "names": st.lists(names, max_size=3) | nodes,
        "message": st.text(max_size=20) | nodes,
        "function": names | nodes,
        "line": numbers,
    },
)
# Where to cut, and what to put there in the place of how many bytes.
mutations = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 4), st.binary(max_size=6)), max_size=3
)
conversations = st.lists(st.tuples(headers, buffers, mutations), max_size=3)


def written(header: dict[str, Any], buffers: list[bytes]) -> bytes:
    text = json.dumps(header).encode()
    lengths = struct.pack(f"<II{len(buffers)}Q", len(text), len(buffers), *map(len, buffers))
    return b"".join((lengths, text, *buffers))


def mutated(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, other in changes:
        start = int(place * len(data))
        data = data[:start] + other + data[start + length :]
    return data


def answer(theirs: socket.socket, said: list[tuple[dict[str, Any], list[bytes], Any]]) -> None:
    """Play the worker: read the request, say what the example holds, and close."""
    with theirs, contextlib.suppress(OSError, EOFError):
        request, _ = frames.receive(theirs, until=time.monotonic() + 60)
        for header, data, changes in said:
            frame = written({"nonce": request["nonce"], **header}, data)
            theirs.sendall(mutated(frame, changes))
        theirs.shutdown(socket.SHUT_WR)
        while theirs.recv(1 << 16):  # what the other side answers, until it closes
            pass


class Lent:
    """What a check lends: one method may be called and one attribute read."""

    secret = "never read"
    a = 1.5

    def __call__(self, *args: object, **kwargs: object) -> object:
        return [1, None, "x"]


@fuzz
@given(conversations)
def test_whatever_a_worker_says_is_a_value_or_a_grading_error(said: Any) -> None:
    ours, theirs = socket.socketpair()
    status, ended = socket.socketpair()
    ended.close()
    peer = threading.Thread(target=answer, args=(theirs, said))
    peer.start()
    with Worker(ours, status, output.open_file(), Limits(seconds=60)) as worker:
        with contextlib.suppress(GradingError):
            worker.call("f", export(Lent(), attributes=("a",)))
        if worker._ended is not None:  # and it says so ever after
            with pytest.raises((ProtocolViolation, SetupFailed)):
                worker.call("f")
    peer.join()


@fuzz
@given(nodes, buffers)
def test_the_workers_decoder_takes_or_refuses_any_node(node: Any, data: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel = Channel(ours, Lender(), lambda header, buffers: None)
        theirs.sendall(written({"value": node}, data))
        with contextlib.suppress(WireError):
            header, received = frames.receive(ours, until=time.monotonic() + 60)
            channel.decoder(received).decode(header["value"])


@fuzz
@given(
    st.binary(max_size=200) | st.builds(mutated, st.builds(written, headers, buffers), mutations)
)
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        with contextlib.suppress(WireError, EOFError):
            while True:
                frames.receive(theirs, until=time.monotonic() + 60)


@settings(fuzz, max_examples=150 * TIMES)
@given(st.builds(written, headers, buffers), st.integers(0, 2000))
def test_memory_grows_with_what_arrives(frame: bytes, repeated: int) -> None:
    text = b'{"value": ["l", [' + b"[]," * repeated + b"[]]]}"
    sent = struct.pack("<II", len(text), 0) + text + frame[:-1] + struct.pack("<IIQ", 0, 1, 1 << 25)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(sent)
        ours.shutdown(socket.SHUT_WR)
        tracemalloc.start()
        try:
            with contextlib.suppress(WireError, EOFError):
                while True:
                    header, data = frames.receive(theirs, until=time.monotonic() + 60)
                    decoder = Decoder(data, foreign=refuse, own=refuse, tensors=False)
                    decoder.decode(header.get("value"))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # A byte of JSON is a third of a list at most; one read takes a chunk of up to 1 MB.
    assert peak < (3 << 20) + 100 * len(sent)


def refuse(*_: object) -> object:
    raise KeyError


def test_mutations_are_what_they_say() -> None:
    assert mutated(b"abcdef", [(0.5, 2, b"X")]) == b"abcXf"
    assert mutated(written({"op": 1}, [b"yz"]), []) == (
        struct.pack("<IIQ", 9, 1, 2) + b'{"op": 1}' + b"yz"
    )
    assert Encoder().encode([1]) == ["l", [1]]  # the nodes above are of this shape
