"""Processes with one thread each: on operations this small they beat threads.

The processes are joblib's, which stay warm for some minutes and need no `__main__` guard in the
caller's script.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

R = TypeVar("R")

# A cold pool must start Python and import torch, in each process: seconds that are well spent once
# so much work has gone by without it, in one call or in several.
_WORTH_STARTING = 12.0
_WORTH_ASKING = 0.2
# How long joblib keeps an idle process, less a margin.
_STAYS_WARM = 240.0

_last_used: dict[int, float] = {}
_worked_alone = 0.0


def processes_for(seconds: float, n_tasks: int, jobs: int | None) -> int:
    """How many processes to use.

    Args:
        seconds: What the work would take in this process.
        n_tasks: Pieces it can be cut into.
        jobs: What the caller asked for; None leaves it to the rule.

    Returns:
        1 for no pool at all, where starting one, or asking a warm one, would cost more than it
        gains.
    """
    from joblib import cpu_count

    if jobs is not None:
        return min(jobs, n_tasks)
    global _worked_alone
    n = min(int(cpu_count()), n_tasks)
    if n < 2 or seconds < _WORTH_ASKING:
        return 1
    if time.monotonic() - _last_used.get(n, -_STAYS_WARM) < _STAYS_WARM:
        return n
    _worked_alone += seconds
    if _worked_alone < _WORTH_STARTING:
        return 1
    _worked_alone = 0.0
    return n


def in_pool(
    function: Callable[..., R], calls: Sequence[tuple[Any, ...]], n_processes: int
) -> Iterator[tuple[int, R]]:
    """Call a function once for each tuple of arguments, in as many processes.

    Yields:
        The place of a call and its result, in the order in which they come in.
    """
    from joblib import Parallel, delayed, parallel_config

    tasks: Iterable[Any] = (delayed(_numbered)(i, function, call) for i, call in enumerate(calls))
    with parallel_config(backend="loky", inner_max_num_threads=1):
        # Arrays are sent, not mapped from files: they are small, and weights must be writable.
        parallel = Parallel(
            n_jobs=n_processes, return_as="generator_unordered", max_nbytes=None, batch_size=1
        )
        yield from parallel(tasks)
    _last_used[n_processes] = time.monotonic()


def _numbered(place: int, function: Callable[..., R], arguments: tuple[Any, ...]) -> tuple[int, R]:
    return place, function(*arguments)
