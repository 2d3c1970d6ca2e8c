"""Topic 2's lab: the learning-rate finder, and learning rate against batch size."""

from __future__ import annotations

import streamlit as st

from app import controls, own_numbers, panels
from app.charts.lr_finder import lr_finder
from app.charts.ridge import heatmap
from app.labs import lr_finder as finder
from app.labs import ridge
from app.own_call import Call
from app.previous import previous

_BATCH_SIZES = (4, 8, 16, 32, 64, 128, 256)
_DISAGREE: dict[str, object] = {
    "batch": "32",
    "beta": 0.9,
    "skip": 0,
    "corrected": True,
    "optimizer": "SGD",
}
_NO_CORRECTION: dict[str, object] = {**_DISAGREE, "beta": 0.98, "corrected": False}


def play() -> None:
    """Draw the lab."""
    st.subheader("Learning-rate finder", anchor=False)
    panels.look_for(
        "Four common ways to read the same curve suggest rates that differ 10 to 100 times. "
        "Then switch the bias correction off, or skip the noisy start, and see which of them move."
    )
    with st.container(horizontal=True):
        controls.preset("Show the disagreement", _DISAGREE, key="preset-disagree")
        controls.preset("Show the missing correction", _NO_CORRECTION, key="preset-correction")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = _finder_controls()
    with right:
        _finder(*settings)
    st.divider()
    _ridge()


def _finder_controls() -> tuple[finder.Optimizer, int, float, int, bool, finder.Method]:
    optimizer = controls.choice("Optimizer", finder.OPTIMIZERS, key="optimizer")
    batch = controls.step(
        "Batch size", _BATCH_SIZES, 32, key="batch", help="Small batches make a noisy curve."
    )
    beta = controls.share(
        "Smoothing beta", 0.0, 0.99, 0.9, by=0.01, key="beta", help="Weight of the past; 0 is raw."
    )
    skip = controls.number("Skip first points", 0, 30, 0, key="skip")
    corrected = controls.switch("Bias correction", True, key="corrected")
    method = controls.choice("Suggest by", finder.METHODS, key="method")
    return optimizer, batch, beta, skip, corrected, method


def _finder(
    optimizer: finder.Optimizer,
    batch: int,
    beta: float,
    skip: int,
    corrected: bool,
    method: finder.Method,
) -> None:
    with st.spinner("Training …"):
        test = finder.run(optimizer, batch, seed=0)
    smoothed = finder.smooth(test.losses, beta, corrected=corrected)
    suggestions = finder.suggestions(test.lrs, smoothed, skip)
    yours = own_numbers.ask(Call("smooth", (tuple(test.losses.tolist()), beta)), len(test.losses))
    curve = (test.lrs, smoothed)
    panels.show(
        lr_finder(
            (test.lrs, test.losses),
            curve,
            suggestions,
            method,
            yours=None if yours.value is None else (test.lrs, yours.value),
            previous=previous("lr-finder", (optimizer, batch, beta, corrected), curve),
        )
    )
    yours.tell()


def _ridge() -> None:
    st.subheader("Learning rate and batch size", anchor=False)
    panels.look_for(
        "The bright ridge runs diagonally: a larger batch wants a larger learning rate. Compare "
        "equally many epochs with equally many steps."
    )
    recorded = ridge.landscape()
    budget = controls.choice("Every network gets equally many", ridge.BUDGETS, key="budget")
    amounts = ridge.amounts(recorded, budget)
    amount = controls.step(
        budget.capitalize(), amounts, ridge.first_amount(amounts), key=f"{budget}-given"
    )
    panels.show(heatmap(ridge.ridge(recorded, budget, amount)))
