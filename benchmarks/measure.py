"""Times of whole processes and calls, and the machine they were taken on."""

from __future__ import annotations

import datetime
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence


def machine() -> str:
    """Describe this machine and day, for beside a figure."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    today = datetime.date.today().isoformat()
    return f"{today}, {cores} cores, {platform.machine()}, Python {platform.python_version()}"


def seconds_of(call: Callable[..., object], *args: object, **kwargs: object) -> float:
    """Return the wall-clock seconds that a call with these arguments takes."""
    started = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - started


def interleaved(commands: Sequence[Sequence[str]], *, runs: int, cwd: str) -> list[float]:
    """Time commands in turn, A B A B …, so that a drift of the machine hits all alike.

    Args:
        commands: The commands; their output is thrown away.
        runs: Counted runs of each, after one that is not.
        cwd: The folder they run in.

    Returns:
        The median of each command's wall-clock seconds.
    """
    times: list[list[float]] = [[] for _ in commands]
    for run in range(runs + 1):
        for command, taken in zip(commands, times, strict=True):
            seconds = seconds_of(subprocess.run, command, cwd=cwd, capture_output=True)
            if run:
                taken.append(seconds)
    return [statistics.median(taken) for taken in times]
