"""Hidden checks of topic 7.

False alarms: EarlyStopping, one_standard_error and lint_plan are judged exactly. Of `tune`, any
strategy may be right, so chance has a part in four checks:

- as good as random search: 24 drawn problems, the mean at most 0.06 behind. Measured with
  `python -m benchmarks tuning -n 1000` (2,000 tuned problems a strategy, 200,000 checks made up of
  them): successive halving fails in fewer than 1 in 100,000 checks, random search in 34, Optuna's
  TPE in 18 and TPE with pruning in 28 of 100,000. The start fails always, a configuration drawn
  without training in 99.8%, the worst of random search always.
- no worse than the start: 12 drawn problems, the mean at most 0.01 behind. None of the four right
  strategies failed in 200,000; the worst of random search fails in 99.99%.
- the same check asks for the better one of two configurations, with 30 trainings to spend: random
  search with replacement fails that in 1e-9 (0.5^30) of all cases.
- a diverged training, and the ridge of two hyperparameters: a search that draws as many whole
  trainings as there are points, with replacement, fails these in 5e-7 (8 * 0.5^24) and 1e-7
  (23/36 to the power of 36) of all cases, and one without replacement never.
"""

from __future__ import annotations

import math

import numpy as np

from grader.checks import assert_equal, assert_refused, assert_returns, assert_true, check
from grader.labs import ex07_practical_guidelines as labs
from grader.recorded import LANDSCAPES, draw, made
from grader.values import to_plain

NAN, INF = math.nan, math.inf
LAB = "ex07_practical_guidelines:training"


# EarlyStopping


def eighths(rng, low, high, size):
    """Draw multiples of 1/8, whose differences are exact."""
    return (rng.integers(8 * low, 8 * high, size) / 8).tolist()


def trained(submission, values, fails_at=None, positional=False, **settings):
    """Return what the lab saw of a training that the submission's class watched."""
    lab = submission.build(LAB, **settings)
    return lab.run(submission.EarlyStopping, values, fails_at, positional)


def assert_like(got, expected, names, why):
    """Require a training to have gone like another, in some respects."""
    for name in names:
        what = {
            "says": "what update returned, epoch by epoch",
            "best": "best after the training",
            "state": "best_state after the training",
            "loaded": "what was loaded at the end of the with block",
            "while_training": "states loaded before the end of the with block",
            "raised": "whether an exception of the training reached the caller",
        }[name]
        assert_equal(got[name], expected[name], what=what, why=why)


@check(task="EarlyStopping", points=2)
def test_training_stops_after_patience_updates_without_improvement(submission, rng):
    why = "The update that makes patience in a row without improvement is the one to stop."
    for patience in (1, 2, int(rng.integers(3, 7))):
        level = float(rng.integers(20, 60))
        falling = [level, level - 1, level - 2]
        dull = [level - 2 + x for x in eighths(rng, 0, 9, patience + 1)]
        got = trained(submission, falling + dull, patience=patience)
        expected = {"says": [False] * (2 + patience) + [True], "best": level - 2}
        assert_like(got, expected, ["says", "best"], why)


@check(task="EarlyStopping", points=2)
def test_an_improvement_sets_the_count_back(submission, rng):
    patience = int(rng.integers(2, 5))
    level = float(rng.integers(50, 90))
    values = [level]
    for _ in range(3):  # one short of patience each time, then an improvement
        values += [level + 1] * (patience - 1)
        level -= 2
        values.append(level)
    values += [level] * patience  # equal is no improvement
    why = "Only updates in a row count: with each improvement, counting begins anew."
    expected = {"says": [False] * (len(values) - 1) + [True]}
    assert_like(trained(submission, values, patience=patience), expected, ["says"], why)


@check(task="EarlyStopping", points=1)
def test_a_gain_of_just_min_delta_is_no_improvement(submission, rng):
    delta, start = float(rng.integers(1, 8)) / 8, float(rng.integers(20, 40))
    for mode, sign in (("min", -1), ("max", 1)):
        values = [start, start + sign * delta, start + sign * (delta + 0.125)]
        got = trained(submission, values, patience=5, min_delta=delta, mode=mode)
        why = "Better by more than min_delta: a gain of exactly min_delta does not count."
        assert_like(got, {"best": values[-1], "state": [2, 20, 2, 2]}, ["best", "state"], why)
        got = trained(submission, values[:2], patience=5, min_delta=delta, mode=mode)
        assert_like(got, {"best": values[0], "state": [0, 0, 0, 0]}, ["best", "state"], why)


