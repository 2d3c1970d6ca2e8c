"""The Race: five search methods on recorded trainings, at equal budgets."""

from __future__ import annotations

import streamlit as st

from app import controls, panels
from app.charts.race import race as chart
from app.labs import race as lab
from app.labs.contestants import METHODS, Method
from app.labs.track import NAMES, Name, track

_TITLES: dict[Name, str] = {
    "digits": "Digits: 2,016 networks, six settings",
    "spirals": "Two spirals: 560 networks, five settings",
}
_METHOD: dict[Method, str] = {
    "manual": "one setting at a time from a common start, the best value of each kept",
    "grid": "evenly spaced values of as many settings as the budget has room for",
    "random": "different configurations in random order",
    "TPE": "Optuna's sampler as it comes; its first ten trials are random",
    "halving": "many random starts; after each round the best third trains three times as long",
}
_CLOSE: dict[str, object] = {"track": "digits", "budget": "64", "view": "test accuracy"}
_PRUNING: dict[str, object] = {"track": "spirals", "budget": "8", "view": "regret"}
_CURSE: dict[str, object] = {"track": "digits", "budget": "64", "view": "validation accuracy"}


def show() -> None:
    """Show the page."""
    st.title("Race", anchor=False)
    st.markdown(
        "Five methods search the same recorded trainings, and pay for every epoch. What a method "
        "would return by then is measured on seeds that it never saw."
    )
    panels.look_for(
        "On the digits all methods end about a point apart, and the larger the budget, the more "
        "the validation accuracy promises beyond what the test accuracy keeps. On the spirals "
        "halving is ahead early, since it never finishes what begins badly; then a grid that "
        "happens to fit catches up. TPE needs more than its ten random trials to show its worth."
    )
    with st.container(horizontal=True):
        controls.preset("An easy problem", _CLOSE, key="preset-close")
        controls.preset("A small budget, a hard problem", _PRUNING, key="preset-pruning")
        controls.preset("What the search believes", _CURSE, key="preset-curse")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        name = controls.choice("Track", NAMES, key="track")
        panels.small(f"{_TITLES[name]}, {track(name).max_epochs} epochs each.")
        budget = controls.step(
            "Budget, in whole trainings", lab.BUDGETS, 16, key="budget", help="Of each method."
        )
        runs = controls.step(
            "Runs of each", lab.RUNS, 20, key="runs", help="With other seeds; the band holds 80%."
        )
        view = controls.choice("Show", lab.VIEWS, key="view")
        shown = controls.several("Methods", METHODS, METHODS, key="methods")
    with right:
        lanes = tuple(lab.lane(name, m, budget, runs) for m in METHODS if m in shown)
        if lanes:
            panels.show(chart(lanes, view))
        else:
            st.info("Choose a method, and its runs are drawn here.")
    with st.expander("How each method searches", key="race-methods"):
        st.markdown("\n".join(f"- **{name}**: {how}." for name, how in _METHOD.items()))
        st.markdown(
            "What would be returned is the best by validation among those that trained longest. "
            "Regret is what that misses of the best test accuracy on the track. Training is "
            "recorded, so the same run always gives the same curve; TPE's questions are recorded "
            "as well."
        )
