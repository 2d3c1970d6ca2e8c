"""Topic 2's sweep, rule of scaling and walk, against the course's references and by hand."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from app.charts.ridge import heatmap
from app.charts.schedule import sweep
from app.charts.walk import walk_map
from app.labs import lr_finder, ridge, walk
from app.labs import own_manual_tuning as own
from app.labs.lr_finder import Suggestion
from app.labs.ridge import Ridge
from app.labs.schedule import MODES, schedule
from app.own_call import argument
from app.showcases.model import WrongShapeError
from grader.labs import recorded as worker

# Rows are the learning rates 0.1, 1, 10; columns the batch sizes 8, 16, 32.
SCORES = np.array([[0.5, 0.4, 0.2], [0.6, 0.9, 0.3], [0.0, 0.1, 0.7]])
SMALL = Ridge(
    "epochs", 1, np.array([0.1, 1.0, 10.0]), np.array([8, 16, 32]), SCORES, SCORES.argmax(axis=0)
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("low", "high", "n"), [(1e-5, 10.0, 120), (0.1, 1.0, 2), (1e-3, 1.0, 7)])
def test_rates_agree_with_the_course_reference(
    mode: Any, low: float, high: float, n: int, manual_tuning: ModuleType
) -> None:
    found = schedule(low, high, n, mode)
    np.testing.assert_allclose(found.chosen, manual_tuning.lr_schedule(low, high, n, mode))
    assert found.first_difference(np.array(manual_tuning.lr_schedule(low, high, n, mode))) is None


def test_linear_spacing_spends_nine_tenths_of_a_sweep_in_the_top_decade() -> None:
    found = schedule(1e-5, 10.0, 100, "linear")
    # 10 * i / 99 is above 1 from i = 10 on; six decades share 100 steps otherwise.
    assert found.top_decade("linear") == 90
    assert found.top_decade("exp") == 17
    assert "17 in mode exp and 90 in mode linear" in sweep(found).caption


def test_a_sweep_names_the_first_step_that_differs() -> None:
    found = schedule(1.0, 3.0, 3, "linear")
    assert found.first_difference(np.array([1.0, 2.5, 3.0])) == 2
    assert "Yours, in mode linear: 2.5 at step 2" in sweep(found, np.array([1, 2.5, 3])).caption
    assert "Yours: the same rates" in sweep(found, np.array([1.0, 2.0, 3.0])).caption


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0.0, 1.0, 5, "exp"), "got low=0.0"),
        ((2.0, 1.0, 5, "exp"), "high=1.0"),
        ((0.1, 1.0, 1, "exp"), "got n=1"),
        ((0.1, 1.0, 5, "cosine"), "got 'cosine'"),
    ],
)
def test_sweeps_that_cannot_be_are_refused(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        schedule(*values)


@pytest.mark.parametrize("rule", ridge.RULES)
def test_the_rule_of_scaling_agrees_with_the_course_reference(
    rule: Any, manual_tuning: ModuleType
) -> None:
    found = ridge.scaling(SMALL, 16, rule)
    theirs = [manual_tuning.scale_lr(*call.args) for call in own.scaling_calls(SMALL, found)]
    np.testing.assert_allclose(found.lrs, theirs)
    assert found.lrs[1] == 1.0  # where it starts, the best rate of that batch size
    assert "Yours, ringed: the same rates" in heatmap(SMALL, found, np.array(theirs)).caption
    assert "Yours, ringed: 2 and 6" in heatmap(SMALL, found, np.array([2.0, 4.0, 6.0])).caption


def test_rules_and_batch_sizes_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="`rule` must be one of"):
        ridge.scaling(SMALL, 16, "cubic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="got batch_size=9"):
        ridge.scaling(SMALL, 9, "linear")


def test_a_walk_by_hand() -> None:
    # Rates at batch size 8: the best is 1. Batch sizes at that rate: the best is 16.
    found = walk.walk(walk.plan(SMALL, "0.1", 8, "learning rate", 1))
    np.testing.assert_array_equal(found.tried, [(0, 0), (1, 0), (2, 0), (1, 1), (1, 2)])
    assert (found.best, found.score) == ((1, 1), 0.9)
    # From rate 10, the batch size goes to 32, and stays there: no round gets out.
    stuck = walk.walk(walk.plan(SMALL, "10", 8, "batch size", 3))
    assert stuck.score == 0.7
    caption = walk_map(stuck).caption
    assert "5 of 9 combinations trained" in caption
    assert "The best of all reaches 90.0%" in caption


@pytest.mark.parametrize("first", walk.FIRSTS)
@pytest.mark.parametrize("rounds", [1, 2])
def test_the_walk_agrees_with_the_course_reference(
    first: walk.First, rounds: int, manual_tuning: ModuleType
) -> None:
    recorded = ridge.ridge(ridge.landscape(), "epochs", walk.EPOCHS)
    for lr, batch in (("10", 8), ("0.001", 32), ("0.022", 256)):
        plan = walk.plan(recorded, lr, batch, first, rounds)
        call = own.walk_call(plan)
        table, start, candidates, given = call.args
        found = worker.walk().run(
            manual_tuning.coordinate_search,
            argument(None, table),
            argument(None, start),
            argument(None, candidates),
            given,  # type: ignore[arg-type]
        )
        points = own.read_walk((found,))
        np.testing.assert_allclose(points, walk.walk(plan).points)
        assert "the same trainings in the same order" in walk_map(walk.walk(plan), points).caption


def test_the_presets_show_a_first_round_that_ends_short_and_a_second_that_repairs_it() -> None:
    recorded = ridge.ridge(ridge.landscape(), "epochs", walk.EPOCHS)
    first, second = (
        walk.walk(walk.plan(recorded, "10", 8, "batch size", rounds)) for rounds in (1, 2)
    )
    assert len(first.tried) == 18
    assert first.score < recorded.scores.max() - 0.04
    assert second.score > recorded.scores.max() - 0.005
    assert len(second.tried) < recorded.scores.size / 2


@pytest.mark.parametrize(("lr", "batch", "rounds"), [("0.5", 8, 1), ("1", 9, 1), ("1", 8, 0)])
def test_walks_that_cannot_be_are_refused(lr: str, batch: int, rounds: int) -> None:
    with pytest.raises(ValueError, match=r"got rounds=0|No training was recorded"):
        walk.plan(SMALL, lr, batch, "learning rate", rounds)


def test_own_suggestions_are_read_marked_and_compared() -> None:
    curve = (np.array([0.01, 0.1, 1.0]), np.array([3.0, 2.0, 1.0]))
    ours = tuple(Suggestion(method, 0.1, 2.0) for method in lr_finder.METHODS)
    read = own.read_suggestions((0.1, 0.1, 0.1))
    assert [name for name, _ in read] == ["steep", "minimum/10", "valley"]
    assert own.told(read, ours) == "Yours, ringed: the same."
    assert own.told((("steep", 0.2), *read[1:]), ours) == "Yours, ringed: steep 0.2 instead of 0.1."
    assert own.told(None, ours) == ""
    # Half-way between 0.1 and 1 on the log axis, half-way between their losses.
    (mark, *_) = own.marks((("steep", 10**-0.5),), curve)
    assert mark == pytest.approx((10**-0.5, 1.5))
    calls = own.suggestion_calls(curve, skip=1)
    assert calls[0].args == ((0.1, 1.0), (2.0, 1.0), "steep")
    with pytest.raises(WrongShapeError, match="positive"):
        own.read_suggestions((0.1, -0.1, 0.1))


@pytest.mark.parametrize("wrong", [None, [1.0, 2.0], ([1.0], [1.0, 2.0]), ([1.0],)])
def test_what_is_no_curve_is_told(wrong: Any) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        own.read_curve((wrong,))


def test_a_walk_without_a_triple_or_a_training_is_told() -> None:
    for found in ({"result": None, "asked": [[1, 8]]}, {"result": ({}, 1, 1), "asked": []}):
        with pytest.raises(WrongShapeError, match="The picture needs"):
            own.read_walk((found,))


def test_a_rising_curve_has_its_valley_at_the_start() -> None:
    # The longest falling subsequence has one point, and the task's rule then takes the first.
    lrs, losses = np.array([0.1, 0.2, 0.3, 0.4]), np.array([1.0, 2.0, 3.0, 4.0])
    found = {item.method: item.lr for item in lr_finder.suggestions(lrs, losses, 0)}
    assert found["valley"] == 0.1
