"""Hidden checks of topic 4.

False alarms: the statistical checks below reject a right submission with probability at most
1e-7 (sample_loguniform, shape), 1e-7 (its median), 1e-7 (points of a grid), 1e-7 (a distribution in
a space) and 1e-7 (choices in a space): 5e-7 a submission. All others are exact.
"""

from __future__ import annotations

import math

import numpy as np

from grader.chance import ALPHA, assert_ks, assert_likely, assert_seed_decides
from grader.checks import (
    CheckFailed,
    assert_close,
    assert_equal,
    assert_raises,
    assert_refused,
    assert_returns,
    assert_true,
    check,
    spy,
)
from grader.values import to_array

NAN = math.nan
LAB = "ex04_random_search:space_lab"


def fresh_seed(rng):
    return int(rng.integers(2**31))


def two_seeds(rng):
    return fresh_seed(rng), fresh_seed(rng)


def sample(submission, low, high, size, seed):
    """Return draws as an array, having checked that there are `size` numbers."""
    what = f"sample_loguniform({low:g}, {high:g}, {size}, rng)"
    draws = submission.sample_loguniform(low, high, size, submission.build("common:rng", seed=seed))
    try:
        array = to_array(draws)
    except TypeError as error:
        raise CheckFailed(what, "numbers", str(error), "Return an array of numbers.") from None
    why = "The result has one axis, with a draw for each of size."
    assert_equal(array.shape, [size], what=f"shape of {what}", why=why)
    return array


# sample_loguniform


@check(task="sample_loguniform", points=6)
def test_the_logarithms_of_the_draws_are_uniform(submission, rng):
    low, high = float(10 ** rng.uniform(-8, -5)), float(10 ** rng.uniform(1, 4))
    draws = sample(submission, low, high, 3000, fresh_seed(rng))

    def cdf(x):
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.log(np.asarray(x) / low) / math.log(high / low)
        return np.clip(np.nan_to_num(share, nan=0.0), 0, 1)

    assert_ks(
        draws,
        cdf,
        alpha=ALPHA,
        what=f"sample_loguniform({low:g}, {high:g}, 3000, rng)",
        why="Every decade between the bounds should get the same share of the draws.",
    )


@check(task="sample_loguniform", points=1)
def test_the_median_is_the_geometric_mean_of_the_bounds(submission, rng):
    low, high = float(rng.uniform(2, 9)), float(10 ** rng.uniform(4, 6))
    draws = sample(submission, low, high, 2001, fresh_seed(rng))
    below = draws < math.sqrt(low * high)
    assert_likely(
        below.sum(),
        2001,
        0.5,
        what=f"draws of sample_loguniform({low:g}, {high:g}, 2001, rng) below sqrt(low * high)",
        why="Half of the draws should lie below the geometric mean of the bounds.",
    )


@check(task="sample_loguniform", points=1)
def test_draws_stay_between_the_bounds(submission, rng):
    for exponent in (-6.0, 0.0, 5.0):
        low = float(10**exponent * rng.uniform(1, 2))
        high = low * float(rng.uniform(2, 2000))
        draws = sample(submission, low, high, 500, fresh_seed(rng))
        slack = 1e-9  # exp and log may round a bound by an ulp
        inside = (draws >= low * (1 - slack)) & (draws <= high * (1 + slack))
        assert_true(
            bool(inside.all()),
            what=f"sample_loguniform({low:g}, {high:g}, 500, rng)",
            expected="draws between the bounds",
            got=draws,
            why="Take logarithms and exponentials to the same base, and the bounds in their order.",
        )


@check(task="sample_loguniform", points=1)
def test_size_says_how_many_draws_come_back(submission, rng):
    for size in (0, 1, int(rng.integers(2, 40))):
        draws = sample(submission, 1e-3, 1.0, size, fresh_seed(rng))
        different = len(set(draws.tolist()))
        assert_equal(different, size, what="different draws", why="Draws are independent.")


@check(task="sample_loguniform", points=1)
def test_a_low_that_is_not_positive_is_refused(submission, rng):
    for low in (0.0, -float(rng.uniform(0.1, 5))):
        generator = submission.build("common:rng", seed=1)
        assert_refused(
            submission.sample_loguniform,
            low,
            1.0,
            3,
            generator,
            why="Only positive numbers have a logarithm: say so, rather than move the bound.",
        )


