"""Random search over several settings from where the playground stands."""

from __future__ import annotations

import streamlit as st

from app import controls, panels, playground_controls, playground_job, playground_ranges
from app.charts.figure import Figure
from app.charts.importances import importances
from app.charts.search_curves import search_curves
from app.charts.search_strips import strips
from app.labs import playground_search as lab
from app.labs.playground import Setup
from app.labs.playground_ranges import SETTINGS
from app.labs.playground_search import Plan, Search
from app.labs.playground_sweep import TITLES, shown
from app.playground_job import Kind
from engine import Dataset

_START = ("lr", "width", "activation", "dropout")


def show(chosen: tuple[Setup, Dataset] | None) -> None:
    """Ask what to search, and draw the search that was started last.

    Args:
        chosen: Where the playground stands.
    """
    playground_job.show(_SEARCH, chosen, _plan)


def _plan(chosen: tuple[Setup, Dataset] | None) -> Plan | None:
    keys = {TITLES[setting]: setting for setting in SETTINGS}
    names = controls.several(
        "Search", list(keys), [TITLES[setting] for setting in _START], key="search"
    )
    settings = [setting for name, setting in keys.items() if name in names]
    try:
        ranges = tuple(map(playground_ranges.choose, settings))
        n_trials = controls.number(
            "Trials", lab.MIN_TRIALS, lab.MAX_TRIALS, 60, by=10, key="n_trials"
        )
        seed = controls.number("Seed of the draw", 0, lab.MAX_SEED, 0, key="draw_seed")
        return Plan(chosen[0], ranges, n_trials, seed) if chosen else None
    except ValueError as error:
        st.warning(str(error))
        return None


def _show(found: Search, is_done: bool) -> None:
    _best(found)
    percent = controls.number(
        "Mark the best, in percent of the trials", 5, 50, 20, by=5, key="top_percent"
    )
    _draw(found, percent / 100, is_done=is_done)


def _best(found: Search) -> None:
    point = found.plan.points[int(found.order[0])]
    listed = ", ".join(f"{TITLES[setting]} {shown(value)}" for setting, value in point.items())
    score = float(found.means.max())
    number = f"{score:.1%}" if found.score == "accuracy" else f"{score:.3f}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Best trial: {number}** with {listed}.")
        taken = st.button(
            "Take it",
            key="take-best",
            help="Set the controls above to this trial.",
            on_click=_take,
            args=(found.best,),
        )
    if taken:
        st.rerun()  # the whole page: this is a fragment, and the controls are outside


def _take(setup: Setup) -> None:
    st.session_state.update(playground_controls.values(setup))


def _draw(found: Search, share: float, *, is_done: bool) -> None:
    told = found.importances(share) if is_done else {}
    one, other = st.columns(2)
    with one:
        panels.show(search_curves(found))
    with other:
        if told:
            titled = {TITLES[setting]: value for setting, value in told.items()}
            panels.show(importances("search-importances", titled, share))
        elif is_done:
            panels.small("All trials are equally good, so no setting matters here.")
        else:
            panels.small("How important each setting is appears here at the end.")
    n = int(found.top(share).sum())
    panels.small(f"Every trial on the scale of each setting; orange diamonds are the best {n}.")
    figures = strips(found, share)
    for i in range(0, len(figures), 2):
        for column, figure in zip(st.columns(2), figures[i : i + 2], strict=False):
            with column:
                _bare(figure)
    _table(found, share)


def _bare(figure: Figure) -> None:
    # The trials' table stands below, once for all strips.
    st.vega_lite_chart(figure.table, figure.vega_lite, key=figure.key, alt=figure.alt)
    panels.small(figure.caption)


def _table(found: Search, share: float) -> None:
    table = st.expander("Trials as a table", key="search-table", on_change="rerun")
    if table.open:
        table.dataframe(lab.table(found, share), hide_index=True, alt="The trials, the best first")


_SEARCH: Kind[Plan, Search] = Kind(
    "search",
    "Every trial draws all chosen settings at random, the rest stays as it is above, and all "
    "trials train together. Then look where on each scale the best lie.",
    lab.run,
    lambda found: f"{found.plan.n_trials} trials",
    _show,
)
