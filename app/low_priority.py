"""Processes that give way to this one where cores are short."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable

_NICENESS = 5


def start(begin: Callable[[], object]) -> None:
    """Call a function that starts a process, such that the process gets what others leave.

    A learner's loop that never ends must not take time from a page that is being drawn.

    Raises:
        Exception: Whatever `begin` raises.
    """
    raised: list[BaseException] = []

    def call() -> None:
        # On Linux niceness belongs to a thread, and what the thread starts inherits it.
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
        try:
            begin()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=call, name="low-priority-start")
    thread.start()
    thread.join()
    if raised:
        raise raised[0]
