"""Parts of a page that are drawn again and again while something is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from streamlit.runtime.app_session import AppSession

P = ParamSpec("P")

MOST = 0.5
"""Seconds that a part waits for its messages to leave: longer is a browser that is gone."""

_AGAIN = 0.001


def part(draw: Callable[P, None], every: float | None) -> Callable[P, None]:
    """Make a fragment of what draws a part of the page.

    Charts stay what they are when a part comes to rest, so a part at rest is a fragment too.

    Args:
        draw: Draws the part.
        every: Seconds between two drawings, or None at rest.
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        draw(*args, **kwargs)
        _wait_until_sent()

    return st.fragment(drawn, run_every=every)


def _wait_until_sent() -> None:
    """Wait until none of the session's messages is left that Streamlit could still drop.

    The browser asks for a live part also while that is being drawn, and once more after it came to
    rest. Streamlit answers as soon as the run has ended, and first drops what the same part has not
    sent yet: its charts, which are then missing until they are drawn once more.
    """
    session = _session()
    if session is None:
        return
    loop, sent = session._event_loop, threading.Event()

    # Messages are handed to the loop one by one, so what comes after them finds them in the queue.
    def look() -> None:
        if session._browser_queue.is_empty():
            sent.set()
        elif not sent.is_set():
            loop.call_later(_AGAIN, look)

    loop.call_soon_threadsafe(look)
    sent.wait(MOST)
    sent.set()  # nobody asks any more


def _session() -> AppSession | None:
    """This run's session, or None where no server serves it."""
    context = get_script_run_ctx()
    if context is None or not runtime.exists():
        return None
    manager = getattr(runtime.get_instance(), "_session_mgr", None)  # a test's runtime has none
    info = manager and manager.get_active_session_info(context.session_id)
    return info.session if info else None
