"""Frames on the socket between the trusted side and a worker: a JSON header and raw buffers.

Layout, little endian: header length (u32), number of buffers (u32), each buffer's length (u64),
header, buffers. Every length is checked against its bound before a byte of it is read.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Sequence

MAX_HEADER = 2 << 20
MAX_BUFFERS = 512
MAX_BUFFER_BYTES = 64 << 20
_CHUNK = 1 << 20


class WireError(Exception):
    """A frame or value is malformed or beyond the bounds; the text says how."""


def send(
    sock: socket.socket,
    header: dict[str, object],
    buffers: Sequence[bytes] = (),
    *,
    until: float | None = None,
) -> None:
    """Send one frame.

    Args:
        sock: A connected stream socket.
        header: JSON-ready; not-a-number and infinities must already be spelled out.
        buffers: Raw data that the header refers to by position.
        until: `time.monotonic()` at which to give up; None waits for ever.

    Raises:
        WireError: If the frame is larger than the other side will accept.
        TimeoutError: If `until` passes first.
        OSError: If the other side is gone.
    """
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    if len(text) > MAX_HEADER or len(buffers) > MAX_BUFFERS:
        raise WireError("the value is too large to send")
    if sum(map(len, buffers)) > MAX_BUFFER_BYTES:
        raise WireError(f"the arrays hold more than {MAX_BUFFER_BYTES >> 20} MB")
    lengths = struct.pack(f"<II{len(buffers)}Q", len(text), len(buffers), *map(len, buffers))
    _set_timeout(sock, until)
    sock.sendall(b"".join((lengths, text, *buffers)))


def receive(
    sock: socket.socket, *, until: float | None = None
) -> tuple[dict[str, object], list[bytearray]]:
    """Receive one frame.

    Args:
        sock: A connected stream socket.
        until: `time.monotonic()` at which to give up, however much has trickled in by then.

    Returns:
        The header and its buffers, each buffer writable and owned by the caller.

    Raises:
        WireError: If the frame is malformed or beyond the bounds.
        EOFError: If the other side closed the connection.
        TimeoutError: If `until` passes first.
        OSError: If the other side is gone.
    """
    header_length, n_buffers = struct.unpack("<II", _read(sock, 8, until))
    if header_length > MAX_HEADER or n_buffers > MAX_BUFFERS:
        raise WireError("the frame is too large")
    lengths = struct.unpack(f"<{n_buffers}Q", _read(sock, 8 * n_buffers, until))
    if sum(lengths) > MAX_BUFFER_BYTES:
        raise WireError("the frame's buffers are too large")
    text = _read(sock, header_length, until)
    buffers = [_read(sock, length, until) for length in lengths]
    try:
        header = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WireError(f"the header is not JSON ({type(error).__name__})") from None
    if type(header) is not dict:
        raise WireError("the header is not an object")
    return header, buffers


def _read(sock: socket.socket, length: int, until: float | None) -> bytearray:
    """Exactly `length` bytes; memory grows with what arrives, not with what was announced."""
    data = bytearray()
    while len(data) < length:
        _set_timeout(sock, until)
        chunk = sock.recv(min(length - len(data), _CHUNK))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def _set_timeout(sock: socket.socket, until: float | None) -> None:
    if until is None:
        return
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    sock.settimeout(left)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
