"""Hidden checks of topic 5.

False alarms: no check is statistical, and `objective` is compared with what its own weights say,
whatever the draws were. Where rounding could decide, it is taken out: an accuracy may count images
either way whose two best classes are within 1e-4, and gradients are not compared at units that an
image puts within 1e-5 of zero. Two orders of 64 images have the same first half with probability
1e-18. That adds up to far less than 1e-6 a submission.
"""

from __future__ import annotations

import math

import numpy as np

from grader.checks import (
    CheckFailed,
    assert_close,
    assert_equal,
    assert_raises,
    assert_refused,
    assert_returns,
    assert_true,
    check,
)
from grader.values import to_plain

NAN = math.nan
BATCH = 32
LAB = "ex05_bayesian_optimization:objective_lab"


# expected_improvement


def improvement(mu, sigma, best, xi=0.0):
    """Expected improvement by its definition: the integral of the gain over its distribution."""
    from scipy.integrate import quad
    from scipy.stats import norm

    def gain(value):
        return (best - xi - value) * norm.pdf(value, mu, sigma)

    return quad(gain, min(mu - 12 * sigma, best - xi), best - xi, epsabs=1e-12)[0]


@check(task="expected_improvement", points=3)
def test_the_expected_improvement_is_the_integral_of_the_gain(submission, rng):
    for _ in range(4):
        mu, sigma = float(rng.uniform(-2, 2)), float(rng.uniform(0.3, 3))
        best = mu + sigma * float(rng.uniform(-2, 2))
        assert_returns(
            submission.expected_improvement,
            mu,
            sigma,
            best,
            expected=improvement(mu, sigma, best),
            why="Weigh each gain below the best value with its density, and integrate: that is "
            "d * Phi(d / sigma) + sigma * phi(d / sigma) with d = best - mu - xi.",
            rtol=1e-5,
        )


@check(task="expected_improvement", points=2)
def test_arrays_are_scored_point_by_point(submission, reference, rng):
    n = int(rng.integers(3, 9))
    mu, sigma, best = rng.normal(size=n), rng.uniform(0.2, 2, size=n), float(rng.normal())
    assert_returns(
        submission.expected_improvement,
        mu,
        sigma,
        best,
        expected=reference.expected_improvement(mu, sigma, best),
        why="An array gives an array, one score for each point.",
    )
    level = float(sigma[0])
    assert_returns(
        submission.expected_improvement,
        mu,
        level,
        best,
        expected=reference.expected_improvement(mu, level, best),
        why="Sigma may be one number for all points.",
    )


@check(task="expected_improvement", points=2)
def test_without_doubt_only_a_certain_gain_counts(submission, rng):
    best, xi = int(rng.integers(-8, 9)) / 8, int(rng.integers(1, 8)) / 16  # exact, and so is 0
    gains = np.array([0.5, -0.5, 0.0, 1.5]) * int(rng.integers(1, 5))
    assert_returns(
        submission.expected_improvement,
        best - xi - gains,
        np.zeros(4),
        best,
        xi,
        expected=np.maximum(gains, 0),
        why="Where sigma is 0, the gain is d itself, or 0 where d is negative: no division by 0.",
    )
    assert_returns(
        submission.expected_improvement,
        best - float(gains[0]),
        0.0,
        best,
        expected=float(gains[0]),
        why="The same holds for a single number.",
    )


@check(task="expected_improvement", points=1)
def test_certain_and_doubtful_points_may_stand_in_one_array(submission, reference, rng):
    mu, sigma = rng.normal(size=5), rng.uniform(0.2, 2, size=5)
    sigma[[1, 3]] = 0.0
    best = float(rng.normal())
    assert_returns(
        submission.expected_improvement,
        mu,
        sigma,
        best,
        expected=reference.expected_improvement(mu, sigma, best),
        why="Choose the formula point by point: np.where, rather than one `if` for all.",
    )


@check(task="expected_improvement", points=1)
def test_xi_is_a_margin_below_the_best(submission, rng):
    for sign in (1, -1):
        mu, sigma, best = float(rng.normal()), float(rng.uniform(0.3, 2)), float(rng.normal())
        xi = sign * float(rng.uniform(0.2, 1))
        assert_returns(
            submission.expected_improvement,
            mu,
            sigma,
            best,
            xi,
            expected=improvement(mu, sigma, best, xi),
            why="A point has to beat best - xi: take xi off the gain, in both of its places.",
            rtol=1e-5,
        )


@check(task="expected_improvement", points=1)
def test_a_negative_sigma_is_refused(submission, rng):
    negative = -float(rng.uniform(0.01, 0.4))
    for sigma in (negative, np.array([1.0, negative]), NAN):
        mu = 0.0 if isinstance(sigma, float) else np.zeros(2)
        why = "A standard deviation is at least 0. The formula would return a number all the same."
        assert_refused(submission.expected_improvement, mu, sigma, 0.5, why=why)


# gp_posterior


