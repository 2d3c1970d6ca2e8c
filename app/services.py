"""What a page works with: the session's runner, and what all sessions share."""

from __future__ import annotations

import atexit
import threading
from functools import partial
from pathlib import Path

import streamlit as st

from app import hosted, own_code, prewarm
from app.hosted_checks import Checker, Server
from app.own_code import Runner, SwitchedOff, Workers
from app.own_queue import Line
from app.progress import Rechecker
from grader import hosting
from grader.hosting import LIMITS

ICON = str(Path(__file__).resolve().parent / "icon.svg")
_RUNNER = "own-code-runner"


def runner() -> Runner | SwitchedOff:
    """Runs this session's code, and keeps its answers."""
    found: Runner | SwitchedOff | None = st.session_state.get(_RUNNER)
    if found is None:
        found = st.session_state[_RUNNER] = _make_runner()
    return found


def _make_runner() -> Runner | SwitchedOff:
    if not hosted.runs_code():
        return own_code.SwitchedOff()
    session = hosted.session()
    if session is None:
        return Runner(workers=workers())
    return Runner(workers=workers(), budget=session.budget, line=Line(LIMITS.waiting))


@st.cache_resource(show_spinner=False)
def workers() -> Workers:
    """The processes in which all learners' code runs."""
    made = Workers(hosting.tier())
    atexit.register(made.close)
    made.warm(after=warm_up().join)
    return made


@st.cache_resource(show_spinner=False)
def rechecker() -> Rechecker:
    """The thread that re-checks what has changed on the disk."""
    return Rechecker(after=warm_up().join)


@st.cache_resource(show_spinner=False)
def checker() -> Checker:
    """What checks sessions' sources, where a class is hosted."""
    tier = hosting.tier()
    assert tier is not None, "a learner's own machine has files, and the rechecker"
    return Checker(partial(Server, tier))


@st.cache_resource(show_spinner=False)
def seats() -> hosted.Seats:
    """Who is here, where a class is hosted."""
    return hosted.Seats(LIMITS.sessions)


def has_seat() -> bool:
    """Whether there is room for this session; asking keeps its seat."""
    session = hosted.session()
    return session is None or seats().take(session)


def libraries() -> None:
    """Have the numeric libraries in place before a page computes anything (see `prewarm.load`)."""
    if not prewarm.is_loaded():
        with st.spinner("Loading PyTorch …"):
            prewarm.load()


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """The warm-up, begun once a process."""
    return prewarm.start()
