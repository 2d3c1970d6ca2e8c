"""Pinned runs side by side, kept in the visitor's session and in the address."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from app import live, panels
from app.charts.pinned import pinned
from app.jobs import Job, Latest
from app.labs.playground import Run, Setup
from app.labs.playground_pins import (
    LETTERS,
    compared,
    free_letter,
    from_address,
    in_address,
    run_all,
)

_KEY, _JOBS, _ADDRESS = "playground-pins", "playground-pinned-jobs", "pins"
EVERY = 0.2
PATIENCE = 0.15


def show(run: Run | None) -> None:
    """Show the pinned runs, and pin another.

    Args:
        run: The run on display, if it has ended.
    """
    if _KEY not in st.session_state and (asked := from_address(st.query_params.get_all(_ADDRESS))):
        _restore(asked)
        return
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
            st.button("Unpin all", key="unpin-all", on_click=_keep, args=({},))
    if known:
        panels.small(f"The run above is {known}.")
    elif letter is None:
        panels.small(f"At most {len(LETTERS)} runs fit: unpin one to pin another.")
    if not pins:
        panels.small(
            "Pin a run, change a setting, pin again: what differs stands in a table here. The "
            "address keeps the pins as well."
        )
        return
    st.dataframe(compared(pins), hide_index=True, alt="Pinned runs and what tells them apart")
    with st.container(horizontal=True):
        for name in pins:
            st.button(f"Unpin {name}", key=f"unpin-{name}", on_click=_unpin, args=(name,))
    panels.show(pinned(pins))


def _restore(asked: Mapping[str, Setup]) -> None:
    """Train what the address has pinned; the page looks again until it is done."""
    jobs: Latest[dict[str, Run]] = st.session_state.setdefault(_JOBS, Latest())
    job = jobs.submit(tuple(asked.items()), partial(run_all, asked), patience=PATIENCE)
    live.part(_watch, None if job.done else EVERY)(job, len(asked))


def _watch(job: Job[dict[str, Run]], n: int) -> None:
    try:
        runs = job.look() or {}
    except ValueError as error:
        st.warning(str(error))
        runs = {}
    if job.done:
        st.session_state[_KEY] = runs
        st.rerun()
    panels.small(f"Training the pinned runs of this link, {len(runs)} of {n} done …")


def _unpin(letter: str) -> None:
    _keep({name: run for name, run in st.session_state[_KEY].items() if name != letter})


def _pin(letter: str, run: Run) -> None:
    _keep(dict(sorted((st.session_state[_KEY] | {letter: run}).items())))


def _keep(pins: dict[str, Run]) -> None:
    st.session_state[_KEY] = pins
    told = in_address({letter: run.setup for letter, run in pins.items()})
    if told:
        st.query_params[_ADDRESS] = told
    else:
        st.query_params.pop(_ADDRESS, None)