@check(task="sample_loguniform", points=1)
def test_bounds_out_of_order_or_not_finite_are_refused(submission, rng):
    same = float(rng.uniform(0.1, 5))
    for low, high in ((same, same), (2 * same, same), (same, math.inf), (NAN, 1.0), (same, NAN)):
        generator = submission.build("common:rng", seed=1)
        assert_refused(
            submission.sample_loguniform,
            low,
            high,
            3,
            generator,
            why="The bounds must be finite, with high above low. Comparisons with NaN are False.",
        )


@check(task="sample_loguniform", points=2)
def test_the_generator_alone_decides_the_draws(submission, rng):
    why = "Draw from rng and from nothing else, and neither seed nor rebuild anything."

    def draw(seed):
        generator = submission.build("common:rng", seed=seed)
        first, second = (
            to_array(submission.sample_loguniform(1e-4, 1.0, 8, generator)).tolist()
            for _ in range(2)
        )
        assert_equal(first == second, False, what="two calls in a row agree", why=why)
        return first, second

    assert_seed_decides(submission, draw, seeds=two_seeds(rng), why=why)


# sample_configs


def random_grid(rng):
    """A grid of three lists of different lengths, with values that are all different."""
    sizes = rng.permutation([2, 3, 4]).tolist()
    names = [f"h{i}" for i in rng.permutation(50)[:3]]
    values = rng.permutation(1000).tolist()
    return {name: [values.pop() for _ in range(k)] for name, k in zip(names, sizes, strict=True)}


def draw(submission, lab, n, space):
    """Return what one call draws, having checked that it is a list of whole configurations."""
    return checked(lab.draw(submission.sample_configs, n)[0], space)


def checked(configs, space):
    """Return configurations, having checked that each is a dict with the names of the space."""
    assert_true(
        isinstance(configs, list | tuple)
        and all(isinstance(config, dict) for config in configs)
        and all(config.keys() == space.keys() for config in configs),
        what=f"sample_configs({space}, n, rng)",
        expected="a list of dicts with all names of the space",
        got=configs,
        why="Return a list; each configuration is a dict with every name of the space, no other.",
    )
    return configs


def points_of(configs, grid, what):
    """Return the configurations as tuples, having checked that each is a point of the grid."""
    for config in checked(configs, grid):
        for name, choices in grid.items():
            assert_true(
                any(config[name] == choice for choice in choices),
                what=what,
                expected=f"one of {choices} for {name!r}",
                got=config[name],
                why="A list in the space holds the choices: take one of them.",
            )
    return [tuple(config[name] for name in grid) for config in configs]


@check(task="sample_configs", points=2)
def test_a_grid_gives_different_points(submission, rng):
    for n in (1, 9, 20):  # of 24; 20 draws with replacement all differ with a chance of 7e-6
        grid = random_grid(rng)
        lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
        configs = lab.draw(submission.sample_configs, n)[0]
        what = f"sample_configs({grid}, {n}, rng)"
        points = points_of(configs, grid, what)
        why = "A space of lists only is drawn without replacement: no point comes twice."
        assert_equal([len(points), len(set(points))], [n, n], what=what, why=why)
        assert_equal(lab.warned(), [], what=f"warnings of {what}", why="There is enough to draw.")


@check(task="sample_configs", points=1)
def test_as_many_as_the_grid_has_gives_every_point(submission, rng):
    grid = random_grid(rng)
    lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
    what = f"sample_configs({grid}, 24, rng)"
    points = points_of(lab.draw(submission.sample_configs, 24)[0], grid, what)
    why = "Drawing a whole grid gives each of its points once: all pairings of all choices."
    assert_equal([len(points), len(set(points))], [24, 24], what=what, why=why)
    why = "All that was asked for came: warn only where the grid has fewer."
    assert_equal(lab.warned(), [], what=f"warnings of {what}", why=why)


