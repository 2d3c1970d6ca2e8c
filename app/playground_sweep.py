"""One or two settings swept from where the playground stands."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import controls, panels, playground_ranges
from app import jobs as app_jobs
from app.charts.sweep import sweep
from app.jobs import Job, Latest
from app.labs import playground_sweep as lab
from app.labs.playground import Setup
from app.labs.playground_ranges import SETTINGS
from app.labs.playground_sweep import NOTHING, TITLES, Plan, Sweep, in_words
from app.labs.playground_table import plain
from engine import Dataset

EVERY = 0.2
PATIENCE = 0.15
_JOBS = "playground-sweeps"


def show(chosen: tuple[Setup, Dataset] | None) -> None:
    """Ask for settings, and draw the sweep that was started last.

    Args:
        chosen: Where the playground stands.
    """
    jobs: Latest[Sweep] = st.session_state.setdefault(_JOBS, Latest(app_jobs.LONG))
    left, right = st.columns([1, 2.4], gap="medium")
    with left:
        plan = _plan(chosen)
        with st.container(horizontal=True):
            st.button(
                "Start the sweep",
                key="start-sweep",
                disabled=plan is None,
                on_click=_start,
                args=(jobs, plan, chosen),
            )
            running = jobs.job is not None and not jobs.job.done
            st.button(
                "Cancel",
                key="cancel-sweep",
                disabled=not running,
                on_click=jobs.job.cancel if jobs.job else None,
            )
    with right:
        if jobs.job is None:
            panels.small(
                "All else stays as it is above. Every point is a network of its own, and they "
                "train together; with several seeds the curve is their mean."
            )
        else:
            is_live = not jobs.job.done
            st.fragment(_watch, run_every=EVERY if is_live else None)(jobs.job, is_live)


def _plan(chosen: tuple[Setup, Dataset] | None) -> Plan | None:
    keys = {TITLES[key]: key for key in SETTINGS}
    names = list(keys)
    try:
        first = controls.pick("Sweep", names, names[0], key="sweep")
        along = playground_ranges.choose_axis(keys[first])
        second = controls.pick("and", [NOTHING, *names], NOTHING, key="by")
        if second == first:
            raise ValueError(f"The two settings must differ, but both are {first}.")
        up = None if second == NOTHING else playground_ranges.choose_axis(keys[second])
        return Plan(chosen[0], along, up) if chosen else None
    except ValueError as error:
        st.warning(str(error))
        return None


def _start(jobs: Latest[Sweep], plan: Plan, chosen: tuple[Setup, Dataset]) -> None:
    jobs.submit(plan, partial(lab.run, plan, chosen[1]), patience=PATIENCE)


def _watch(job: Job[Sweep], is_live: bool) -> None:
    if is_live and job.done:
        st.rerun()  # once more, without looking again and again
    try:
        found = job.look()
    except ValueError as error:
        st.warning(str(error))
        return
    if found is None:
        panels.small("Canceled before it began." if job.done else "Starting …")
        return
    around = plain(in_words(found.plan.setup))
    if not job.done:
        st.progress(found.done, f"Training, {found.done:.0%} …")
    elif job.canceled:
        panels.small(f"Canceled after {found.done:.0%} of the epochs. Around: {around}.")
    else:
        panels.small(f"{len(found.scores):,} points around: {around}.")
    panels.show(sweep(found))
