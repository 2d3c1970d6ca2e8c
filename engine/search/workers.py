"""Who works on a study, and who no longer does: trials of the dead are for the living.

A process writes itself into the study. On the same machine others ask the kernel whether it still
runs, which is exact and immediate. From another machine they can only see that its heartbeat goes
on; one that has not moved for `LEASE` seconds, by the watcher's own clock, is taken for dead.
"""

from __future__ import annotations

import os
import platform
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.search.store import Store

LEASE = 60.0
"""Seconds without a heartbeat after which a process on another machine is taken for dead."""


class Workers:
    """This process among those that work on a study.

    Use it as a context manager: the heartbeat goes on inside. A study in memory has no other
    workers, so nothing is written and nothing beats.
    """

    def __init__(self, store: Store, *, lease: float = LEASE) -> None:
        """Prepare; `lease` is in seconds."""
        self.id = uuid.uuid4().hex
        self._store = store
        self._lease = lease
        self._entry: dict[str, Any] = {
            "machine": _machine(),
            "pid": os.getpid(),
            "started": _started(os.getpid()),
            "beat": 0,
        }
        self._seen: dict[str, tuple[int, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="search-heartbeat", daemon=True)

    def __enter__(self) -> Workers:
        """Sign in."""
        if self._store.shared:
            self._write()
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the heartbeat and sign out."""
        if self._store.shared:
            self._stop.set()
            self._thread.join()
            self._store.study.set_user_attr(_key(self.id), None)

    def alive(self, worker: str) -> bool:
        """Whether a worker may still finish what it began."""
        if worker == self.id:
            return True
        entry = self._store.study.user_attrs.get(_key(worker))
        if entry is None:
            return False
        if entry["machine"] == self._entry["machine"] and entry["started"] is not None:
            return bool(_started(entry["pid"]) == entry["started"])
        beat, since = self._seen.get(worker, (None, 0.0))
        if beat != entry["beat"]:
            since = time.monotonic()
            self._seen[worker] = (entry["beat"], since)
        return time.monotonic() - since < self._lease

    def _write(self) -> None:
        self._store.study.set_user_attr(_key(self.id), dict(self._entry))

    def _beat(self) -> None:
        from optuna.exceptions import StorageInternalError

        while not self._stop.wait(self._lease / 4):
            self._entry["beat"] += 1
            # A database that is busy once is no reason to die: there are three more beats.
            with suppress(StorageInternalError):
                self._write()


def _key(worker: str) -> str:
    return f"worker {worker}"


def _machine() -> str:
    # Process numbers mean something within one machine and one container only.
    with suppress(OSError):
        return f"{platform.node()} {os.readlink('/proc/self/ns/pid')}"
    return platform.node()


def _started(pid: int) -> str | None:
    """When a running process started, in the kernel's words; None if it does not run.

    Also None where there is no /proc to ask: processes then know each other by heartbeat alone.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in parentheses, which may hold anything.
    state, *fields = stat.rpartition(")")[2].split()
    # The 22nd field is the start in clock ticks since boot: it tells a reused number apart.
    return None if state in "ZX" else fields[18]
