"""Hidden checks of topic 2, on fresh inputs; none is statistical, so none fails a right answer.

A check's name and its `why` are what a student reads, so neither holds an input or a result.
"""

from __future__ import annotations

import math
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np

from grader.checks import (
    assert_close,
    assert_equal,
    assert_refused,
    assert_returns,
    assert_true,
    check,
    spy,
)
from grader.subject import Subject
from grader.values import to_plain

LAB = "ex02_manual_tuning"


# --- lr_schedule --------------------------------------------------------------------------------


@check(task="lr_schedule", points=5)
def test_exponential_rates_have_a_constant_ratio(
    submission: Subject, rng: np.random.Generator
) -> None:
    low, high, n = 10 ** rng.uniform(-7, -3), 10 ** rng.uniform(-2, 1), int(rng.integers(5, 120))
    rates = submission.lr_schedule(low, high, n)
    assert_close(
        rates,
        np.geomspace(low, high, n),
        what=f"lr_schedule({low}, {high}, {n})",
        why="Rate i is low * (high / low)^(i / (n - 1)).",
    )


@check(task="lr_schedule", points=1)
def test_both_ends_are_included(submission: Subject, rng: np.random.Generator) -> None:
    low, high, n = rng.uniform(0.001, 0.1), rng.uniform(0.2, 3), int(rng.integers(5, 40))
    for mode in ("exp", "linear"):
        rates = to_plain(submission.lr_schedule(low, high, n, mode))
        what = f"the first and last of lr_schedule({low}, {high}, {n}, {mode!r})"
        why = "There are n - 1 gaps between n rates."
        assert_true(
            isinstance(rates, list) and len(rates) == n,
            what=what,
            expected=f"{n} rates",
            got=rates,
            why=why,
        )
        assert_close([rates[0], rates[-1]], [low, high], what=what, why=why)


@check(task="lr_schedule", points=1)
def test_two_rates_are_the_two_ends(submission: Subject, rng: np.random.Generator) -> None:
    low, high = rng.uniform(0.001, 0.1), rng.uniform(0.2, 3)
    assert_returns(
        submission.lr_schedule,
        low,
        high,
        2,
        expected=[low, high],
        why="Two rates are the smallest schedule there is.",
    )


@check(task="lr_schedule", points=1)
def test_linear_rates_have_a_constant_difference(
    submission: Subject, rng: np.random.Generator
) -> None:
    low, high, n = rng.uniform(0.001, 0.1), rng.uniform(0.2, 3), int(rng.integers(4, 60))
    assert_returns(
        submission.lr_schedule,
        low,
        high,
        n,
        mode="linear",
        expected=np.linspace(low, high, n),
        why="Rate i is low + (high - low) * i / (n - 1) in this mode.",
    )


@check(task="lr_schedule", points=1)
def test_bounds_out_of_order_or_not_positive_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    rate = rng.uniform(0.01, 1)
    for low, high in ((0.0, rate), (-rate, rate), (rate, rate), (rate, rate / 2)):
        for mode in ("exp", "linear"):
            assert_refused(
                submission.lr_schedule,
                *(low, high, 5, mode),
                why="Whatever the mode, 0 < low < high must hold: raise a ValueError otherwise.",
            )


@check(task="lr_schedule", points=1)
def test_fewer_than_two_rates_are_refused(submission: Subject, rng: np.random.Generator) -> None:
    low = rng.uniform(0.01, 0.1)
    for n in (1, 0, -1):
        assert_refused(
            submission.lr_schedule,
            low,
            1.0,
            n,
            why="One rate cannot be both ends: raise a ValueError.",
        )


@check(task="lr_schedule", points=1)
def test_an_unknown_mode_is_refused(submission: Subject, rng: np.random.Generator) -> None:
    low = rng.uniform(0.01, 0.1)
    assert_refused(
        submission.lr_schedule,
        low,
        1.0,
        5,
        "cosine",
        why="A mode that is neither of the two is most likely a typing error: raise a ValueError.",
    )


