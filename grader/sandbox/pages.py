"""Large memory pages, so that a fork of the warm parent copies few entries of its page table.

With torch imported, a fork and its end cost mostly that copy: 25 ms of a core in pages of 4 KB,
10 ms once they are 2 MB. Nothing else changes: a worker that writes splits the page it writes to.
"""

from __future__ import annotations

import contextlib
import ctypes

_MADV_COLLAPSE = 25  # include/uapi/asm-generic/mman-common.h, since Linux 6.1
_HUGE = 2 << 20


def collapse() -> None:
    """Put this process's own memory into large pages; where the kernel cannot, nothing happens."""
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    with contextlib.suppress(OSError):
        for begin, end in _anonymous():
            # Page by page: the call stops at the first that it cannot do, such as an unused one.
            for address in range(-(-begin // _HUGE) * _HUGE, end // _HUGE * _HUGE, _HUGE):
                libc.madvise(address, _HUGE, _MADV_COLLAPSE)


def _anonymous() -> list[tuple[int, int]]:
    """Return the writable mappings that belong to no file, as in proc_pid_maps(5)."""
    found = []
    with open("/proc/self/maps", encoding="utf-8") as maps:
        for line in maps:
            span, rights, _offset, _device, _inode, *name = line.split()
            if rights.startswith("rw") and (not name or name == ["[heap]"]):
                begin, end = span.split("-")
                found.append((int(begin, 16), int(end, 16)))
    return found
