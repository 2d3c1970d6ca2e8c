"""Topic 1's lab: what training learns and what you set, and what the best score is worth."""

from __future__ import annotations

import streamlit as st

from app import controls, own_numbers, panels
from app.charts.network_size import parameter_counts
from app.charts.optimism import winners_curse
from app.labs.network_size import MAX_DEPTH, WIDTHS, network_size
from app.labs.optimism import SHOWN, optimism
from app.own_call import Call, Lab, Part
from app.previous import previous

_VAL_SIZES = (50, 100, 200, 337, 500, 1000, 2000, 5000)
_FINE_TUNING: dict[str, object] = {"width": "512", "depth": 4, "frozen": 4}
_LUCK_ALONE: dict[str, object] = {"n_val": "100", "spread": 0}


def play() -> None:
    """Draw the lab."""
    _parameters()
    st.divider()
    _luck()


def _parameters() -> None:
    st.subheader("What training learns, what you set", anchor=False)
    panels.look_for(
        "Double the width, and the parameters nearly quadruple once there are two hidden layers; "
        "the settings stay eleven. Then freeze layers: the total stays, the trainable part falls."
    )
    controls.preset("Train the last layer only", _FINE_TUNING, key="preset-fine-tuning")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        width = controls.step("Width", WIDTHS, 128, key="width")
        depth = controls.number("Hidden layers", 1, MAX_DEPTH, 2, key="depth")
        frozen = controls.number(
            "Frozen layers",
            0,
            MAX_DEPTH,
            1,
            key="frozen",
            help="Counted from the input. The output layer is never frozen.",
        )
    with right:
        size = network_size(width, depth, frozen)
        network = (("width", size.width), ("depth", size.depth), ("frozen", size.frozen))
        call = Call("count_parameters", (Part(),), Lab("ex01_what_is_tuning:perceptron", network))
        yours = own_numbers.ask(call, 2)
        panels.show(parameter_counts(size, yours.value))
        yours.tell()


def _luck() -> None:
    st.subheader("What is the best score worth?", anchor=False)
    panels.look_for(
        "With equally good configurations the true accuracy cannot rise, and yet the best score "
        "climbs with every trial. More validation samples shrink the gap; a real difference "
        "between configurations makes part of the climb true."
    )
    controls.preset("Show luck alone", _LUCK_ALONE, key="preset-luck")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n_val = controls.step("Validation samples", _VAL_SIZES, 337, key="n_val")
        spread = controls.number(
            "How much configurations differ, in points",
            0,
            2,
            1,
            key="spread",
            help="Standard deviation of their true accuracies around 95%; at 0 all are equal.",
        )
        seed = controls.number("Seed", 0, 20, 0, key="luck-seed", help="Another set of searches.")
    with right:
        found = optimism(n_val, spread / 100, seed)
        scores = tuple(found.scores.tolist())
        yours = own_numbers.ask_each([Call("expected_best", (scores, n)) for n in SHOWN])
        before = previous("winners-curse", (n_val, spread, seed), found)
        panels.show(winners_curse(found, yours=yours.value, previous=before))
        yours.tell()
