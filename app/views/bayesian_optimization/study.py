"""A finished study: its trials in order, their settings, and which of these mattered."""

from __future__ import annotations

import streamlit as st

from app import controls, interactive, panels
from app.charts.importances import importances
from app.charts.study import explorer, titled
from app.labs import study
from app.labs.track import NAMES

_WIDE: dict[str, object] = {
    "study": "digits",
    "sampler": "random",
    "study-run": 3,
    "top": 50,
}
_NARROW: dict[str, object] = {**_WIDE, "top": 10}


def show() -> None:
    """Draw the lab."""
    st.header("Read a study", anchor=False)
    panels.look_for(
        "Where a setting matters, the lines of the best trials run through few of its values; "
        "where it does not, they fan out. For the better half it is the learning rate that counts. "
        "Then ask for the best tenth, and see what comes up beside it."
    )
    with st.container(horizontal=True):
        controls.preset("The better half", _WIDE, key="preset-better-half")
        controls.preset("The best tenth", _NARROW, key="preset-best-tenth")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        name = controls.choice("Landscape", NAMES, key="study")
        sampler = controls.choice("Trials chosen by", study.SAMPLERS, key="sampler")
        run = controls.number("Study", 0, study.RUNS - 1, 3, key="study-run")
        percent = controls.number(
            "Best share (%)",
            5,
            50,
            25,
            by=5,
            key="top",
            help="Colors these trials. Or draw a box over the upper chart; a double click ends it.",
        )
    with right:
        found = study.study(name, sampler, run)
        best = study.top(name, sampler, run, percent / 100)
        interactive.stacked(explorer(found, best))
        panels.show(importances(f"importance-{found.name}", titled(best.importances), best.share))
