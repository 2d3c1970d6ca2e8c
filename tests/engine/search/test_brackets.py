from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.search import halving_bracket, hyperband_brackets
from engine.search.brackets import survivors


def table(max_epochs, eta):
    return [[(r.n, r.epochs) for r in b.rungs] for b in hyperband_brackets(max_epochs, eta)]


def test_brackets_for_81_epochs_are_the_hand_computed_table():
    assert table(81, 3) == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]


@pytest.mark.parametrize(
    ("max_epochs", "eta", "starts"),
    [
        # ceil(6 * 243 / 6), ceil(6 * 81 / 5), ceil(6 * 27 / 4), … of 6 brackets: log(243, 3) < 5.
        (243, 3, [243, 98, 41, 18, 9, 6]),
        (1000, 10, [1000, 134, 20, 4]),
        (1000, 3, [729, 284, 114, 48, 21, 11, 7]),
        (1, 3, [1]),
        (2, 3, [1]),
    ],
)
def test_as_many_configurations_start_in_each_bracket_as_the_formula_says(max_epochs, eta, starts):
    assert [bracket.n for bracket in hyperband_brackets(max_epochs, eta)] == starts


def test_epochs_that_do_not_divide_are_rounded_down_and_the_last_round_gets_all():
    (first, *_) = hyperband_brackets(1000, 3)
    assert [rung.epochs for rung in first.rungs] == [1, 4, 12, 37, 111, 333, 1000]


@pytest.mark.parametrize(
    ("n", "max_epochs", "min_epochs", "rungs"),
    [
        (9, 9, 1, [(9, 1), (3, 3), (1, 9)]),
        (8, 81, 1, [(8, 27), (2, 81)]),
        (100, 9, 1, [(100, 1), (33, 3), (11, 9)]),
        (100, 9, 2, [(100, 3), (33, 9)]),
        (2, 9, 1, [(2, 9)]),
        (5, 1, 1, [(5, 1)]),
    ],
)
def test_halving_has_as_many_rounds_as_configurations_and_epochs_allow(
    n, max_epochs, min_epochs, rungs
):
    bracket = halving_bracket(n, max_epochs, min_epochs=min_epochs)
    assert [(rung.n, rung.epochs) for rung in bracket.rungs] == rungs


@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(2, 10))
def test_rounds_always_narrow_lengthen_and_end_at_the_last_epoch(n, max_epochs, eta):
    for bracket in (halving_bracket(n, max_epochs, eta=eta), *hyperband_brackets(max_epochs, eta)):
        epochs = [rung.epochs for rung in bracket.rungs]
        configurations = [rung.n for rung in bracket.rungs]
        assert epochs == sorted(set(epochs))
        assert epochs[0] >= 1
        assert epochs[-1] == max_epochs
        assert configurations == sorted(configurations, reverse=True)
        assert configurations[-1] >= 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_epochs": 0}, "`max_epochs` must be at least 1, but got max_epochs=0."),
        ({"max_epochs": 9, "eta": 1}, "`eta` must be at least 2, but got eta=1."),
    ],
)
def test_brackets_out_of_bounds_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        hyperband_brackets(**arguments)
    with pytest.raises(ValueError, match=message):
        halving_bracket(9, **arguments)


def test_more_least_epochs_than_there_are_is_refused():
    with pytest.raises(ValueError, match="`min_epochs` must be between 1 and 9, but got"):
        halving_bracket(9, 9, min_epochs=10)
    with pytest.raises(ValueError, match="`n` must be at least 1, but got n=0"):
        halving_bracket(0, 9)


@pytest.mark.parametrize(
    ("values", "seats", "metric", "expected"),
    [
        ({0: 0.1, 1: 0.3, 2: 0.2}, 2, "val_score", {1, 2}),
        ({0: 0.1, 1: 0.3, 2: 0.2}, 2, "val_loss", {0, 2}),
        ({4: 0.5, 2: 0.5, 3: 0.5}, 2, "val_score", {2, 3}),
        ({0: math.nan, 1: 0.1, 2: math.nan}, 2, "val_loss", {1}),
        ({0: 0.1}, 3, "val_score", {0}),
        ({0: 0.1}, 0, "val_score", set()),
    ],
)
def test_the_best_survive_of_equals_the_first_and_nan_never(values, seats, metric, expected):
    assert survivors(values, seats, metric) == expected
