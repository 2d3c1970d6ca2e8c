"""TPE over learning rates: two densities, their ratio, and where it would train next."""

from __future__ import annotations

import streamlit as st

from app import controls, interactive, panels
from app.charts.tpe import densities
from app.labs import tpe

_START: dict[str, object] = {"tpe-random": 10, "tpe-chosen": 0, "gamma": 0.25, "tpe-seed": 0}
_LOOKS_AROUND: dict[str, object] = {**_START, "tpe-chosen": 10, "gamma": 0.1}
_DIGS_IN: dict[str, object] = {**_START, "tpe-chosen": 10, "gamma": 0.5}


def show() -> None:
    """Draw the lab."""
    st.header("How TPE decides", anchor=False)
    panels.look_for(
        "The ratio peaks where good trials are dense and others rare. With one good trial in ten, "
        "l stays wide and TPE looks around; with half of them good it digs where it already is. "
        "Which of the two presets has found the lower loss?"
    )
    with st.container(horizontal=True):
        controls.preset("A tenth is good", _LOOKS_AROUND, key="preset-tenth")
        controls.preset("Half is good", _DIGS_IN, key="preset-half")
        controls.preset("Start again", _START, key="preset-tpe")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        gamma = controls.share(
            "Good share gamma",
            0.05,
            0.5,
            0.25,
            by=0.05,
            key="gamma",
            help="Rounded up to whole trials. Optuna takes a tenth, and at most 25 trials.",
        )
        n_random = controls.number("Random trials first", 4, tpe.MOST_RANDOM, 10, key="tpe-random")
        n_chosen = controls.number("Trials that TPE chose", 0, tpe.MOST_CHOSEN, 0, key="tpe-chosen")
        seed = controls.number("Draw of the random trials", 0, 20, 0, key="tpe-seed")
        st.button(
            "Train there",
            key="tpe-next",
            on_click=_train_there,
            disabled=n_chosen >= tpe.MOST_CHOSEN,
        )
        panels.small(
            "The densities are Optuna's. Optuna draws 24 candidates from l and takes the one with "
            "the best ratio; here it is the best of all untried rates."
        )
    with right, st.spinner("Training …"):
        interactive.stacked(densities(tpe.search(n_random, n_chosen, gamma, seed)))


def _train_there() -> None:
    st.session_state["tpe-chosen"] = min(st.session_state["tpe-chosen"] + 1, tpe.MOST_CHOSEN)
