"""Hyperband's brackets: who goes on, and what each bracket costs."""

from __future__ import annotations

import streamlit as st

from app import controls, own_value, panels
from app.charts import brackets as charts
from app.labs import brackets

_PAPER: dict[str, object] = {"most-epochs": "81", "eta": 3}
_GENTLE: dict[str, object] = {**_PAPER, "eta": 2}


def show() -> None:
    """Draw the lab."""
    st.header("Brackets of Hyperband", anchor=False)
    panels.look_for(
        "The boldest bracket begins many trials and drops most of them after an epoch or so; the "
        "last one is plain random search. All of them cost about the same: that is the hedge."
    )
    with st.container(horizontal=True):
        controls.preset("As in the paper", _PAPER, key="preset-paper")
        controls.preset("Drop half, not two thirds", _GENTLE, key="preset-gentle")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        most = controls.step("Most epochs of a trial R", brackets.MAX_EPOCHS, 81, key="most-epochs")
        eta = controls.number("eta", 2, 5, 3, key="eta", help="One trial in eta goes on.")
    with right:
        laid = brackets.plan(most, eta)
        yours = own_value.ask(brackets.read_layout, brackets.call(laid))
        panels.show(charts.rungs(laid, yours.value))
        yours.tell()
        panels.show(charts.costs(laid))
