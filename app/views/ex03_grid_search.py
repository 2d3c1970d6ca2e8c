"""Topic 3's lab: a grid and random search on one peak, and what a grid costs."""

from __future__ import annotations

import streamlit as st

from app import controls, own_numbers, panels
from app.charts.combinations import combinations
from app.charts.search_map import search_map
from app.labs import grid_or_random
from app.labs.combinations import MAX_SETTINGS, cost
from app.own_call import Call, Lab, Part

_NINE: dict[str, object] = {"budget": "9", "ratio": "30", "seed": 12}
_EQUAL: dict[str, object] = {"budget": "9", "ratio": "1", "seed": 12}


def play() -> None:
    """Draw the lab."""
    _contest()
    st.divider()
    _cost()


def _contest() -> None:
    st.subheader("Grid or random?", anchor=False)
    panels.look_for(
        "The strokes along the edges. Nine grid trials try three values of x, nine random trials "
        "try nine. That helps where x decides; where both settings matter alike, the grid's even "
        "spacing wins more often than not."
    )
    with st.container(horizontal=True):
        controls.preset("One setting matters", _NINE, key="preset-nine")
        controls.preset("Both matter alike", _EQUAL, key="preset-equal")
    first, second, third = st.columns(3, gap="medium")
    with first:
        budget = controls.step("Trials of each", grid_or_random.BUDGETS, 9, key="budget")
    with second:
        ratio = controls.step(
            "Importance of x over y", grid_or_random.RATIOS, 10, key="ratio", help="1 is equal."
        )
    with third:
        seed = controls.number("Another peak", 0, 30, 0, key="seed")
    found = grid_or_random.contest(budget, ratio, seed)
    lab = Lab("ex03_grid_search:plane", (("k", round(budget**0.5)),))
    yours = own_numbers.ask_points(Call("expand_grid", (Part("grid"),), lab), ("x", "y"))
    left, right = st.columns(2, gap="medium")
    with left:
        said = "" if yours.value is None else found.grid.compared_with(yours.value)
        panels.show(search_map("grid", found.surface, found.grid, yours.value, said))
        yours.tell()
    with right:
        panels.show(search_map("random", found.surface, found.random))
    panels.small(
        f"On {grid_or_random.DUELS:,} peaks at random places, with this budget and importance, "
        f"random search scores higher than the grid in {found.random_wins:.0%}."
    )


def _cost() -> None:
    st.subheader("What does a grid cost?", anchor=False)
    panels.look_for(
        "Every setting multiplies. Find the number of settings with which three values each "
        "cross the line of 100 combinations, and then the one with which ten do."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        choices = controls.number("Values for each setting", 2, 10, 3, key="choices")
        settings = controls.number("Settings", 1, MAX_SETTINGS, 4, key="settings")
        folds = controls.step("Folds", (1, 3, 5, 10), 5, key="folds", help="1 is a single split.")
        minutes = controls.step("Minutes a training", (1, 5, 20, 60), 1, key="minutes")
    with right:
        panels.show(combinations(cost(choices, settings, folds, minutes)))
