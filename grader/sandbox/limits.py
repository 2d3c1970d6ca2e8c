"""How much a worker may use, and the rlimits that hold it to that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one worker may use.

    Attributes:
        seconds: Wall-clock budget of all its calls together, until `Worker.deadline` sets another.
        cpu_seconds: Processor time over its life; a belt should the deadline not reach it.
        memory_mb: Address space beyond what the warm parent already maps; not limited on a GPU,
            where CUDA reserves far more than it uses.
        file_mb: Largest file it may write.
        open_files: Most open file descriptors.
        threads: Most threads at a time.
        callbacks: Most calls to trusted objects during one call.
    """

    seconds: float = 30.0
    cpu_seconds: int = 120
    memory_mb: int = 1024
    file_mb: int = 32
    open_files: int = 256
    threads: int = 64
    callbacks: int = 20_000

    def __post_init__(self) -> None:
        """Refuse what no worker could live with."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"`{name}` must be positive, but got {name}={value}.")


def apply(limits: Limits, *, address_space: bool) -> None:
    """Set this process's rlimits (see setrlimit(2)), soft and hard alike.

    Args:
        limits: What to hold it to.
        address_space: Whether to bound memory through RLIMIT_AS.
    """
    import resource

    mega = 1 << 20
    bounds = {
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.file_mb * mega,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
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