@check(task="EarlyStopping", points=2)
def test_small_gains_add_up_because_the_best_stays(submission, rng):
    start = float(rng.integers(30, 60))
    for mode, sign in (("min", -1), ("max", 1)):
        # Steps of 1/4 against a min_delta of 5/8: every third one is better by more than that.
        values = [start + sign * i / 4 for i in range(8)]
        got = trained(submission, values, patience=3, min_delta=0.625, mode=mode)
        why = "The best moves only with an improvement, so that slow progress is progress."
        expected = {"says": [False] * 8, "best": values[6], "state": [6, 60, 6, 6]}
        assert_like(got, expected, ["says", "best", "state"], why)
        got = trained(submission, values, patience=2, min_delta=0.625, mode=mode)
        expected = {"says": [False, False, True], "best": values[0], "state": [0, 0, 0, 0]}
        why = "A gain of less than min_delta counts as none, in mode max as well."
        assert_like(got, expected, ["says", "best", "state"], why)


@check(task="EarlyStopping", points=2)
def test_any_curve_in_either_mode(submission, reference, rng):
    for mode in ("min", "max"):
        for patience in (1, 3, 4):
            settings = {"patience": patience, "min_delta": eighths(rng, 0, 2, 1)[0], "mode": mode}
            values = [value - 20 for value in eighths(rng, 10, 30, 12)]
            expected = labs.training(**settings).run(reference.EarlyStopping, values)
            got = trained(submission, values, positional=patience == 3, **settings)
            why = "Go through a short curve by hand: the best, the count and the state, each epoch."
            assert_like(got, expected, ["says", "best", "state", "loaded"], why)


@check(task="EarlyStopping", points=2)
def test_a_value_that_is_not_finite_stops_at_once(submission, rng):
    good = float(rng.integers(1, 9))
    why = "NaN and infinity, of either sign, mean that training diverged: stop, and keep the best."
    for odd in (NAN, INF, -INF):
        for mode in ("min", "max"):
            got = trained(submission, [good, odd, good], patience=4, mode=mode)
            expected = {"says": [False, True], "best": good, "state": [0, 0, 0, 0]}
            assert_like(got, expected, ["says", "best", "state"], why)
            got = trained(submission, [odd, good], patience=4, mode=mode)
            expected = {"says": [True], "best": None, "state": None, "loaded": []}
            assert_like(got, expected, ["says", "best", "state", "loaded"], why)


@check(task="EarlyStopping", points=1)
def test_the_best_state_is_a_copy(submission, rng):
    values = [*sorted(eighths(rng, 2, 30, 3), reverse=True), 1.0, 40.0, 50.0]
    got = trained(submission, values, patience=9)
    why = "Training changes the state in place, tensors and lists inside it too: copy all of it."
    assert_like(got, {"state": [3, 30, 3, 3]}, ["state"], why)


@check(task="EarlyStopping", points=2)
def test_the_best_state_comes_back_however_training_ends(submission, rng):
    high = float(rng.integers(10, 90))
    values = [high, high - 2, high + 1, high + 3]
    names = ["loaded", "while_training", "raised"]
    for patience, fails_at, why in (
        (2, None, "After an early stop, the best state is loaded, once, as the block ends."),
        (7, None, "Where the epochs run out before patience does, the best state comes back too."),
        (7, 3, "An exception in the block passes on to the caller, after the best was loaded."),
    ):
        got = trained(submission, values, fails_at, patience=patience)
        expected = {"loaded": [[1, 10, 1, 1]], "while_training": 0, "raised": fails_at is not None}
        assert_like(got, expected, names, why)
    got = trained(submission, values, 0, patience=2)
    why = "Where nothing has been the best, there is nothing to load."
    assert_like(got, {"loaded": [], "while_training": 0, "raised": True}, names, why)


