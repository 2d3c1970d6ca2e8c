"""One or two settings swept from where the playground stands."""

from __future__ import annotations

import streamlit as st

from app import controls, panels, playground_job, playground_ranges
from app.charts.sweep import sweep
from app.labs import playground_sweep as lab
from app.labs.playground import Setup
from app.labs.playground_ranges import SETTINGS
from app.labs.playground_sweep import NOTHING, TITLES, Plan, Sweep
from app.playground_job import Kind
from engine import Dataset


def show(chosen: tuple[Setup, Dataset] | None) -> None:
    """Ask for settings, and draw the sweep that was started last.

    Args:
        chosen: Where the playground stands.
    """
    playground_job.show(_SWEEP, chosen, _plan)


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


def _draw(found: Sweep, _is_done: bool) -> None:
    panels.show(sweep(found))


_SWEEP: Kind[Plan, Sweep] = Kind(
    "sweep",
    "All else stays as it is above. Every point is a network of its own, and they train together; "
    "with several seeds the curve is their mean.",
    lab.run,
    lambda found: f"{len(found.scores):,} points",
    _draw,
)
