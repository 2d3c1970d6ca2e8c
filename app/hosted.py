"""What a browser session holds where a class is hosted: its sources, progress and scores.

A learner has no file on the server. All of it lives in the session, and ends with it.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import streamlit as st

from app.own_answer import Source, decoded
from app.own_budget import Budget
from app.own_queue import Line
from grader import hosting
from grader.hosting import LIMITS
from grader.sandbox.tiers import Tier

if TYPE_CHECKING:
    from app.scores import Score
    from grader.progress import TaskProgress
    from grader.topics import Topic

_KEY = "hosted-session"
_FORGOTTEN = 600.0
# CPython counts the depth of all parsers in one place: two threads in `ast.parse` at once may end
# in a SystemError (seen in 3.11.7). Nothing else in the app parses.
_PARSING = threading.Lock()

SWITCHED_OFF = "Your own code does not run on this server. At home it is drawn here."


@dataclass(eq=False)
class Session:
    """One learner's work on the server.

    Attributes:
        progress: What the checks found last, by task.
        scores: The challenge's results, by round.
        jobs: How many trainings and sweeps of the session run at a time.
        budget: How long the session's code may run, in questions and in checks.
        line: The session's place among all whose checks wait.
        checking: Topics that are being checked.
        checked: Number of checks that came to their end.
        trouble: Why a topic's last check found nothing out, or not all; by its module.
    """

    progress: dict[str, TaskProgress] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    jobs: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(LIMITS.jobs)
    )
    budget: Budget = field(default_factory=lambda: Budget(LIMITS.code_seconds))
    line: Line = field(default_factory=Line)
    checking: set[str] = field(default_factory=set)
    checked: int = 0
    trouble: dict[str, str] = field(default_factory=dict)
    _sources: dict[str, Source] = field(default_factory=dict)

    def source(self, topic: Topic) -> Source:
        """The session's source in a topic: the stub, until there is another."""
        return self._sources.get(topic.module) or stub(topic)

    def put(self, topic: Topic, data: bytes) -> None:
        """Take a source in the place of the one before.

        Raises:
            ValueError: If it is too large or no text; the text says so, and the remedy.
        """
        self._sources[topic.module] = decoded(topic.module, data)

    def is_checked(self, topic: Topic) -> bool:
        """Whether what is known of every task is about the source as it stands."""
        current = self.source(topic).sha256
        found = [self.progress.get(task.name) for task in topic.tasks]
        return all(item is not None and current.startswith(item.source) for item in found)

    @property
    def stamp(self) -> tuple[object, ...]:
        """Changes whenever a page of the session would show something else."""
        return (self.checked, *(source.sha256 for source in self._sources.values()))


def session() -> Session | None:
    """This browser session's work; None on a learner's own machine, whose files hold it."""
    if not hosting.is_hosted():
        return None
    found: Session = st.session_state.setdefault(_KEY, Session())
    return found


def runs_code() -> bool:
    """Whether learners' code runs here: locked in, or on their own machine."""
    return hosting.tier() is not Tier.C


@cache
def stub(topic: Topic) -> Source:
    """A topic's exercise as everybody begins with it.

    Never the file in `exercises/`: that may hold the work of whoever runs the server.
    """
    from grader.kit import KitError, start_of

    try:
        with _PARSING:
            text = start_of(topic)
    except KitError:  # a folder with neither solutions nor a kit's stubs
        text = f"# There is no exercise to begin with here: bring your {topic.module}.py.\n"
    return Source(topic.module, text, hashlib.sha256(text.encode()).hexdigest())


class Seats:
    """Counts the sessions that are here, so that a server takes no more than it can serve."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Nobody is here yet.

        Args:
            most: Sessions at a time.
            clock: Tells the time in seconds.
        """
        self.most = most
        self._clock = clock
        self._seen: WeakKeyDictionary[Session, float] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def take(self, session: Session) -> bool:
        """Take a seat, or keep it; False if others have all of them.

        Who has not been seen for ten minutes gives theirs up.
        """
        now = self._clock()
        with self._lock:
            here = sum(
                now - seen < _FORGOTTEN for other, seen in self._seen.items() if other != session
            )
            if here >= self.most:
                self._seen.pop(session, None)
                return False
            self._seen[session] = now
            return True