@check(task="sample_configs", points=2)
def test_more_than_the_grid_has_gives_every_point_once_and_warns(submission, rng):
    grid = random_grid(rng)
    n = 24 + int(rng.integers(1, 30))
    lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
    what = f"sample_configs({grid}, {n}, rng)"
    points = points_of(lab.draw(submission.sample_configs, n)[0], grid, what)
    why = "A grid has no more to give than its points: return each once, and warn."
    assert_equal([len(points), len(set(points))], [24, 24], what=what, why=why)
    why = "Use warnings.warn, or nobody will know that the search was shorter than asked for."
    warned = "UserWarning" in lab.warned()
    assert_equal(warned, True, what=f"a UserWarning from {what}", why=why)


@check(task="sample_configs", points=1)
def test_all_points_of_a_grid_are_equally_likely(submission, rng):
    grid, times = {"a": [0, 1], "b": [0, 1, 2]}, 500
    lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
    what = f"{times} times sample_configs({grid}, 2, rng)"
    calls = lab.draw(submission.sample_configs, 2, times)
    drawn = [point for configs in calls for point in points_of(configs, grid, what)]
    for point in [(a, b) for a in grid["a"] for b in grid["b"]]:
        # A call holds a point with chance 2/6, independently of the other calls.
        why = "No point of the grid may be favored: draw among all of them."
        count = drawn.count(point)
        assert_likely(count, times, 1 / 3, what=f"{what}: {point}", why=why, alpha=ALPHA / 6)


@check(task="sample_configs", points=1)
def test_a_distribution_lifts_the_cap(submission, rng):
    n = int(rng.integers(40, 60))
    space = {"depth": [1, 2], "act": ["relu"], "lr": ("loguniform", 1e-4, 1e-1)}
    lab = submission.build(LAB, space=space, seed=fresh_seed(rng))
    configs = draw(submission, lab, n, space)
    what = f"number of sample_configs({{lists and a distribution}}, {n}, rng)"
    why = "With a distribution in the space, the draws are independent and n is never cut."
    assert_equal(len(configs), n, what=what, why=why)
    assert_equal(lab.warned(), [], what="warnings", why=why)


@check(task="sample_configs", points=1)
def test_each_configuration_draws_from_the_distribution_anew(submission, rng):
    from scipy.stats import uniform

    start, width = float(rng.uniform(-5, 5)), float(rng.uniform(1, 5))
    space = {"x": ("uniform", start, width), "y": [1, 2, 3]}
    lab = submission.build(LAB, space=space, seed=fresh_seed(rng))
    configs = draw(submission, lab, 1000, space)
    assert_ks(
        [config["x"] for config in configs],
        uniform(start, width).cdf,
        alpha=ALPHA,
        what="the draws of x from scipy.stats.uniform",
        why="Call rvs of the distribution itself, once for every configuration.",
    )


@check(task="sample_configs", points=1)
def test_beside_a_distribution_choices_are_equally_likely(submission, rng):
    choices = rng.permutation(100)[:4].tolist()
    space = {"x": ("uniform", 0.0, 1.0), "y": choices}
    lab = submission.build(LAB, space=space, seed=fresh_seed(rng))
    configs = draw(submission, lab, 1000, space)
    drawn = [config["y"] for config in configs]
    assert_equal(all(y in choices for y in drawn), True, what="only choices", why="See the list.")
    for choice in choices:
        why = "Each choice of a list has the same chance in every configuration."
        count = drawn.count(choice)
        assert_likely(count, 1000, 1 / 4, what=f"choice {choice}", why=why, alpha=ALPHA / 4)


@check(task="sample_configs", points=1)
def test_a_choice_comes_back_as_it_stands_in_the_list(submission, rng):
    number = int(rng.integers(2, 90))
    mixed = [number, "relu", None, (64, 64), True, 0.5]
    kinds = {str(type(choice)) for choice in [number, "relu", None, [64, 64], True, 0.5]}
    for space in ({"m": mixed}, {"m": mixed, "x": ("uniform", 0.0, 1.0)}):
        lab = submission.build(LAB, space=space, seed=fresh_seed(rng))
        configs = draw(submission, lab, 6 if len(space) == 1 else 400, space)
        drawn = [list(m) if isinstance(m, tuple) else m for m in (c["m"] for c in configs)]
        assert_equal(
            sorted({str(type(m)) for m in drawn}),
            sorted(kinds),
            what="types of the choices drawn from a list of mixed types",
            why="An array has one type for all of its items, and rng.choice makes one of a list: "
            "draw a position instead, and look the choice up.",
        )


