"""Remembers what a chart showed before the last change, for its ghost line."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

Result = TypeVar("Result")


def previous(name: str, settings: object, result: Result) -> Result | None:
    """Return the result under the settings before these; None on the first showing.

    Args:
        name: The chart's name, unique in the app.
        settings: What `result` depends on, comparable by ==.
        result: What the chart shows now.
    """
    key = f"previous-{name}"
    now = (settings, result)
    shown: tuple[object, Result]
    ghost: Result | None
    shown, ghost = st.session_state.get(key, (now, None))
    if shown[0] != settings:
        ghost = shown[1]
    st.session_state[key] = (now, ghost)
    return ghost


def latest(name: str) -> object:
    """What a chart showed last, or None: something to look at while the next is computed."""
    shown = st.session_state.get(f"previous-{name}")
    return None if shown is None else shown[0][1]
