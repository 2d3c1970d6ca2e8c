"""Parts of a page that are drawn again and again while something is under way."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import ParamSpec

import streamlit as st

P = ParamSpec("P")

UNSENT = 0.03
"""Seconds in which a page's last messages leave for the browser, also while it trains."""

_DRAWN = "live-drawn"


def part(draw: Callable[P, None], every: float | None) -> Callable[P, None]:
    """Make a fragment of what draws a part of the page.

    Charts stay what they are when a part comes to rest, so a part at rest is a fragment too.

    Args:
        draw: Draws the part.
        every: Seconds between two drawings, or None at rest.
    """
    if every is not None:
        st.session_state[_DRAWN] = True
    return st.fragment(draw, run_every=every)


def settle() -> None:
    """End a page, but if it has a live part only when that has left for the browser.

    While a page is drawn anew, the browser still asks for the part as it was. Streamlit answers as
    soon as the page has ended, and first drops what the same part has not sent yet: its charts,
    which are then missing until they are drawn once more.
    """
    if st.session_state.pop(_DRAWN, False):
        sleep(UNSENT)
