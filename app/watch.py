"""Notices that the learner saved a file, that checks ran, or that a late answer came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from app import hosted, services
from app.own_code import module_path
from grader.paths import exercises_dir
from grader.topics import TOPICS

if TYPE_CHECKING:
    from pathlib import Path

_EVERY = 1.0
_KEY = "watched"


@contextmanager
def watching() -> Iterator[None]:
    """Draw a page, and again whenever something it shows changes, also while it is drawn."""
    st.session_state[_KEY] = _stamp()
    yield
    _look()


@st.fragment(run_every=_EVERY)
def _look() -> None:
    now = _stamp()
    if st.session_state[_KEY] != now:
        st.rerun()


def _stamp() -> tuple[object, ...]:
    settled = services.runner().settled
    session = hosted.session()
    if session is not None:
        return (settled, session.stamp)
    files = [module_path(topic) for topic in TOPICS]
    saved = exercises_dir() / ".hyperlings" / "progress.json"
    return (settled, *(_version(path) for path in (*files, saved)))


def _version(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
