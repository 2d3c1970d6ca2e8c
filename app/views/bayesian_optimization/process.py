"""A Gaussian process over learning rates, and where it would train next."""

from __future__ import annotations

import streamlit as st

from app import controls, interactive, own_value, panels
from app.charts import gaussian_process as charts
from app.labs import gaussian_process as process
from app.labs import own_bayesian as own

_START: dict[str, object] = {
    "trials": list(process.START),
    "length": 0.5,
    "noise": 0.02,
    "xi": 0.0,
    "truth": False,
}


def show() -> None:
    """Draw the lab."""
    st.header("Where to train next", anchor=False)
    panels.look_for(
        "Expected improvement vanishes where a network was trained and peaks where the band is "
        "wide or the mean is low. Predict where the dashed line will stand, then train there."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        length = controls.share("Length (decades)", 0.1, 1.5, 0.5, by=0.1, key="length")
        noise = controls.share("Noise (nats)", 0.02, 0.5, 0.02, by=0.02, key="noise")
        xi = controls.share(
            "Margin xi (nats)", 0.0, 0.5, 0.0, by=0.05, key="xi", help="Smaller gains do not count."
        )
        with st.container(horizontal=True):
            st.button("Train there", key="next", on_click=_train_there, args=(length, noise, xi))
            controls.preset("Start again", _START, key="preset-start")
        tried = controls.several(
            "Trials: learning rates trained",
            process.labels(),
            process.START,
            key="trials",
            help="Take one out, or add any other. A click in the upper chart adds one as well.",
        )
        shows_truth = controls.switch("Show the true losses", False, key="truth")
    with right, st.spinner("Training …"):
        if not tried:
            panels.small("Add a trial and the process appears.")
            return
        found = process.believe(tried, length, noise, xi)
        mean = own_value.ask(own.read_mean, own.posterior_call(found, length, noise))
        promise = own_value.ask(own.read_improvement, own.improvement_call(found))
        truth = process.losses() if shows_truth else None
        yours = None if mean.value is None else mean.value + found.center
        interactive.clickable(
            charts.belief(found, yours=yours, truth=truth), charts.RATE, on_pick=_train_at
        )
        mean.tell()
        panels.show(charts.improvement(found, yours=promise.value))
        promise.tell()


def _train_there(length: float, noise: float, xi: float) -> None:
    tried = st.session_state["trials"]
    st.session_state["trials"] = process.go_on(tried, length, noise, xi)


def _train_at(label: str) -> None:
    st.session_state["trials"] = process.add(st.session_state["trials"], label)
