"""Visible checks of topic 2. Read them freely: they are examples of what is asked."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from grader.checks import (
    assert_close,
    assert_equal,
    assert_refused,
    assert_returns,
    assert_true,
    check,
    spy,
)

# --- lr_schedule ------------------------------------------------------------------------------


@check(task="lr_schedule")
def test_exponential_rates_have_a_constant_ratio(submission: Any) -> None:
    assert_close(
        submission.lr_schedule(0.001, 1.0, 4),
        [0.001, 0.01, 0.1, 1.0],  # (1.0 / 0.001)^(1/3) = 10: every rate is 10 times the last
        what="lr_schedule(0.001, 1.0, 4)",
        why="On a log scale every decade gets as many tries as the next; divide by n - 1 so that "
        "the last rate is `high`.",
    )


@check(task="lr_schedule")
def test_linear_rates_have_a_constant_difference(submission: Any) -> None:
    assert_close(
        submission.lr_schedule(1.0, 3.0, 5, "linear"),
        [1.0, 1.5, 2.0, 2.5, 3.0],  # (3 - 1) / 4 = 0.5 apart
        what='lr_schedule(1.0, 3.0, 5, "linear")',
        why='Mode "linear" adds the same amount each time.',
    )


@check(task="lr_schedule")
def test_two_rates_are_the_two_ends(submission: Any) -> None:
    assert_returns(
        submission.lr_schedule, 0.02, 0.5, 2, expected=[0.02, 0.5], why="Both ends are included."
    )


@check(task="lr_schedule")
def test_impossible_arguments_are_refused(submission: Any) -> None:
    for args in ((0.0, 1.0, 4), (1.0, 0.1, 4), (0.1, 1.0, 1), (0.1, 1.0, 4, "cosine")):
        assert_refused(
            submission.lr_schedule,
            *args,
            why="An error that names the bad argument saves its caller an evening.",
        )


@check(task="smooth")
def test_a_constant_curve_stays_constant(submission: Any) -> None:
    assert_returns(
        submission.smooth,
        [2.0] * 5,
        0.98,
        expected=[2.0] * 5,
        why="An average of equal numbers is that number. If yours starts near zero, the division "
        "by 1 - beta^t is missing.",
    )


@check(task="smooth")
def test_three_steps_match_a_calculation_by_hand(submission: Any) -> None:
    assert_close(
        submission.smooth([4.0, 2.0, 8.0], 0.5),
        # v: 0.5*0 + 0.5*4 = 2;  0.5*2 + 0.5*2 = 2;  0.5*2 + 0.5*8 = 5
        # reported: 2 / (1 - 0.5) = 4;  2 / (1 - 0.25) = 8/3;  5 / (1 - 0.125) = 40/7
        [4.0, 8 / 3, 40 / 7],
        what="smooth([4.0, 2.0, 8.0], 0.5)",
        why="Carry the uncorrected v to the next step; divide only what you report.",
    )


@check(task="smooth")
def test_without_smoothing_the_losses_come_back(submission: Any) -> None:
    losses = [3.0, 1.0, 2.0]
    assert_returns(
        submission.smooth,
        losses,
        0.0,
        expected=losses,
        why="beta is the weight of the past; at 0 there is no past.",
    )


@check(task="smooth")
def test_a_weight_of_one_or_more_is_refused(submission: Any) -> None:
    for beta in (1.0, 1.5, -0.1):
        assert_refused(
            submission.smooth,
            [1.0, 2.0],
            beta,
            why="With beta = 1 nothing new would ever count, and 1 - beta^t would be zero.",
        )


@check(task="smooth")
def test_the_losses_you_are_given_are_left_alone(submission: Any) -> None:
    losses = [4.0, 2.0, 8.0]
    lab = submission.build("ex02_manual_tuning:arguments", losses=losses, beta=0.5)
    assert_equal(
        lab.after(submission.smooth)["losses"],
        losses,
        what="`losses` after smooth(losses, 0.5)",
        why="Collect the averages in a new list: the raw curve is still needed.",
    )


# --- range_test -------------------------------------------------------------------------------

# Two batches of one sample each, and a model that starts at weight 0 and bias 0.
X, Y = np.ones((2, 1, 1)), np.array([[2.0], [4.0]])


@pytest.fixture(scope="module")
def torch_loaded() -> None:
    """Import torch and take a step before a check's time starts: the first time is a slow one."""
    import torch

    weight = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=0.1)
    weight.sum().backward()
    optimizer.step()


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_rates_and_losses_are_recorded_batch_by_batch(submission: Any) -> None:
    lab = submission.build("ex02_manual_tuning:linear_range_test", x=X, y=Y)
    seen = lab.run(submission.range_test, 0.0625, 0.25, 3)
    lrs, losses = curve(seen)
    what = "range_test(model, optimizer, loss_fn, batches, 0.0625, 0.25, 3)"
    why = "Set the rate, compute the loss, record both, and only then step."
    assert_close(lrs, [0.0625, 0.125, 0.25], what=f"the rates of {what}", why=why)
    # With p = w + b, the prediction at x = 1, a step adds 2 * lr * (y - p) to w and to b each:
    # batch 1: p = 0, loss (2 - 0)^2 = 4, and p grows by 4 * 0.0625 * 2 = 0.5
    # batch 2: p = 0.5, loss (4 - 0.5)^2 = 12.25, and p grows by 4 * 0.125 * 3.5 = 1.75
    # batch 1 again, since there are only two: p = 2.25, loss (2 - 2.25)^2 = 0.0625
    assert_close(losses, [4.0, 12.25, 0.0625], what=f"the losses of {what}", why=why)


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_every_step_is_taken_at_the_rate_recorded(submission: Any) -> None:
    lab = submission.build("ex02_manual_tuning:linear_range_test", x=X, y=Y)
    seen = lab.run(submission.range_test, 0.001, 0.1, 3)
    assert_close(
        seen["rates"][:2],
        [[0.001, 0.001], [0.01, 0.01]],
        what="the rates of both parameter groups at the first two optimizer steps",
        why='Set group["lr"] for every group in optimizer.param_groups, before the step.',
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_model_and_optimizer_come_back_as_they_were(submission: Any) -> None:
    lab = submission.build("ex02_manual_tuning:network_range_test", seed=0, training=False)
    seen = lab.run(submission.range_test, 0.001, 1.0, 5)
    assert_true(
        bool(seen["training"]) and all(seen["training"]),
        what="model.training while range_test trains",
        expected="True at each batch",
        got=seen["training"],
        why="Call model.train() before the first batch: BatchNorm and Dropout depend on it.",
    )
    restored(seen, "range_test")


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_they_come_back_even_if_the_loss_function_fails(submission: Any) -> None:
    # One layer inside the model is frozen: it is in evaluation mode, unlike the others.
    lab = submission.build("ex02_manual_tuning:network_range_test", seed=0, fails_at=3, frozen=True)
    seen = lab.run(submission.range_test, 0.001, 1.0, 5)
    assert_true(
        seen["raised"],
        what="range_test with a loss_fn that raises at its fourth call",
        expected="that error",
        got="no error",
        why="Restore in a `finally` block, which lets the error go on to the caller.",
    )
    restored(seen, "after a loss_fn that raised, range_test")


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_the_test_ends_once_the_loss_has_exploded(submission: Any) -> None:
    script = [2.0, 1.0, 1.0, 5.0, 9.0, 9.0]
    lab = submission.build("ex02_manual_tuning:linear_range_test", x=X, y=Y, script=script)
    seen = lab.run(submission.range_test, 0.001, 1.0, 6, beta=0.5, stop=4.0)
    # Smoothed: 2, 4/3, 8/7, 3.2, 6.19, …: the fifth is above 4 * 8/7 = 4.57, and stays recorded.
    assert_close(
        curve(seen)[1],
        [2.0, 1.0, 1.0, 5.0, 9.0],
        what="the losses recorded, where loss_fn gives 2, 1, 1, 5, 9, 9 (beta=0.5, stop=4)",
        why="Compare the smoothed loss with `stop` times the lowest smoothed loss so far.",
    )


@pytest.mark.usefixtures("torch_loaded")
@check(task="range_test")
def test_the_test_ends_at_a_loss_that_is_no_number(submission: Any) -> None:
    script = [2.0, 1.0, math.nan, 1.0, 1.0]
    lab = submission.build("ex02_manual_tuning:linear_range_test", x=X, y=Y, script=script)
    seen = lab.run(submission.range_test, 0.001, 1.0, 5)
    assert_close(
        curve(seen)[1],
        [2.0, 1.0],
        what="the losses recorded, where loss_fn gives 2, 1, nan, 1, 1",
        why="NaN is neither above nor below anything: ask math.isfinite.",
    )


# --- suggest_lr -------------------------------------------------------------------------------

LRS = [1e-4, 1e-3, 1e-2, 1e-1, 1.0]


@check(task="suggest_lr")
def test_steep_takes_the_left_end_of_the_steepest_fall(submission: Any) -> None:
    assert_close(
        # Falls of 1, 3 and 0.5 a decade, then a rise: the steepest starts at 1e-3.
        submission.suggest_lr(LRS, [5.0, 4.0, 1.0, 0.5, 8.0], "steep"),
        1e-3,
        what='suggest_lr([1e-4, 1e-3, 1e-2, 1e-1, 1], [5, 4, 1, 0.5, 8], "steep")',
        why="Slopes are taken over the log of the rate, from each point to the next.",
    )
    assert_close(
        # Falls of 2 over one decade and of 1 over 0.3 decades: the second one is steeper.
        submission.suggest_lr([0.01, 0.1, 0.2, 2.0], [9.0, 7.0, 6.0, 6.5], "steep"),
        0.1,
        what='suggest_lr([0.01, 0.1, 0.2, 2], [9, 7, 6, 6.5], "steep")',
        why="Divide each change of the loss by the change of log(lr): gaps need not be even.",
    )


@check(task="suggest_lr")
def test_minimum_is_a_tenth_of_the_best_rate(submission: Any) -> None:
    assert_close(
        submission.suggest_lr(LRS, [5.0, 4.0, 1.0, 0.5, 8.0], "minimum"),
        1e-2,  # the lowest loss is at 1e-1
        what='suggest_lr([1e-4, 1e-3, 1e-2, 1e-1, 1], [5, 4, 1, 0.5, 8], "minimum")',
        why="At its minimum the curve is about to explode: stay a factor of ten below.",
    )


@check(task="suggest_lr")
def test_valley_sits_inside_the_longest_fall(submission: Any) -> None:
    rates = [float(i) for i in range(1, 11)]
    assert_close(
        # Longest fall: 5, 4.5, 4, 3, 2, 1, which steps over 4.7: 6 points, the last one at index 7.
        # So start = 7 - 6 = 1, third = 2, and the index is 1 + int(2) + int(1) = 4.
        submission.suggest_lr(rates, [5, 5, 4.5, 4.7, 4, 3, 2, 1, 3, 9], "valley"),
        5.0,
        what='suggest_lr([1, 2, …, 10], [5, 5, 4.5, 4.7, 4, 3, 2, 1, 3, 9], "valley")',
        why="Count points in the longest strictly decreasing subsequence.",
    )


@check(task="suggest_lr")
def test_skipped_points_do_not_count(submission: Any) -> None:
    losses = [9.0, 3.0, 2.5, 1.0, 0.0]
    assert_close(
        # Without the first point, which falls by 6: falls of 0.5, 1.5, 1, the steepest from 1e-2.
        submission.suggest_lr(LRS, losses, "steep", skip_start=1),
        1e-2,
        what='suggest_lr(…, [9, 3, 2.5, 1, 0], "steep", skip_start=1)',
        why="Leave out the same points of `lrs` and of `losses`.",
    )
    assert_close(
        submission.suggest_lr(LRS, losses, "minimum", skip_end=1),
        1e-2,  # the lowest loss left is at 1e-1
        what='suggest_lr(…, [9, 3, 2.5, 1, 0], "minimum", skip_end=1)',
        why="The last point is left out.",
    )


@check(task="suggest_lr")
def test_curves_that_cannot_be_read_are_refused(submission: Any) -> None:
    why = "A suggestion from nothing would look like a real one."
    assert_refused(submission.suggest_lr, LRS, [2.0, 1.0], why=why)
    assert_refused(submission.suggest_lr, LRS[:2], [2.0, 1.0], skip_end=1, why=why)
    assert_refused(submission.suggest_lr, LRS[:2], [2.0, 1.0], "best", why=why)


# --- scale_lr ---------------------------------------------------------------------------------


@check(task="scale_lr")
def test_the_linear_rule_grows_with_the_batch(submission: Any) -> None:
    assert_close(
        submission.scale_lr(0.1, 32, 128),
        0.4,  # the batch is 4 times as large
        what="scale_lr(0.1, 32, 128)",
        why="A larger batch gives fewer, less noisy steps, so each may be longer.",
    )


@check(task="scale_lr")
def test_the_square_root_rule_grows_more_slowly(submission: Any) -> None:
    assert_close(
        submission.scale_lr(0.1, 128, 32, "sqrt"),
        0.05,  # sqrt(32 / 128) = 1/2
        what='scale_lr(0.1, 128, 32, "sqrt")',
        why="Only the ratio is under the root, not the rate.",
    )


@check(task="scale_lr")
def test_rates_and_batches_that_make_no_sense_are_refused(submission: Any) -> None:
    for args in ((0.0, 32, 64), (0.1, 0, 64), (0.1, 32, 0), (0.1, 32, 64, "cubic")):
        assert_refused(submission.scale_lr, *args, why="Check the arguments before you use them.")


# --- coordinate_search ------------------------------------------------------------------------


def bowl(config: dict[str, float]) -> float:
    """A loss with its minimum, 0, at a = 2 and b = 1."""
    return abs(config["a"] - 2) + abs(config["b"] - 1)


@check(task="coordinate_search")
def test_each_setting_is_tuned_from_the_best_so_far(submission: Any) -> None:
    objective = spy(bowl)
    result = submission.coordinate_search(
        objective, {"a": 0, "b": 0}, {"a": [1, 2, 3], "b": [1, 2]}
    )
    what = 'coordinate_search(objective, {"a": 0, "b": 0}, {"a": [1, 2, 3], "b": [1, 2]})'
    assert_equal(
        [call[0] for call in objective.calls],
        [
            {"a": 0, "b": 0},  # 3: the start
            {"a": 1, "b": 0},  # 2: better
            {"a": 2, "b": 0},  # 1: better
            {"a": 3, "b": 0},  # 2: worse, so a stays 2
            {"a": 2, "b": 1},  # 0: better
            {"a": 2, "b": 2},  # 1: worse
        ],
        what=f"the configurations that {what} tries",
        why="Change one setting at a time, starting from the best configuration found so far.",
    )
    assert_equal(
        result,
        [{"a": 2, "b": 1}, 0, 6],
        what=what,
        why="Return the best configuration, its objective and the number of calls, which includes "
        "the start's.",
    )


def staircase(config: dict[str, int]) -> float:
    """A loss with steps along the diagonal, where neither setting can go far alone."""
    return 4 - config["a"] - config["b"] if abs(config["a"] - config["b"]) <= 1 else 9


@check(task="coordinate_search")
def test_a_second_round_goes_on_and_evaluates_no_point_twice(submission: Any) -> None:
    objective = spy(staircase)
    start, candidates = {"a": 0, "b": 0}, {"a": [0, 1, 2, 2], "b": [1, 2]}
    result = submission.coordinate_search(objective, start, candidates, rounds=2)
    what = f"coordinate_search(objective, {start}, {candidates}, rounds=2)"
    configs = [call[0] for call in objective.calls]
    repeated = [config for config in configs if configs.count(config) > 1]
    assert_true(
        bool(configs) and not repeated,
        what=what,
        expected="every configuration at most once",
        got=f"{repeated[0]} more than once" if repeated else "no call of the objective",
        why="An evaluation may be hours of training: remember what you have seen.",
    )
    assert_equal(
        result,
        # First round, 5 calls: (0, 0) is 4, (1, 0) is 3, (2, 0) is 9, (1, 1) is 2, (1, 2) is 1.
        # Second round, 3 calls: (0, 2) is 9, (2, 2) is 0, (2, 1) is 1; the others were seen.
        [{"a": 2, "b": 2}, 0, 8],
        what=what,
        why="Go through all settings again, from the best so far; count calls of the objective.",
    )


@check(task="coordinate_search")
def test_a_tie_keeps_the_current_value_and_nan_never_wins(submission: Any) -> None:
    def search(losses: list[float], expected: list[Any], why: str) -> None:
        assert_returns(
            submission.coordinate_search,
            lambda config: losses[config["a"]],
            {"a": 0},
            {"a": [1, 2]},
            expected=expected,
            exact=True,
            why=why,
        )

    search([1.0, 1.0, math.nan], [{"a": 0}, 1.0, 3], "Move only if the value is strictly lower.")
    search([math.nan, 2.0, 3.0], [{"a": 1}, 2.0, 3], "Any number is better than NaN.")


@check(task="coordinate_search")
def test_unknown_settings_and_no_rounds_are_refused(submission: Any) -> None:
    assert_refused(
        submission.coordinate_search,
        bowl,
        {"a": 0, "b": 0},
        {"c": [1]},
        why="A setting that `start` lacks is most likely a typing error.",
    )
    assert_refused(
        submission.coordinate_search,
        bowl,
        {"a": 0, "b": 0},
        {"a": [1]},
        rounds=0,
        why="A search without a single round is no search.",
    )


@check(task="coordinate_search")
def test_your_arguments_are_not_changed(submission: Any) -> None:
    given = {"start": {"a": 0, "b": 0}, "candidates": {"a": [1, 2], "b": [2]}}
    lab = submission.build("ex02_manual_tuning:arguments", **given)
    assert_equal(
        lab.after_search(submission.coordinate_search, 2.0),
        given,
        what="`start` and `candidates` after coordinate_search",
        why="Copy a dict before you change it: dict(start).",
    )


# --- helpers ----------------------------------------------------------------------------------


def curve(seen: dict[str, Any]) -> tuple[Any, Any]:
    """Return the two lists that a range test returned."""
    result = seen["result"]
    assert_true(
        isinstance(result, (tuple, list)) and len(result) == 2,
        what="range_test(…)",
        expected="two lists: the rates and the losses",
        got=result,
        why="Return lrs, losses.",
    )
    return result[0], result[1]


def restored(seen: dict[str, Any], what: str) -> None:
    """Require the lab's model and optimizer to be as they were."""
    before, after = seen["before"], seen["after"]
    reasons = {
        "weights": "state_dict() refers to the live tensors: take a deep copy of it before you "
        "start, and load it at the end.",
        "buffers": "BatchNorm's running averages change in every forward pass in training mode, "
        "and live in the model's state_dict() too.",
        "moments": "The optimizer has a state_dict() of its own, with Adam's moments: copy it "
        "deeply and load it at the end.",
        "rates": "The range test leaves its last rate in the parameter groups unless you put the "
        "old ones back.",
    }
    for part, why in reasons.items():
        assert_close(after[part], before[part], what=f"{what}: {part} afterwards", why=why)
    assert_equal(
        after["modes"],
        before["modes"],
        what=f"{what}: module.training of each module afterwards",
        why="Remember module.training of each of model.modules() before you call model.train().",
    )
