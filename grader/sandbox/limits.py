"""How much a worker may use, and the rlimits that hold it to that."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

# The kernel counts all threads of a user together: other workers and programs need room too.
_THREADS_OF_OTHERS = 4096


@dataclass(frozen=True)
class Limits:
    """What one worker may use.

    Attributes:
        seconds: Wall-clock budget of all its calls together, until `Worker.deadline` sets another.
        cpu_seconds: Processor time over its life; a belt should the deadline not reach it.
        memory_mb: Address space beyond what the warm parent already maps; not limited on a GPU,
            where CUDA reserves far more than it uses.
        file_mb: Largest file it may write.
        files: Most files and folders in its work folder; empty ones cost kernel memory too.
        open_files: Most open file descriptors.
        threads: Most threads at a time.
        callbacks: Most calls to trusted objects during one call.
    """

    seconds: float = 30.0
    cpu_seconds: int = 120
    memory_mb: int = 1024
    file_mb: int = 32
    files: int = 20_000
    open_files: int = 256
    threads: int = 64
    callbacks: int = 20_000

    def __post_init__(self) -> None:
        """Refuse what no worker could live with."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"`{name}` must be positive, but got {name}={value}.")


def threads_of_user() -> int:
    """Threads that this process's user runs now, as far as /proc shows them."""
    total = 0
    for entry in os.scandir("/proc") if os.path.isdir("/proc/self") else ():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == os.getuid():
                    total += len(os.listdir(f"{entry.path}/task"))
    return total


def apply(limits: Limits, *, address_space: bool, threads_before: int) -> None:
    """Set this process's rlimits (see setrlimit(2)), soft and hard alike.

    RLIMIT_NPROC keeps a thread bomb from filling the machine's process table in the instant before
    the parent kills it. It counts all of a user's threads, and none of root's, so it leaves room.

    Args:
        limits: What to hold it to.
        address_space: Whether to bound memory through RLIMIT_AS.
        threads_before: Threads that the user ran when the parent started.
    """
    import resource

    mega = 1 << 20
    bounds = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.file_mb * mega,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_NPROC: threads_before + limits.threads + _THREADS_OF_OTHERS,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if address_space:
        with open("/proc/self/statm") as statm:
            mapped = int(statm.read().split()[0]) * resource.getpagesize()
        bounds[resource.RLIMIT_AS] = mapped + limits.memory_mb * mega
    for which, bound in bounds.items():
        _, hard = resource.getrlimit(which)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (value, value))