def regression(rng, n, m, d):
    """Random measurements and points to predict at, with kernel settings."""
    X, Xs = rng.uniform(-2, 2, size=(n, d)), rng.uniform(-3, 3, size=(m, d))
    y = 3 + np.sin(2 * X).sum(axis=1) + 0.1 * rng.normal(size=n)  # far from centered
    length = float(rng.uniform(0.6, 0.95)) * math.sqrt(d)  # below 1 for d = 1, as is the variance
    variance = float(rng.uniform(0.3, 0.9)) * d**2
    return X, y, Xs, length, variance, float(rng.uniform(0.05, 0.5))


def library(X, y, Xs, length, variance, noise):
    """Mean and standard deviation by scikit-learn."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel

    kernel = ConstantKernel(variance) * RBF(length)
    model = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(X, y)
    return model.predict(Xs, return_std=True)


def predicted(submission, X, y, Xs, length, variance, noise, what="gp_posterior(…)"):
    """Return (mean, std), having checked that it is a pair."""
    got = submission.gp_posterior(X, y, Xs, length, variance, noise)
    assert_true(
        isinstance(got, tuple | list) and len(got) == 2,
        what=what,
        expected="a pair (mean, std)",
        got=got,
        why="Return both, the mean first.",
    )
    return got


@check(task="gp_posterior", points=3)
def test_the_mean_is_that_of_the_posterior(submission, rng):
    for n, m, d in ((7, 5, 1), (9, 4, 3)):
        case = regression(rng, n, m, d)
        assert_close(
            predicted(submission, *case)[0],
            library(*case)[0],
            what=f"mean of gp_posterior with {n} points in {d} dimensions, {m} new ones",
            why="The mean is Ks (K + noise * I)^-1 y, with the kernel of the docstring: the "
            "squared distance over 2 * length^2, and its variance in front.",
        )


@check(task="gp_posterior", points=3)
def test_the_standard_deviation_is_that_of_the_posterior(submission, rng):
    for n, m, d in ((7, 5, 1), (9, 4, 3)):
        case = regression(rng, n, m, d)
        assert_close(
            predicted(submission, *case)[1],
            library(*case)[1],
            what=f"std of gp_posterior with {n} points in {d} dimensions, {m} new ones",
            why="Take k(x, x) less the diagonal of Ks K^-1 Ks^T, and its square root. A new "
            "measurement's noise is no part of it.",
        )


@check(task="gp_posterior", points=1)
def test_rows_that_come_twice_are_no_trouble(submission, rng):
    X, y, Xs, length, variance, noise = regression(rng, 5, 4, 2)
    X, y = np.vstack([X, X[:3]]), np.concatenate([y, y[:3] + 0.05])
    case = X, y, Xs, length, variance, noise / 100
    mean, std = predicted(submission, *case)
    wanted_mean, wanted_std = library(*case)
    why = "Add noise to the whole diagonal of K: two measurements at a point are averaged."
    assert_close(mean, wanted_mean, what="mean where rows of X come twice", why=why, rtol=1e-5)
    assert_close(std, wanted_std, what="std where rows of X come twice", why=why, rtol=1e-4)


@check(task="gp_posterior", points=1)
def test_far_from_all_data_the_prior_comes_back(submission, rng):
    X, y, Xs, length, variance, noise = regression(rng, 6, 3, 2)
    mean, std = predicted(submission, X, y, Xs + 1000, length, variance, noise)
    why = "Far away nothing is known: the prior's mean 0, and its standard deviation."
    assert_close(mean, [0.0] * 3, what="mean far from all data", why=why)
    assert_close(std, [math.sqrt(variance)] * 3, what="std far from all data", why=why)


@check(task="gp_posterior", points=1)
def test_the_deviation_is_never_nan(submission, rng):
    # With hardly any noise, every variance at a measured point is 0 to within rounding.
    X = 2 * np.arange(40)[:, None] + rng.uniform(-0.2, 0.2, size=(40, 1))
    y = rng.normal(size=40)
    assert_close(
        predicted(submission, X, y, X, 1.0, float(rng.uniform(2, 9)), 1e-15)[1],
        np.zeros(40),
        what="std at the measured points themselves, with noise=1e-15",
        why="Rounding makes some of these variances negative: np.maximum(variance, 0), then sqrt.",
        atol=1e-4,
    )


@check(task="gp_posterior", points=1)
def test_settings_that_make_no_kernel_are_refused(submission, rng):
    X, y, Xs, *_ = regression(rng, 4, 2, 1)
    bad = -float(rng.uniform(0.1, 1))
    why = "Length, variance and noise must be positive."
    for settings in ((bad, 1.0, 0.1), (1.0, bad, 0.1), (1.0, 1.0, bad)):
        assert_refused(submission.gp_posterior, X, y, Xs, *settings, why=why)
    for settings in ((0.0, 1.0, 0.1), (1.0, 0.0, 0.1), (1.0, 1.0, 0.0)):
        assert_refused(submission.gp_posterior, X, y, Xs, *settings, why=why)
        assert_refused(submission.gp_posterior, X[:0], y[:0], Xs, *settings, why=why)
    why = "Each row of X has one measurement in y."
    assert_refused(submission.gp_posterior, X, y[:1], Xs, 1.0, 1.0, 0.1, why=why)


# should_prune


def trial(values, state="COMPLETE"):
    return {"state": state, "values": dict(values)}


def shifted(rng, *rows):
    """Scale and shift curves by a random power of 2 and a multiple of it: order and ties stay."""
    scale = 2.0 ** int(rng.integers(-3, 4))
    offset = scale * int(rng.integers(-8, 9))
    return [{step: offset + scale * value for step, value in row.items()} for row in rows]


def random_case(rng):
    """A random history on a coarse grid of values, so that ties and NaN come up often."""

    def curve(length, gaps):
        steps = [s for s in range(length) if rng.random() > gaps]
        values = rng.integers(0, 6, size=len(steps)) / 4
        return {
            s: NAN if rng.random() < 0.1 else float(v) for s, v in zip(steps, values, strict=True)
        }

    states = ["COMPLETE"] * 4 + ["PRUNED", "FAIL", "RUNNING"]
    history = [
        trial(curve(int(rng.integers(1, 9)), 0.2), states[int(rng.integers(7))])
        for _ in range(int(rng.integers(0, 12)))
    ]
    options = {
        "n_startup": int(rng.integers(0, 6)),
        "n_warmup": int(rng.integers(0, 4)),
        "interval": int(rng.integers(1, 4)),
        "n_min_trials": int(rng.integers(1, 5)),
        "direction": str(rng.choice(["minimize", "maximize"])),
    }
    return history, curve(int(rng.integers(0, 9)), 0.3), options


@check(task="should_prune", points=3)
def test_it_decides_as_the_median_rule_does(submission, reference, rng):
    wrong, asked = [], 0
    while asked < 60:  # half of them yes, half no
        history, current, options = random_case(rng)
        wanted = reference.should_prune(history, current, **options)
        if wanted != (asked % 2 == 0):
            continue
        asked += 1
        got = submission.should_prune(history, current, **options)
        if isinstance(got, bool | np.bool_) and bool(got) == wanted:
            continue
        wrong.append(asked)
    assert_true(
        not wrong,
        what="should_prune of 60 random histories, with random settings",
        expected="the median rule's decision in all of them",
        got=f"another decision, or no bool, in {len(wrong)} of them",
        why="Go through the docstring's rules in their order; the other checks say which is off.",
    )


@check(task="should_prune", points=1)
def test_the_best_so_far_counts_and_not_the_latest(submission, rng):
    a, b, worse, better = shifted(
        rng, {0: 1.0, 1: 3.0}, {0: 2.0, 1: 4.0}, {0: 9.0, 1: 9.0}, {0: 3.0, 1: 9.0}
    )
    history = [trial(a), trial(b)] * 3
    why = "One bad epoch after a good one is noise: compare the best value so far."
    assert_returns(submission.should_prune, history, better, expected=False, exact=True, why=why)
    assert_returns(submission.should_prune, history, worse, expected=True, exact=True, why=why)


@check(task="should_prune", points=1)
def test_the_median_is_taken_at_the_very_step(submission, rng):
    # At step 1 the others have 5 (median), before and after it 1.
    low, high, at, current = shifted(
        rng, {0: 1.0, 1: 4.0, 2: 1.0}, {0: 1.0, 1: 6.0, 2: 1.0}, {0: 1.0, 2: 1.0}, {0: 9.0, 1: 4.5}
    )
    history = [trial(low), trial(high)] * 3 + [trial(at)] * 5
    why = "Take what the others had at this step: not their best, their last, or another step's."
    for values in (current, {1: current[1], 0: current[0]}):  # the largest step, not the last key
        assert_returns(
            submission.should_prune, history, values, expected=False, exact=True, why=why
        )
    worse = {0: current[0], 1: current[0]}
    assert_returns(submission.should_prune, history, worse, expected=True, exact=True, why=why)


@check(task="should_prune", points=1)
def test_as_good_as_the_median_is_not_pruned(submission, rng):
    curve, worse, better = shifted(rng, {0: 2.0}, {0: 2.25}, {0: 1.75})
    history = [trial(curve)] * 5
    why = "Only a value strictly worse than the median ends a trial."
    for direction, other in (("minimize", worse), ("maximize", better)):
        for current, expected in ((curve, False), (other, True)):
            assert_returns(
                submission.should_prune,
                history,
                current,
                direction=direction,
                expected=expected,
                exact=True,
                why=why,
            )


@check(task="should_prune", points=1)
def test_one_trial_that_diverged_does_not_move_the_bar(submission, rng):
    low, mid, high, up, down, current, better = shifted(
        rng, {0: 1.0}, {0: 2.0}, {0: 3.0}, {0: 999.0}, {0: -999.0}, {0: 2.5}, {0: 1.5}
    )
    why = "Compare with the median, which an extreme value moves no further than any other."
    for outlier in (up, down):
        history = [trial(curve) for curve in (low, low, mid, mid, mid, high, high, outlier)]
        for direction, worse, fine in (
            ("minimize", current, better),
            ("maximize", better, current),
        ):
            for values, expected in ((worse, True), (fine, False)):
                assert_returns(
                    submission.should_prune,
                    history,
                    values,
                    direction=direction,
                    expected=expected,
                    exact=True,
                    why=why,
                )


@check(task="should_prune", points=1)
def test_only_complete_trials_are_compared_with(submission, rng):
    good, bad, current = shifted(rng, {0: 1.0}, {0: 9.0}, {0: 5.0})
    state = ["PRUNED", "FAIL", "RUNNING"][int(rng.integers(3))]
    why = "A trial that was pruned, failed or still runs has no say in the median."
    history = [trial(bad)] * 5 + [trial(good, state)] * 9
    assert_returns(submission.should_prune, history, current, expected=False, exact=True, why=why)
    history = [trial(good)] * 5 + [trial(bad, "PRUNED")] * 9
    assert_returns(submission.should_prune, history, current, expected=True, exact=True, why=why)


@check(task="should_prune", points=1)
def test_nothing_is_pruned_before_enough_trials_are_complete(submission, rng):
    good, current = shifted(rng, {0: 1.0, 1: 1.0}, {0: 5.0, 1: 5.0})
    n = int(rng.integers(2, 5))
    why = "Fewer than n_startup COMPLETE trials: go on. As many as that: judge. With none, go on."
    for count, startup, expected in (
        (n - 1, n, False),
        (n, n, True),
        (0, 0, False),
        (1, 0, True),
    ):
        assert_returns(
            submission.should_prune,
            [trial(good)] * count + [trial(good, "PRUNED")] * 3,
            current,
            n_startup=startup,
            expected=expected,
            exact=True,
            why=why,
        )
    lost = [trial(good, "PRUNED")] * 3
    assert_returns(
        submission.should_prune,
        lost,
        {0: NAN},
        n_startup=0,
        expected=False,
        exact=True,
        why="The rules go in order: with no COMPLETE trial, nothing else is asked.",
    )
    for count, expected in ((4, False), (5, True)):  # the default
        history = [trial(good)] * count
        assert_returns(
            submission.should_prune, history, current, expected=expected, exact=True, why=why
        )


@check(task="should_prune", points=1)
def test_nothing_is_pruned_during_the_warmup(submission, rng):
    warmup = int(rng.integers(2, 5))
    good, bad = shifted(rng, dict.fromkeys(range(8), 1.0), dict.fromkeys(range(8), 5.0))
    for last, expected in ((warmup - 1, False), (warmup, True)):
        assert_returns(
            submission.should_prune,
            [trial(good)] * 5,
            {step: bad[step] for step in range(last + 1)},
            n_warmup=warmup,
            expected=expected,
            exact=True,
            why="Steps below n_warmup are free; n_warmup itself is the first to be judged.",
        )


@check(task="should_prune", points=1)
def test_checks_are_due_at_intervals_from_the_warmup_on(submission, rng):
    interval = int(rng.integers(3, 5))
    warmup = int(rng.integers(1, interval))  # so that no multiple of the interval is due
    good, bad = shifted(rng, dict.fromkeys(range(20), 1.0), dict.fromkeys(range(20), 5.0))
    late = warmup + 2 * interval + 1  # nothing was reported when this check was due
    every = list(range(warmup + 2 * interval + 2))
    gap = [step for step in every if not warmup + interval < step < late]
    cases = [every[:n] for n in range(1, len(every) + 1)] + [gap, [late + 1, 0, late]]
    due = {warmup + k * interval for k in range(3)}
    expected = [steps[-1] in due for steps in cases[:-2]] + [True, False]
    history = [trial(good)] * 5
    for steps, prune in zip(cases, expected, strict=True):
        assert_returns(
            submission.should_prune,
            history,
            {step: bad[step] for step in steps},
            n_warmup=warmup,
            interval=interval,
            expected=prune,
            exact=True,
            why="Checks are due at n_warmup, n_warmup + interval, …: the first report at or after "
            "a due step is judged, and those that follow wait for the next one.",
        )


@check(task="should_prune", points=1)
def test_too_few_values_at_the_step_judge_nothing(submission, rng):
    n = int(rng.integers(2, 5))
    short, long, lost, current = shifted(
        rng, {0: 1.0}, {0: 1.0, 1: 1.0}, {0: 1.0, 1: NAN}, {0: 5.0, 1: 5.0}
    )
    for history, minimum, expected in (
        ([trial(short)] * 6 + [trial(long)] * (n - 1), n, False),
        ([trial(short)] * 6 + [trial(long)] * n, n, True),
        ([trial(short)] * 6 + [trial(lost)] + [trial(long)] * (n - 1), n, True),
        ([trial(short)] * 6, 1, False),
        ([trial(lost)] * 6, 1, False),
    ):
        assert_returns(
            submission.should_prune,
            history,
            current,
            n_min_trials=minimum,
            expected=expected,
            exact=True,
            why="Count the values that the COMPLETE trials have at this step, NaN included: fewer "
            "than n_min_trials, or nothing but NaN, judge nobody.",
        )


@check(task="should_prune", points=1)
def test_maximizing_turns_the_comparison_round(submission, rng):
    low, high, current = shifted(rng, {0: 1.0, 1: 1.0}, {0: 5.0, 1: 5.0}, {0: 3.0, 1: 2.0})
    why = "To maximize, the best value is the highest, and lower than the median is worse."
    for curve, direction, expected in (
        (high, "maximize", True),
        (low, "maximize", False),
        (high, "minimize", False),
        (low, "minimize", True),
    ):
        assert_returns(
            submission.should_prune,
            [trial(curve)] * 5,
            current,
            direction=direction,
            expected=expected,
            exact=True,
            why=why,
        )
    late = {0: current[0], 1: low[1]}  # the latest is worst, the best is at step 0
    between = [trial({1: current[1]})] * 5
    assert_returns(
        submission.should_prune,
        between,
        late,
        direction="maximize",
        expected=False,
        exact=True,
        why=why,
    )


@check(task="should_prune", points=1)
def test_nan_is_left_out_and_nothing_but_nan_is_pruned(submission, rng):
    good, mixed, none, current = shifted(
        rng, {0: 1.0, 1: 1.0}, {0: 0.5, 1: NAN}, {0: NAN, 1: NAN}, {0: 5.0, 1: 5.0}
    )
    history = [trial(good)] * 5
    for past, values, minimum, expected in (
        (history, mixed, 1, False),
        (history, none, 1, True),
        (history, none, 9, True),
        ([trial({0: 1.0})] * 5, none, 1, True),
        (history + [trial(none)] * 2, current, 1, True),
    ):
        assert_returns(
            submission.should_prune,
            past,
            values,
            n_min_trials=minimum,
            expected=expected,
            exact=True,
            why="Leave NaN out of the best and of the median. A trial that reported nothing but "
            "NaN is lost, whatever the others have at this step.",
        )


@check(task="should_prune", points=1)
def test_settings_that_make_no_rule_are_refused(submission, rng):
    negative = -int(rng.integers(1, 5))
    for options in (
        {"n_startup": -1},
        {"n_startup": negative},
        {"n_warmup": -1},
        {"n_warmup": negative},
        {"interval": 0},
        {"n_min_trials": 0},
        {"direction": "max"},
    ):
        assert_refused(
            submission.should_prune,
            [],
            {0: 1.0},
            **options,
            why="Check all settings before anything else, so that a wrong one is seen at once.",
        )


# hyperband_brackets


def plain(brackets, what="hyperband_brackets(…)"):
    """Return brackets as lists of lists of two numbers."""
    brackets = to_plain(brackets)
    fine = isinstance(brackets, list) and all(
        isinstance(bracket, list) and all(isinstance(r, list) and len(r) == 2 for r in bracket)
        for bracket in brackets
    )
    if not fine:
        why = "Return a list of brackets, each a list of pairs (n, r)."
        raise CheckFailed(what, "a list of lists of pairs", str(type(brackets).__name__), why)
    return brackets


@check(task="hyperband_brackets", points=2)
def test_brackets_and_rungs_are_as_many_as_R_allows(submission, rng):
    for eta in (2, 3, 4, 5):
        power = int(rng.integers(1, 5))
        for R, s_max in ((eta**power, power), (eta**power - 1, power - 1), (eta**power + 1, power)):
            what = f"hyperband_brackets({R}, {eta})"
            got = [len(bracket) for bracket in plain(submission.hyperband_brackets(R, eta), what)]
            why = "There is a bracket for each s from s_max down to 0, with s + 1 rungs."
            assert_equal(got, list(range(s_max + 1, 0, -1)), what=f"rungs of {what}", why=why)


@check(task="hyperband_brackets", points=2)
def test_a_power_of_eta_is_counted_exactly(submission, reference):
    # Of all of these, math.log(R, eta) is a little below the whole number.
    for R, eta in ((243, 3), (1000, 10), (3**10, 3), (9**5, 9), (10**6, 10)):
        assert_returns(
            submission.hyperband_brackets,
            R,
            eta,
            expected=reference.hyperband_brackets(R, eta),
            exact=True,
            why="A logarithm is rounded, and may fall just below a whole number. Multiply by eta "
            "in a loop instead.",
        )


@check(task="hyperband_brackets", points=3)
def test_each_bracket_starts_with_its_number_of_trials(submission, reference, rng):
    for eta in (2, 3, 5):
        R = int(rng.integers(eta**2, eta**4))
        what = f"hyperband_brackets({R}, {eta})"
        got = [bracket[0][0] for bracket in plain(submission.hyperband_brackets(R, eta), what)]
        assert_equal(
            got,
            [bracket[0][0] for bracket in reference.hyperband_brackets(R, eta)],
            what=f"first n of the brackets of {what}",
            why="Bracket s starts (s_max + 1) * eta^s / (s + 1) trials: round up, at the end only.",
        )


@check(task="hyperband_brackets", points=2)
def test_of_eta_trials_one_goes_on(submission, rng):
    for eta in (2, 3, 5):
        R = int(rng.integers(eta**2, eta**4))
        what = f"hyperband_brackets({R}, {eta})"
        for bracket in plain(submission.hyperband_brackets(R, eta), what):
            n = bracket[0][0]
            assert_equal(
                [rung[0] for rung in bracket],
                [n // eta**i for i in range(len(bracket))],
                what=f"n of a bracket of {what}",
                why="On rung i, n / eta^i trials are left, rounded down.",
            )


@check(task="hyperband_brackets", points=2)
def test_survivors_get_eta_times_as_much_up_to_R(submission, rng):
    for eta in (2, 3, 5):
        R = int(rng.integers(eta**2, eta**4))
        what = f"hyperband_brackets({R}, {eta})"
        for bracket in plain(submission.hyperband_brackets(R, eta), what):
            last = len(bracket) - 1
            assert_equal(
                [rung[1] for rung in bracket],
                [R // eta ** (last - i) for i in range(len(bracket))],
                what=f"r of a bracket of {what}",
                why="The last rung trains with all of R; on each rung before it, divide by eta "
                "once more, and round down only then.",
            )


@check(task="hyperband_brackets", points=1)
def test_what_makes_no_bracket_is_refused(submission, rng):
    big = int(rng.integers(2, 50))
    assert_returns(
        submission.hyperband_brackets,
        1,
        big,
        expected=[[[1, 1]]],
        exact=True,
        why="With R = 1 there is one bracket with one rung.",
    )
    for R, eta in ((0, 3), (-big, 3)):
        why = "R must be at least 1: there is no bracket with nothing to train on."
        assert_refused(submission.hyperband_brackets, R, eta, why=why)
    patience = submission.build("common:patience")  # with such an eta most loops never end
    for eta in (1, 0):
        assert_raises(
            ValueError,
            lambda eta=eta: patience.wait_for(submission.hyperband_brackets, big, eta),
            what=f"hyperband_brackets({big}, {eta})",
            why="eta must be at least 2: powers of a smaller one never exceed R.",
        )


# objective


def make_data(rng, n_train, n_val, wrong=0.25):
    """Ten noisy clusters; of the validation labels, the share `wrong` is another class's."""
    centers = rng.uniform(0, 1, size=(10, 64))

    def draw(n):
        y = rng.integers(0, 10, size=n)
        return np.clip(centers[y] + 0.5 * rng.normal(size=(n, 64)), 0, 1), y

    (train_x, train_y), (val_x, val_y) = draw(n_train), draw(n_val)
    val_y = np.where(rng.random(n_val) < wrong, (val_y + 1) % 10, val_y)
    return {"train_x": train_x, "train_y": train_y, "val_x": val_x, "val_y": val_y}