@check(task="sample_configs", points=1)
def test_configurations_follow_from_the_generator_alone(submission, rng):
    for space in (
        {"a": list(range(50)), "b": list(range(40))},
        {"x": ("uniform", 0.0, 1.0), "b": list(range(40))},
    ):
        follows_from_the_generator(submission, rng, space)


def follows_from_the_generator(submission, rng, space):
    why = "Pass rng on, also to rvs as random_state, and draw from nothing else."

    def draw(seed):
        lab = submission.build(LAB, space=space, seed=seed)
        first, second = lab.draw(submission.sample_configs, 8, 2)
        assert_equal(first == second, False, what="two calls in a row agree", why=why)
        return first, second

    assert_seed_decides(submission, draw, seeds=two_seeds(rng), why=why)


@check(task="sample_configs", points=1)
def test_the_space_is_left_as_it_was(submission, rng):
    for grid in (random_grid(rng), random_grid(rng) | {"x": ("uniform", 0.0, 1.0)}):
        lists = {name: value for name, value in grid.items() if isinstance(value, list)}
        lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
        lab.draw(submission.sample_configs, 3, 3)
        why = "The space belongs to the caller: shuffle or shorten a copy."
        assert_equal(lab.lists(), lists, what="the lists of the space afterwards", why=why)
        assert_equal(lab.names(), list(grid), what="the names of the space afterwards", why=why)


@check(task="sample_configs", points=1)
def test_a_space_or_a_number_that_makes_no_sense_is_refused(submission, rng):
    good = random_grid(rng)
    for space, n, error in (
        (good, 0, ValueError),
        (good, -int(rng.integers(1, 9)), ValueError),
        (good | {"x": ("uniform", 0.0, 1.0)}, 0, ValueError),
        (good | {"none": []}, 2, ValueError),
        (good | {"act": "relu"}, 2, TypeError),
        (good | {"act": "relu", "x": ("uniform", 0.0, 1.0)}, 2, TypeError),
    ):
        refuses_to_draw(submission, space, n, error)


def refuses_to_draw(submission, space, n, error):
    lab = submission.build(LAB, space=space, seed=1)
    assert_raises(
        error,
        lambda: lab.draw(submission.sample_configs, n),
        what=f"sample_configs({space}, {n}, rng)",
        why="Check n and every value of the space before drawing; the docstring says which "
        "error each one is.",
    )


# random_search


def feed(values):
    """An objective that returns the values in turn, whatever the configuration."""
    rest = iter(values)
    return spy(lambda config: next(rest))


def search(submission, rng, objective, n, mode, space=None):
    """Run a search in a grid of 60 points, or in `space`."""
    grid = {"a": list(range(12)), "b": list(range(5))} if space is None else space
    lab = submission.build(LAB, space=grid, seed=fresh_seed(rng))
    result = lab.search(submission.random_search, objective, n, mode)
    assert_true(
        isinstance(result, list | tuple) and len(result) == 3,
        what="random_search(objective, space, n, rng, mode)",
        expected="(best_config, best_value, values)",
        got=result,
        why="Return three things: the best configuration, its value, and the values of all trials.",
    )
    return result


def distinct(rng, n):
    """Return n different values that float arithmetic does not touch."""
    return [float(value) for value in rng.permutation(1000)[:n] - 500]


def check_winner(submission, rng, values, mode, winner, why):
    objective = feed(values)
    config, value, history = search(submission, rng, objective, len(values), mode)
    what = f"random_search with the values {values} and mode={mode!r}"
    assert_equal(len(objective.calls), len(values), what=f"calls in {what}", why=why)
    assert_equal(value, values[winner], what=f"best value of {what}", why=why)
    assert_equal(config, objective.calls[winner][0], what=f"best config of {what}", why=why)
    return history


@check(task="random_search", points=2)
def test_the_smallest_value_wins_by_default_and_with_mode_min(submission, rng):
    values = distinct(rng, 14)
    why = "With mode min, the configuration with the lowest value wins."
    check_winner(submission, rng, values, "min", int(np.argmin(values)), why)
    objective = spy(lambda config: float(config["a"]))
    config, value, _ = search(submission, rng, objective, 3, None, {"a": [3, 1, 2]})
    assert_equal([config, value], [{"a": 1}, 1.0], what="without mode", why=why)


