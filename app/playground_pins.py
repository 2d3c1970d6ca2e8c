"""Pinned runs side by side, kept in the visitor's session."""

from __future__ import annotations

import streamlit as st

from app import panels
from app.charts.pinned import pinned
from app.labs.playground import Run
from app.labs.playground_pins import LETTERS, compared, free_letter

_KEY = "playground-pins"


def show(run: Run | None) -> None:
    """Show the pinned runs, and pin another.

    Args:
        run: The run on display, if it has ended.
    """
    pins: dict[str, Run] = st.session_state.setdefault(_KEY, {})
    known = next((k for k, pin in pins.items() if run and pin.setup == run.setup), None)
    letter = free_letter(list(pins))
    with st.container(horizontal=True):
        st.button(
            "Pin this run",
            key="pin",
            disabled=run is None or known is not None or letter is None,
            on_click=_pin,
            args=(letter, run),
        )
        if len(pins) > 1:
            st.button("Unpin all", key="unpin-all", on_click=pins.clear)
    if known:
        panels.small(f"The run above is {known}.")
    elif letter is None:
        panels.small(f"At most {len(LETTERS)} runs fit: unpin one to pin another.")
    if not pins:
        panels.small("Pin a run, change a setting, pin again: what differs stands in a table here.")
        return
    st.dataframe(compared(pins), hide_index=True, alt="Pinned runs and what tells them apart")
    with st.container(horizontal=True):
        for name in pins:
            st.button(f"Unpin {name}", key=f"unpin-{name}", on_click=_unpin, args=(name,))
    panels.show(pinned(pins))


def _unpin(letter: str) -> None:
    del st.session_state[_KEY][letter]


def _pin(letter: str, run: Run) -> None:
    pins = st.session_state[_KEY]
    pins[letter] = run
    st.session_state[_KEY] = dict(sorted(pins.items()))
