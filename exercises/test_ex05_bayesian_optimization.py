"""What a right `ex05_bayesian_optimization.py` does. Run a task's checks: `pytest -k its_name`."""

from __future__ import annotations

import math

import numpy as np

from grader.checks import (
    assert_close,
    assert_equal,
    assert_refused,
    assert_returns,
    assert_true,
    check,
)

NAN = math.nan
LAB = "ex05_bayesian_optimization:objective_lab"


# expected_improvement


@check(task="expected_improvement")
def test_expected_improvement_weighs_gains_with_their_chances(submission):
    # d = 0.1 - 0.3 = -0.2 and z = -0.4, with Phi(-0.4) = 0.344578 and phi(-0.4) = 0.368270:
    # -0.2 * 0.344578 + 0.5 * 0.368270.
    why = "d * Phi(d / sigma) + sigma * phi(d / sigma): even a mean above the best may gain."
    args = (0.3, 0.5, 0.1)
    assert_returns(submission.expected_improvement, *args, expected=0.115219, rtol=1e-5, why=why)
    # d = 0: half of the values gain, and what is left is 2 * phi(0) = 2 * 0.398942.
    why = "Where the mean is the best value itself, only the doubt counts: sigma * phi(0)."
    args = (1.0, 2.0, 1.0)
    assert_returns(submission.expected_improvement, *args, expected=0.797885, rtol=1e-5, why=why)


@check(task="expected_improvement")
def test_expected_improvement_grows_as_the_mean_falls(submission):
    # d = 2 and z = 1: 2 * 0.841345 + 2 * 0.241971.
    why = "Lower is better here: d = best - mu is the gain if the mean came true."
    args = (1.0, 2.0, 3.0)
    assert_returns(submission.expected_improvement, *args, expected=2.166631, rtol=1e-5, why=why)


@check(task="expected_improvement")
def test_expected_improvement_takes_xi_off_the_gain(submission):
    # d = 3 - 0 - 1 = 2, the case above; and d = 1 - 0 - 1 = 0, where phi(0) is left.
    why = "A point has to beat best - xi. The same d, with xi taken off, stands in both places."
    for args, expected in (((0.0, 2.0, 3.0, 1.0), 2.166631), ((0.0, 1.0, 1.0, 1.0), 0.398942)):
        assert_returns(
            submission.expected_improvement, *args, expected=expected, rtol=1e-5, why=why
        )


@check(task="expected_improvement")
def test_expected_improvement_without_doubt_is_the_gain_or_nothing(submission):
    why = "With sigma = 0 the value is certain: a gain of d if there is one, and no division by 0."
    for mu, expected in ((0.25, 0.75), (1.0, 0.0), (1.5, 0.0)):
        assert_returns(submission.expected_improvement, mu, 0.0, 1.0, expected=expected, why=why)
    mu = np.array([0.25, 1.0, 1.5])
    expected = [0.75, 0.0, 0.0]
    assert_returns(
        submission.expected_improvement, mu, np.zeros(3), 1.0, expected=expected, why=why
    )


@check(task="expected_improvement")
def test_expected_improvement_goes_through_arrays_point_by_point(submission):
    # The cases above: certain, doubtful with d = 0, certain without a gain, doubtful with d = 2.
    mu, sigma = np.array([0.25, 1.0, 1.5, -1.0]), np.array([0.0, 2.0, 0.0, 2.0])
    assert_returns(
        submission.expected_improvement,
        mu,
        sigma,
        1.0,
        expected=[0.75, 0.797885, 0.0, 2.166631],
        rtol=1e-5,
        why="Each point has a sigma of its own: np.where chooses the formula point by point.",
    )
    why = "Sigma may be one number for all points."
    args, expected = (mu[[1, 3]], 2.0, 1.0), [0.797885, 2.166631]
    assert_returns(submission.expected_improvement, *args, expected=expected, rtol=1e-5, why=why)


@check(task="expected_improvement")
def test_expected_improvement_refuses_a_negative_deviation(submission):
    why = "A standard deviation is at least 0; the formula would return a number all the same."
    for mu, sigma in ((0.0, -1.0), (np.zeros(2), np.array([1.0, -1.0])), (0.0, NAN)):
        assert_refused(submission.expected_improvement, mu, sigma, 1.0, why=why)


# gp_posterior