def settings(rng, **fixed):
    """Settings that train: a middling rate, a width that is no other size here."""
    return {
        "lr": float(rng.uniform(2e-3, 8e-3)),
        "width": int(rng.integers(17, 40)),
        "dropout": float(rng.uniform(0.3, 0.5)),
        **fixed,
    }


def run(submission, data, params, **options):
    lab = submission.build(LAB, **data)
    return lab.run(submission.objective, params, **options)


def layers(weights, what):
    """Return W1, b1, W2, b2 out of a list of arrays in any order."""
    arrays = [np.asarray(array) for array in weights]
    hidden = [a.shape[0] for a in arrays if a.ndim == 2 and a.shape[1] == 64]
    width = hidden[0] if hidden else 0
    found = [
        next((a for a in arrays if a.shape == shape), None)
        for shape in ((width, 64), (width,), (10, width), (10,))
    ]
    if len(arrays) != 4 or any(array is None for array in found):
        shapes = str([list(array.shape) for array in arrays])
        why = "The optimizer's weights should be those of Linear(64, width) and Linear(width, 10)."
        raise CheckFailed(what, "two weight matrices and two biases", shapes, why)
    return found


def accuracy_range(weights, x, y):
    """Lowest and highest accuracy of a network, for rows that it can hardly decide."""
    w1, b1, w2, b2 = layers(weights, "the network's weights")
    logits = np.maximum(np.float32(x) @ w1.T + b1, 0) @ w2.T + b2
    own = logits[np.arange(len(y)), y]
    others = np.where(np.arange(10) == np.asarray(y)[:, None], -np.inf, logits).max(axis=1)
    return float(np.mean(own > others + 1e-4)), float(np.mean(own > others - 1e-4))


