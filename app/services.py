"""What all sessions share: one warm worker for the learner's code, one re-checker, one warm-up."""

from __future__ import annotations

import threading
from pathlib import Path

import streamlit as st

from app import own_code, prewarm
from app.progress import Rechecker

ICON = str(Path(__file__).resolve().parent / "icon.svg")


@st.cache_resource(show_spinner=False)
def runner() -> own_code.Runner:
    """The process in which the learner's code runs."""
    made = own_code.make_runner()
    made.warm(after=warm_up().join)
    return made


@st.cache_resource(show_spinner=False)
def rechecker() -> Rechecker:
    """The thread that re-checks what has changed."""
    return Rechecker(after=warm_up().join)


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """The warm-up, begun once a process."""
    return prewarm.start()
