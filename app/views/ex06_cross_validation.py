"""Topic 6's lab: folds as strips, how many of them to take, and the luck of the best."""

from __future__ import annotations

import streamlit as st

from app import controls, own_value, panels
from app.charts.fold_count import fold_count
from app.charts.folds import strips
from app.charts.luck import luck as luck_chart
from app.labs import fold_count as counting
from app.labs import folds, own_folds
from app.labs.luck import luck

_SORTED: dict[str, object] = {"scheme": "k-fold", "k": 3, "sorted": True}
_STRATIFIED: dict[str, object] = {**_SORTED, "scheme": "stratified"}
_SERIES: dict[str, object] = {"scheme": "time series", "k": 4, "gap": 2, "max-train": 10}
_SIZES = (60, 120, 200, 300, 500)
_VALIDATION_SIZES = (50, 100, 200, 337, 500, 1000, 2000, 5000)


def play() -> None:
    """Draw the lab."""
    _strips()
    st.divider()
    _count()
    st.divider()
    _luck()


def _strips() -> None:
    st.subheader("Who is tested when", anchor=False)
    panels.look_for(
        "Thirty irises come sorted by species, as in the data set. Three plain folds leave a whole "
        "class out of each training set. Shuffle or stratify, and watch the accuracy."
    )
    with st.container(horizontal=True):
        controls.preset("Show sorted labels", _SORTED, key="preset-sorted")
        controls.preset("Stratify them", _STRATIFIED, key="preset-stratified")
        controls.preset("Show a time series", _SERIES, key="preset-series")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        plan = _plan()
    with right:
        found = folds.split(plan)
        yours = own_value.ask(own_folds.read(plan), own_folds.call(found))
        panels.show(strips(found, yours.value))
        yours.tell()


def _plan() -> folds.Plan:
    scheme = controls.choice("Scheme", folds.SCHEMES, key="scheme")
    k = controls.number("Folds k", 2, 10, 3, key="k")
    if scheme == "time series":
        gap = controls.number(
            "Gap (rows)", 0, 5, 0, key="gap", help="Left out between training and test."
        )
        longest = controls.number(
            "Longest training set (rows)", 1, 30, 30, key="max-train", help="30 keeps all."
        )
        return folds.Plan(scheme, k, gap=min(gap, folds.longest_gap(k)), max_train=longest)
    is_sorted = controls.switch("Sorted by class", True, key="sorted")
    seed = controls.number("Seed", 0, 20, 0, key="seed") if "shuffled" in scheme else 0
    return folds.Plan(scheme, k, is_sorted=is_sorted, seed=seed)


def _count() -> None:
    st.subheader("How many folds?", anchor=False)
    panels.look_for(
        "With two folds each model sees half of the rows, so the estimate is too low. Take more "
        "folds, or more rows, and the gap closes; beyond ten folds little is left to gain."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n = controls.step("Rows in the data set", _SIZES, 120, key="rows")
        seed = controls.number("Draw of the data sets", 0, 20, 0, key="draw")
    with right:
        panels.show(fold_count(counting.estimate(n, seed)))


def _luck() -> None:
    st.subheader("How good is the best of many?", anchor=False)
    panels.look_for(
        "All trials are equally good here. The winner still seems better, the more trials there "
        "were and the smaller the validation set: the whole gap is luck."
    )
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n_val = controls.step("Validation examples", _VALIDATION_SIZES, 337, key="n-val")
        truth = controls.share("True accuracy", 0.7, 0.99, 0.95, by=0.01, key="true")
    with right:
        panels.show(luck_chart(luck(n_val, truth)))