def epochs_of(seen, n=10):
    """Return the records of all epochs, having checked that there are `n` of them."""
    why = "Report once an epoch, at the epochs 0, 1, 2, …, for all EPOCHS of them."
    steps = [epoch["step"] for epoch in seen["epochs"]]
    assert_equal(steps, list(range(n)), what="steps that objective(trial) reported", why=why)
    return seen["epochs"]


@check(task="objective", points=2, seconds=30)
def test_the_learning_rate_is_asked_for_on_a_log_scale(submission, rng):
    seen = run(submission, make_data(rng, 40, 20), settings(rng))
    asked = [q for q in seen["asked"] if q["name"] == "lr"]
    got = [[q[key] for key in ("kind", "low", "high", "log")] for q in asked]
    assert_equal(
        got,
        [["float", 1e-4, 1e-1, True]],
        what='kind, range and log of "lr"',
        why='Call trial.suggest_float("lr", 1e-4, 1e-1, log=True), once a trial.',
    )


@check(task="objective", points=2, seconds=30)
def test_width_and_dropout_are_asked_for_once_and_nothing_else_is(submission, rng):
    data = make_data(rng, 40, 20)
    for number in (0, int(rng.integers(5, 50))):
        seen = run(submission, data, settings(rng), number=number, prune_at=0)
        got = {q["name"]: [q["kind"], q["low"], q["high"], q["log"]] for q in seen["asked"]}
        why = "Ask for each setting once, by the names and ranges of the docstring, in all trials."
        names = sorted(q["name"] for q in seen["asked"])
        assert_equal(names, ["dropout", "lr", "width"], what="names asked for", why=why)
        wanted = {
            "width": ["int", 16, 128, False],
            "dropout": ["float", 0.0, 0.5, False],
        }
        for name, question in wanted.items():
            assert_equal(got[name], question, what=f"kind, range and log of {name!r}", why=why)
        assert_equal(got["lr"][1:3], [1e-4, 1e-1], what="range of 'lr'", why=why)


