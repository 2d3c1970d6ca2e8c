"""Topic 7's labs: when to stop a training, what to tune first, which model to take, which plan."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, panels, predict
from app.charts.early_stopping import early_stopping
from app.charts.one_standard_error import one_standard_error
from app.charts.tuning_order import tuning_order
from app.labs import early_stopping as stopping
from app.labs import one_standard_error as simplest
from app.labs import own_early_stopping, own_lint, plan_linter, recorded_lint
from app.labs import tuning_order as order

_NOT_BEST: dict[str, object] = {
    "data": "200 digits",
    "rate": "0.003",
    "patience": 5,
    "delta": 0.0,
    "rule": "Keras",
    "seed": 0,
}
_TOO_SOON: dict[str, object] = {**_NOT_BEST, "data": "breast cancer", "rate": "0.001"}
_FROM_POOR: dict[str, object] = {"start": "0.1"}
_FROM_GOOD: dict[str, object] = {"start": "0.003"}
_ALL_ROWS: dict[str, object] = {"patients": "442", "folds": "10", "shuffle": 0}
_FEW_ROWS: dict[str, object] = {**_ALL_ROWS, "patients": "100", "shuffle": 13}
_FIVE_MISTAKES: dict[str, object] = {
    "select-on": "test",
    "method": "random",
    "trials": "50",
    "stops": False,
    "rates": "linear range",
    "stages": plan_linter.ORDERS[2],
}
_MENDED: dict[str, object] = {
    "select-on": "cross-validation",
    "method": "random",
    "trials": "59",
    "stops": True,
    "rates": "log range",
    "stages": plan_linter.ORDERS[0],
}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _stopping() -> None:
    st.header("Early stopping", anchor=False)
    panels.look_for(
        "The stop is not the best: it comes `patience` epochs later, and only a copy of the "
        "weights brings the best ones back. On the breast cancer data a short patience stops on a "
        "plateau, long before the lowest loss."
    )
    with st.container(horizontal=True):
        controls.preset("Show that the stop is not the best", _NOT_BEST, key="preset-not-best")
        controls.preset("Show a stop that comes too soon", _TOO_SOON, key="preset-too-soon")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        data = controls.choice("Data", stopping.DATA, key="data")
        rate = controls.choice("Learning rate", stopping.LRS, key="rate")
        patience = controls.number("Patience", 1, 30, 5, key="patience", help="In epochs.")
        delta = controls.share(
            "min_delta", 0.0, 0.1, 0.0, by=0.01, key="delta", help="Least improvement that counts."
        )
        rule = controls.choice(
            "Count as", stopping.RULES, key="rule", help="Your own class counts as Keras does."
        )
        seed = controls.number("Seed", 0, 9, 0, key="seed")
    with right:
        with st.spinner("Training …"):
            history = stopping.curves(data, float(rate), seed)
        losses = history.val_loss.tolist()
        stop = stopping.stop(losses, patience, delta, rule)
        yours = own_early_stopping.ask(losses, patience, delta)
        panels.show(early_stopping(history, stop, yours.value))
        yours.tell()


def _order() -> None:
    st.header("What to tune first", anchor=False)
    guess = predict.ask(
        "with a learning rate of 0.1 the digits network has 15.7%. How many points does tuning "
        "the learning rate alone buy?",
        0,
        84,
        key="buys",
    )
    if not guess.is_open:
        predict.wait("the chart appears")
        return
    bought = 100 * order.bought(order.walk("as advised", 0.1), "lr")
    predict.compare(guess, bought, "points")
    panels.look_for(
        "From a poor start the learning rate buys nearly everything, and the rest a point or less. "
        "Tuned last, it finds settings that were chosen to suit the wrong rate."
    )
    with st.container(horizontal=True):
        controls.preset("Start from a poor rate", _FROM_POOR, key="preset-poor")
        controls.preset("Start from a good one", _FROM_GOOD, key="preset-good")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        rate = controls.choice("Learning rate to start with", order.LRS, key="start")
    with right:
        panels.show(tuning_order({name: order.walk(name, float(rate)) for name in order.ORDERS}))


def _simplest() -> None:
    st.header("Prefer the simple model", anchor=False)
    guess = predict.ask(
        "the best lasso model of the diabetes data keeps 7 of 10 coefficients. How many does the "
        "simplest model keep whose mean is within one standard error of it?",
        0,
        10,
        key="keeps",
    )
    if not guess.is_open:
        predict.wait("the chart appears")
        return
    kept = simplest.path(442, 10, 0).kept
    predict.compare(guess, kept, "coefficients")
    panels.look_for(
        "The means differ by far less than their error bars are long. The rule takes the leftmost "
        "model above the dashed line; with fewer rows the bars grow, and it takes a simpler one."
    )
    with st.container(horizontal=True):
        controls.preset("Show all 442 patients", _ALL_ROWS, key="preset-all-rows")
        controls.preset("Show 100 of them", _FEW_ROWS, key="preset-few-patients")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        n = controls.step("Patients", simplest.SIZES, 442, key="patients")
        k = controls.step("Folds k", simplest.FOLDS, 10, key="folds")
        seed = controls.number("Draw of patients and folds", 0, 20, 0, key="shuffle")
    with right:
        found = simplest.path(n, k, seed)
        yours = simplest.ask(found)
        panels.show(one_standard_error(found, yours.value))
        yours.tell()


def _linter() -> None:
    st.header("Read a plan before you spend on it", anchor=False)
    panels.look_for(
        "Start from the plan with five mistakes and mend one after the other. Then find the fewest "
        "trials of random search that are enough for a space of lists."
    )
    with st.container(horizontal=True):
        controls.preset("Show five mistakes", _FIVE_MISTAKES, key="preset-mistakes")
        controls.preset("Show a sound plan", _MENDED, key="preset-mended")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        plan = _plan()
    with right:
        codes = recorded_lint.findings(plan)
        st.markdown(f"**{plan_linter.summary(codes)}**")
        st.markdown(plan_linter.report(codes))
        yours = own_lint.ask(plan)
        if yours.value is not None:
            st.markdown(own_lint.compare(yours.value, codes))
        yours.tell()
        st.expander("The plan as `lint_plan` gets it").code(plan.text, language=None)


def _plan() -> plan_linter.Plan:
    return plan_linter.Plan(
        select_on=controls.choice(
            "The winner is chosen on", plan_linter.SELECT_ON, key="select-on"
        ),
        method=controls.choice("Search", plan_linter.METHODS, key="method"),
        trials=controls.step("Trials", plan_linter.TRIALS, 50, key="trials"),
        patience=5 if controls.switch("Early stopping", False, key="stops") else None,
        rates=controls.choice("Learning rates from a", plan_linter.RATES, key="rates"),
        order=controls.pick(
            "Stages",
            plan_linter.ORDERS,
            plan_linter.ORDERS[2],
            key="stages",
            help="Settings with a + are tuned together.",
        ),
    )


LABS: dict[str, Callable[[], None]] = {
    "Early stopping": _stopping,
    "Tuning order": _order,
    "One standard error": _simplest,
    "Plan linter": _linter,
}