@check(task="EarlyStopping", points=1)
def test_a_real_model_gets_its_best_weights_and_buffers_back(submission, rng, device):
    best = int(rng.integers(1, 4))
    values = [5.0 + abs(epoch - best) for epoch in range(6)]
    got = submission.build(LAB, patience=9).with_a_model(submission.EarlyStopping, values, device)
    why = "state_dict() refers to the model's own tensors: without a deep copy they go on changing."
    assert_equal(got["weights"], [float(best)] * 10, what="weights after the block", why=why)
    assert_equal(got["buffers"], [float(best)] * 5, what="buffers after the block", why=why)


@check(task="EarlyStopping", points=1)
def test_two_objects_keep_apart(submission, rng):
    high = float(rng.integers(20, 40))
    lab = submission.build(LAB, patience=2)
    first, second = [high, high - 1, high - 2, high - 3], [high - 9, high, high, high]
    got = lab.side_by_side(submission.EarlyStopping, first, second)
    why = "Each object has a best and a count of its own: set them in __init__, on self."
    assert_equal(got[0]["says"], [False] * 4, what="the first of two, falling", why=why)
    assert_equal(got[1]["says"][:3], [False, False, True], what="the second, rising", why=why)
    assert_equal([g["best"] for g in got], [high - 3, high - 9], what="best of each", why=why)


@check(task="EarlyStopping", points=1)
def test_settings_without_sense_are_refused(submission, rng):
    beyond = float(rng.uniform(0.01, 0.9))
    why = "Patience is at least 1, min_delta at least 0, and the mode is min or max."
    for settings in (
        {"patience": 0},
        {"patience": -2},
        {"patience": 3, "min_delta": -beyond},
        {"patience": 3, "min_delta": NAN},
        {"patience": 3, "mode": "minimum"},
        {"patience": 3, "mode": "Max"},
    ):
        assert_refused(submission.EarlyStopping, **settings, why=why)


# one_standard_error


def folds(mean, error, k, rng):
    """Scores of one model with that mean, and that standard error of the mean, up to rounding."""
    noise = rng.normal(size=k)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    return (mean + error * math.sqrt(k) * noise).tolist()


@check(task="one_standard_error", points=3)
def test_the_simplest_model_within_one_standard_error(submission, reference, rng):
    why = "The first model whose mean is at least the best mean minus its standard error."
    for k in (2, 3, 5, 10):
        for n in rng.integers(3, 8, size=2).tolist():
            rise = np.sort(rng.uniform(0.6, 0.9, n))[:, None]
            scores = (rise + rng.normal(scale=0.08, size=(n, k))).tolist()
            expected = reference.one_standard_error(scores)
            assert_returns(
                submission.one_standard_error, scores, expected=expected, exact=True, why=why
            )


@check(task="one_standard_error", points=2)
def test_the_error_is_that_of_the_best_model(submission, rng):
    k, best, error = 5, float(rng.uniform(0.8, 0.9)), float(rng.uniform(0.01, 0.02))
    wide = folds(best - 2 * error, 6 * error, k, rng)
    narrow = folds(best - 0.8 * error, 0.1 * error, k, rng)
    top = folds(best, error, k, rng)
    rest = folds(best - 5 * error, 3 * error, k, rng)
    why = "How far a model may fall behind is the best model's own standard error, not another's."
    for scores, expected in (([wide, narrow, top, rest], 1), ([wide, top, rest], 1)):
        assert_returns(
            submission.one_standard_error, scores, expected=expected, exact=True, why=why
        )


@check(task="one_standard_error", points=2)
def test_the_standard_error_of_a_mean(submission, rng):
    best, error = float(rng.uniform(0.8, 0.9)), float(rng.uniform(0.01, 0.02))
    why = "The standard deviation with ddof=1, over sqrt(k): the mean varies less than a fold."
    for k, behind, expected in ((4, 0.93, 0), (4, 1.5, 1), (9, 0.97, 0), (9, 1.2, 1), (2, 0.85, 0)):
        scores = [folds(best - behind * error, error, k, rng), folds(best, error, k, rng)]
        assert_returns(
            submission.one_standard_error, scores, expected=expected, exact=True, why=why
        )


