"""Which of forty trials the median rule prunes, and what that saves and costs."""

from __future__ import annotations

import streamlit as st

from app import controls, own_value, panels, predict
from app.charts.pruning import learning_curves
from app.labs import own_bayesian as own
from app.labs import pruning

_IN_HASTE: dict[str, object] = {"startup": 1, "warmup": 0, "interval": 1, "order": 2}
_PATIENT: dict[str, object] = {**_IN_HASTE, "startup": 5, "warmup": 8}


def show() -> None:
    """Draw the lab."""
    st.header("Which trials to prune", anchor=False)
    guess = predict.ask(
        "of 40 trials with 20 epochs each, what percentage of the epochs does the median rule save "
        "after 5 complete trials, without a warm-up?",
        0,
        100,
        key="saved",
    )
    if not guess.is_open:
        predict.wait("the learning curves appear")
        return
    predict.compare(guess, 100 * pruning.prune(0, pruning.Rule()).saved, "percent")
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
