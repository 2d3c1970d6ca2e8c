"""Topic 2's labs: the learning-rate finder, its sweep, and learning rate against batch size."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import controls, lab_menu, own_numbers, own_value, panels, predict
from app.charts.lr_finder import Own, lr_finder
from app.charts.ridge import heatmap
from app.charts.schedule import sweep
from app.charts.walk import walk_map
from app.labs import lr_finder as finder
from app.labs import own_manual_tuning as own
from app.labs import ridge, walk
from app.labs.schedule import MODES, schedule
from app.own_call import Call
from app.previous import previous

_BATCH_SIZES = (4, 8, 16, 32, 64, 128, 256)
_DISAGREE: dict[str, object] = {
    "batch": "32",
    "beta": 0.9,
    "skip": 0,
    "corrected": True,
    "optimizer": "SGD",
    "guess-ratio-show": True,
}
_NO_CORRECTION: dict[str, object] = {**_DISAGREE, "beta": 0.98, "corrected": False}
_EVEN: dict[str, object] = {"low": "1e-5", "high": "1e1", "n": 100, "mode": "linear"}
_DIAGONAL: dict[str, object] = {
    "budget": "epochs",
    "epochs-given": "3",
    "from": "32",
    "rule": "linear",
}
_CROSS: dict[str, object] = {
    "walk-lr": "10",
    "walk-batch": "8",
    "first": "batch size",
    "rounds": 1,
}
_SECOND_ROUND: dict[str, object] = {**_CROSS, "rounds": 2}


def play() -> None:
    """Draw the lab that is open."""
    lab_menu.show(LABS)


def _finder() -> None:
    st.header("Learning-rate finder", anchor=False)
    panels.look_for(
        "Four common ways to read the same curve suggest rates that lie far apart. "
        "Then switch the bias correction off, or skip the noisy start, and see which of them move."
    )
    with st.container(horizontal=True):
        controls.preset("Show the disagreement", _DISAGREE, key="preset-disagree")
        controls.preset("Show the missing correction", _NO_CORRECTION, key="preset-correction")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        settings = _finder_controls()
    with right:
        guess = predict.ask(
            "four methods read a rate off this curve. How many times the smallest is the largest?",
            1,
            1000,
            key="guess-ratio",
        )
        _curve(guess, *settings)


def _finder_controls() -> tuple[finder.Optimizer, int, float, int, bool, finder.Method]:
    optimizer = controls.choice("Optimizer", finder.OPTIMIZERS, key="optimizer")
    batch = controls.step(
        "Batch size", _BATCH_SIZES, 32, key="batch", help="Small batches make a noisy curve."
    )
    beta = controls.share(
        "Smoothing beta", 0.0, 0.99, 0.9, by=0.01, key="beta", help="Weight of the past; 0 is raw."
    )
    skip = controls.number("Skip first points", 0, 30, 0, key="skip")
    corrected = controls.switch("Bias correction", True, key="corrected")
    method = controls.choice("Suggest by", finder.METHODS, key="method")
    return optimizer, batch, beta, skip, corrected, method


def _curve(
    guess: predict.Guess,
    optimizer: finder.Optimizer,
    batch: int,
    beta: float,
    skip: int,
    corrected: bool,
    method: finder.Method,
) -> None:
    with st.spinner("Training …"):
        test = finder.run(optimizer, batch, finder.SEED)
    smoothed = (test.lrs, finder.smooth(test.losses, beta, corrected=corrected))
    suggestions = finder.suggestions(*smoothed, skip)
    if guess.is_open:
        predict.compare(guess, finder.ratio(suggestions), "times the smallest")
    else:
        predict.wait("the suggestions appear on the curve")
    before = previous("lr-finder", (optimizer, batch, beta, corrected), smoothed)
    smooth = own_numbers.ask(Call("smooth", (tuple(test.losses.tolist()), beta)), len(test.losses))
    read = own_value.ask(own.read_suggestions, *own.suggestion_calls(smoothed, skip))
    # Last, since it trains: one worker answers, and the quick questions need not wait for it.
    tested = own_value.ask(own.read_curve, own.range_test_call(optimizer, batch, finder.SEED))
    rings = read.value if guess.is_open else None
    panels.show(
        lr_finder(
            (test.lrs, test.losses),
            smoothed,
            suggestions if guess.is_open else (),
            method,
            yours=Own(
                tested.value,
                None if smooth.value is None else (test.lrs, smooth.value),
                own.marks(rings, smoothed),
                own.told(rings, suggestions),
            ),
            previous=before,
        )
    )
    for answer in (smooth, read, tested):
        answer.tell()


def _sweep() -> None:
    st.header("The rates of a sweep", anchor=False)
    panels.look_for(
        "Constant ratios give every decade its share of the steps. Constant differences jump to "
        "the top decade at the first step and spend nine tenths of the sweep there."
    )
    controls.preset("Space them evenly", _EVEN, key="preset-even")
    left, right = st.columns([1, 2], gap="medium")
    with left:
        mode = controls.choice("Mode", MODES, key="mode", help="Constant ratio, or difference.")
        low = controls.power("Low", range(-6, -1), -5, key="low")
        high = controls.power("High", range(-1, 3), 1, key="high")
        n = controls.number("Steps n", 2, 200, 50, key="n")
    with right:
        yours = own_numbers.ask(Call("lr_schedule", (low, high, n, mode)), n)
        panels.show(sweep(schedule(low, high, n, mode), yours.value))
        yours.tell()


def _ridge() -> None:
    st.header("Learning rate and batch size", anchor=False)
    panels.look_for(
        "The bright ridge runs diagonally: a larger batch wants a larger learning rate. Compare "
        "equally many epochs with equally many steps, and see which rule of scaling follows it."
    )
    controls.preset("Show the diagonal", _DIAGONAL, key="preset-diagonal")
    left, right = st.columns([1, 2], gap="medium")
    recorded = ridge.landscape()
    with left:
        budget = controls.choice("Every network gets equally many", ridge.BUDGETS, key="budget")
        amounts = ridge.amounts(recorded, budget)
        amount = controls.step(
            budget.capitalize(), amounts, ridge.first_amount(amounts), key=f"{budget}-given"
        )
        rule = controls.choice("Rule of scaling", ridge.RULES, key="rule")
        found = ridge.ridge(recorded, budget, amount)
        sizes = found.batch_sizes.tolist()
        batch = controls.step("From batch size", sizes, 32, key="from", help="From its dot on.")
    with right:
        scaling = ridge.scaling(found, batch, rule)
        yours = own_numbers.ask_each(own.scaling_calls(found, scaling))
        panels.show(heatmap(found, scaling, yours.value))
        yours.tell()


def _walk() -> None:
    st.header("One setting at a time", anchor=False)
    panels.look_for(
        "A cross of 18 trainings, instead of all 78, comes close to the best. But from a hopeless "
        "rate every batch size looks alike, and the first round ends short: it takes a second."
    )
    with st.container(horizontal=True):
        controls.preset("Start in a bad corner", _CROSS, key="preset-corner")
        controls.preset("Go round twice", _SECOND_ROUND, key="preset-twice")
    left, right = st.columns([1, 2], gap="medium")
    recorded = ridge.ridge(ridge.landscape(), "epochs", walk.EPOCHS)
    with left:
        first = controls.choice("Tune first", walk.FIRSTS, key="first")
        lr = controls.scale("Start: learning rate", walk.rates(recorded), "0.001", key="walk-lr")
        batch = controls.step(
            "Start: batch size", recorded.batch_sizes.tolist(), 32, key="walk-batch"
        )
        rounds = controls.number("Rounds", 1, 3, 1, key="rounds")
    with right:
        plan = walk.plan(recorded, lr, batch, first, rounds)
        yours = own_value.ask(own.read_walk, own.walk_call(plan))
        panels.show(walk_map(walk.walk(plan), yours.value))
        yours.tell()


LABS: dict[str, Callable[[], None]] = {
    "Rate finder": _finder,
    "Sweep": _sweep,
    "Rate and batch size": _ridge,
    "One at a time": _walk,
}