@check(task="one_standard_error", points=1)
def test_just_one_standard_error_behind_is_within(submission, rng):
    shift, scale = float(rng.integers(4, 20)), float(2.0 ** rng.integers(-3, 3))
    # Deviations of 3, -1, -1, -1 make a standard deviation of 2 and an error of 1, exactly.
    scores = shift + scale * np.array([[-1.25] * 4, [-1.0] * 4, [-1.0, 3.0, -1.0, -1.0]])
    why = "Within means at most one standard error behind, the end included."
    assert_returns(submission.one_standard_error, scores, expected=1, exact=True, why=why)


@check(task="one_standard_error", points=1)
def test_of_equal_means_the_simplest_is_the_best(submission, rng):
    level = float(rng.integers(2, 9))
    wide, narrow = [level - 1, level + 1], [level - 0.125, level + 0.125]
    below = [level - 0.5, level - 0.5]
    why = "Of equal means, the simplest model counts as the best, and its error decides."
    for scores, expected in (
        ([below, wide, narrow], 0),
        ([below, narrow, wide], 1),
        ([[level] * 2] * 3, 0),
    ):
        assert_returns(
            submission.one_standard_error, scores, expected=expected, exact=True, why=why
        )


@check(task="one_standard_error", points=1)
def test_a_more_complex_model_is_never_taken(submission, rng):
    best, error = float(rng.uniform(0.8, 0.9)), float(rng.uniform(0.01, 0.02))
    top, near = folds(best, error, 6, rng), folds(best - 0.3 * error, error, 6, rng)
    far = folds(best - 4 * error, error, 6, rng)
    why = "The rows go from simple to complex: the first one within is the simplest."
    for scores, expected in (([far, top, near], 1), ([near, top], 0), ([far, near, top], 1)):
        assert_returns(
            submission.one_standard_error, scores, expected=expected, exact=True, why=why
        )


@check(task="one_standard_error", points=1)
def test_an_array_or_a_list_even_of_one_model(submission, rng):
    scores = rng.uniform(size=(1, 4))
    why = "Lists and arrays are both taken, and of one model, that one is the simplest."
    for table in (scores, scores.tolist()):
        assert_returns(submission.one_standard_error, table, expected=0, exact=True, why=why)
    table = np.array([folds(0.5, 0.01, 4, rng), folds(0.8, 0.01, 4, rng)])
    assert_returns(submission.one_standard_error, table, expected=1, exact=True, why=why)


@check(task="one_standard_error", points=1)
def test_scores_of_another_shape_or_not_finite_are_refused(submission, rng):
    values = rng.uniform(size=5).tolist()
    one = values[0]
    why = "One row a model, two folds at least, and numbers only: a NaN has no rank."
    for scores in (
        [values[:1], values[1:2]],
        values,
        [],
        [[values[:2], values[2:4]]],
        [[one, 0.5], [NAN, 0.5]],
        [[one, INF], [one, 0.5]],
        [[one, 0.5], [one, -INF]],
    ):
        assert_refused(submission.one_standard_error, scores, why=why)


# lint_plan

ORDER = ["lr", "width", "depth", "activation", "batch_size", "dropout", "weight_decay"]
CODES = [
    "test-data",
    "too-few-trials",
    "ignored-interactions",
    "no-early-stopping",
    "linear-lr",
    "tuning-order",
]


def a_plan(rng, **changes):
    """A plan without a mistake, with fresh numbers."""
    plan = {
        "select_on": "validation",
        "method": "random",
        "trials": int(rng.integers(59, 200)),
        "patience": int(rng.integers(1, 20)),
        "space": {
            "lr": (10.0 ** -int(rng.integers(3, 6)), 0.5, "log"),
            "width": [16, 32, 64],
            "batch_size": [16, 32, 64, 128],
            "dropout": (0.0, 0.5, "linear"),
        },
        "stages": [["lr"], ["width"], ["lr", "batch_size"], ["dropout"]],
    }
    return {**plan, **changes}


