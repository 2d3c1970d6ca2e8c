"""The visible checks on a session's source, run by processes that hold no other's."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import low_priority
from app.own_queue import Queue
from grader.hosting import LIMITS
from grader.progress import State, TaskProgress

if TYPE_CHECKING:
    from app.hosted import Session
    from grader.sandbox.tiers import Tier
    from grader.topics import Topic

Ask = Callable[[str, str], dict[str, Any]]
_LOG = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parent.parent
# Beyond the checks' own time: a first start imports torch, on a machine that is busy.
_START_SECONDS = 120.0


class Checker:
    """Checks sessions' sources in turn, one topic of a session at a time."""

    def __init__(self, make: Callable[[], Ask]) -> None:
        """Start nothing before the first check.

        Args:
            make: Starts what answers a question (a module's name and its source) as
                `grader.check_server` does; it raises where there is no answer, and is not asked
                again.
        """
        self._make = make
        self._idle: list[Ask] = []
        self._queue = Queue(max(1, (os.cpu_count() or 1) // 2), patience=0.0)

    def check(self, session: Session, topic: Topic) -> None:
        """Begin to check a session's source as it stands; `session.checked` grows at the end."""
        source = session.source(topic)
        session.checking.add(topic.module)
        session.trouble.pop(topic.module, None)
        self._queue.submit(
            session.line, topic.module, lambda: self._check(session, topic, source.text)
        )

    def close(self) -> None:
        """Stop taking checks."""
        self._queue.close()

    def _check(self, session: Session, topic: Topic, source: str) -> None:
        try:
            answer = self._ask(topic.module, source)
            session.budget.spend(answer["seconds"])
            found = _tasks(answer)
            session.progress.update(found)
            if len(found) < len(topic.tasks):
                session.trouble[topic.module] = (
                    f"After {LIMITS.check_seconds:g} s the checks were stopped, before all tasks "
                    "had their turn. Mend what takes so long, and check again."
                )
        except Exception:  # whatever it was, who asked must hear that nothing comes
            _LOG.exception("The visible checks of %s could not be run.", topic.module)
            session.trouble[topic.module] = "The checks could not be run just now. Try again."
        finally:
            session.checking.discard(topic.module)
            session.checked += 1

    def _ask(self, module: str, source: str) -> dict[str, Any]:
        try:
            ask = self._idle.pop()
        except IndexError:
            ask = self._make()
        answer = ask(module, source)
        self._idle.append(ask)
        return answer


class Server:
    """One `grader.check_server`, which starts when it is made."""

    def __init__(self, tier: Tier) -> None:
        """Start it, for checks in workers of this tier."""
        self._process: subprocess.Popen[str]
        low_priority.start(lambda: self._start(tier))

    def __call__(self, module: str, source: str) -> dict[str, Any]:
        """Have a source checked.

        Raises:
            RuntimeError: If there is no answer; then the process has ended.
        """
        question = {"topic": module, "source": source, "seconds": LIMITS.check_seconds}
        stop = threading.Timer(2 * LIMITS.check_seconds + _START_SECONDS, self._process.kill)
        stop.daemon = True
        stop.start()
        try:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(question) + "\n")
                self._process.stdin.flush()
            line = self._process.stdout.readline()
        finally:
            stop.cancel()
        if not line:
            self._process.wait()
            raise RuntimeError("The checks' process ended.")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _start(self, tier: Tier) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader.check_server", str(tier)],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )


def _tasks(answer: dict[str, Any]) -> dict[str, TaskProgress]:
    return {
        name: TaskProgress(**{**item, "state": State(item["state"])})
        for name, item in answer["tasks"].items()
    }