# --- smooth -------------------------------------------------------------------------------------


@check(task="smooth", points=3)
def test_a_constant_curve_stays_constant(submission: Subject, rng: np.random.Generator) -> None:
    level, beta, n = rng.uniform(0.5, 5), rng.uniform(0.5, 0.99), int(rng.integers(5, 60))
    assert_returns(
        submission.smooth,
        [level] * n,
        beta,
        expected=[level] * n,
        why="The average of equal numbers is that number, from the first step on: divide by 1 - "
        "beta^t, with t counted from 1.",
    )


@check(task="smooth", points=4)
def test_a_noisy_curve_is_averaged_with_falling_weights(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for beta in (rng.uniform(0.2, 0.6), rng.uniform(0.9, 0.99)):
        losses = rng.uniform(0.1, 4, size=int(rng.integers(20, 80))).tolist()
        assert_returns(
            submission.smooth,
            losses,
            beta,
            expected=reference.smooth(losses, beta),
            why="beta weighs the past and 1 - beta the new loss; the corrected value is reported, "
            "the uncorrected one carried on.",
        )


@check(task="smooth", points=1)
def test_the_first_value_is_the_first_loss(submission: Subject, rng: np.random.Generator) -> None:
    loss, beta = rng.uniform(0.5, 5), rng.uniform(0.5, 0.99)
    assert_returns(
        submission.smooth,
        [loss],
        beta,
        expected=[loss],
        why="After one step there is nothing else to average.",
    )


@check(task="smooth", points=1)
def test_without_weight_on_the_past_the_losses_come_back(
    submission: Subject, rng: np.random.Generator
) -> None:
    losses = rng.uniform(0.1, 4, size=12).tolist()
    assert_returns(
        submission.smooth,
        losses,
        0.0,
        expected=losses,
        why="beta = 0 is allowed and keeps nothing of the past.",
    )


@check(task="smooth", points=1)
def test_no_losses_give_an_empty_curve(submission: Subject) -> None:
    assert_returns(
        submission.smooth, [], 0.9, expected=[], exact=True, why="Nothing to average is no error."
    )


@check(task="smooth", points=1)
def test_weights_outside_the_range_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    for beta in (1.0, rng.uniform(1.1, 3), -rng.uniform(0.1, 1)):
        assert_refused(
            submission.smooth,
            [1.0, 2.0],
            beta,
            why="0 <= beta < 1 must hold: raise a ValueError otherwise.",
        )


@check(task="smooth", points=1)
def test_the_losses_given_are_left_alone(submission: Subject, rng: np.random.Generator) -> None:
    losses = rng.uniform(0.1, 4, size=8).tolist()
    lab = submission.build(f"{LAB}:arguments", losses=losses, beta=0.9)
    assert_equal(
        lab.after(submission.smooth)["losses"],
        losses,
        what="`losses` after smooth",
        why="Write the averages into a list of your own; the raw curve is still needed.",
    )


# --- range_test ---------------------------------------------------------------------------------


def curve(seen: dict[str, Any]) -> tuple[Any, Any]:
    result = seen["result"]
    assert_true(
        isinstance(result, (tuple, list)) and len(result) == 2,
        what="range_test(…)",
        expected="two lists: the rates and the losses",
        got=result,
        why="Return the rates and the losses, in this order.",
    )
    return result[0], result[1]


def linear_losses(x: np.ndarray, y: np.ndarray, rates: np.ndarray) -> list[float]:
    """Losses of a linear model from zero under plain gradient descent, batches in turn."""
    weight, bias, losses = np.zeros(x.shape[2]), 0.0, []
    for step, rate in enumerate(rates):
        inputs, targets = x[step % len(x)], y[step % len(x)]
        error = inputs @ weight + bias - targets
        losses.append(float(np.mean(error**2)))
        weight = weight - rate * 2 * inputs.T @ error / len(targets)
        bias = bias - rate * 2 * error.mean()
    return losses


def linear_data(rng: np.random.Generator, n_batches: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(n_batches, 5, 2)), rng.normal(loc=2.0, size=(n_batches, 5))


def scripted(
    submission: Subject,
    rng: np.random.Generator,
    device: str,
    script: list[float],
    **options: float,
) -> list[float]:
    """Losses that a range test records where the loss function follows a script."""
    x, y = linear_data(rng, 2)
    lab = submission.build(f"{LAB}:linear_range_test", x=x, y=y, device=device, script=script)
    seen = lab.run(submission.range_test, 1e-4, 1e-2, len(script), **options)
    losses: list[float] = curve(seen)[1]
    return losses


def network(
    submission: Subject, rng: np.random.Generator, device: str, **options: object
) -> dict[str, Any]:
    """What a range test does to a network that is some steps into training."""
    seed = int(rng.integers(2**31))
    lab = submission.build(f"{LAB}:network_range_test", seed=seed, device=device, **options)
    seen: dict[str, Any] = lab.run(submission.range_test, 1e-3, 0.5, int(rng.integers(6, 12)))
    return seen


@check(task="range_test", points=3)
def test_rates_used_and_raw_losses_are_recorded(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    (x, y), low, n = linear_data(rng, 12), rng.uniform(0.001, 0.005), int(rng.integers(6, 12))
    rates = np.geomspace(low, 20 * low, n)
    lab = submission.build(f"{LAB}:linear_range_test", x=x, y=y, device=device)
    seen = lab.run(submission.range_test, low, 20 * low, n, stop=100.0)
    lrs, losses = curve(seen)
    what = f"range_test(…, {low}, {20 * low}, {n})"
    assert_close(
        lrs,
        rates,
        what=f"rates of {what}",
        why="Record the rate that the batch was trained with, one of lr_schedule(low, high, n).",
    )
    assert_close(
        losses,
        linear_losses(x, y, rates),
        what=f"losses of {what}",
        why="Record the raw loss of each batch, computed before its step; take every step.",
    )


@check(task="range_test", points=1)
def test_every_parameter_group_steps_at_the_rate_recorded(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    (x, y), low, n = linear_data(rng, 4), rng.uniform(0.001, 0.005), int(rng.integers(6, 12))
    lab = submission.build(f"{LAB}:linear_range_test", x=x, y=y, device=device)
    seen = lab.run(submission.range_test, low, 20 * low, n, stop=100.0)
    rates = np.geomspace(low, 20 * low, n)[: n - 1]  # the last step changes nothing recorded
    assert_close(
        seen["rates"][: n - 1],
        np.column_stack([rates, rates]),
        what="the rate of each parameter group at each step",
        why="An optimizer may have several parameter groups: set the rate in all of them.",
    )


@check(task="range_test", points=1)
def test_a_short_loader_starts_over(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    (x, y), n = linear_data(rng, int(rng.integers(2, 4))), int(rng.integers(8, 12))
    lab = submission.build(f"{LAB}:linear_range_test", x=x, y=y, device=device)
    seen = lab.run(submission.range_test, 0.001, 0.02, n, stop=100.0)
    assert_close(
        curve(seen)[1],
        linear_losses(x, y, np.geomspace(0.001, 0.02, n)),
        what=f"losses with {len(x)} batches and {n} rates",
        why="When the batches are exhausted, begin again with the first one.",
    )


@check(task="range_test", points=1)
def test_old_gradients_play_no_part(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    x, y = linear_data(rng, 6)
    lab = submission.build(
        f"{LAB}:linear_range_test", x=x, y=y, device=device, leftover_gradients=True
    )
    seen = lab.run(submission.range_test, 0.001, 0.02, 6, stop=100.0)
    assert_close(
        curve(seen)[1],
        linear_losses(x, y, np.geomspace(0.001, 0.02, 6)),
        what="losses where gradients of earlier training are left over",
        why="Clear the gradients before each backward pass, the first one included.",
    )


@check(task="range_test", points=1)
def test_an_exploding_curve_ends_the_test(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    level = rng.uniform(1, 2)
    for stop in (4.0, 8.0):
        # With beta = 0.5 the smoothed curve falls to just above `level`, then climbs towards
        # `jump`: one step reaches about half of it, and two about three quarters.
        jump = stop * level * rng.uniform(1.4, 1.6)
        script = [2 * level, *[level] * 6, *[jump] * 6]
        assert_close(
            scripted(submission, rng, device, script, beta=0.5, stop=stop),
            script[:9],
            what=f"losses where the loss jumps from {level} to {jump} (beta=0.5, stop={stop})",
            why="End the test as soon as the smoothed loss is above `stop` times the lowest "
            "smoothed loss so far, and keep that last batch in the record.",
        )


@check(task="range_test", points=1)
def test_without_a_word_the_test_stops_above_four_times_the_lowest(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    level = 2.0 ** int(rng.integers(4))  # so that these products are exact in any precision
    script = [level, 3.5 * level, 4 * level, 4.5 * level, level, level]
    assert_close(
        scripted(submission, rng, device, script, beta=0.0),
        script[:4],
        what=f"losses where the loss is {script}, with beta=0 and no `stop`",
        why="`stop` is 4 unless something else is asked for, and at exactly that multiple the test "
        "goes on.",
    )


@check(task="range_test", points=1)
def test_a_single_outlier_does_not_end_the_test(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    level = rng.uniform(1, 2)
    script = [level] * 20
    script[12] = 6 * level  # smoothed with beta = 0.98, it counts for less than a tenth
    assert_close(
        scripted(submission, rng, device, script),
        script,
        what=f"losses of {level} with one of {6 * level}",
        why="Compare smoothed losses with one another: a raw loss jumps for many reasons.",
    )


@check(task="range_test", points=1)
def test_a_loss_that_is_not_finite_ends_the_test(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    for broken in (math.nan, math.inf):
        script = rng.uniform(1, 2, size=8).tolist()
        script[5] = broken
        assert_close(
            scripted(submission, rng, device, script),
            script[:5],
            what=f"losses where the sixth is {broken}",
            why="A comparison with NaN is never true: ask whether the loss is finite, before you "
            "record it.",
        )


@check(task="range_test", points=2)
def test_weights_and_buffers_come_back(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    seen = network(submission, rng, device)
    for part in ("weights", "buffers"):
        assert_close(
            seen["after"][part],
            seen["before"][part],
            what=f"the model's {part} after range_test",
            why="Load a deep copy of the model's state_dict(), which holds its buffers too; the "
            "dict itself refers to the live tensors.",
        )


@check(task="range_test", points=1)
def test_the_optimizer_gets_its_moments_back(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    seen = network(submission, rng, device)
    assert_close(
        seen["after"]["moments"],
        seen["before"]["moments"],
        what="the optimizer's state after range_test",
        why="Adam's moments belong to the optimizer: load a deep copy of its state_dict().",
    )


@check(task="range_test", points=1)
def test_each_parameter_group_gets_its_own_rate_back(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    seen = network(submission, rng, device)
    assert_close(
        seen["after"]["rates"],
        seen["before"]["rates"],
        what="the parameter groups' rates after range_test",
        why="Groups may have had different rates: put each one's own back.",
    )


@check(task="range_test", points=1)
def test_it_trains_in_training_mode_and_gives_each_module_its_mode_back(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    for training, frozen in ((False, False), (True, True)):
        seen = network(submission, rng, device, training=training, frozen=frozen)
        assert_true(
            bool(seen["training"]) and all(seen["training"]),
            what="model.training at each call of loss_fn",
            expected="True",
            got=seen["training"],
            why="Call model.train() before the first batch.",
        )
        assert_equal(
            seen["after"]["modes"],
            seen["before"]["modes"],
            what="module.training of each module after range_test",
            why="A module inside the model may have a mode of its own: remember each one's.",
        )


@check(task="range_test", points=2)
def test_a_failing_loss_function_leaves_no_trace(
    submission: Subject, rng: np.random.Generator, device: str
) -> None:
    seen = network(submission, rng, device, fails_at=int(rng.integers(2, 5)), training=False)
    why = "Restore in a `finally` block, and let the error pass on to the caller."
    assert_true(
        seen["raised"],
        what="range_test with a loss_fn that raises",
        expected="its error",
        got="no error",
        why=why,
    )
    for part in ("weights", "buffers", "moments", "rates"):
        what = f"{part} after a loss_fn that raised"
        assert_close(seen["after"][part], seen["before"][part], what=what, why=why)
    what = "module.training of each module after a loss_fn that raised"
    assert_equal(seen["after"]["modes"], seen["before"]["modes"], what=what, why=why)


# --- suggest_lr ---------------------------------------------------------------------------------


def uneven_curve(rng: np.random.Generator, n: int) -> tuple[list[float], list[float]]:
    """Rates with uneven gaps, and a noisy loss that falls, then rises."""
    exponents = np.cumsum(rng.uniform(0.02, 0.3, size=n))
    bowl = 4 * (np.linspace(-1.5, 1, n)) ** 2
    return (1e-6 * 10**exponents).tolist(), (1 + bowl + rng.normal(0, 0.4, size=n)).tolist()


def suggests_like(
    submission: Subject, reference: ModuleType, rng: np.random.Generator, method: str, why: str
) -> None:
    for scale in (1.0, 1.0, 1.0, 1.0, 1e-3, 30.0):
        n = int(rng.integers(12, 60))
        lrs, curve_ = uneven_curve(rng, n)
        losses = [scale * loss for loss in curve_]
        assert_returns(
            submission.suggest_lr,
            lrs,
            losses,
            method,
            expected=reference.suggest_lr(lrs, losses, method),
            why=why,
        )


@check(task="suggest_lr", points=3)
def test_steep_finds_the_steepest_fall_over_the_log_of_the_rate(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    why = "Divide each change of the loss by the change of log(lr), and take the lowest slope."
    suggests_like(submission, reference, rng, "steep", why)


@check(task="suggest_lr", points=3)
def test_minimum_is_a_tenth_of_the_rate_at_the_lowest_loss(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    why = "Divide the rate at the lowest loss by 10, to stay clear of the explosion."
    suggests_like(submission, reference, rng, "minimum", why)


@check(task="suggest_lr", points=1)
def test_of_equal_minima_the_first_one_counts(
    submission: Subject, rng: np.random.Generator
) -> None:
    lrs, losses = uneven_curve(rng, 20)
    first = int(rng.integers(2, 9))
    losses[first] = losses[first + 1] = losses[15] = -rng.uniform(2, 3)
    assert_returns(
        submission.suggest_lr,
        lrs,
        losses,
        "minimum",
        expected=lrs[first] / 10,
        why="Where two rates are equally good, the smaller one is the safer one.",
    )


@check(task="suggest_lr", points=3)
def test_valley_follows_the_longest_decreasing_subsequence(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    why = "Points between those of the subsequence may be higher: it need not be an unbroken run."
    suggests_like(submission, reference, rng, "valley", why)


@check(task="suggest_lr", points=1)
def test_valley_knows_a_straight_fall_and_a_flat_line(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    n, level = int(rng.integers(20, 90)), rng.uniform(1, 3)
    lrs = np.geomspace(1e-5, 1.0, n).tolist()
    for losses in (np.linspace(5, 1, n).tolist(), [level] * n):
        assert_returns(
            submission.suggest_lr,
            lrs,
            losses,
            "valley",
            expected=reference.suggest_lr(lrs, losses, "valley"),
            why="Decreasing means strictly; start = end - length; an index below 0 becomes 0.",
        )


@check(task="suggest_lr", points=1)
def test_valley_is_the_default(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    lrs, losses = uneven_curve(rng, 40)
    assert_returns(
        submission.suggest_lr,
        lrs,
        losses,
        expected=reference.suggest_lr(lrs, losses, "valley"),
        why="Keep the parameters and defaults that the exercise gives.",
    )


@check(task="suggest_lr", points=2)
def test_skipped_points_are_left_out_at_either_end(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for start, end, method in product((0, 3), (0, 4), ("steep", "minimum", "valley")):
        lrs, losses = uneven_curve(rng, 30)
        losses[0], losses[1], losses[-3], losses[-2] = 50.0, 9.0, 20.0, -5.0
        assert_returns(
            submission.suggest_lr,
            lrs,
            losses,
            method,
            skip_start=start,
            skip_end=end,
            expected=reference.suggest_lr(lrs, losses, method, skip_start=start, skip_end=end),
            why="Cut rates and losses alike, and mind that a slice [a:-0] is empty.",
        )


@check(task="suggest_lr", points=1)
def test_two_points_are_enough(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    lrs, losses = uneven_curve(rng, 2)
    for curve_, method in product((losses, losses[::-1]), ("steep", "minimum", "valley")):
        assert_returns(
            submission.suggest_lr,
            lrs,
            curve_,
            method,
            expected=reference.suggest_lr(lrs, curve_, method),
            why="Two points make one slope: refuse only what has fewer.",
        )


@check(task="suggest_lr", points=1)
def test_curves_that_cannot_be_read_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    lrs, losses = uneven_curve(rng, 12)
    cases: list[tuple[list[float], list[float], str, dict[str, int]]] = [
        (lrs, losses[:-2], "minimum", {}),
        (lrs[:1], losses[:1], "minimum", {}),
        (lrs, losses, "valley", {"skip_start": 5, "skip_end": 6}),
        (lrs, losses, "steep", {"skip_start": 9, "skip_end": 9}),
        (lrs, losses, "steep", {"skip_start": -1}),
        (lrs, losses, "minimum", {"skip_start": -4}),
        (lrs, losses, "minimum", {"skip_end": -1}),
        (lrs, losses, "best", {}),
    ]
    for rates, curve_, method, skips in cases:
        assert_refused(
            submission.suggest_lr,
            *(rates, curve_, method),
            **skips,
            why="Lengths that differ, fewer than 2 points left, negative skips and unknown "
            "methods are ValueErrors.",
        )


# --- scale_lr -----------------------------------------------------------------------------------


@check(task="scale_lr", points=3)
def test_the_linear_rule_multiplies_by_the_ratio_of_the_batches(
    submission: Subject, rng: np.random.Generator
) -> None:
    several = rng.integers(3, 500, size=(4, 2)).tolist()
    for old, new in (*several, (1, several[0][0]), (several[1][0], 1)):
        lr = 10 ** rng.uniform(-4, 0)
        assert_returns(
            submission.scale_lr,
            lr,
            old,
            new,
            expected=lr * new / old,
            why="Multiply by new_batch / old_batch, a fraction where the batch shrinks.",
        )


@check(task="scale_lr", points=3)
def test_the_square_root_rule_multiplies_by_the_root_of_that_ratio(
    submission: Subject, rng: np.random.Generator
) -> None:
    for _ in range(4):
        lr, old, new = 10 ** rng.uniform(-4, 0), *map(int, rng.integers(3, 500, size=2))
        assert_returns(
            submission.scale_lr,
            lr,
            old,
            new,
            rule="sqrt",
            expected=lr * math.sqrt(new / old),
            why="Multiply by the square root of new_batch / old_batch; the rate stays outside it.",
        )


@check(task="scale_lr", points=1)
def test_rates_and_batches_that_make_no_sense_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    lr, batch = rng.uniform(0.01, 0.5), int(rng.integers(2, 200))
    for args in ((0.0, batch, 8), (-lr, batch, 8), (lr, 0, batch), (lr, batch, 0), (lr, batch, -4)):
        assert_refused(
            submission.scale_lr,
            *args,
            why="Rates are positive and batches hold at least one sample: raise a ValueError.",
        )


@check(task="scale_lr", points=1)
def test_an_unknown_rule_is_refused(submission: Subject, rng: np.random.Generator) -> None:
    lr = rng.uniform(0.01, 0.5)
    assert_refused(
        submission.scale_lr,
        lr,
        32,
        64,
        "cubic",
        why="A rule that is neither of the two is most likely a typing error: raise a ValueError.",
    )


# --- coordinate_search --------------------------------------------------------------------------

Config = dict[str, Any]


def random_problem(
    reference: ModuleType, rng: np.random.Generator
) -> tuple[Any, Config, dict[str, list[int]]]:
    """A table of losses where a round improves several settings, and a second one finds more."""
    while True:
        objective, start, candidates = random_table(rng)
        best, value, _ = reference.coordinate_search(objective, start, candidates)
        _, later, _ = reference.coordinate_search(objective, start, candidates, rounds=2)
        if later < value and sum(best[name] != start[name] for name in start) >= 2:
            return objective, start, candidates


def random_table(rng: np.random.Generator) -> tuple[Any, Config, dict[str, list[int]]]:
    names = list(rng.permutation(["lr", "width", "dropout"]))
    candidates = {str(name): rng.permutation(5)[:4].tolist() for name in names}
    table = rng.permutation(125).reshape(5, 5, 5) / 10

    def objective(config: Config) -> float:
        return float(table[config["lr"], config["width"], config["dropout"]])

    start = {name: int(rng.integers(5)) for name in ("dropout", "lr", "width")}
    return objective, start, candidates


def configs(objective: Any) -> list[Config]:
    return [call[0] for call in objective.calls]


@check(task="coordinate_search", points=3)
def test_the_best_configuration_and_its_objective_come_back(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for _ in range(4):
        objective, start, candidates = random_problem(reference, rng)
        best, value, _ = reference.coordinate_search(objective, start, candidates)
        got = submission.coordinate_search(objective, start, candidates)
        assert_equal(
            got[:2] if isinstance(got, (tuple, list)) else got,
            (best, value),
            what=f"coordinate_search(objective, {start}, {candidates})",
            why="Minimize: keep a change only if it lowers the objective, and build on it.",
        )


@check(task="coordinate_search", points=3)
def test_one_setting_changes_at_a_time_in_the_order_given(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for _ in range(4):
        objective, start, candidates = random_problem(reference, rng)
        wanted, tried = spy(objective), spy(objective)
        reference.coordinate_search(wanted, start, candidates)
        submission.coordinate_search(tried, start, candidates)
        assert_equal(
            configs(tried),
            configs(wanted),
            what=f"the configurations tried by coordinate_search(…, {start}, {candidates})",
            why="First the start; then each setting in turn, from the best configuration so far.",
        )


@check(task="coordinate_search", points=1)
def test_the_calls_are_counted(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    table, start, candidates = random_problem(reference, rng)
    objective = spy(table)
    got = submission.coordinate_search(objective, start, candidates)
    assert_equal(
        got[2] if isinstance(got, (tuple, list)) and len(got) == 3 else got,
        len(objective.calls),
        what=f"the third item of coordinate_search(…, {start}, {candidates})",
        why="Count every call of the objective, the one for the start included.",
    )


@check(task="coordinate_search", points=2)
def test_no_configuration_is_evaluated_twice(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for rounds in (1, 3):
        table, start, candidates = random_problem(reference, rng)
        for name, values in candidates.items():
            candidates[name] = [start[name], *values, values[0]]
        objective = spy(table)
        submission.coordinate_search(objective, start, candidates, rounds=rounds)
        tried = [tuple(sorted(config.items())) for config in configs(objective)]
        assert_true(
            bool(tried) and len(tried) == len(set(tried)),
            what=f"the calls in coordinate_search(…, {start}, {candidates}, rounds={rounds})",
            expected="every configuration at most once",
            got=f"{len(tried)} calls with {len(set(tried))} configurations",
            why="Remember each configuration tried, the start included, over all rounds.",
        )


@check(task="coordinate_search", points=1)
def test_more_rounds_go_on_from_the_best(
    submission: Subject, reference: ModuleType, rng: np.random.Generator
) -> None:
    for rounds in (2, 4):
        objective, start, candidates = random_problem(reference, rng)
        best, value, _ = reference.coordinate_search(objective, start, candidates, rounds=rounds)
        got = submission.coordinate_search(objective, start, candidates, rounds=rounds)
        assert_equal(
            got[:2] if isinstance(got, (tuple, list)) else got,
            (best, value),
            what=f"coordinate_search(…, {start}, {candidates}, rounds={rounds})",
            why="Each round goes through all settings again, from the best configuration so far.",
        )


@check(task="coordinate_search", points=1)
def test_a_tie_keeps_the_current_value(submission: Subject, rng: np.random.Generator) -> None:
    level = rng.uniform(1, 2)
    got = submission.coordinate_search(lambda _: level, {"lr": 0}, {"lr": [1, 2, 3]})
    assert_equal(
        got[0] if isinstance(got, (tuple, list)) else got,
        {"lr": 0},
        what="the best of coordinate_search where the objective is constant",
        why="Only a strictly lower objective is an improvement.",
    )


@check(task="coordinate_search", points=1)
def test_nan_is_worse_than_any_number(submission: Subject, rng: np.random.Generator) -> None:
    low, high = rng.uniform(1, 2), rng.uniform(3, 4)
    for losses, best in (
        ([high, math.nan, low, math.nan], 2),
        ([math.nan, math.nan, high, low], 3),
        ([math.nan] * 4, 0),
    ):
        finds(submission, losses, best)


def finds(submission: Subject, losses: list[float], best: int) -> None:
    got = submission.coordinate_search(
        lambda config: losses[config["lr"]], {"lr": 0}, {"lr": [1, 2, 3]}
    )
    assert_equal(
        got[:2] if isinstance(got, (tuple, list)) else got,
        ({"lr": best}, losses[best]),
        what=f"coordinate_search where the objective is {losses} at 0, 1, 2, 3",
        why="A comparison with NaN is never true. A run that diverged must not win, and must "
        "not stay if it is the start and anything is a number.",
    )


@check(task="coordinate_search", points=1)
def test_start_and_candidates_are_left_alone(submission: Subject, rng: np.random.Generator) -> None:
    start = {"lr": int(rng.integers(1, 4)), "width": 0}
    given = {"start": start, "candidates": {"lr": [8, 6], "width": [5, 7]}}
    lab = submission.build(f"{LAB}:arguments", **given)
    assert_equal(
        lab.after_search(submission.coordinate_search, 6.0),
        given,
        what="`start` and `candidates` after coordinate_search",
        why="Copy the dict before you change it: dict(start).",
    )


@check(task="coordinate_search", points=1)
def test_unknown_settings_and_no_rounds_are_refused(
    submission: Subject, rng: np.random.Generator
) -> None:
    value = int(rng.integers(5))

    for candidates, rounds in (({"learning_rate": [1]}, 1), ({"lr": [1]}, 0)):
        assert_refused(
            submission.coordinate_search,
            lambda _: 1.0,
            {"lr": value},
            candidates,
            rounds=rounds,
            why="A setting that `start` lacks, or fewer rounds than 1, is a ValueError.",
        )