def assert_codes(submission, plan, expected, why):
    """Require the codes of a plan's mistakes, in their order."""
    found = to_plain(submission.lint_plan(plan))
    assert_true(
        isinstance(found, list) and all(isinstance(p, list) and len(p) == 2 for p in found),
        what=f"lint_plan({plan})",
        expected="a list of (code, remedy) pairs",
        got=found,
        why="Return a list with a (code, remedy) pair for each mistake, empty where there is none.",
    )
    assert_equal([pair[0] for pair in found], expected, what=f"codes of lint_plan({plan})", why=why)


@check(task="lint_plan", points=1)
def test_a_sound_plan_has_no_mistakes(submission, rng):
    why = "Nothing is wrong with it: see whether one of your rules asks for too much."
    assert_codes(submission, a_plan(rng), [], why)
    together = [["dropout", "batch_size", "width", "lr"]]
    assert_codes(submission, a_plan(rng, stages=together), [], why)
    assert_codes(submission, a_plan(rng, method="bayesian", trials=20), [], why)


@check(task="lint_plan", points=1)
def test_choosing_on_the_test_data_is_a_mistake(submission, rng):
    why = "What chooses the winner is not unseen any more; only the word test is a mistake."
    for word, codes in (("test", CODES[:1]), ("validation", []), ("cross-validation", [])):
        assert_codes(submission, a_plan(rng, select_on=word), codes, why)


@check(task="lint_plan", points=2)
def test_how_many_trials_are_enough(submission, rng):
    few = CODES[1:2]
    why = "59 random trials are enough, and 20 Bayesian ones: one less is not."
    for method, trials, codes in (
        ("random", 59, []),
        ("random", 58, few),
        ("random", int(rng.integers(20, 58)), few),
        ("bayesian", 20, []),
        ("bayesian", 19, few),
        ("bayesian", int(rng.integers(1, 10)), few),
    ):
        assert_codes(submission, a_plan(rng, method=method, trials=trials), codes, why)


@check(task="lint_plan", points=1)
def test_a_small_grid_needs_no_more_trials_than_it_has_points(submission, rng):
    small = {"lr": [0.001, 0.01, 0.1], "width": [int(rng.integers(8, 99)), 128]}
    large = {"lr": [0.001, 0.01, 0.1], "width": list(range(int(rng.integers(30, 60))))}
    ranged = {"lr": (0.001, 0.1, "log"), "width": [32, 64]}
    stages, few = [["lr", "width"]], CODES[1:2]
    why = "With lists only, one trial a point is enough; a range has no end of points."
    for space, method, trials, codes in (
        (small, "random", 6, []),
        (small, "random", 5, few),
        (small, "bayesian", 6, []),
        (small, "bayesian", 5, few),
        (large, "random", 58, few),
        (large, "random", 59, []),
        (ranged, "random", 6, few),
    ):
        plan = a_plan(rng, space=space, stages=stages, method=method, trials=trials)
        assert_codes(submission, plan, codes, why)


@check(task="lint_plan", points=2)
def test_the_batch_size_is_tuned_together_with_the_learning_rate(submission, rng):
    ignored = CODES[2:3]
    why = "Look at the stages one by one: each that tunes batch_size must tune lr too."
    for stages, codes in (
        ([["lr"], ["width"], ["batch_size"], ["dropout"]], ignored),
        ([["lr", "width", "batch_size"], ["dropout"]], []),
        ([["lr", "batch_size"], ["width"], ["batch_size", "dropout"]], [*ignored, CODES[5]]),
        ([["lr"], ["width"], ["batch_size", "lr"], ["dropout"]], []),
        ([["lr"], ["width"], ["batch_size", "dropout"], ["lr"]], ignored),
    ):
        assert_codes(submission, a_plan(rng, stages=stages), codes, why)
    space = {"width": [32, 64], "batch_size": [16, int(rng.integers(17, 99))]}
    plan = a_plan(rng, space=space, stages=[["width", "batch_size"]])
    assert_codes(submission, plan, ignored, why)
    space = {"width": (8, 64, "linear"), "depth": [1, 2]}
    plan = a_plan(rng, space=space, stages=[["width"], ["depth"]])
    assert_codes(submission, plan, [], why)


