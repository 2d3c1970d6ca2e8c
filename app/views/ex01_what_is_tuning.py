"""Topic 1's labs: what training learns and what you set, the luck of the best, three sets."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, own_numbers, own_value, panels, predict
from app.charts.network_size import parameter_counts
from app.charts.optimism import winners_curse
from app.charts.three_sets import strips
from app.labs import three_sets
from app.labs.network_size import MAX_DEPTH, WIDTHS, network_size
from app.labs.optimism import SHOWN, TRIALS, optimism
from app.own_call import Call, Lab, Part
from app.previous import previous

_VAL_SIZES = (50, 100, 200, 337, 500, 1000, 2000, 5000)
_FINE_TUNING: dict[str, object] = {"width": "512", "depth": 4, "frozen": 4}
_WIDE: dict[str, object] = {"width": "512", "depth": 2, "frozen": 0}
_LUCK_ALONE: dict[str, object] = {"n_val": "100", "spread": 0, "n": "200", "guess-gap-show": True}
_CLEAN: dict[str, object] = {"samples": "60", "val-share": 0.2, "test-share": 0.2, "leak": 0}
_LEAKING: dict[str, object] = {**_CLEAN, "leak": 6}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _parameters() -> None:
    st.header("What training learns, what you set", anchor=False)
    panels.look_for(
        "Double the width, and the parameters nearly quadruple once there are two hidden layers; "
        "the settings stay twelve. Then freeze layers: the total stays, the trainable part falls."
    )
    with st.container(horizontal=True):
        controls.preset("Grow wide", _WIDE, key="preset-wide")
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
    st.header("What is the best score worth?", anchor=False)
    panels.look_for(
        "With equally good configurations the true accuracy cannot rise, and yet the best score "
        "climbs with every trial. More validation samples shrink the gap; a real difference "
        "between configurations makes part of the climb true."
    )
    controls.preset("Show luck alone", _LUCK_ALONE, key="preset-luck")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n = controls.step("Trials n", SHOWN, 200, key="n")
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
        guess = predict.ask(
            "200 configurations are all 95% right, and 100 samples judge them. How many points "
            "too good does the best one look?",
            0,
            20,
            key="guess-gap",
        )
        if not guess.is_open:
            predict.wait("the curve appears")
            return
        predict.compare(guess, 100 * optimism(100, 0.0, 0).gap(TRIALS), "points")
        found = optimism(n_val, spread / 100, seed)
        scores = tuple(found.scores.tolist())
        yours = own_numbers.ask_each([Call("expected_best", (scores, m)) for m in SHOWN])
        before = previous("winners-curse", (n_val, spread, seed), found)
        panels.show(winners_curse(found, n, yours=yours.value, previous=before))
        yours.tell()


def _three_sets() -> None:
    st.header("Three sets, and a leak", anchor=False)
    panels.look_for(
        "The test score that you would report. Let a few test samples be trained on as well, and "
        "it rises, though the model is as good as before on anything new."
    )
    with st.container(horizontal=True):
        controls.preset("A clean split", _CLEAN, key="preset-clean")
        controls.preset("Let six samples leak", _LEAKING, key="preset-leak")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n = controls.step("Samples", three_sets.SIZES, 60, key="samples")
        val = controls.share("Validation share", 0.1, 0.4, 0.2, by=0.05, key="val-share")
        test = controls.share("Test share", 0.1, 0.4, 0.2, by=0.05, key="test-share")
        leak = controls.number("Test samples trained on too", 0, 12, 0, key="leak")
        seed = controls.number("Seed", 0, 20, 0, key="split-seed", help="Another deal.")
    with right:
        yours = own_value.ask(three_sets.reader(n), three_sets.call(n, val, test, seed))
        panels.show(strips(three_sets.split(n, val, test, leak, seed), yours.value))
        yours.tell()


LABS: dict[str, Callable[[], None]] = {
    "Parameters": _parameters,
    "Luck": _luck,
    "Three sets": _three_sets,
}