@check(task="objective", points=2, seconds=30)
def test_the_network_and_its_optimizer_have_the_settings_suggested(submission, rng):
    params = settings(rng)
    seen = run(submission, make_data(rng, 70, 20), params, prune_at=0)
    why = "Use what the trial suggests: Linear(64, width), Dropout(dropout), Adam with rate lr."
    w1, _, w2, _ = layers(seen["steps"][0]["weights"] if seen["steps"] else [], "the network")
    assert_equal(
        [w1.shape, w2.shape],
        [[params["width"], 64], [10, params["width"]]],
        what="shapes of the two layers' weights",
        why=why,
    )
    assert_close(seen["dropout"], [params["dropout"]], what="dropout of the network", why=why)
    order = "Dropout stands between the two Linear layers: Linear, ReLU, Dropout, Linear."
    what = "units that Dropout was given"
    assert_equal(seen["dropped_from"], [params["width"]], what=what, why=order)
    optimizer = seen["optimizer"]
    assert_equal(optimizer["class"], "Adam", what="the optimizer", why=why)
    got = [optimizer["lr"], *optimizer["betas"], optimizer["weight_decay"]]
    what = "lr, betas and weight decay of the optimizer"
    assert_close(got, [params["lr"], 0.9, 0.999, 0.0], what=what, why=why)