@check(task="random_search", points=2)
def test_the_largest_value_wins_with_mode_max(submission, rng):
    values = distinct(rng, 14)
    why = "With mode max, the configuration with the highest value wins."
    check_winner(submission, rng, values, "max", int(np.argmax(values)), why)


@check(task="random_search", points=2)
def test_all_values_come_back_in_the_order_of_the_trials(submission, rng):
    values = distinct(rng, 9)
    values[4] = NAN
    for mode, pick in (("min", np.nanargmin), ("max", np.nanargmax)):
        why = "The third result holds what each trial returned, in order: NaN too, best or not."
        history = check_winner(submission, rng, values, mode, int(pick(values)), why)
        assert_close(history, values, what=f"values of {values} with mode={mode!r}", why=why)


@check(task="random_search", points=1)
def test_the_objective_is_called_once_a_trial_with_one_dict(submission, rng):
    objective = feed(distinct(rng, 30))
    search(submission, rng, objective, 11, "min")
    why = "A call may be an hour of training: one a trial, and none to ask the winner again."
    assert_equal(len(objective.calls), 11, what="calls of the objective", why=why)
    for arguments in objective.calls:
        got = [len(arguments), isinstance(arguments[0], dict)]
        assert_equal(got, [1, True], what="arguments: one dict", why="Call objective(config).")


@check(task="random_search", points=1)
def test_nan_never_wins(submission, rng):
    why = "NaN compares as False with everything, so it wins or stays unless it is left out."
    for places in ([0], [1, 2], [5], [0, 1, 5]):
        values = distinct(rng, 6)
        for place in places:
            values[place] = NAN
        check_winner(submission, rng, values, "min", int(np.nanargmin(values)), why)
        check_winner(submission, rng, values, "max", int(np.nanargmax(values)), why)


@check(task="random_search", points=1)
def test_a_search_of_nan_only_has_no_winner(submission, rng):
    lab = submission.build(LAB, space={"a": [1, 2, 3, 4]}, seed=fresh_seed(rng))
    assert_raises(
        ValueError,
        lambda: lab.search(submission.random_search, lambda config: NAN, 3, "min"),
        what="random_search where every trial returns NaN",
        why="There is no best of nothing: raise, rather than return a configuration that diverged.",
    )


@check(task="random_search", points=1)
def test_the_first_of_equal_values_wins(submission, rng):
    best, worst = -float(rng.integers(1, 50)), float(rng.integers(1, 50))
    why = "Replace the best only by a strictly better value. And 0 is a value like any other."
    check_winner(submission, rng, [worst, best, 1.0, best, worst], "min", 1, why)
    check_winner(submission, rng, [best, worst, -0.5, worst, best], "max", 1, why)
    check_winner(submission, rng, [worst, 0.0, 0.5, 0.0], "min", 1, why)
    check_winner(submission, rng, [best, 0.0, best, 0.0], "max", 1, why)


@check(task="random_search", points=1)
def test_an_unknown_mode_is_refused_before_any_trial(submission, rng):
    lab = submission.build(LAB, space={"a": [1, 2, 3]}, seed=fresh_seed(rng))
    objective = spy(lambda config: 1.0)
    for mode in ("minimum", "MAX", ""):
        why = "A misspelled mode must not run a search in the wrong direction: check it first."
        assert_refused(lab.search, submission.random_search, objective, 2, mode, why=why)
        assert_equal(len(objective.calls), 0, what="trials before the error", why=why)


@check(task="random_search", points=1)
def test_a_small_grid_ends_the_search_early(submission, rng):
    objective = feed(distinct(rng, 20))
    space = {"a": [1, 2], "b": [1, 2, 3]}
    _, _, values = search(submission, rng, objective, 15, "min", space)
    why = "A space of lists only has as many trials as points, at most: trust sample_configs."
    assert_equal([len(objective.calls), len(values)], [6, 6], what="trials of 6 points", why=why)


