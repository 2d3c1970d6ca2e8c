"""What a right `ex07_practical_guidelines.py` does. For one task: `pytest -k its_name`."""

from __future__ import annotations

import math

import numpy as np

from grader.checks import assert_equal, assert_refused, assert_returns, assert_true, check
from grader.recorded import LANDSCAPES, draw, made
from grader.values import to_plain

NAN, INF = math.nan, math.inf


# EarlyStopping


def trained(submission, values, fails_at=None, **settings):
    """Train with these values, one an epoch, while the learner's object watches.

    The state is changed in place: after epoch e, from 0, its weights are [e, 10 * e, e, e].
    """
    lab = submission.build("ex07_practical_guidelines:training", **settings)
    return lab.run(submission.EarlyStopping, values, fails_at)


def named(settings):
    """Write the call that makes the object."""
    return f"EarlyStopping({', '.join(f'{name}={value!r}' for name, value in settings.items())})"


def assert_says(submission, values, expected, why, **settings):
    """Require what update returns, epoch by epoch; training ends at the first True."""
    says = trained(submission, values, **settings)["says"]
    assert_equal(says, expected, what=f"{named(settings)}, updated with {values}", why=why)


def assert_best(submission, values, best, epoch, why, **settings):
    """Require the best value, and the epoch of the best state."""
    got = trained(submission, values, **settings)
    what = f"best of {named(settings)} after {values}"
    assert_equal(got["best"], best, what=what, why=why)
    what = f"weights in best_state of {named(settings)} after {values}"
    assert_equal(got["state"], [epoch, 10 * epoch, epoch, epoch], what=what, why=why)