@check(task="objective", points=2, seconds=30)
def test_each_epoch_trains_on_all_training_images_once_in_a_new_order(submission, rng):
    n = int(rng.integers(70, 95))  # three batches, the last one smaller
    data = make_data(rng, n, 20)
    images = sorted(np.float32(data["train_x"]).sum(axis=1, dtype=np.float64).tolist())
    epochs = epochs_of(run(submission, data, settings(rng)))
    why = (
        "Every epoch goes through all training images once, BATCH_SIZE at a time; the last batch "
        "may be smaller."
    )
    for epoch in epochs:
        what = f"optimizer steps in an epoch with {n} images"
        assert_equal(epoch["steps"], 3, what=what, why=why)
        what = f"gray values of the {n} images of an epoch, each summed, in order of size"
        assert_close(sorted(epoch["images"]), images, what=what, why=why)
    assert_equal(
        len({tuple(sorted(epoch["images"][:BATCH])) for epoch in epochs}),
        len(epochs),
        what="different first batches in 10 epochs",
        why="Draw a new order in each epoch: torch.randperm(len(train_x)).",
    )


@check(task="objective", points=2, seconds=30)
def test_the_gradients_are_those_of_the_mean_cross_entropy(submission, rng):
    import torch

    data = make_data(rng, 32, 20)  # one batch: whatever the order, the same rows
    seen = run(submission, data, settings(rng, dropout=0.0))
    why = (
        "Each step follows the gradient of this batch's mean cross-entropy alone: clear the "
        "gradients first, and give cross_entropy the network's plain outputs."
    )
    assert_equal(len(seen["steps"]), 3, what="steps seen", why="Train with a torch optimizer.")
    x, y = torch.tensor(np.float32(data["train_x"])).double(), torch.tensor(data["train_y"])
    for step in seen["steps"]:
        weights = layers(step["weights"], "the network's weights")
        w1, b1, w2, b2 = [torch.tensor(array, requires_grad=True) for array in weights]
        hidden = x @ w1.T + b1
        torch.nn.functional.cross_entropy(torch.relu(hidden) @ w2.T + b2, y).backward()
        sure = (hidden.detach().abs() > 1e-5).all(dim=0).numpy()
        got = layers(step["gradients"], "the gradients")
        for mine, right, units in (
            (got[0], w1.grad, sure),
            (got[1], b1.grad, sure),
            (got[2], w2.grad, slice(None)),
            (got[3], b2.grad, slice(None)),
        ):
            what = "gradients at one of the first steps"
            assert_close(
                mine[units], right.numpy()[units], what=what, why=why, rtol=1e-3, atol=1e-5
            )