@check(task="lint_plan", points=1)
def test_a_plan_without_patience_has_no_early_stopping(submission, rng):
    why = "No patience in the plan, or None, is no early stopping."
    plan = a_plan(rng)
    del plan["patience"]
    assert_codes(submission, plan, CODES[3:4], why)
    assert_codes(submission, a_plan(rng, patience=None), CODES[3:4], why)
    assert_codes(submission, a_plan(rng, patience=1), [], why)


@check(task="lint_plan", points=1)
def test_a_linear_range_is_a_mistake_for_lr_only(submission, rng):
    why = "Only a range of lr on a linear scale: neither its list, nor another name's range."
    high = float(rng.uniform(0.1, 1))
    for lr, codes in (
        ((1e-4, high, "linear"), CODES[4:5]),
        ((1e-4, high, "log"), []),
        ([1e-4, 1e-3, high], []),
    ):
        space = {"lr": lr, "momentum": (0.0, 0.9, "linear")}
        plan = a_plan(rng, space=space, stages=[["lr"], ["momentum"]])
        assert_codes(submission, plan, codes, why)


@check(task="lint_plan", points=2)
def test_the_order_of_tuning(submission, rng):
    other = f"h{int(rng.integers(10, 99))}"
    ranks = {name: [0, 1, 1, 1, 2, 3, 3][i] for i, name in enumerate(ORDER)} | {other: 4}
    names = [*ORDER, other]
    why = "First lr, then architecture, batch size, regularization, and the rest; names of one "
    why += "group may come in any order."
    for one in names:
        for then in names:
            if one != then:
                stages = [[one], [then]]
                codes = CODES[2:3] if "batch_size" in (one, then) else []
                codes = codes + CODES[5:] if ranks[one] > ranks[then] else codes
                space = {one: (0.1, 0.2, "log"), then: (0.1, 0.2, "log")}
                assert_codes(submission, a_plan(rng, space=space, stages=stages), codes, why)


@check(task="lint_plan", points=1)
def test_only_the_first_time_counts_for_the_order(submission, rng):
    why = "A name that is tuned again later was tuned when it first came."
    for stages, codes in (
        ([["lr"], ["width"], ["lr", "batch_size"], ["dropout"], ["width", "lr"]], []),
        ([["lr"], ["dropout", "width"], ["lr", "batch_size"], ["dropout"]], CODES[5:]),
    ):
        assert_codes(submission, a_plan(rng, stages=stages), codes, why)


@check(task="lint_plan", points=1)
def test_any_plan(submission, reference, rng):
    names = [*ORDER, f"h{int(rng.integers(10, 99))}"]
    why = "All mistakes are named, in the order of the task, each once."
    for _ in range(12):
        chosen = rng.permutation(names)[: int(rng.integers(1, 6))].tolist()
        scale = str(rng.choice(["log", "linear"]))
        space = {n: [1, 2, 3] if rng.random() < 0.5 else (0.1, 0.9, scale) for n in chosen}
        stages = [[] for _ in range(int(rng.integers(1, 4)))]
        for name in chosen:
            for i in set(rng.integers(len(stages), size=2).tolist()):
                stages[i].append(name)
        plan = {
            "select_on": str(rng.choice(["validation", "cross-validation", "test"])),
            "method": str(rng.choice(["random", "bayesian"])),
            "trials": int(rng.integers(1, 80)),
            "patience": None if rng.random() < 0.5 else 3,
            "space": space,
            "stages": stages,
        }
        assert_codes(submission, plan, [code for code, _ in reference.lint_plan(plan)], why)


@check(task="lint_plan", points=1)
def test_every_code_comes_with_a_remedy_of_its_own(submission, rng):
    plan = a_plan(
        rng,
        select_on="test",
        trials=int(rng.integers(1, 9)),
        patience=None,
        space={"lr": (1e-4, 0.1, "linear"), "batch_size": [16, 32]},
        stages=[["batch_size"], ["lr"]],
    )
    assert_codes(submission, plan, CODES, "Six mistakes are in one plan: name them all, in order.")
    remedies = [pair[1] for pair in to_plain(submission.lint_plan(plan))]
    why = "The remedy is a sentence that says what to do instead, another one for each code."
    texts = all(isinstance(text, str) and text.strip() for text in remedies)
    assert_equal([texts, len(set(map(str, remedies)))], [True, 6], what="remedies", why=why)


