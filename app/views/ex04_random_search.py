"""Topic 4's labs: on which scale to draw, how many draws are enough, and a whole search."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, own_numbers, own_value, panels, predict
from app.charts.coverage import hit_chance
from app.charts.random_trials import draws_map, staircase
from app.charts.samples import histogram
from app.labs import own_random_search as own
from app.labs import random_trials as trials
from app.labs import ridge
from app.labs.coverage import coverage
from app.labs.sampling import Sample, draw_all
from app.own_call import Call, Lab, Part

_TOP_DECADE: dict[str, object] = {"low": "1e-5", "high": "1e-1", "n": "1000", "seed": 0}

_FIVE: dict[str, object] = {"q": 0.05, "p": 0.95, "guess-show": True}
_ONE: dict[str, object] = {**_FIVE, "q": 0.01}
_ENOUGH: dict[str, object] = {"budget": "59", "search-seed": 8}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _scales() -> None:
    st.header("Draw on the right scale", anchor=False)
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
    st.header("How many trials are enough?", anchor=False)
    panels.look_for(
        "The curve climbs fast and then creeps: 1/q trials are a hit in two of three searches "
        "only, and the last few percent of certainty cost as much as all before."
    )
    with st.container(horizontal=True):
        controls.preset("The best 5%", _FIVE, key="preset-five")
        controls.preset("The best 1%", _ONE, key="preset-one")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        q = controls.share("Best share q", 0.01, 0.5, 0.05, by=0.01, key="q")
        p = controls.share("Chance asked for", 0.5, 0.99, 0.95, by=0.01, key="p")
    with right:
        guess = predict.ask(
            "how many random trials give a 95% chance to hit the best 5% of the space?",
            1,
            1000,
            key="guess",
        )
        if not guess.is_open:
            predict.wait("the curve appears")
            return
        predict.compare(guess, coverage(0.05, 0.95, seed=0).needed, "trials")
        chance = own_numbers.ask_each(own.hit_calls(q))
        needed = own_numbers.ask_each([own.needed_call(q, p)])
        panels.show(hit_chance(coverage(q, p, seed=0), chance.value, needed.value))
        chance.tell()
        needed.tell()


def _search() -> None:
    st.header("A whole search", anchor=False)
    panels.look_for(
        "The staircase: a few trials buy most of it, the rest creep. Redraw, and see how early or "
        "late luck lets a trial into the best 5%, and that 59 trials hardly ever miss."
    )
    controls.preset("59 trials", _ENOUGH, key="preset-enough")
    left, right = st.columns([1, 2], gap="medium")
    recorded = ridge.ridge(ridge.landscape(), "epochs", trials.EPOCHS)
    with left:
        n = controls.step("Trials n", trials.BUDGETS, 20, key="budget")
        seed = controls.number("Seed", 0, 20, 2, key="search-seed", help="Redraws the trials.")
    with right:
        found = trials.random_trials(recorded, n, seed)
        drawn = own_value.ask(own.read_draws, own.draw_call(recorded, n, seed))
        picked = own_value.ask(own.read_pick, own.search_call(recorded, n, seed))
        steps = own_numbers.ask(own.steps_call(found), n)
        panels.show(draws_map(found, drawn.value, picked.value))
        panels.show(staircase(found, steps.value))
        for answer in (drawn, picked, steps):
            answer.tell()


LABS: dict[str, Callable[[], None]] = {
    "Scale": _scales,
    "Enough trials": _trials,
    "A whole search": _search,
}
