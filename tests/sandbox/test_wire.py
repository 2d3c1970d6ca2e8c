"""Values survive the wire unchanged, and nothing malformed gets through it."""

from __future__ import annotations

import contextlib
import math
import socket
import struct
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox import frames, wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.frames import WireError
from grader.sandbox.wire import DoesNotCross

keys = st.none() | st.booleans() | st.integers(-(2**52), 2**52) | st.text() | st.binary()
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.tuples(st.text(), st.integers(-9, 9)), inner)
    ),
    max_leaves=20,
)
dtypes = st.sampled_from(("?", "i1", "<i2", "<i4", "<i8", "u1", "<u4", "<f2", "<f4", "<f8"))


def refuse(*_: object) -> object:
    raise KeyError


def decoder(buffers: list[bytearray] | None = None) -> Decoder:
    return Decoder(buffers or [], foreign=refuse, own=refuse, tensors=False)


def over_the_wire(value: object) -> Any:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        encoder = Encoder()
        node = encoder.encode(value)
        frames.send(ours, {"value": node}, encoder.buffers, until=time.monotonic() + 5)
        header, buffers = frames.receive(theirs, until=time.monotonic() + 5)
    return decoder(buffers).decode(header["value"])


def same(a: object, b: object) -> bool:
    """Equal in type and value, all the way down; nan equals nan, and 0.0 does not equal -0.0."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float) and isinstance(b, float):
        return struct.pack("<d", a) == struct.pack("<d", b) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return same(list(a.items()), list(b.items()))
    return a == b


@given(plain)
def test_plain_values_come_back_with_their_types(value: object) -> None:
    assert same(over_the_wire(value), value)


@given(hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)))
def test_arrays_come_back_with_dtype_shape_and_bits(array: np.ndarray[Any, Any]) -> None:
    back = over_the_wire(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


def test_a_fortran_ordered_big_endian_array_keeps_its_values() -> None:
    array = np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3))
    assert np.array_equal(over_the_wire(array), [[0, 1, 2], [3, 4, 5]])


def test_a_long_list_of_numpy_numbers_crosses() -> None:
    crossed = over_the_wire(list(np.arange(5000)))
    assert crossed == list(range(5000))
    assert type(crossed[0]) is np.int64


def test_a_numpy_string_arrives_as_a_string() -> None:
    crossed = over_the_wire([np.random.default_rng(0).choice(["relu"])])
    assert crossed == ["relu"]
    assert type(crossed[0]) is str


@pytest.mark.parametrize("scalar", [np.float32(0.1), np.int64(-3), np.bool_(True), np.float64(2)])
def test_numpy_scalars_keep_their_type(scalar: np.generic) -> None:
    back = over_the_wire(scalar)
    assert type(back) is type(scalar)
    assert back == scalar


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({1, 2}, "set"),
        (1j, "complex"),
        (np.array(["a"]), "str"),
        (np.array([1j]), "complex"),
        (np.array([None]), "object"),
        (object(), "object"),
    ],
)
def test_other_types_are_refused_by_name(value: object, name: str) -> None:
    with pytest.raises(DoesNotCross, match=name):
        Encoder().encode(value)


@pytest.mark.parametrize(
    "value",
    [
        [0] * (wire.MAX_NODES + 1),
        "x" * (wire.MAX_STRING + 1),
        10**wire.MAX_DIGITS,
        dict.fromkeys(range(wire.MAX_DICT + 1)),
        np.zeros(frames.MAX_BUFFER_BYTES + 1, dtype=np.int8),
    ],
    ids=["nodes", "string", "digits", "dict", "bytes"],
)
def test_values_beyond_the_bounds_are_not_sent(value: object) -> None:
    with pytest.raises(WireError, match="more than"):
        Encoder().encode(value)


def test_a_list_that_holds_itself_is_too_deep() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(WireError, match="deep"):
        Encoder().encode(endless)


def deep_node() -> object:
    node: object = 0
    for _ in range(wire.MAX_DEPTH + 2):
        node = ["l", [node]]
    return node


@pytest.mark.parametrize(
    "node",
    [
        2**53,
        {"l": []},
        [],
        [1],
        ["?"],
        ["l"],
        ["l", {}],
        ["l", [1], [2]],
        ["t", "ab"],
        ["i", 5],
        ["i", "9" * (wire.MAX_DIGITS + 2)],
        ["i", "abc"],
        ["f", "1e5"],
        ["f", []],
        ["b", 7],
        ["b", True],
        ["b", -1],
        ["d", [[1]]],
        ["d", [[1, "a"], [True, "b"]]],
        ["d", [[1, "a"], [1.0, "b"]]],
        ["d", [[["l", []], 1]]],
        ["d", [[["i", str(2**61 - 1)], 1]]],
        ["d", [[["t", [["t", [1]]]], 1]]],
        ["a", "<f8", [1], 0],
        ["a", "<f8", [2, -1], 0],
        ["a", "<f8", [2.0], 0],
        ["a", "<f8", [2] + [1] * wire.MAX_DIMENSIONS, 0],
        ["a", "|O", [2], 0],
        ["a", "<c16", [1], 0],
        ["a", ["<f8"], [2], 0],
        ["n", "<f8", 0],
        ["n", "<f8", "00"],
        ["n", "<f4", "0000000g"],
        ["n", "<f4", "00 00 00"],
        ["n", "|O", "00" * 8],
        ["l", [["b", 0], ["b", 0]]],
        ["o", "x"],
        ["o", 3],
        ["h", 3, "thing"],
        deep_node(),
        ["l", [0] * wire.MAX_NODES],
        "x" * (wire.MAX_STRING + 1),
    ],
    ids=lambda node: repr(node)[:40],
)
def test_malformed_nodes_are_refused(node: object) -> None:
    with pytest.raises(WireError):
        decoder([bytearray(16)]).decode(node)


def test_the_buffer_of_those_nodes_is_a_good_one() -> None:
    assert decoder([bytearray(16)]).decode(["a", "<f8", [2], 0]).tolist() == [0.0, 0.0]


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.builds(
            lambda kind, rest: [kind, *rest], st.sampled_from("ltdifbanTho"), st.lists(inner)
        )
    ),
    max_leaves=15,
)


@given(json_like)
def test_any_json_is_decoded_or_refused(node: object) -> None:
    with contextlib.suppress(WireError):
        decoder([bytearray(8)]).decode(node)


def receive_bytes(data: bytes) -> object:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(data)
        ours.shutdown(socket.SHUT_WR)
        return frames.receive(theirs, until=time.monotonic() + 5)


def frame(text: bytes) -> bytes:
    return struct.pack("<II", len(text), 0) + text


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<II", frames.MAX_HEADER + 1, 0),
        struct.pack("<II", 2, frames.MAX_BUFFERS + 1),
        struct.pack("<IIQ", 2, 1, frames.MAX_BUFFER_BYTES + 1),
        struct.pack("<IIQQ", 2, 2, 2**63, 2**63),
        frame(b"not json"),
        frame(b"[]"),
        frame(b'{"x": NaN}'),
        frame(b"[" * 100_000),
        frame(b'{"x": ' + b"9" * 5000 + b"}"),
        frame(b"\xff\xfe{}"),
    ],
    ids=lambda data: repr(data[:24]),
)
def test_malformed_frames_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        receive_bytes(data)


def test_a_frame_cut_short_is_the_end_of_the_conversation() -> None:
    with pytest.raises(EOFError):
        receive_bytes(struct.pack("<II", 10, 0) + b"{")


def test_a_trickle_does_not_extend_the_deadline() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(struct.pack("<II", 10, 0) + b"{")
        with pytest.raises(TimeoutError):
            frames.receive(theirs, until=time.monotonic() + 0.05)
        with pytest.raises(TimeoutError):
            frames.receive(theirs, until=time.monotonic() - 1)