def predicted(submission, *args):
    """Return (mean, std), having checked that they are a pair."""
    got = submission.gp_posterior(*args)
    assert_true(
        isinstance(got, list | tuple) and len(got) == 2,
        what="gp_posterior(X, y, Xs, length, variance, noise)",
        expected="a pair (mean, std)",
        got=got,
        why="Return both, the mean first.",
    )
    return got


@check(task="gp_posterior")
def test_gp_posterior_of_one_measurement_by_hand(submission):
    # K = 3 + 0.5. At the data k = 3; at distance 2 with length 2, k = 3 * exp(-4 / 8) = 1.819592.
    X, y, Xs = np.array([[0.0]]), np.array([2.0]), np.array([[0.0], [2.0]])
    mean, std = predicted(submission, X, y, Xs, 2.0, 3.0, 0.5)
    what = "gp_posterior([[0]], [2], [[0], [2]], length=2, variance=3, noise=0.5)"
    assert_close(
        mean,
        [3 / 3.5 * 2, 1.819592 / 3.5 * 2],
        what=f"mean of {what}",
        why="k(x, X) / (variance + noise) of the measurement, with k = variance * "
        "exp(-distance^2 / (2 * length^2)).",
        rtol=1e-5,
    )
    assert_close(
        std,
        [math.sqrt(3 - 3**2 / 3.5), math.sqrt(3 - 1.819592**2 / 3.5)],
        what=f"std of {what}",
        why="The square root of variance - k^2 / (variance + noise), one for each new point, "
        "without the noise of a new measurement.",
        rtol=1e-5,
    )


@check(task="gp_posterior")
def test_gp_posterior_averages_measurements_at_one_point(submission):
    # K = [[3.5, 3], [3, 3.5]] and Ks = [3, 3]: K^-1 Ks = [3, 3] / 6.5.
    X, y = np.array([[1.0], [1.0]]), np.array([1.0, 3.0])
    mean, std = predicted(submission, X, y, np.array([[1.0]]), 2.0, 3.0, 0.5)
    what = "gp_posterior([[1], [1]], [1, 3], [[1]], length=2, variance=3, noise=0.5)"
    why = "Noise on the diagonal of K makes room for two measurements at one point."
    assert_close(mean, [3 / 6.5 * (1 + 3)], what=f"mean of {what}", why=why)
    assert_close(std, [math.sqrt(3 - 2 * 3 * 3 / 6.5)], what=f"std of {what}", why=why)


@check(task="gp_posterior")
def test_gp_posterior_measures_distance_over_all_coordinates(submission):
    # From (0, 0) to (3, 4) it is 5, which is the length: k = 2 * exp(-1/2) = 1.213061.
    X, y, Xs = np.zeros((1, 2)), np.array([4.0]), np.array([[3.0, 4.0]])
    mean, _ = predicted(submission, X, y, Xs, 5.0, 2.0, 0.5)
    what = "mean of gp_posterior([[0, 0]], [4], [[3, 4]], length=5, variance=2, noise=0.5)"
    why = "Sum the squared differences over the coordinates."
    assert_close(mean, [1.213061 / 2.5 * 4], what=what, why=why, rtol=1e-5)


@check(task="gp_posterior")
def test_gp_posterior_goes_back_to_the_prior_far_from_all_data(submission):
    X, y = np.array([[0.0], [1.0]]), np.array([7.0, 9.0])
    mean, std = predicted(submission, X, y, np.array([[500.0]]), 1.0, 4.0, 0.1)
    why = "Nothing is known there: the prior's mean is 0, whatever the measurements are."
    assert_close(mean, [0.0], what="mean far from all data", why=why)
    why = "The prior's deviation is the square root of `variance`."
    assert_close(std, [2.0], what="std far from all data, with variance=4", why=why)


@check(task="gp_posterior")
def test_gp_posterior_has_no_nan_where_nothing_is_in_doubt(submission):
    X = 2.0 * np.arange(40)[:, None]
    _, std = predicted(submission, X, np.sin(X[:, 0]), X, 1.0, 3.0, 1e-15)
    why = "Rounding makes some of these variances negative: np.maximum(variance, 0), then sqrt."
    what = "std at 40 measured points, with noise=1e-15"
    assert_close(std, np.zeros(40), what=what, why=why, atol=1e-4)


