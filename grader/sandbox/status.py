"""What the warm parent tells the trusted side of one worker."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from typing import Any

from grader.errors import GradingError, SetupFailed, WorkerDied

_EXIT_SECONDS = 1.5
_KILLED_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGALRM)


class Status:
    """What the warm parent tells of one worker: its process, and how it ended."""

    def __init__(self, sock: socket.socket) -> None:
        """Listen on the worker's status socket."""
        self._sock = sock
        self._unread = b""
        self._pid: int | None = None
        self._pidfd: int | None = None
        self._exit: dict[str, Any] | None = None
        self._locked = False
        self._parent_gone = False

    def wait_until_locked(self, until: float) -> None:
        """Read until the worker is locked in; SetupFailed if it will not be."""
        while not (self._locked and self._pid is not None):
            if not self._read(until) or self._exit is not None:
                raise SetupFailed("the sandbox's warm parent did not start a worker")

    def how_it_ended(self) -> GradingError:
        """Why the connection broke."""
        until = time.monotonic() + _EXIT_SECONDS
        while self._exit is None and self._read(until):
            pass
        if self._exit is None:
            if self._parent_gone:
                return SetupFailed("the sandbox's warm parent died")
            return WorkerDied("closed its connection")
        reason = self._exit.get("reason")
        return WorkerDied(reason or _exit_reason(self._exit["exit"]))

    def kill(self) -> None:
        """Kill the worker, unless it is gone."""
        with contextlib.suppress(OSError):
            if self._pidfd is not None:
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            elif self._pid is not None and self._exit is None:
                os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the descriptors."""
        self._sock.close()
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def _read(self, until: float) -> bool:
        """Take in one message; False at the end or when time is up."""
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._sock.settimeout(left)
            try:
                data, descriptors, _, _ = socket.recv_fds(self._sock, 4096, 1)
            except TimeoutError:
                return False
            except OSError:
                data, descriptors = b"", []
            if descriptors:
                self._pidfd = descriptors[0]
            if not data:
                self._parent_gone = True
                return False
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\n")
        said = json.loads(line)
        if "failed" in said:
            raise SetupFailed(said["failed"])
        self._locked = self._locked or "locked" in said
        self._pid = said.get("pid", self._pid)
        if "exit" in said:
            self._exit = said
        return True


def _exit_reason(code: int) -> str:
    if code >= 0:
        return f"exited with status {code}"
    try:
        number = signal.Signals(-code)
    except ValueError:
        return f"was killed by signal {-code}"
    if number == signal.SIGXCPU:
        return "used up its processor time (SIGXCPU)"
    verb = "was killed" if number in _KILLED_FROM_OUTSIDE else "crashed"
    return f"{verb} ({number.name})"