@check(task="objective", points=2, seconds=30)
def test_what_is_reported_is_the_accuracy_on_the_validation_split(submission, rng):
    data = make_data(rng, 90, 97)
    for epoch in epochs_of(run(submission, data, settings(rng))):
        low, high = accuracy_range(epoch["weights"], data["val_x"], data["val_y"])
        assert_true(
            low - 1e-6 <= epoch["value"] <= high + 1e-6,
            what="a value that objective(trial) reported",
            expected=f"{high:.4f}",
            got=epoch["value"],
            why="Report the share of validation images that the network gets right after the "
            "epoch, in evaluation mode: neither a loss, nor a percentage, nor the training split.",
        )


@check(task="objective", points=1, seconds=30)
def test_the_value_after_the_last_epoch_is_returned(submission, rng):
    for wrong in (0.25, 1.0):  # with all validation labels wrong, the accuracy falls
        seen = run(submission, make_data(rng, 60, 200, wrong), settings(rng))
        assert_close(
            seen["result"],
            epochs_of(seen)[-1]["value"],
            what="what objective(trial) returned",
            why="Return the last accuracy reported: not the best one, and not a loss.",
        )


@check(task="objective", points=1, seconds=30)
def test_dropout_works_in_training_and_rests_in_evaluation(submission, rng):
    epochs = epochs_of(run(submission, make_data(rng, 40, 20), settings(rng)))
    assert_equal(
        [[epoch["training"], epoch["evaluating"]] for epoch in epochs],
        [[True, True]] * 10,
        what="training mode at the steps, and evaluation mode before the report, in each epoch",
        why="Call model.train() before each epoch and model.eval() after it.",
    )


