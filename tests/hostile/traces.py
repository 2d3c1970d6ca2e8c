"""What a submission could leave behind: processes, files, descriptors, memory of the grader's."""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path

# In the name of everything that a hostile submission tries to leave somewhere.
MARK = "left-by-mallory"
_PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/box")
_SECONDS = 20.0  # to wait for a killed process to be gone; none has taken one


def descendants() -> frozenset[int]:
    """Every process whose line of parents leads to this one."""
    parents: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    return frozenset(pid for pid in parents if _leads_here(pid, parents))


def _leads_here(pid: int, parents: dict[int, int]) -> bool:
    while pid in parents:
        pid = parents[pid]
        if pid == os.getpid():
            return True
    return False


def wait_for_only(expected: frozenset[int]) -> frozenset[int]:
    """The processes beyond `expected`, once there are none or the wait is over."""
    until = time.monotonic() + _SECONDS
    while (more := descendants() - expected) and time.monotonic() < until:
        time.sleep(0.01)
    return more


def marked_files() -> list[str]:
    """Files that a submission left, in the places where it could have tried."""
    places = [Path(place) for place in (*_PLACES, Path.cwd(), Path.home())]
    found = []
    for place in places:
        if place.is_dir() and os.access(place, os.R_OK):
            found += [entry.path for entry in os.scandir(place) if MARK in entry.name]
    return found


def in_the_boxes(parents: frozenset[int]) -> list[str]:
    """Names in the folder of tier A's work folders, where this user may look into the shell."""
    found: set[str] = set()
    for pid in parents:
        with contextlib.suppress(OSError):
            found.update(os.listdir(f"/proc/{pid}/root/box"))
    return sorted(found)


def new_in_the_boxes(parents: frozenset[int], before: list[str]) -> set[str]:
    """What is there now and was not before, once it is gone or the wait over: removing takes time.

    What is there no more counts for nothing: it may have been just about to be removed before.
    """
    until = time.monotonic() + _SECONDS
    while (found := set(in_the_boxes(parents)) - set(before)) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def open_descriptors() -> int:
    """How many files this process has open."""
    return len(os.listdir("/proc/self/fd"))


def resident_mb(pid: int | str = "self", field: str = "VmRSS") -> float:
    """Memory that a process holds, or has held at most (field "VmHWM"); 0 if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def forget_peak() -> None:
    """Let VmHWM of this process begin anew from what it holds now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