@check(task="gp_posterior")
def test_gp_posterior_refuses_settings_that_make_no_kernel(submission):
    X, y = np.array([[0.0], [1.0]]), np.array([1.0, 2.0])
    why = "Length, variance and noise must be positive."
    for settings in ((0.0, 1.0, 0.1), (1.0, 0.0, 0.1), (1.0, 1.0, 0.0), (-1.0, 1.0, 0.1)):
        assert_refused(submission.gp_posterior, X, y, X, *settings, why=why)
    why = "Each row of X has one measurement in y."
    assert_refused(submission.gp_posterior, X, y[:1], X, 1.0, 1.0, 0.1, why=why)


# should_prune


def past(*curves, state="COMPLETE"):
    """A history of trials in one state."""
    return [{"state": state, "values": dict(curve)} for curve in curves]


# At every step the median of these five is 3.
STEADY = past(*[dict.fromkeys(range(10), level) for level in (1.0, 2.0, 3.0, 4.0, 50.0)])


def decides(submission, history, current, expected, why, **options):
    """Require one decision."""
    assert_returns(
        submission.should_prune,
        history,
        current,
        **options,
        expected=expected,
        exact=True,
        why=why,
    )


@check(task="should_prune")
def test_should_prune_compares_with_the_median(submission):
    why = "The median of 1, 2, 3, 4 and 50 is 3: only what is strictly worse is pruned."
    for value, expected in ((2.5, False), (3.0, False), (3.5, True)):
        decides(submission, STEADY, {0: value}, expected, why)
    why = "To maximize, lower is worse. As good as the median is not worse."
    for value, expected in ((2.5, True), (3.0, False), (3.5, False)):
        decides(submission, STEADY, {0: value}, expected, why, direction="maximize")


@check(task="should_prune")
def test_should_prune_looks_at_the_best_value_so_far(submission):
    why = "This trial had 2 before: its best value counts, not its latest."
    decides(submission, STEADY, {0: 2.0, 1: 9.0}, False, why)
    why = "To maximize, the best value is the highest one."
    decides(submission, STEADY, {0: 9.0, 1: 2.0}, False, why, direction="maximize")


@check(task="should_prune")
def test_should_prune_takes_the_others_at_the_very_step(submission):
    history = past(*[{0: 1.0, 1: level, 2: 1.0} for level in (4.0, 5.0, 6.0, 7.0, 8.0)])
    why = "At step 1 the others had 4 to 8, median 6. What they had elsewhere does not count."
    decides(submission, history, {0: 9.0, 1: 5.5}, False, why)
    decides(submission, history, {0: 9.0, 1: 6.5}, True, why)
    why = "The step is the largest one in `current`, wherever it stands in the dict."
    decides(submission, history, {1: 5.5, 0: 9.0}, False, why)


@check(task="should_prune")
def test_should_prune_counts_complete_trials_only(submission):
    worse = past(*[{0: 99.0}] * 9, state="PRUNED") + past({0: 99.0}, state="RUNNING")
    why = "Trials that were pruned, failed or still run have no say: the median is still 3."
    decides(submission, STEADY + worse, {0: 3.5}, True, why)
    decides(submission, STEADY + past(*[{0: 99.0}] * 9, state="FAIL"), {0: 3.5}, True, why)
    why = "There are 4 COMPLETE trials, fewer than n_startup=5: go on."
    decides(submission, STEADY[:4] + worse, {0: 999.0}, False, why)
    why = "With exactly n_startup COMPLETE trials, the rule is in force."
    decides(submission, STEADY[:4], {0: 999.0}, True, why, n_startup=4)
    why = "There is nothing to compare with, so go on, even with n_startup=0."
    decides(submission, worse, {0: 999.0}, False, why, n_startup=0)


@check(task="should_prune")
def test_should_prune_waits_for_reports_and_for_the_warmup(submission):
    decides(submission, STEADY, {}, False, "Nothing is reported yet: go on.")
    why = "Steps below n_warmup are free; n_warmup itself is the first to be judged."
    for last in range(5):
        current = dict.fromkeys(range(last + 1), 9.0)
        decides(submission, STEADY, current, last >= 3, why, n_warmup=3)