@check(task="random_search", points=2)
def test_trials_follow_from_the_generator_alone(submission, rng):
    space = {"lr": ("loguniform", 1e-5, 1e-1), "depth": [1, 2, 3]}
    why = "Hand rng on to sample_configs, and make no generator of your own."

    def draw(seed):
        objective = spy(lambda config: config["lr"])
        lab = submission.build(LAB, space=space, seed=seed)
        for _ in range(2):
            lab.search(submission.random_search, objective, 5, "max")
        tried = [arguments[0] for arguments in objective.calls]
        assert_equal(len(tried), 10, what="trials of two searches", why=why)
        assert_equal(tried[:5] == tried[5:], False, what="two searches in a row agree", why=why)
        return tried

    assert_seed_decides(submission, draw, seeds=two_seeds(rng), why=why)


# prob_hit


@check(task="prob_hit", points=4)
def test_the_probability_of_a_hit_is_right_for_any_share_and_number(submission, reference, rng):
    for _ in range(25):
        q, n = float(rng.uniform(0.002, 0.6)), int(rng.integers(2, 120))
        assert_returns(
            submission.prob_hit,
            q,
            n,
            expected=reference.prob_hit(q, n),
            why="A search fails if all of its trials miss, and each one misses independently.",
        )


@check(task="prob_hit", points=1)
def test_one_trial_hits_with_the_share_itself(submission, rng):
    q = float(rng.uniform(0.05, 0.95))
    why = "With a single trial, the probability is the share."
    assert_returns(submission.prob_hit, q, 1, expected=q, why=why)


@check(task="prob_hit", points=1)
def test_the_ends_of_both_ranges_are_allowed(submission, rng):
    n, q = int(rng.integers(1, 50)), float(rng.uniform(0.1, 0.9))
    for share, trials, expected in ((0, n, 0), (1, n, 1), (q, 0, 0), (0.0, 0, 0), (1.0, 0, 0)):
        why = "No trial hits nothing, nobody hits an empty share, and anyone hits the whole space."
        assert_returns(submission.prob_hit, share, trials, expected=expected, why=why)


@check(task="prob_hit", points=1)
def test_a_share_outside_0_to_1_is_refused(submission, rng):
    beyond = float(rng.uniform(0.01, 20))
    for q in (-beyond, 1 + beyond, NAN):
        why = "A share is a fraction between 0 and 1: five percent is 0.05."
        assert_refused(submission.prob_hit, q, 3, why=why)


@check(task="prob_hit", points=1)
def test_a_negative_number_of_trials_is_refused(submission, rng):
    for n in (-1, -int(rng.integers(2, 20))):
        why = "There are no negative numbers of trials; the formula alone would not notice."
        assert_refused(submission.prob_hit, 0.5, n, why=why)


# trials_needed


@check(task="trials_needed", points=4)
def test_the_number_of_trials_is_right_for_any_share_and_probability(submission, reference, rng):
    for _ in range(25):
        q, p = float(rng.uniform(0.005, 0.5)), float(rng.uniform(0.3, 0.995))
        assert_returns(
            submission.trials_needed,
            q,
            p,
            expected=reference.trials_needed(q, p),
            exact=True,
            why="Solve 1 - (1 - q)^n = p for n with logarithms, and round up.",
        )


@check(task="trials_needed", points=2)
def test_the_answer_suffices_and_one_trial_less_does_not(submission, reference, rng):
    for _ in range(10):
        q, p = float(rng.uniform(0.01, 0.4)), float(rng.uniform(0.5, 0.99))
        n = submission.trials_needed(q, p)
        what = f"trials_needed({q}, {p})"
        whole = isinstance(n, int | float | np.number) and float(n) == int(n) and n >= 1
        why = "A number of trials is a whole number, at least 1 where p is above 0."
        assert_true(whole, what=what, expected="a whole number", got=n, why=why)
        enough = reference.prob_hit(q, int(n)) >= p > reference.prob_hit(q, int(n) - 1)
        why = "It is the smallest number that reaches the probability: round up, by less than 1."
        assert_true(enough, what=what, expected="the smallest n that reaches p", got=n, why=why)


@check(task="trials_needed", points=1)
def test_a_whole_answer_is_not_rounded_up_further(submission, rng):
    for n in (1, 2, int(rng.integers(3, 20))):  # 0.5 and these p are exact, and so are their logs
        p = 1 - 0.5**n
        why = "Where the equation has a whole solution, that is the answer."
        assert_returns(submission.trials_needed, 0.5, p, expected=n, exact=True, why=why)