@check(task="lint_plan", points=1)
def test_plans_that_cannot_be_read_are_refused(submission, rng):
    why = "An unknown word, or stages that do not fit the space, is a ValueError and no mistake."
    for changes in (
        {"select_on": "training"},
        {"select_on": "Test"},
        {"method": "grid"},
        {"stages": [["lr"], ["width"], ["lr", "batch_size"]]},
        {"stages": [["lr"], ["width"], ["lr", "batch_size"], ["dropout", "depth"]]},
        {"stages": []},
    ):
        assert_refused(submission.lint_plan, a_plan(rng, **changes), why=why)


# tune


def fresh_seed(rng):
    return int(rng.integers(2**31))


def pair_of(result):
    """Return what tune returned, having checked that it is a pair."""
    assert_true(
        isinstance(result, list | tuple) and len(result) == 2 and isinstance(result[0], dict),
        what="tune(objective, space, budget, seed)",
        expected="(config, test_score)",
        got=result,
        why="Return two things: the configuration that you chose, and its test accuracy.",
    )
    return result


def margins(submission, rng, problems, against):
    """Test accuracy over that of a yardstick, for so many problems of every landscape."""
    over = []
    for name in LANDSCAPES:
        for _ in range(problems):
            problem = draw(rng, name)
            config, _ = pair_of(problem.tuned(submission, fresh_seed(rng)))
            problem.require(config)
            over.append(problem.test_score(config) - against(problem))
    return over


@check(task="tune", points=2, seconds=20)
def test_the_test_set_is_opened_once_for_the_choice(submission, rng):
    for name in LANDSCAPES:
        problem = draw(rng, name)
        config, score = pair_of(problem.tuned(submission, fresh_seed(rng)))
        why = "Open the test once, for the configuration that you return: each further look at it "
        why += "would be one more choice made on test data."
        assert_equal(len(problem.opened), 1, what="times that the test was opened", why=why)
        assert_equal(problem.opened[0], config, what="what it was opened for", why=why)
        why = "The second thing to return is what objective.open_test said, not a validation score."
        assert_equal(score, problem.test_score(config), what="test_score", why=why)


@check(task="tune", points=2, seconds=20)
def test_the_budget_is_enough_however_small(submission, rng):
    why = "Spend the budget and no more, also where it is one training, or enough for all."
    three, some = (1, 2, 3), int(rng.integers(3, 30))
    for whole, depths, epochs in ((1, three, some), (2, three, 2), (6, three, 1), (1, (1,), some)):
        budget = whole * epochs + (int(rng.integers(epochs)) if whole < 6 and depths[1:] else 0)
        space = {"depth": depths, "width": (16, 32)} if depths[1:] else {"depth": depths}
        problem = made(space, lambda config: 0.5, max_epochs=epochs, budget=budget)
        config, _ = pair_of(problem.tuned(submission, fresh_seed(rng)))
        problem.require(config)
        assert_equal(bool(problem.asked), True, what="some training was asked for", why=why)


@check(task="tune", points=2, seconds=20)
def test_a_training_that_diverged_is_never_chosen(submission, rng):
    why = "NaN is no accuracy: it must neither win a comparison nor stand as the first best."
    for _ in range(8):
        lrs = rng.uniform(0.001, 10, 8).tolist()
        best = float(rng.uniform(0.1, 0.9))

        def accuracy(config, diverging=tuple(lrs[:4]), best=best):
            return NAN if config["lr"] in diverging else best - 0.01 * config["depth"]

        space = {"lr": tuple(lrs), "depth": (1, 2, 3)}  # the start diverges, and half of all
        problem = made(space, accuracy, max_epochs=4, budget=4 * 24)
        config, score = pair_of(problem.tuned(submission, fresh_seed(rng)))
        problem.require(config)
        assert_equal(math.isnan(score), False, what="test_score is NaN", why=why)


