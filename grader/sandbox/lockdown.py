"""How a freshly forked worker locks itself in, before it sees a line of the learner's code."""

from __future__ import annotations

import os
from dataclasses import dataclass

from grader.sandbox import kernel, landlock, limits, seccomp

_READABLE_PROC = (
    "/proc/self/cmdline",
    "/proc/self/limits",
    "/proc/self/maps",
    "/proc/self/stat",
    "/proc/self/statm",
    "/proc/self/status",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
)
_CUDA_PROC = ("/proc/devices", "/proc/driver/nvidia", "/proc/self")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class Lockdown:
    """What to lock in with; the parent gets it once and every worker applies it.

    Attributes:
        locks: False to run the learner's own code on their own machine.
        readable: Files and folders to read.
        listed: Folders whose names may be listed though not all of what they hold may be read.
        devices: Device files of the GPU.
        cuda: Whether the worker may start CUDA.
    """

    locks: bool
    readable: tuple[str, ...]
    listed: tuple[str, ...]
    devices: tuple[str, ...]
    cuda: bool


def lock_in(
    lockdown: Lockdown,
    bounds: limits.Limits,
    *,
    parent: int,
    box: str | None,
    threads_before: int,
) -> None:
    """Lock this process in, for good.

    Args:
        lockdown: What it may see.
        bounds: What it may use.
        parent: Process id of the warm parent; without it, nobody would answer for this process.
        box: The only folder it may write in, None for none.
        threads_before: Threads that the user ran when the parent started.

    Raises:
        OSError: If a lock is refused; the process must then run nothing.
    """
    kernel.prctl(kernel.PR_SET_PDEATHSIG, 9)
    if os.getppid() != parent:
        os._exit(1)
    if not lockdown.locks:
        return
    os.chdir(box or "/")
    limits.apply(bounds, address_space=not lockdown.cuda, threads_before=threads_before)
    landlock.restrict(
        readable=(*lockdown.readable, *_READABLE_PROC, *(_CUDA_PROC if lockdown.cuda else ())),
        listed=lockdown.listed,
        writable=() if box is None else (box,),
        devices=(*_DEVICES, *lockdown.devices),
    )
    kernel.drop_capabilities()
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    seccomp.install()
