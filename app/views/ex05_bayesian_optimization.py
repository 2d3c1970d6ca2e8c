"""Topic 5's lab: where a Gaussian process would train next, and which trials to prune."""

from __future__ import annotations

import streamlit as st

from app import controls, own_value, panels
from app.charts import gaussian_process as charts
from app.charts.pruning import learning_curves
from app.labs import gaussian_process as process
from app.labs import own_bayesian as own
from app.labs import pruning

_START: dict[str, object] = {
    "trials": list(process.START),
    "length": 0.5,
    "noise": 0.02,
    "xi": 0.0,
    "truth": False,
}
_IN_HASTE: dict[str, object] = {"startup": 1, "warmup": 0, "interval": 1, "order": 2}
_PATIENT: dict[str, object] = {**_IN_HASTE, "startup": 5, "warmup": 8}


def play() -> None:
    """Draw the lab."""
    _process()
    st.divider()
    _pruning()


def _process() -> None:
    st.subheader("Where to train next", anchor=False)
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
            help="Take one out, or add any other: no click on the chart is needed.",
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
        panels.show(charts.belief(found, yours=yours, truth=truth))
        mean.tell()
        panels.show(charts.improvement(found, yours=promise.value))
        promise.tell()


def _train_there(length: float, noise: float, xi: float) -> None:
    tried = st.session_state["trials"]
    st.session_state["trials"] = process.go_on(tried, length, noise, xi)


def _pruning() -> None:
    st.subheader("Which trials to prune", anchor=False)
    panels.look_for(
        "The median rule saves more than half of the epochs, but late bloomers pay for it. Count "
        "the good trials that it kills, then grant a warm-up, and see what each is worth."
    )
    with st.container(horizontal=True):
        controls.preset("Prune in haste", _IN_HASTE, key="preset-haste")
        controls.preset("Wait 8 epochs", _PATIENT, key="preset-patient")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        startup = controls.number("Start-up trials", 1, 20, 5, key="startup")
        warmup = controls.number("Warm-up epochs", 0, 15, 0, key="warmup")
        interval = controls.number("Check every … epochs", 1, 10, 1, key="interval")
        seed = controls.number("Draw of 40 trials", 0, 20, 0, key="order")
    with right:
        rule = pruning.Rule(startup, warmup, interval)
        found = pruning.prune(seed, rule)
        yours = own_value.ask(own.read_decisions(seed, rule), *own.pruning_calls(seed, rule))
        panels.show(learning_curves(found, yours.value))
        yours.tell()
