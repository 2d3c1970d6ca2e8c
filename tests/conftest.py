"""For all tests: Ctrl-C works in the processes that they start.

A shell without job control starts a background command with SIGINT ignored, and everything it
starts inherits that, so that a test which interrupts a process would wait for ever.
"""

from __future__ import annotations

import signal


def pytest_configure() -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