@check(task="tune", points=1, seconds=20)
def test_where_every_training_diverged_one_of_them_is_returned(submission, rng):
    why = "Even where all diverged, there is a choice to return, and its test accuracy is NaN."
    for whole in (1, int(rng.integers(4, 9))):
        space = {"lr": tuple(rng.uniform(1, 10, 5).tolist()), "depth": (1, 2, 3)}
        problem = made(space, lambda config: NAN, max_epochs=4, budget=4 * whole)
        config, score = pair_of(problem.tuned(submission, fresh_seed(rng)))
        problem.require(config)
        assert_equal(score, NAN, what="test_score where all diverged", why=why)


@check(task="tune", points=2, seconds=20)
def test_hyperparameters_that_depend_on_each_other_are_tuned_together(submission, rng):
    lrs = tuple(sorted(rng.uniform(0.001, 1, 6).tolist()))
    sizes = (8, 16, 32, 64, 128, 256)

    def accuracy(config):
        """A ridge: whoever moves along one axis from its low end goes down."""
        i, j = lrs.index(config["lr"]), sizes.index(config["batch_size"])
        return 0.5 + 0.08 * min(i, j) - 0.1 * abs(i - j)

    space = {"lr": lrs, "batch_size": sizes}
    problem = made(space, accuracy, max_epochs=6, budget=6 * 36)
    config, _ = pair_of(problem.tuned(submission, fresh_seed(rng)))
    problem.require(config)
    assert_true(
        accuracy(config) > 0.5,
        what="accuracy of the choice on a ridge, with as many trainings as there are points",
        expected="more than at the start",
        got=accuracy(config),
        why="The best learning rate depends on the batch size. Tuned one after the other, both "
        "stay where they are; draw them together.",
    )


@check(task="tune", points=1, seconds=20)
def test_the_seed_decides_which_trainings_are_asked_for(submission, rng):
    seed, drawn = fresh_seed(rng), fresh_seed(rng)
    state = submission.build("common:global_state")
    why = "Make a generator from seed, draw from nothing else, and leave the global state alone."
    asked = []
    for global_seed in (1, 2):
        state.seed(global_seed)
        before = state.digest()
        problem = draw(np.random.default_rng(drawn), "spirals")
        problem.tuned(submission, seed)
        assert_equal(state.digest() == before, True, what="global state untouched", why=why)
        asked.append(to_plain(problem.asked))
    assert_equal(asked[0] == asked[1], True, what="the same seed asks for the same", why=why)


@check(task="tune", points=2, seconds=30)
def test_tuning_is_worth_it(submission, rng):
    over = margins(submission, rng, 6, lambda problem: problem.test_score(problem.start))
    assert_true(
        float(np.mean(over)) >= -0.01,
        what="mean test accuracy of the choices over that of the start",
        expected="at least -0.01",
        got=float(np.mean(over)),
        why="On average, the choice should be no worse than the start by more than 1 point.",
    )


@check(task="tune", points=3, seconds=60)
def test_the_choices_are_as_good_as_random_search_finds(submission, rng):
    start, other = rng.uniform(0.001, 1, 2).tolist()
    accuracy = {start: float(rng.uniform(0.1, 0.3)), other: float(rng.uniform(0.6, 0.9))}
    problem = made({"lr": (start, other)}, lambda c: accuracy[c["lr"]], max_epochs=9, budget=9 * 30)
    config, _ = pair_of(problem.tuned(submission, fresh_seed(rng)))
    problem.require(config)
    assert_equal(
        config["lr"] == other,
        True,
        what="a better choice than the start is found, of two, with many trainings to spend",
        why="Try more than the start, and let accuracies alone decide what goes on and what wins.",
    )
    over = margins(submission, rng, 12, lambda problem: problem.by_random_search())
    assert_true(
        float(np.mean(over)) >= -0.06,
        what="mean test accuracy of the choices over that of random search",
        expected="at least -0.06, which allows for chance",
        got=float(np.mean(over)),
        why="Random search with the same budget does better: are all epochs spent, is the highest "
        "accuracy kept, and is it measured late enough?",
    )