@check(task="EarlyStopping")
def test_EarlyStopping_stops_after_patience_updates_without_improvement(submission):
    # 4 is the best. The updates with 5, 6 and 7 improve nothing: the third of them stops.
    why = "With patience 3, the third update in a row without improvement returns True."
    values = [5.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert_says(submission, values, [False] * 4 + [True], why, patience=3)
    why = "With patience 1, the first update without improvement returns True."
    assert_says(submission, values, [False, False, True], why, patience=1)


@check(task="EarlyStopping")
def test_EarlyStopping_counts_anew_after_an_improvement(submission):
    why = "9, then 7, then 5 improve, each time after one bad update: never two in a row."
    values = [9.0, 10.0, 7.0, 10.0, 5.0, 10.0, 10.0]
    assert_says(submission, values, [False] * 6 + [True], why, patience=2)


@check(task="EarlyStopping")
def test_EarlyStopping_takes_no_equal_value_for_an_improvement(submission):
    why = "3 is no better than 3: better means strictly better."
    assert_says(submission, [3.0, 3.0, 3.0], [False, False, True], why, patience=2)
    # 3 - 0.5 = 2.5 exactly: a gain of min_delta, not of more.
    why = "A gain of exactly min_delta is none: it must be more."
    assert_best(submission, [3.0, 2.5], 3.0, 0, why, patience=5, min_delta=0.5)


@check(task="EarlyStopping")
def test_EarlyStopping_moves_the_best_only_by_more_than_min_delta(submission):
    # Against a best of 9, it is 8.25 that is better by more than 0.625; then 7.5 against 8.25.
    values = [9.0, 8.75, 8.5, 8.25, 8.0, 7.75, 7.5]
    why = "Small gains add up as long as the best stays where it was: 9, 8.25, 7.5."
    assert_best(submission, values, 7.5, 6, why, patience=3, min_delta=0.625)
    assert_says(submission, values, [False] * 7, why, patience=3, min_delta=0.625)
    why = "8.75 and 8.5 are better than 9 by less than 0.625, so they count as no improvement."
    assert_says(submission, values, [False, False, True], why, patience=2, min_delta=0.625)
    why = "3.25 and 3.5 are worse than 3: min_delta never makes it easier to improve."
    worse = [3.0, 3.25, 3.5]
    assert_says(submission, worse, [False, False, True], why, patience=2, min_delta=0.5)


@check(task="EarlyStopping")
def test_EarlyStopping_takes_the_highest_in_mode_max(submission):
    why = "In mode max, 0.75 is the best of an accuracy, and lower values improve nothing."
    values = [0.5, 0.75, 0.25, 0.5]
    assert_best(submission, values, 0.75, 1, why, patience=5, mode="max")
    assert_says(submission, values, [False] * 3 + [True], why, patience=2, mode="max")
    why = "In mode max, an improvement is above best + min_delta, also below zero."
    values = [-9.0, -8.75, -8.5, -8.25]
    settings = {"min_delta": 0.625, "mode": "max"}
    assert_best(submission, values, -8.25, 3, why, patience=5, **settings)
    assert_says(submission, values, [False, False, True], why, patience=2, **settings)


@check(task="EarlyStopping")
def test_EarlyStopping_stops_at_once_where_a_value_is_not_finite(submission):
    why = "NaN or infinity means that training diverged. It is never the best, of any sign."
    for odd in (NAN, INF, -INF):
        for mode in ("min", "max"):
            assert_says(submission, [3.0, odd, 2.0], [False, True], why, patience=9, mode=mode)
            assert_best(submission, [3.0, odd, 2.0], 3.0, 0, why, patience=9, mode=mode)


@check(task="EarlyStopping")
def test_EarlyStopping_keeps_a_copy_of_the_best_state(submission):
    why = "Training goes on in place, inside the state's lists and tensors too: deepcopy it."
    assert_best(submission, [5.0, 4.0, 6.0, 7.0], 4.0, 1, why, patience=9)


@check(task="EarlyStopping")
def test_EarlyStopping_brings_the_best_state_back_however_training_ends(submission):
    values = [5.0, 4.0, 6.0, 7.0]
    for how, patience, fails_at in (
        ("an early stop", 2, None),
        ("the last epoch", 9, None),
        ("an exception", 9, 3),
    ):
        got = trained(submission, values, fails_at, patience=patience)
        why = "Load best_state once, at the end of the with block: a `finally` always runs."
        what = f"states loaded after {how}"
        assert_equal(got["loaded"], [[1, 10, 1, 1]], what=what, why=why)
        what = f"states loaded before the block ended, with {how}"
        assert_equal(got["while_training"], 0, what=what, why=why)
        why = "What goes wrong in the block is the caller's to know: let it pass."
        what = f"an exception reaches the caller, with {how}"
        assert_equal(got["raised"], fails_at is not None, what=what, why=why)


@check(task="EarlyStopping")
def test_EarlyStopping_loads_nothing_where_nothing_was_the_best(submission):
    why = "Where training fails before the first update, there is no state to load."
    got = trained(submission, [5.0, 4.0], 0, patience=2)
    assert_equal(got["loaded"], [], what="states loaded after no update", why=why)


@check(task="EarlyStopping")
def test_EarlyStopping_brings_a_models_weights_and_buffers_back(submission, device):
    lab = submission.build("ex07_practical_guidelines:training", patience=2)
    got = lab.with_a_model(submission.EarlyStopping, [5.0, 4.0, 3.0, 6.0, 7.0, 8.0], device)
    why = "Epoch 2 was the best, when all weights were 2. state_dict() is no copy: make one."
    assert_equal(got["weights"], [2.0] * 10, what="the model's weights at the end", why=why)
    assert_equal(got["buffers"], [2.0] * 5, what="the model's buffers at the end", why=why)


@check(task="EarlyStopping")
def test_EarlyStopping_objects_know_nothing_of_each_other(submission):
    lab = submission.build("ex07_practical_guidelines:training", patience=2)
    got = lab.side_by_side(submission.EarlyStopping, [9.0, 8.0, 7.0], [1.0, 2.0, 3.0])
    why = "What an object remembers belongs on self, set in __init__."
    assert_equal(got[0]["says"], [False, False, False], what="one that sees 9, 8, 7", why=why)
    assert_equal(got[1]["says"], [False, False, True], what="one that sees 1, 2, 3", why=why)


@check(task="EarlyStopping")
def test_EarlyStopping_refuses_settings_without_sense(submission):
    why = "patience is at least 1, min_delta at least 0 (NaN is not), mode is min or max."
    for settings in (
        {"patience": 0},
        {"patience": 3, "min_delta": -0.1},
        {"patience": 3, "min_delta": NAN},
        {"patience": 3, "mode": "minimum"},
    ):
        assert_refused(submission.EarlyStopping, **settings, why=why)


# one_standard_error

# Its mean is 0. Squared deviations sum to 12, so the standard deviation is sqrt(12 / 3) = 2, and
# the standard error 2 / sqrt(4) = 1.
TOP = [3.0, -1.0, -1.0, -1.0]


def shifted(mean, scores=(0.5, -0.5, 0.5, -0.5)):
    return [mean + score for score in scores]


def assert_takes(submission, scores, expected, why):
    assert_returns(submission.one_standard_error, scores, expected=expected, exact=True, why=why)


@check(task="one_standard_error")
def test_one_standard_error_takes_the_simplest_model_that_is_near_enough(submission):
    why = "The best mean is 0, its error 1: of means -3, -0.5 and 0, -0.5 is the first within."
    assert_takes(submission, [shifted(-3.0), shifted(-0.5), TOP], 1, why)
    assert_takes(submission, np.array([shifted(-3.0), shifted(-0.5), TOP]), 1, why)
    why = "Where no simpler model is near, the best one it is."
    assert_takes(submission, [shifted(-9.0), shifted(-5.0), TOP], 2, why)


@check(task="one_standard_error")
def test_one_standard_error_has_the_right_size(submission):
    why = "std with ddof=1 is 2, over sqrt(4) makes 1: a mean of -0.95 is within,"
    assert_takes(submission, [shifted(-0.95), TOP], 0, f"{why} of course.")
    assert_takes(submission, [shifted(-1.5), TOP], 1, f"{why} but -1.5 is not.")
    # Squared deviations of 64 + 8 * 1 = 72 over 8 make 9: a standard deviation of 3, an error of 1.
    why = "With nine folds: std is 3, over sqrt(9) makes 1, so that -2.5 is out."
    assert_takes(submission, [[-2.5] * 9, [8.0] + [-1.0] * 8], 1, why)


@check(task="one_standard_error")
def test_one_standard_error_includes_its_end(submission):
    why = "A mean of -1 is exactly one standard error behind 0: that is within."
    assert_takes(submission, [shifted(-1.25), [-1.0] * 4, TOP], 1, why)


@check(task="one_standard_error")
def test_one_standard_error_is_the_best_models(submission):
    why = "The first model's folds vary widely, but it is the best one's error of 1 that counts."
    assert_takes(submission, [shifted(-2.0, (9.0, -9.0, 9.0, -9.0)), TOP], 1, why)
    why = "The first model's folds vary little, but it is the best one's error of 1 that counts."
    assert_takes(submission, [shifted(-0.9, (0.1, -0.1, 0.1, -0.1)), TOP], 0, why)
    why = "How far the models lie apart does not matter: the error is that of one model's folds."
    assert_takes(submission, [shifted(-20.0), shifted(-20.0), shifted(-3.0), TOP], 3, why)


@check(task="one_standard_error")
def test_one_standard_error_never_takes_a_more_complex_model(submission):
    why = "Rows go from simple to complex: what comes after the best is more complex."
    assert_takes(submission, [shifted(-4.0), TOP, shifted(-0.25)], 1, why)
    assert_takes(submission, [TOP, shifted(-0.25), shifted(-4.0)], 0, why)


@check(task="one_standard_error")
def test_one_standard_error_takes_the_simplest_of_equal_means_for_the_best(submission):
    why = "Means of 4 twice: the simpler model is the best, with an error of 1 here,"
    assert_takes(submission, [[3.5, 3.5], [3.0, 5.0], [3.875, 4.125]], 0, f"{why} so 3.5 is in.")
    why = "Means of 4 twice: the simpler model is the best, with an error of 0.125 here,"
    assert_takes(submission, [[3.5, 3.5], [3.875, 4.125], [3.0, 5.0]], 1, f"{why} so 3.5 is out.")


@check(task="one_standard_error")
def test_one_standard_error_refuses_what_has_no_error(submission):
    why = "One row a model, at least two folds, and only finite numbers."
    for scores in (
        [[0.5], [0.75]],
        [0.5, 0.75],
        [],
        [[0.5, NAN], [0.5, 0.75]],
        [[0.5, INF], [0.5, 0.75]],
    ):
        assert_refused(submission.one_standard_error, scores, why=why)


# lint_plan

SOUND = {
    "select_on": "validation",
    "method": "random",
    "trials": 100,
    "patience": 5,
    "space": {
        "lr": (1e-4, 0.1, "log"),
        "width": [32, 64],
        "batch_size": [16, 32],
        "dropout": (0.0, 0.5, "linear"),
        "momentum": [0.0, 0.9],
    },
    "stages": [["lr"], ["width"], ["batch_size", "lr"], ["dropout"], ["momentum"]],
}
SMALL = {"space": {"lr": [0.01, 0.1], "width": [8, 16, 32]}, "stages": [["lr", "width"]]}


def assert_codes(submission, changes, expected, why):
    """Require the codes of a sound plan after changes."""
    found = to_plain(submission.lint_plan({**SOUND, **changes}))
    what = f"lint_plan of a sound plan with {changes}" if changes else f"lint_plan({SOUND})"
    assert_true(
        isinstance(found, list) and all(isinstance(p, list) and len(p) == 2 for p in found),
        what=what,
        expected="a list of (code, remedy) pairs",
        got=found,
        why="Return a list of pairs, one for each mistake; an empty list if there is none.",
    )
    assert_equal([pair[0] for pair in found], expected, what=f"codes of {what}", why=why)


@check(task="lint_plan")
def test_lint_plan_finds_nothing_in_a_sound_plan(submission):
    assert_codes(submission, {}, [], "This plan keeps all the rules.")
    together = [["momentum", "dropout", "batch_size", "width", "lr"]]
    assert_codes(submission, {"stages": together}, [], "All at once is in order, too.")


@check(task="lint_plan")
def test_lint_plan_keeps_the_test_data_out(submission):
    why = "Whatever chooses the winner is not unseen any more."
    assert_codes(submission, {"select_on": "test"}, ["test-data"], why)
    why = "Cross-validation is a sound way to choose."
    assert_codes(submission, {"select_on": "cross-validation"}, [], why)


@check(task="lint_plan")
def test_lint_plan_asks_for_enough_trials(submission):
    few = ["too-few-trials"]
    assert_codes(submission, {"trials": 58}, few, "Random search needs 59 trials.")
    assert_codes(submission, {"trials": 59}, [], "59 random trials are enough.")
    bayesian = {"method": "bayesian"}
    assert_codes(submission, {**bayesian, "trials": 19}, few, "Bayesian search needs 20 trials.")
    assert_codes(submission, {**bayesian, "trials": 20}, [], "20 Bayesian trials are enough.")


@check(task="lint_plan")
def test_lint_plan_asks_for_no_more_trials_than_there_are_points(submission):
    why = "2 learning rates and 3 widths make 6 points: 6 trials are enough, 5 are not."
    assert_codes(submission, {**SMALL, "trials": 6}, [], why)
    assert_codes(submission, {**SMALL, "trials": 5}, ["too-few-trials"], why)
    why = "A range has no end of points, so that random search needs its 59 trials."
    space = {"lr": (1e-4, 0.1, "log"), "width": [8, 16, 32]}
    changes = {**SMALL, "space": space, "trials": 6}
    assert_codes(submission, changes, ["too-few-trials"], why)


@check(task="lint_plan")
def test_lint_plan_wants_lr_wherever_the_batch_size_is_tuned(submission):
    ignored = ["ignored-interactions"]
    why = "The stage with batch_size lacks lr, which has to be tuned along with it."
    stages = [["lr"], ["width"], ["batch_size"], ["dropout"], ["momentum"]]
    assert_codes(submission, {"stages": stages}, ignored, why)
    stages = [["lr"], ["width"], ["batch_size"], ["batch_size", "lr", "dropout"], ["momentum"]]
    assert_codes(submission, {"stages": stages}, ignored, "Every stage counts, not just one.")


@check(task="lint_plan")
def test_lint_plan_wants_early_stopping(submission):
    why = "No patience in the plan, or None, is no early stopping."
    assert_codes(submission, {"patience": None}, ["no-early-stopping"], why)
    plan = {name: value for name, value in SOUND.items() if name != "patience"}
    codes = [pair[0] for pair in to_plain(submission.lint_plan(plan))]
    assert_equal(codes, ["no-early-stopping"], what="codes of a plan without patience", why=why)


@check(task="lint_plan")
def test_lint_plan_wants_a_log_scale_for_lr(submission):
    why = "A linear range of lr is a mistake; a list of choices is none."
    space = {"lr": (1e-4, 0.1, "linear"), "width": [8, 16, 32]}
    assert_codes(submission, {**SMALL, "space": space}, ["linear-lr"], why)
    assert_codes(submission, SMALL, [], why)


@check(task="lint_plan")
def test_lint_plan_knows_the_order_of_tuning(submission):
    wrong = ["tuning-order"]
    why = "dropout is first tuned before width, and comes after it in the order."
    stages = [["lr", "dropout"], ["width"], ["batch_size", "lr"], ["momentum"]]
    assert_codes(submission, {"stages": stages}, wrong, why)
    why = "momentum is in no group: such names come last."
    stages = [["momentum"], ["lr"], ["width"], ["batch_size", "lr"], ["dropout"]]
    assert_codes(submission, {"stages": stages}, wrong, why)
    why = "width is tuned again at the end, but what counts is when it first came."
    stages = [["lr"], ["width"], ["batch_size", "lr"], ["dropout"], ["momentum", "width"]]
    assert_codes(submission, {"stages": stages}, [], why)


@check(task="lint_plan")
def test_lint_plan_names_all_mistakes_with_a_remedy_each(submission):
    plan = {
        "select_on": "test",
        "method": "bayesian",
        "trials": 3,
        "space": {"lr": (1e-4, 0.1, "linear"), "batch_size": [16, 32]},
        "stages": [["batch_size"], ["lr"]],
        "patience": None,
    }
    codes = ["test-data", "too-few-trials", "ignored-interactions", "no-early-stopping"]
    codes += ["linear-lr", "tuning-order"]
    assert_codes(submission, plan, codes, "All six mistakes are in it: name them in their order.")
    remedies = [pair[1] for pair in to_plain(submission.lint_plan({**SOUND, **plan}))]
    texts = len({text for text in remedies if isinstance(text, str) and text.strip()})
    why = "Each code comes with a sentence of its own that says what to do instead."
    assert_equal(texts, 6, what="different remedies", why=why)


@check(task="lint_plan")
def test_lint_plan_refuses_plans_that_cannot_be_read(submission):
    why = "Unknown words, and stages that do not have the names of the space, are no plan."
    for changes in (
        {"select_on": "training"},
        {"method": "grid"},
        {"stages": [["lr"], ["width"], ["batch_size", "lr"]]},
        {"stages": [*SOUND["stages"], ["depth"]]},
    ):
        assert_refused(submission.lint_plan, {**SOUND, **changes}, why=why)


# tune


def chosen(submission, problem, seed=0):
    """Tune a problem, and return the choice and what was said of it."""
    result = problem.tuned(submission, seed)
    assert_true(
        isinstance(result, list | tuple) and len(result) == 2 and isinstance(result[0], dict),
        what="tune(objective, space, budget, seed)",
        expected="(config, test_score)",
        got=result,
        why="Return the configuration that you chose, and what open_test said of it.",
    )
    config = to_plain(result[0])
    problem.require(config)
    return config, result[1]


def bowl(config):
    """An accuracy with its best, 0.9, at depth 5 and width 64."""
    return 0.9 - 0.02 * abs(config["depth"] - 5) - 0.1 * (config["width"] != 64)


def bowl_problem(whole):
    """Its 24 configurations, with a budget of so many whole trainings."""
    space = {"depth": (1, 2, 3, 4, 5, 6), "width": (16, 32, 64, 128)}
    return made(space, bowl, max_epochs=9, budget=9 * whole)


@check(task="tune")
def test_tune_opens_the_test_set_once_for_its_choice(submission):
    problem = bowl_problem(12)
    config, score = chosen(submission, problem)
    why = "Look at the test set once, at the end, for the configuration that you return."
    assert_equal(problem.opened, [config], what="what the test set was opened for", why=why)
    why = "The second thing to return is what open_test said."
    assert_equal(score, problem.test_score(config), what="test_score", why=why)


@check(task="tune")
def test_tune_finds_a_good_configuration_when_it_can_train_them_all(submission):
    # 15 of the 24 configurations are that good, and the budget pays for all; the start has 0.72.
    config, _ = chosen(submission, bowl_problem(24))
    assert_true(
        bowl(config) > 0.77,
        what="accuracy of the choice of 24, with a budget for 24 trainings",
        expected="more than 0.77, of at most 0.9",
        got=bowl(config),
        why="Return the configuration with the highest validation accuracy of all that you tried.",
    )


@check(task="tune")
def test_tune_manages_with_a_single_training(submission):
    problem = bowl_problem(1)
    chosen(submission, problem)
    why = "The budget pays for one whole training, or for some shorter ones: use it, no more."
    assert_equal(bool(problem.asked), True, what="some training was asked for", why=why)


@check(task="tune")
def test_tune_never_chooses_a_training_that_diverged(submission):
    def accuracy(config):
        return NAN if config["width"] in (16, 32) else 0.5 - 0.01 * config["depth"]

    for seed in range(4):
        space = {"width": (16, 32, 64, 128), "depth": (1, 2, 3, 4, 5, 6)}
        problem = made(space, accuracy, max_epochs=4, budget=4 * 24)
        _, score = chosen(submission, problem, seed)
        why = "Widths 16 and 32 diverge here. NaN loses every comparison, so one that comes "
        why += "first stays for ever: leave NaN out before you compare."
        assert_equal(math.isnan(score), False, what="test_score is NaN", why=why)


@check(task="tune")
def test_tune_varies_learning_rate_and_batch_size_together(submission):
    lrs, sizes = (0.001, 0.003, 0.01, 0.03, 0.1), (8, 16, 32, 64, 128)

    def accuracy(config):
        """Best where both are high, and worse than at the start where only one is."""
        i, j = lrs.index(config["lr"]), sizes.index(config["batch_size"])
        return 0.5 + 0.08 * min(i, j) - 0.1 * abs(i - j)

    problem = made({"lr": lrs, "batch_size": sizes}, accuracy, max_epochs=6, budget=150)
    config, _ = chosen(submission, problem)
    assert_true(
        accuracy(config) > 0.5,
        what="accuracy of the choice, where a larger batch needs a higher learning rate",
        expected="more than the 0.5 of the start",
        got=accuracy(config),
        why="A higher lr alone is worse, a larger batch alone is worse, both together are better: "
        "vary them together.",
    )


@check(task="tune")
def test_tune_follows_from_its_seed(submission):
    state = submission.build("common:global_state")
    asked = []
    why = "The same seed asks for the same trainings, and the global generators stay untouched."
    for global_seed in (1, 2):
        state.seed(global_seed)
        before = state.digest()
        problem = draw(np.random.default_rng(1), "spirals")
        chosen(submission, problem, seed=3)
        assert_equal(state.digest() == before, True, what="global state untouched", why=why)
        asked.append(to_plain(problem.asked))
    assert_equal(asked[0] == asked[1], True, what="two calls ask for the same", why=why)


@check(task="tune", seconds=30)
def test_tune_is_about_as_good_as_random_search(submission):
    rng = np.random.default_rng(2)
    over_start, over_random = [], []
    for i in range(8):
        problem = draw(rng, LANDSCAPES[i % 2])
        config, _ = chosen(submission, problem, seed=i)
        over_start.append(problem.test_score(config) - problem.test_score(problem.start))
        over_random.append(problem.test_score(config) - problem.by_random_search())
    assert_true(
        float(np.mean(over_start)) >= -0.01,
        what="test accuracy over that of the start, mean of 8 recorded problems",
        expected="at least -0.01",
        got=float(np.mean(over_start)),
        why="What tuning chooses should on average be no worse than what it began with.",
    )
    assert_true(
        float(np.mean(over_random)) >= -0.1,
        what="test accuracy over that of random search, mean of 8 recorded problems",
        expected="at least -0.1 (the grader asks for -0.06, over more problems)",
        got=float(np.mean(over_random)),
        why="Random search with the same budget does better. Are all epochs spent?",
    )
