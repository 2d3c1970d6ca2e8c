"""Standard output and error of a worker: one small file, and the rest is thrown away."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUTPUT_BYTES = 64 << 10


def open_file() -> int:
    """A file descriptor of a file that holds `OUTPUT_BYTES` and can never grow.

    Where files cannot be sealed (outside Linux), an ordinary temporary file.
    """
    if not hasattr(os, "memfd_create"):
        import tempfile

        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())
    import fcntl

    descriptor = os.memfd_create("output", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(descriptor, OUTPUT_BYTES)
    seals = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    return descriptor


def read(descriptor: int) -> str:
    """What has been written so far, invalid UTF-8 replaced."""
    return os.pread(descriptor, OUTPUT_BYTES, 0).rstrip(b"\0").decode("utf-8", "replace")


def redirect() -> None:
    """Point `sys.stdout` and `sys.stderr` at descriptor 1, discarding what does not fit."""
    stream = io.TextIOWrapper(
        io.BufferedWriter(_Capped()), encoding="utf-8", errors="backslashreplace"
    )
    sys.stdout = sys.stderr = stream


def flush() -> None:
    """Write out what `sys.stdout` and `sys.stderr` still hold, whatever they now are."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


class _Capped(io.RawIOBase):
    """Descriptor 1, pretending that everything was written."""

    def __init__(self) -> None:
        self._left = OUTPUT_BYTES

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        kept = bytes(memoryview(data).cast("B")[: self._left])
        self._left -= len(kept)
        with contextlib.suppress(OSError):
            os.write(1, kept)
        return size
