"""The Race: five search methods and the learner's own on recorded trainings, at equal budgets."""

from __future__ import annotations

from typing import cast

import streamlit as st

from app import controls, panels, services
from app.charts.race import race as chart
from app.labs import claims, own_race
from app.labs import race as lab
from app.labs.contestants import METHODS, Method
from app.labs.track import NAMES, Name, track
from app.watch import watching

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
_SHOW_ME = "just show me"
_GUESSES = (*METHODS, _SHOW_ME)
_START = 0.25  # of the budget, which is seen before the guess
_CLOSE: dict[str, object] = {
    "track": "digits",
    "budget": "64",
    "view": "test accuracy",
    "guess": _SHOW_ME,
}
_PRUNING: dict[str, object] = {
    "track": "spirals",
    "budget": "8",
    "view": "regret",
    "guess": _SHOW_ME,
}
_CURSE: dict[str, object] = {**_CLOSE, "view": "validation accuracy"}


def show() -> None:
    """Show the page."""
    with watching():
        _show()


def _show() -> None:
    st.title("Race", anchor=False)
    st.markdown(
        "Five methods and your own search the same recorded trainings, and pay for every epoch. "
        "What each would return by then is measured on seeds that it never saw."
    )
    panels.look_for(
        "On the digits all methods end about a point apart, and the larger the budget, the more "
        "the validation accuracy promises beyond what the test accuracy keeps. On the spirals "
        "halving is ahead early, since it never finishes what begins badly; then a grid that "
        "happens to fit catches up."
    )
    services.libraries()
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
        own = controls.choice("Yours", own_race.OWN, key="yours")
    every = {method: lab.lane(name, method, budget, runs) for method in METHODS}
    with right:
        guess = _guess(budget)
        if guess is None:
            panels.small("Guess, and the race goes on to its end.")
        _chart(tuple(every[m] for m in METHODS if m in shown), own, name, budget, view, guess)
        if guess is not None and guess != _SHOW_ME:
            st.markdown(claims.verdict_on(cast("Method", guess), every))
    if guess is not None:
        _claims(claims.check(every, track(name), budget), name, budget, runs)
    with st.expander("How each method searches", key="race-methods"):
        _how()


def _guess(budget: int) -> str | None:
    return st.radio(
        f"Predict first: a quarter of {budget} trainings is spent. Which ends highest on the test?",
        _GUESSES,
        index=None,
        horizontal=True,
        key="guess",
        bind="query-params",
    )


def _chart(
    lanes: tuple[lab.Lane, ...],
    own: own_race.Own,
    name: Name,
    budget: int,
    view: lab.View,
    guess: str | None,
) -> None:
    yours = own_race.ask(own, name, budget)
    if yours.value is not None:
        lanes = (*lanes, yours.value)
    if guess is None:
        lanes = tuple(lane.until(_START * budget) for lane in lanes)
    if lanes:
        panels.show(chart(lanes, view, budget))
    else:
        st.info("Choose a method, and its runs are drawn here.")
    yours.tell()


def _claims(found: tuple[claims.Claim, ...], name: Name, budget: int, runs: int) -> None:
    st.header("What the course says of each, and what is measured here", anchor=False)
    rows = [f"| **{c.method}** | {c.says} | {c.measured} | {c.holds} |" for c in found]
    st.markdown(
        "\n".join(["| | take it | on the test, median | holds here? |", "|---|---|---|---|", *rows])
    )
    panels.small(
        f"{name.capitalize()}, {budget} trainings, {runs} runs. Within half a point is too close "
        "to call; a share of runs may miss its chance by two standard errors."
    )
    st.markdown(
        "**When the table is wrong.** It has hard problems with many settings in mind. On the "
        "digits most configurations are good, so no method gets far ahead of random search. A "
        "small grid wins where its few values happen to fit, as on the spirals with 4 or 8 "
        "trainings. TPE's first ten trials are random, so a smaller budget never sees it learn. "
        "And to hit one of the best is not to return it: among many good ones, the validation "
        "set picks the lucky."
    )


def _how() -> None:
    st.markdown("\n".join(f"- **{name}**: {how}." for name, how in _METHOD.items()))
    st.markdown(
        "- **yours**: your own `tune`, or your `random_search` with whole trainings; "
        f"{own_race.runs_of(lab.BUDGETS[0])} runs, or {own_race.runs_of(lab.BUDGETS[-1])} where "
        "the budget is large."
    )
    st.markdown(
        "What would be returned is the best by validation among those that trained longest; yours "
        "ends with what it chose itself. Regret is what that misses of the best test accuracy on "
        "the track. Training is recorded, so the same run always gives the same curve; TPE's "
        "questions are recorded as well."
    )
