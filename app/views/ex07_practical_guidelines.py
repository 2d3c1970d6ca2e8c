"""Topic 7's lab: when to stop a training, and in which order to tune."""

from __future__ import annotations

import streamlit as st

from app import controls, panels
from app.charts.early_stopping import early_stopping
from app.charts.tuning_order import tuning_order
from app.labs import early_stopping as stopping
from app.labs import own_early_stopping
from app.labs import tuning_order as order

_NOT_BEST: dict[str, object] = {
    "data": "200 digits",
    "rate": "0.003",
    "patience": 5,
    "delta": 0.0,
    "rule": "Keras",
    "seed": 0,
}
_TOO_SOON: dict[str, object] = {**_NOT_BEST, "data": "breast cancer", "rate": "0.001"}


def play() -> None:
    """Draw the lab."""
    _stopping()
    st.divider()
    _order()


def _stopping() -> None:
    st.subheader("Early stopping", anchor=False)
    panels.look_for(
        "The stop is not the best: it comes `patience` epochs later, and only a copy of the "
        "weights brings the best ones back. On the breast cancer data a short patience stops on a "
        "plateau, long before the lowest loss."
    )
    with st.container(horizontal=True):
        controls.preset("Show that the stop is not the best", _NOT_BEST, key="preset-not-best")
        controls.preset("Show a stop that comes too soon", _TOO_SOON, key="preset-too-soon")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        data = controls.choice("Data", stopping.DATA, key="data")
        rate = controls.choice("Learning rate", stopping.LRS, key="rate")
        patience = controls.number("Patience", 1, 30, 5, key="patience", help="In epochs.")
        delta = controls.share(
            "min_delta", 0.0, 0.1, 0.0, by=0.01, key="delta", help="Least improvement that counts."
        )
        rule = controls.choice(
            "Count as", stopping.RULES, key="rule", help="Your own class counts as Keras does."
        )
        seed = controls.number("Seed", 0, 9, 0, key="seed")
    with right:
        with st.spinner("Training …"):
            history = stopping.curves(data, float(rate), seed)
        losses = history.val_loss.tolist()
        stop = stopping.stop(losses, patience, delta, rule)
        yours = own_early_stopping.ask(losses, patience, delta)
        panels.show(early_stopping(history, stop, yours.value))
        yours.tell()


def _order() -> None:
    st.subheader("What to tune first", anchor=False)
    panels.look_for(
        "From a poor start the learning rate buys nearly everything, and the rest a point or less. "
        "Tuned last, it finds settings that were chosen to suit the wrong rate."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        rate = controls.choice("Learning rate to start with", order.LRS, key="start")
    with right:
        panels.show(tuning_order({name: order.walk(name, float(rate)) for name in order.ORDERS}))
