"""Seconds that a session's code may run, given back at a steady rate."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Budget:
    """A bucket that holds a minute's worth of seconds, and fills up again within a minute."""

    def __init__(
        self, seconds_a_minute: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with a full bucket.

        Args:
            seconds_a_minute: What it holds, and what flows back in a minute.
            clock: Tells the time in seconds.
        """
        self.seconds_a_minute = seconds_a_minute
        self._clock = clock
        self._left = seconds_a_minute
        self._seen = clock()
        self._lock = threading.Lock()

    def spend(self, seconds: float) -> None:
        """Take what was used, which may be more than there was."""
        with self._lock:
            self._fill()
            self._left -= seconds

    @property
    def wait(self) -> float:
        """Seconds until there is something left; 0 where there is."""
        with self._lock:
            self._fill()
            return max(0.0, -self._left) * 60 / self.seconds_a_minute

    def _fill(self) -> None:
        now = self._clock()
        back = (now - self._seen) * self.seconds_a_minute / 60
        self._left = min(self.seconds_a_minute, self._left + back)
        self._seen = now
