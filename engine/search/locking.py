"""A journal file's lock that ends with its holder, so that a killed process blocks nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


class JournalLock:
    """Optuna's lock interface over a `FileLock`.

    Optuna's own locks are files that a killed process leaves behind; the next one waits 30 s for
    each before it breaks them.
    """

    def __init__(self, lock: FileLock) -> None:
        """Use this lock, which may already be held: it counts."""
        self._lock = lock

    def acquire(self) -> bool:
        """Wait for the lock."""
        self._lock.acquire()
        return True

    def release(self) -> None:
        """Give it back."""
        self._lock.release()
