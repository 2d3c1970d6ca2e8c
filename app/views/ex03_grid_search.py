"""Topic 3's labs: a grid and random search on one peak, and what a grid costs."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, own_numbers, own_value, panels, predict
from app.charts.combinations import combinations
from app.charts.search_map import search_map
from app.labs import grid_or_random
from app.labs import own_grid_search as own
from app.labs.combinations import MAX_SETTINGS, cost

_NINE: dict[str, object] = {"budget": "9", "ratio": "30", "seed": 12, "guess-values-show": True}
_EQUAL: dict[str, object] = {**_NINE, "ratio": "1"}
_ACROSS: dict[str, object] = {"choices": 3, "settings": 5, "folds": "5", "minutes": "1"}
_NEVER: dict[str, object] = {"choices": 10, "settings": 8, "folds": "1", "minutes": "60"}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _contest() -> None:
    st.header("Grid or random?", anchor=False)
    panels.look_for(
        "The strokes along the edges: how many values of x each method tries with equally many "
        "trials. Many help where x decides; where both settings matter alike, the grid's even "
        "spacing wins more often than not."
    )
    with st.container(horizontal=True):
        controls.preset("One setting matters", _NINE, key="preset-nine")
        controls.preset("Both matter alike", _EQUAL, key="preset-equal")
    guess = predict.ask(
        "a grid over x and y has nine trials. How many different values of x do they try?",
        1,
        9,
        key="guess-values",
    )
    first, second, third = st.columns(3, gap="medium")
    with first:
        budget = controls.step("Trials of each", grid_or_random.BUDGETS, 9, key="budget")
    with second:
        ratio = controls.step(
            "Importance of x over y", grid_or_random.RATIOS, 10, key="ratio", help="1 is equal."
        )
    with third:
        seed = controls.number(
            "Another peak", 0, 30, 0, key="seed", help="And other random trials."
        )
    found = grid_or_random.contest(budget, ratio, seed)
    if not guess.is_open:
        _maps(found.surface)
        return
    predict.compare(guess, round(9**0.5), "values of x")
    _trials(found)
    panels.small(
        f"On {grid_or_random.DUELS:,} peaks at random places, with this budget and importance, "
        f"random search scores higher than the grid in {found.random_wins:.0%}."
    )


def _maps(surface: grid_or_random.Surface) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        panels.show(search_map("grid", surface, None))
    with right:
        panels.show(search_map("random", surface, None))


def _trials(found: grid_or_random.Contest) -> None:
    listed = own_numbers.ask_points(own.expand_call(found), ("x", "y"))
    picked = own_value.ask(own.read_best, own.search_call(found))
    left, right = st.columns(2, gap="medium")
    with left:
        said = own.told(found, listed.value, picked.value)
        panels.show(search_map("grid", found.surface, found.grid, listed.value, picked.value, said))
        listed.tell()
        picked.tell()
    with right:
        panels.show(search_map("random", found.surface, found.random))


def _cost() -> None:
    st.header("What does a grid cost?", anchor=False)
    panels.look_for(
        "Every setting multiplies. Find the number of settings with which three values each "
        "cross the line of 100 combinations, and then the one with which ten do."
    )
    with st.container(horizontal=True):
        controls.preset("Cross the line", _ACROSS, key="preset-across")
        controls.preset("Wait for ever", _NEVER, key="preset-never")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        choices = controls.number("Values for each setting", 2, 10, 3, key="choices")
        settings = controls.number("Settings", 1, MAX_SETTINGS, 4, key="settings")
        folds = controls.step("Folds", (1, 3, 5, 10), 5, key="folds", help="1 is a single split.")
        minutes = controls.step("Minutes a training", (1, 5, 20, 60), 1, key="minutes")
    with right:
        found = cost(choices, settings, folds, minutes)
        yours = own_numbers.ask_each(own.size_calls(found))
        panels.show(combinations(found, yours.value))
        yours.tell()


LABS: dict[str, Callable[[], None]] = {
    "Grid or random": _contest,
    "Cost of a grid": _cost,
}
