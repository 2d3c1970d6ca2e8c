"""Topic 6's labs: folds as strips, how many of them to take, and two ways to be too hopeful."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, own_value, panels, predict
from app.charts.fold_count import fold_count
from app.charts.folds import strips
from app.charts.luck import luck as luck_chart
from app.charts.selection import selection as selection_chart
from app.labs import fold_count as counting
from app.labs import folds, own_folds, selection
from app.labs.luck import TRIALS, luck

_SORTED: dict[str, object] = {"scheme": "k-fold", "k": 3, "sorted": True}
_STRATIFIED: dict[str, object] = {**_SORTED, "scheme": "stratified"}
_SERIES: dict[str, object] = {"scheme": "time series", "k": 4, "gap": 2, "max-train": 10}
_SIZES = (60, 120, 200, 300, 500)
_FEW_ROWS: dict[str, object] = {"rows": "60", "draw": 0}
_MANY_ROWS: dict[str, object] = {"rows": "500", "draw": 0}
_VALIDATION_SIZES = (50, 100, 200, 337, 500, 1000, 2000, 5000)
_DIGITS: dict[str, object] = {"n-val": "337", "true": 0.95, "n-trials": "100"}
_SMALL: dict[str, object] = {**_DIGITS, "n-val": "50"}
_NOISE: dict[str, object] = {"configs": "50", "n-rows": "60", "telling": "0"}
_ONE: dict[str, object] = {**_NOISE, "configs": "1"}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _strips() -> None:
    st.header("Who is tested when", anchor=False)
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
    st.header("How many folds?", anchor=False)
    guess = predict.ask(
        "on 120 digits, by how many points of accuracy is the estimate of two folds too low?",
        0,
        30,
        by=0.5,
        key="two-folds",
    )
    if not guess.is_open:
        predict.wait("the chart appears")
        return
    error = 100 * counting.estimate(120, 0).pessimism(2)
    predict.compare(guess, error, "points")
    panels.look_for(
        "With two folds each model sees half of the rows, so the estimate is too low. Take more "
        "folds, or more rows, and the gap closes; beyond ten folds little is left to gain."
    )
    with st.container(horizontal=True):
        controls.preset("Show few rows", _FEW_ROWS, key="preset-few-rows")
        controls.preset("Show many", _MANY_ROWS, key="preset-many-rows")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n = controls.step("Rows in the data set", _SIZES, 120, key="rows")
        seed = controls.number("Draw of the data sets", 0, 20, 0, key="draw")
    with right:
        panels.show(fold_count(counting.estimate(n, seed)))


def _luck() -> None:
    st.header("How good is the best of many?", anchor=False)
    guess = predict.ask(
        "100 trials are all equally good, 95%. On 337 validation images, by how many points does "
        "the best of them look better than it is?",
        0,
        5,
        by=0.5,
        key="lucky",
    )
    if not guess.is_open:
        predict.wait("the chart appears")
        return
    predict.compare(guess, 100 * luck(337, 0.95).gain(100), "points")
    panels.look_for(
        "All trials are equally good here. The winner still seems better, the more trials there "
        "were and the smaller the validation set: the whole gap is luck."
    )
    with st.container(horizontal=True):
        controls.preset("Show 337 images", _DIGITS, key="preset-digits")
        controls.preset("Show a small validation set", _SMALL, key="preset-small")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n_val = controls.step("Validation examples", _VALIDATION_SIZES, 337, key="n-val")
        truth = controls.share("True accuracy", 0.7, 0.99, 0.95, by=0.01, key="true")
        trials = controls.step("Trials", TRIALS, 100, key="n-trials")
    with right:
        panels.show(luck_chart(luck(n_val, truth), trials))


def _selection() -> None:
    st.header("Tuning is learning, too", anchor=False)
    guess = predict.ask(
        "nothing in 60 rows tells the two classes apart. Which accuracy, in percent, will the "
        "best of 50 configurations report after cross-validation?",
        0,
        100,
        key="best-of-50",
    )
    if not guess.is_open:
        predict.wait("the chart appears")
        return
    reported = 100 * float(selection.judge(selection.Setting(50, 60, 0)).own.mean())
    predict.compare(guess, reported, "percent")
    panels.look_for(
        "The winner's own score rises with the number of configurations, though all of them are "
        "coin tosses. Nested cross-validation, which chooses within each training set, stays at "
        "the truth."
    )
    with st.container(horizontal=True):
        controls.preset("Choose among 50 on pure noise", _NOISE, key="preset-noise")
        controls.preset("Choose nothing", _ONE, key="preset-one")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        setting = _setting()
    with right:
        found = selection.judge(setting)
        own, nested = selection.ask_score(found), selection.ask_nested(found)
        panels.show(selection_chart(found, own.value, nested.value))
        own.tell()
        nested.tell()


def _setting() -> selection.Setting:
    n_configs = controls.step(
        "Configurations to choose from",
        selection.N_CONFIGS,
        50,
        key="configs",
        help="Each goes by the nearest class mean on ten of the hundred columns.",
    )
    n = controls.step("Rows in a data set", selection.ROWS, 60, key="n-rows")
    telling = controls.step(
        "Columns that tell something",
        selection.TELLING,
        0,
        key="telling",
        help="Of 100; 0 is pure noise.",
    )
    return selection.Setting(n_configs, n, telling)


LABS: dict[str, Callable[[], None]] = {
    "Folds": _strips,
    "How many folds?": _count,
    "The best of many": _luck,
    "Nested": _selection,
}