@check(task="trials_needed", points=1)
def test_the_allowed_ends_of_the_ranges_have_an_answer(submission, rng):
    q, p = float(rng.uniform(0.01, 0.9)), float(rng.uniform(0.01, 0.99))
    for share, probability, expected in ((q, 0, 0), (q, 0.0, 0), (1, p, 1), (1.0, p, 1), (1, 0, 0)):
        assert_returns(
            submission.trials_needed,
            share,
            probability,
            expected=expected,
            exact=True,
            why="Probability 0 needs no trial, and a share of everything needs one: the logarithm "
            "of 0 does not exist, so take these apart.",
        )


@check(task="trials_needed", points=1)
def test_certainty_is_refused(submission, rng):
    q, beyond = float(rng.uniform(0.01, 0.9)), 1 + float(rng.uniform(0.01, 100))
    little = float(rng.uniform(0.01, 0.9))
    cases = ((q, 1.0), (q, beyond), (q, -beyond), (q, -little), (q, NAN))
    for share, p in (*cases, (1.0, 1.0), (1.0, 1 + little), (1.0, -little)):
        assert_refused(
            submission.trials_needed,
            share,
            p,
            why="No number of trials makes a hit certain: p must be below 1, and not negative.",
        )


@check(task="trials_needed", points=1)
def test_a_share_that_cannot_be_hit_is_refused(submission, rng):
    p, beyond = float(rng.uniform(0.01, 0.99)), float(rng.uniform(0.01, 50))
    for q in (0.0, -beyond, 1 + beyond, NAN):
        why = "The share must be above 0, or no trial ever hits it, and at most 1."
        assert_refused(submission.trials_needed, q, p, why=why)


# best_so_far


@check(task="best_so_far", points=2)
def test_the_running_minimum_of_a_search(submission, reference, rng):
    values = rng.normal(size=30).tolist()
    why = "After each trial, the best is the lowest value up to and including it."
    expected = reference.best_so_far(values, "min")
    assert_returns(submission.best_so_far, values, "min", expected=expected, why=why)
    assert_returns(submission.best_so_far, values, expected=expected, why=why)


@check(task="best_so_far", points=2)
def test_the_running_maximum_of_a_search(submission, reference, rng):
    for values in (rng.normal(size=30).tolist(), (-rng.uniform(1, 9, size=10)).tolist()):
        why = "With mode max, the best is the highest value so far, also where all are negative."
        expected = reference.best_so_far(values, "max")
        assert_returns(submission.best_so_far, values, "max", expected=expected, why=why)


@check(task="best_so_far", points=2)
def test_a_nan_changes_nothing(submission, reference, rng):
    values = rng.normal(size=25)
    values[1:][rng.random(24) < 0.4] = NAN
    values[[7, 8, 24]] = NAN
    for mode in ("min", "max"):
        assert_returns(
            submission.best_so_far,
            values.tolist(),
            mode,
            expected=reference.best_so_far(values.tolist(), mode),
            why="A trial that diverged keeps its place in the curve, which stays at its best.",
        )


@check(task="best_so_far", points=1)
def test_before_the_first_number_the_best_is_nan(submission, rng):
    first, low = float(rng.uniform(1, 2)), float(rng.uniform(-2, -1))
    why = "As long as nothing has trained, there is no best: neither infinity nor zero."
    for mode, last in (("min", low), ("max", first)):
        got = submission.best_so_far([NAN, NAN, first, low], mode)
        assert_close(got, [NAN, NAN, first, last], what="leading NaN", why=why)
        assert_returns(submission.best_so_far, [NAN] * 3, mode, expected=[NAN] * 3, why=why)


@check(task="best_so_far", points=1)
def test_a_curve_has_as_many_points_as_trials(submission, rng):
    value = float(rng.normal())
    why = "There is one best for each trial: none for none."
    assert_returns(submission.best_so_far, [value], expected=[value], why=why)
    assert_returns(submission.best_so_far, [], "max", expected=[], why=why)


@check(task="best_so_far", points=1)
def test_an_unknown_mode_is_refused(submission, rng):
    values = rng.normal(size=3).tolist()
    for mode in ("minimum", "Max", ""):
        assert_refused(
            submission.best_so_far,
            values,
            mode,
            why="A misspelled mode must not turn a curve upside down: name it in the error.",
        )
