"""Topic 4's lab: on which scale to draw, and how many draws are enough."""

from __future__ import annotations

import streamlit as st

from app import controls, own_numbers, panels
from app.charts.coverage import hit_chance
from app.charts.samples import histogram
from app.labs.coverage import coverage
from app.labs.sampling import Sample, draw_all
from app.own_call import Call, Lab, Part

_TOP_DECADE: dict[str, object] = {"low": "1e-5", "high": "1e-1", "n": "1000", "seed": 0}


def play() -> None:
    """Draw the lab."""
    _scales()
    st.divider()
    _trials()


def _scales() -> None:
    st.subheader("Draw on the right scale", anchor=False)
    panels.look_for(
        "Uniform draws crowd into the top decade, nine in ten of them. Log-uniform draws give each "
        "decade its share. Mixed-up logarithms leave the bounds altogether."
    )
    controls.preset("Show the top decade", _TOP_DECADE, key="preset-decade")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        low = controls.power("Low", range(-6, -2), -5, key="low")
        high = controls.power("High", range(-2, 2), -1, key="high")
        n = controls.step("Draws n", (10, 30, 100, 300, 1000), 300, key="n")
        seed = controls.number("Seed", 0, 20, 0, key="seed")
    with right:
        call = Call(
            "sample_loguniform", (low, high, n, Part()), Lab("common:rng", (("seed", seed),))
        )
        yours = own_numbers.ask(call, n)
        own = () if yours.value is None else (Sample("yours", yours.value, low, high),)
        panels.show(histogram((*draw_all(low, high, n, seed), *own)))
        yours.tell()


def _trials() -> None:
    st.subheader("How many trials are enough?", anchor=False)
    guess = controls.entry(
        "Predict first: how many random trials give a 95% chance to hit the best 5% of the space?",
        1,
        1000,
        key="guess",
    )
    if guess is None:
        panels.small("Enter a guess and the curve appears.")
        return
    left, right = st.columns([1, 2], gap="medium")
    with left:
        q = controls.share("Best share q", 0.01, 0.5, 0.05, by=0.01, key="q")
        p = controls.share("Chance asked for", 0.5, 0.99, 0.95, by=0.01, key="p")
    with right:
        found = coverage(q, p, seed=0)
        panels.show(hit_chance(found))