@check(task="should_prune")
def test_should_prune_judges_once_an_interval(submission):
    why = "With n_warmup=1 and interval=3, checks are due at steps 1, 4, 7, …"
    for last in range(9):
        current = dict.fromkeys(range(last + 1), 9.0)
        decides(submission, STEADY, current, last in (1, 4, 7), why, n_warmup=1, interval=3)
    why = "Step 4 was skipped: the first report after it, at step 5, is judged in its place."
    current = {0: 9.0, 1: 9.0, 5: 9.0}
    decides(submission, STEADY, current, True, why, n_warmup=1, interval=3)
    decides(submission, STEADY, current | {6: 9.0}, False, why, n_warmup=1, interval=3)


@check(task="should_prune")
def test_should_prune_wants_enough_values_at_the_step(submission):
    history = past(*[{0: 1.0}] * 5, {0: 1.0, 1: 1.0})
    why = "Only one of the six trials has a value at step 1."
    decides(submission, history, {0: 9.0, 1: 9.0}, True, why, n_min_trials=1)
    decides(submission, history, {0: 9.0, 1: 9.0}, False, why, n_min_trials=2)
    why = "No trial has a value at step 2: there is nothing to compare with."
    decides(submission, history, {0: 9.0, 2: 9.0}, False, why)


@check(task="should_prune")
def test_should_prune_leaves_nan_out(submission):
    why = "NaN is left out of the best value: this trial's best is 9, worse than the median 3."
    decides(submission, STEADY, {0: 9.0, 1: NAN}, True, why)
    why = "Nothing but NaN: this trial will not recover."
    decides(submission, STEADY, {0: NAN, 1: NAN}, True, why)
    why = "NaN is left out of the median, which is still 3."
    decides(submission, STEADY + past({0: NAN}), {0: 3.5}, True, why)
    why = "NaN alone is no median to compare with."
    decides(submission, past(*[{0: NAN}] * 5), {0: 3.5}, False, why)


@check(task="should_prune")
def test_should_prune_refuses_settings_that_make_no_rule(submission):
    for options in (
        {"n_startup": -1},
        {"n_warmup": -1},
        {"interval": 0},
        {"n_min_trials": 0},
        {"direction": "min"},
    ):
        why = "Check all settings first, whatever the trials are."
        assert_refused(submission.should_prune, [], {0: 1.0}, **options, why=why)


# hyperband_brackets