@check(task="objective", points=2, seconds=30)
def test_a_trial_that_should_be_pruned_raises_at_once(submission, rng):
    data = make_data(rng, 40, 20)
    for last in (0, int(rng.integers(2, 9))):
        seen = run(submission, data, settings(rng), prune_at=last)
        assert_equal(
            [seen["pruned"], len(seen["epochs"]), seen["steps_too_many"]],
            [True, last + 1, 0],
            what="TrialPruned raised, reports made, and training steps after the answer",
            why="When trial.should_prune() says yes, raise optuna.TrialPruned: neither return "
            "nor break, and let no `except` catch it.",
        )


@check(task="objective", points=1, seconds=30)
def test_each_epoch_is_asked_about_and_a_study_notes_what_was_pruned(submission, rng):
    data = make_data(rng, 40, 20)
    seen = run(submission, data, settings(rng))
    why = "Ask after every report; a trial that is told to stop counts as pruned in the study."
    assert_equal(seen["questions"], 10, what="calls of trial.should_prune()", why=why)
    states = submission.build(LAB, **data).study(submission.objective, 2, int(rng.integers(99)))
    what = "trials of a study whose pruner always prunes"
    assert_equal(states, ["PRUNED after 0"] * 2, what=what, why=why)


@check(task="objective", points=2, seconds=30)
def test_each_trial_starts_anew_and_its_settings_decide_its_score(submission, rng):
    data, params = make_data(rng, 90, 97), settings(rng)
    first = run(submission, data, params)
    again = run(submission, data, params, number=int(rng.integers(1, 9)))
    why = "Seed torch and build the network in each call: nothing may be left of another trial."
    seed = "Call torch.manual_seed(0), before the network is built."
    assert_equal(first["seed"], "0", what="seed of torch at the first step", why=seed)
    values = [[epoch["value"] for epoch in epochs_of(seen)] for seen in (first, again)]
    assert_equal(values[1], values[0], what="values reported by a second trial", why=why)
    for a, b in zip(first["steps"][0]["weights"], again["steps"][0]["weights"], strict=True):
        assert_close(b, a, what="initial weights of a second trial", why=why)