@check(task="hyperband_brackets")
def test_hyperband_brackets_of_81_epochs(submission):
    # s_max = 4. For s = 3: n = 5 * 27 / 4 = 33.75, rounded up to 34, then 34 / 3 = 11.3 and so on.
    assert_returns(
        submission.hyperband_brackets,
        81,
        3,
        expected=[
            [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
            [(34, 3), (11, 9), (3, 27), (1, 81)],
            [(15, 9), (5, 27), (1, 81)],
            [(8, 27), (2, 81)],
            [(5, 81)],
        ],
        exact=True,
        why="Bracket s starts (s_max + 1) * eta^s / (s + 1) trials, rounded up; from rung to rung "
        "a third of them goes on, rounded down, to three times the epochs.",
    )


@check(task="hyperband_brackets")
def test_hyperband_brackets_of_a_budget_that_is_no_power(submission):
    # s_max = 2. Resources: 20 / 9 = 2.2, 20 / 3 = 6.7, 20. Numbers: 9; 3 * 3 / 2 = 4.5; 3.
    assert_returns(
        submission.hyperband_brackets,
        20,
        3,
        expected=[[(9, 2), (3, 6), (1, 20)], [(5, 6), (1, 20)], [(3, 20)]],
        exact=True,
        why="The last rung has all of R. On each rung before it, divide R by eta once more, and "
        "round down only then.",
    )


@check(task="hyperband_brackets")
def test_hyperband_brackets_of_a_power_that_logarithms_miss(submission):
    for R, eta, brackets in ((243, 3, 6), (1000, 10, 4)):
        assert_equal(
            len(submission.hyperband_brackets(R, eta)),
            brackets,
            what=f"number of brackets of hyperband_brackets({R}, {eta})",
            why="math.log(R, eta) is a little below the whole number here, so rounding it down "
            "loses a bracket. Multiply by eta in a loop.",
        )


@check(task="hyperband_brackets")
def test_hyperband_brackets_without_room_to_halve(submission):
    why = "R is below eta: there is one bracket, with one trial that gets everything."
    assert_returns(submission.hyperband_brackets, 1, 3, expected=[[(1, 1)]], exact=True, why=why)
    assert_returns(submission.hyperband_brackets, 2, 3, expected=[[(1, 2)]], exact=True, why=why)


@check(task="hyperband_brackets")
def test_hyperband_brackets_refuses_what_makes_no_bracket(submission):
    for R, eta in ((0, 3), (-5, 2)):
        why = "R must be at least 1: there is no bracket with nothing to train on."
        assert_refused(submission.hyperband_brackets, R, eta, why=why)


# objective: run with small data in the place of digits_split(), and a trial that takes notes.

SETTINGS = {"lr": 0.006, "width": 21, "dropout": 0.45}


def clusters(n_train, n_val, wrong=0.25):
    """Ten noisy clusters of images; of the validation labels, the share `wrong` is not right."""
    rng = np.random.default_rng(1)
    centers = rng.uniform(0, 1, size=(10, 64))

    def draw(n):
        y = np.arange(n) % 10
        return np.clip(centers[y] + 0.4 * rng.normal(size=(n, 64)), 0, 1), y

    (train_x, train_y), (val_x, val_y) = draw(n_train), draw(n_val)
    val_y = np.where(np.arange(n_val) < wrong * n_val, (val_y + 1) % 10, val_y)
    return {"train_x": train_x, "train_y": train_y, "val_x": val_x, "val_y": val_y}


def run(submission, data, **options):
    """Call the objective once, and return what was seen; see ObjectiveLab.run."""
    params = options.pop("params", SETTINGS)
    return submission.build(LAB, **data).run(submission.objective, params, **options)


def outputs(weights, x):
    """The network's outputs for images, given its weights in the order of its layers."""
    w1, b1, w2, b2 = weights
    return np.maximum(x @ np.transpose(w1) + b1, 0) @ np.transpose(w2) + b2


@check(task="objective", seconds=60)
def test_objective_asks_for_three_settings(submission):
    expected = {
        "lr": ["float", 1e-4, 1e-1, True],
        "width": ["int", 16, 128, False],
        "dropout": ["float", 0.0, 0.5, False],
    }
    for number in (0, 9):
        asked = run(submission, clusters(40, 20), number=number, prune_at=0)["asked"]
        why = "Ask for each setting once, by its name."
        names = sorted(question["name"] for question in asked)
        assert_equal(
            names, sorted(expected), what=f"settings that trial {number} asks for", why=why
        )
        for question in asked:
            assert_equal(
                [question[key] for key in ("kind", "low", "high", "log")],
                expected[question["name"]],
                what=f"kind, low, high and log of {question['name']!r} in trial {number}",
                why="Ask with suggest_float and suggest_int, for the same range in every trial; "
                "the learning rate alone is on a log scale.",
            )


@check(task="objective", seconds=60)
def test_objective_uses_the_settings(submission):
    seen = run(submission, clusters(40, 20), prune_at=0)
    why = "Linear(64, width), ReLU(), Dropout(dropout), Linear(width, 10), trained by Adam(lr=lr)."
    weights = seen["steps"][0]["weights"] if seen["steps"] else []
    shapes = sorted(list(np.shape(array)) for array in weights)
    wanted = sorted([[21, 64], [21], [10, 21], [10]])
    assert_equal(shapes, wanted, what="shapes of the weights that are trained", why=why)
    assert_close(seen["dropout"], [0.45], what="dropout of the network", why=why)
    assert_equal(seen["optimizer"]["class"], "Adam", what="the optimizer", why=why)
    rates = [seen["optimizer"]["lr"], seen["optimizer"]["weight_decay"]]
    assert_close(rates, [0.006, 0.0], what="lr and weight decay of the optimizer", why=why)


@check(task="objective", seconds=60)
def test_objective_trains_for_ten_epochs_in_batches(submission):
    epochs = run(submission, clusters(70, 20))["epochs"]
    why = "Report after every epoch: trial.report(accuracy, epoch), with epoch = 0, 1, 2, …"
    steps = [epoch["step"] for epoch in epochs]
    assert_equal(steps, list(range(10)), what="steps that objective(trial) reports", why=why)
    why = "70 images make three batches an epoch: 32, 32 and 6."
    counts = [[epoch["steps"], len(epoch["images"])] for epoch in epochs]
    what = "training steps and images, epoch by epoch"
    assert_equal(counts, [[3, 70]] * 10, what=what, why=why)
    why = "Every image takes part once an epoch."
    assert_true(
        all(len(set(epoch["images"])) == 70 for epoch in epochs),
        what="images of an epoch",
        expected="70 different ones",
        got="some of them twice",
        why=why,
    )
    why = "Draw a new order in each epoch: torch.randperm(len(train_x))."
    orders = len({tuple(sorted(epoch["images"][:32])) for epoch in epochs})
    assert_equal(orders, 10, what="different first batches in ten epochs", why=why)


@check(task="objective", seconds=60)
def test_objective_follows_the_gradient_of_the_cross_entropy(submission):
    data = clusters(32, 20)  # one batch, the same in every epoch
    seen = run(submission, data, params=SETTINGS | {"dropout": 0.0})
    why = (
        "Clear the gradients before each backward pass, and give cross_entropy the network's plain "
        "outputs: it has a softmax built in."
    )
    for step in seen["steps"]:
        logits = outputs(step["weights"], data["train_x"])
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        # Of the mean cross-entropy, the last bias has this gradient: chance minus truth.
        right = (chances - np.eye(10)[data["train_y"]]).mean(axis=0)
        what = "gradient of the last layer's bias at one of the first steps"
        assert_close(step["gradients"][3], right, what=what, why=why, rtol=1e-3, atol=1e-5)


@check(task="objective", seconds=60)
def test_objective_reports_the_accuracy_on_the_validation_split(submission):
    data = clusters(90, 200)
    for epoch in run(submission, data)["epochs"]:
        guessed = outputs(epoch["weights"], data["val_x"]).argmax(axis=1)
        assert_close(
            epoch["value"],
            np.mean(guessed == data["val_y"]),
            what=f"value reported after epoch {epoch['step']}",
            why="Report the share of validation images that the network gets right, with dropout "
            "at rest: neither a loss, nor a percentage, nor the training split.",
            atol=0.006,  # one image of 200, where two classes are as good as equal
        )


@check(task="objective", seconds=60)
def test_objective_returns_the_last_accuracy(submission):
    for wrong in (0.25, 1.0):  # with all validation labels wrong, the accuracy falls
        seen = run(submission, clusters(60, 200, wrong))
        last = seen["epochs"][-1]["value"] if seen["epochs"] else NAN
        why = "Return the accuracy after the last epoch: not the best of all, and not a loss."
        assert_close(seen["result"], last, what="what objective(trial) returns", why=why)


@check(task="objective", seconds=60)
def test_objective_drops_out_in_training_only(submission):
    epochs = run(submission, clusters(40, 20))["epochs"]
    assert_equal(
        [[epoch["training"], epoch["evaluating"]] for epoch in epochs],
        [[True, True]] * len(epochs),
        what="training mode at the steps, evaluation mode at the report, epoch by epoch",
        why="Call model.train() before each epoch and model.eval() after it.",
    )


@check(task="objective", seconds=60)
def test_objective_can_be_pruned(submission):
    data = clusters(40, 20)
    why = "Ask trial.should_prune() after every report."
    questions = run(submission, data)["questions"]
    assert_equal(questions, 10, what="calls of trial.should_prune()", why=why)
    why = "If the answer is yes, raise optuna.TrialPruned() at once, and let no `except` catch it."
    seen = run(submission, data, prune_at=2)
    assert_equal(
        [seen["pruned"], len(seen["epochs"]), seen["steps_too_many"]],
        [True, 3, 0],
        what="pruned after epoch 2: TrialPruned raised, reports made, training steps afterwards",
        why=why,
    )
    states = submission.build(LAB, **data).study(submission.objective, 2, 0)
    what = "two trials of a study whose pruner always prunes"
    assert_equal(states, ["PRUNED after 0"] * 2, what=what, why=why)


@check(task="objective", seconds=60)
def test_objective_starts_every_trial_anew(submission):
    data = clusters(60, 200)
    first, second = (
        [epoch["value"] for epoch in run(submission, data, number=number)["epochs"]]
        for number in (0, 1)
    )
    why = "Call torch.manual_seed(0), and build the network, inside objective."
    what = "accuracies of a second trial with the same settings"
    assert_equal(second, first, what=what, why=why)
