"""What a right `ex04_random_search.py` does. Run one task's checks with `pytest -k its_name`."""

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
    spy,
)

NAN = math.nan
GRID = {"lr": [0.001, 0.01, 0.1, 1.0], "depth": [1, 2, 3]}


def draws_of(result, size, what):
    """Return draws as an array, having checked that there are `size` of them."""
    why = "Return an array with one draw for each of `size`. Is the `return` there?"
    assert_equal(np.shape(result), [size], what=f"shape of {what}", why=why)
    return np.asarray(result, dtype=float)


def configs_of(result, names, what):
    """Return configurations, having checked that each is a dict with these names."""
    assert_true(
        isinstance(result, list | tuple)
        and all(isinstance(config, dict) and set(config) == names for config in result),
        what=what,
        expected=f"a list of dicts with the names {', '.join(sorted(names))}",
        got=result,
        why="Each configuration is a dict from every name in the space to a value for it.",
    )
    return result


def in_turn(values):
    """An objective that returns the values in turn, whatever the configuration."""
    rest = iter(values)
    return spy(lambda config: next(rest))


def searched(submission, objective, n, mode="min", seed=0):
    """Search GRID, and return the three results."""
    rng = submission.build("common:rng", seed=seed)
    result = submission.random_search(objective, GRID, n, rng, mode)
    assert_true(
        isinstance(result, list | tuple) and len(result) == 3,
        what=f"random_search(objective, space, {n}, rng, {mode!r})",
        expected="(best_config, best_value, values)",
        got=result,
        why="Return three things: the best configuration, its value, and all values in order.",
    )
    return result


# sample_loguniform


@check(task="sample_loguniform")
def test_sample_loguniform_gives_every_decade_the_same_share(submission):
    rng = submission.build("common:rng", seed=0)
    what = "sample_loguniform(1e-4, 1.0, 2000, rng)"
    draws = draws_of(submission.sample_loguniform(1e-4, 1.0, 2000, rng), 2000, what)
    # Four decades, so a quarter each; 0.08 is more than eight standard errors.
    for power in (-4, -3, -2, -1):
        share = float(np.mean((draws >= 10.0**power) & (draws < 10.0 ** (power + 1))))
        assert_true(
            abs(share - 0.25) < 0.08,
            what=f"share of {what} in [1e{power}, 1e{power + 1})",
            expected="about 0.25",
            got=share,
            why="A learning rate is as likely to belong near 0.001 as near 0.1. Drawn uniformly, "
            "90% of the trials would go to the top decade: draw the logarithm uniformly instead.",
        )


@check(task="sample_loguniform")
def test_sample_loguniform_has_its_median_at_the_geometric_mean(submission):
    rng = submission.build("common:rng", seed=1)
    what = "sample_loguniform(2.0, 200.0, 2000, rng)"
    draws = draws_of(submission.sample_loguniform(2.0, 200.0, 2000, rng), 2000, what)
    # sqrt(2 * 200) = 20: half of the draws below it, half above.
    share = float(np.mean(draws < 20.0))
    assert_true(
        abs(share - 0.5) < 0.1,
        what=f"share of {what} below 20",
        expected="about 0.5",
        got=share,
        why="On a log scale, the middle of 2 and 200 is sqrt(2 * 200) = 20. If yours is far off, "
        "see whether logarithm and exponential have the same base.",
    )


@check(task="sample_loguniform")
def test_sample_loguniform_stays_between_its_bounds(submission):
    rng = submission.build("common:rng", seed=2)
    what = "sample_loguniform(3.0, 30.0, 500, rng)"
    draws = draws_of(submission.sample_loguniform(3.0, 30.0, 500, rng), 500, what)
    assert_true(
        draws.min() >= 3 - 1e-9 and draws.max() <= 30 + 1e-9,
        what=what,
        expected="draws between 3 and 30",
        got=draws,
        why="low and high are the bounds of the draws themselves.",
    )


@check(task="sample_loguniform")
def test_sample_loguniform_draws_only_from_the_generator_it_is_given(submission):
    first = submission.build("common:rng", seed=3)
    second = submission.build("common:rng", seed=3)
    what = "sample_loguniform(1e-4, 1.0, 5, rng)"
    draws = draws_of(submission.sample_loguniform(1e-4, 1.0, 5, first), 5, what)
    why = "Two generators with one seed must give the same draws: use rng, never np.random itself."
    assert_close(submission.sample_loguniform(1e-4, 1.0, 5, second), draws, what=what, why=why)
    again = draws_of(submission.sample_loguniform(1e-4, 1.0, 5, first), 5, what)
    assert_true(
        not np.array_equal(again, draws),
        what=f"a second {what} with the same rng",
        expected="new draws",
        got="the same draws once more",
        why="Draw from rng itself; a generator made inside the function always starts afresh.",
    )


@check(task="sample_loguniform")
def test_sample_loguniform_refuses_bounds_without_a_logarithm(submission):
    rng = submission.build("common:rng", seed=4)
    for low, high in ((0.0, 1.0), (-1.0, 1.0), (1.0, 1.0), (2.0, 1.0)):
        assert_refused(
            submission.sample_loguniform,
            low,
            high,
            3,
            rng,
            why="The logarithm needs low > 0, and the bounds low < high. A clear error beats "
            "silently moving a bound.",
        )


# sample_configs


@check(task="sample_configs")
def test_sample_configs_draws_different_points_of_a_grid(submission):
    space = {"depth": [1, 2, 3], "act": ["relu", "tanh"]}
    for seed in range(5):
        rng = submission.build("common:rng", seed=seed)
        what = f"sample_configs({space}, 4, rng)"
        configs = configs_of(submission.sample_configs(space, 4, rng), {"depth", "act"}, what)
        why = "4 were asked for, and the grid has 6."
        assert_equal(len(configs), 4, what=f"length of {what}", why=why)
        points = {(config["depth"], config["act"]) for config in configs}
        assert_true(
            len(points) == 4,
            what=what,
            expected="4 different configurations",
            got=configs,
            why="From lists only, draw without replacement: trying a point twice is a wasted run.",
        )


@check(task="sample_configs")
def test_sample_configs_stops_at_the_end_of_a_grid_with_a_warning(submission):
    space = {"depth": [1, 2], "act": ["relu", "tanh"]}
    lab = submission.build("ex04_random_search:space_lab", space=space, seed=0)
    what = "sample_configs(a grid of 2 * 2 points, 10, rng)"
    configs = configs_of(lab.draw(submission.sample_configs, 10)[0], {"depth", "act"}, what)
    points = sorted((config["depth"], config["act"]) for config in configs)
    everything = [[1, "relu"], [1, "tanh"], [2, "relu"], [2, "tanh"]]
    why = "There are only 4 points to draw: return each of them once."
    assert_equal(points, everything, what=what, why=why)
    why = "Say that the search is shorter than asked for: warnings.warn(message)."
    assert_equal(lab.warned(), ["UserWarning"], what=f"warnings of {what}", why=why)


@check(task="sample_configs")
def test_sample_configs_draws_each_configuration_anew_from_a_distribution(submission):
    space = {"lr": ("loguniform", 1e-4, 1e-1), "depth": [1, 2]}
    lab = submission.build("ex04_random_search:space_lab", space=space, seed=0)
    what = 'sample_configs({"lr": loguniform(1e-4, 1e-1), "depth": [1, 2]}, 20, rng)'
    configs = configs_of(lab.draw(submission.sample_configs, 20)[0], {"lr", "depth"}, what)
    why = "With a distribution in the space, nothing is capped: 20 asked for are 20."
    assert_equal(len(configs), 20, what=f"length of {what}", why=why)
    rates = [config["lr"] for config in configs]
    assert_true(
        len(set(rates)) == 20 and all(1e-4 <= rate <= 1e-1 for rate in rates),
        what=f"lr in {what}",
        expected="20 different numbers between 1e-4 and 1e-1",
        got=rates,
        why="Call rvs(random_state=rng) once for each configuration.",
    )
    why = "A list beside a distribution gives its choices with equal chance, again and again."
    depths = sorted({config["depth"] for config in configs})
    assert_equal(depths, [1, 2], what=f"values of depth in {what}", why=why)


@check(task="sample_configs")
def test_sample_configs_draws_only_from_the_generator_it_is_given(submission):
    for space in ({"a": list(range(100))}, {"lr": ("uniform", 0.0, 1.0), "a": list(range(100))}):
        labs = [
            submission.build("ex04_random_search:space_lab", space=space, seed=seed)
            for seed in (5, 5, 6)
        ]
        what = "sample_configs(space, 6, rng)"
        first, same, other = [
            configs_of(lab.draw(submission.sample_configs, 6)[0], set(space), what) for lab in labs
        ]
        why = "One seed must give the same configurations. Does rvs get random_state=rng?"
        assert_equal(same, first, what=f"{what} with another generator of the same seed", why=why)
        assert_true(
            other != first,
            what=f"{what} with a generator of another seed",
            expected="other configurations",
            got="the same ones",
            why="Draw from rng; a generator made inside the function knows nothing of its seed.",
        )


@check(task="sample_configs")
def test_sample_configs_returns_a_choice_as_it_stands_in_the_list(submission):
    kinds = ["float", "int", "list", "str"]
    for space, n in (
        ({"layers": [[64, 64], 0.5, "auto", 3]}, 4),
        ({"layers": [[64, 64], 0.5, "auto", 3], "lr": ("uniform", 0.0, 1.0)}, 200),
    ):
        lab = submission.build("ex04_random_search:space_lab", space=space, seed=0)
        what = f"sample_configs({space}, {n}, rng)"
        configs = configs_of(lab.draw(submission.sample_configs, n)[0], set(space), what)
        assert_equal(
            sorted({type(config["layers"]).__name__ for config in configs}),
            kinds,
            what=f"types of layers in {what}",
            why="A choice may be anything. rng.choice makes an array of a list, in which 3 beside "
            "'auto' is the text '3': draw a position with rng.integers, and look the choice up.",
        )


@check(task="sample_configs")
def test_sample_configs_leaves_the_space_as_it_was(submission):
    for space in ({"a": list(range(9))}, {"a": list(range(9)), "lr": ("uniform", 0.0, 1.0)}):
        lab = submission.build("ex04_random_search:space_lab", space=space, seed=0)
        lab.draw(submission.sample_configs, 5)
        why = "The lists belong to the caller, who may use them again: shuffle a copy."
        assert_equal(lab.lists(), {"a": list(range(9))}, what="the lists afterwards", why=why)


@check(task="sample_configs")
def test_sample_configs_refuses_what_it_cannot_draw(submission):
    rng = submission.build("common:rng", seed=0)
    for space, n, error, why in (
        ({"a": [1, 2]}, 0, ValueError, "n must be at least 1."),
        ({"a": [1, 2], "b": []}, 1, ValueError, "A list without choices leaves nothing to draw."),
        ({"a": "relu"}, 1, TypeError, "A string is no list: its letters are no choices."),
    ):
        assert_refused(submission.sample_configs, space, n, rng, error=error, why=why)


# random_search


@check(task="random_search")
def test_random_search_finds_the_best_of_a_whole_grid(submission):
    def loss(config):  # 0 at lr=0.01, depth=2, and higher everywhere else
        return abs(math.log10(config["lr"]) + 2) + abs(config["depth"] - 2)

    for mode, best in (("min", {"lr": 0.01, "depth": 2}), ("max", {"lr": 1.0, "depth": 2})):
        score = loss if mode == "min" else (lambda c: c["lr"] - abs(c["depth"] - 2))
        config, value, _ = searched(submission, score, 12, mode)
        what = f"random_search(objective, a grid of 12, 12, rng, {mode!r})"
        why = "All 12 points were tried: the lowest value wins for min, the highest for max."
        assert_equal(config, best, what=f"best config of {what}", why=why)
        assert_close(value, score(best), what=f"best value of {what}", why=why)


@check(task="random_search")
def test_random_search_calls_the_objective_once_a_trial(submission):
    objective = spy(lambda config: config["lr"] * config["depth"])
    config, value, values = searched(submission, objective, 7, seed=1)
    what = "random_search(objective, space, 7, rng)"
    why = "Each call may be an hour of training. Remember the values; never ask again."
    assert_equal(len(objective.calls), 7, what=f"calls of the objective by {what}", why=why)
    seen = [arguments[0]["lr"] * arguments[0]["depth"] for arguments in objective.calls]
    why = "The third result is what each trial returned, in the order of the trials."
    assert_close(values, seen, what=f"values of {what}", why=why)
    why = "With mode min, the lowest value wins, with its configuration."
    assert_close(value, min(seen), what=f"best value of {what}", why=why)
    winner = objective.calls[seen.index(min(seen))][0]
    assert_equal(config, winner, what=f"best config of {what}", why=why)


@check(task="random_search")
def test_random_search_lets_no_nan_win(submission):
    for mode, best in (("min", 2.0), ("max", 4.0)):
        returned = [NAN, 3.0, 2.0, NAN, 4.0]
        objective = in_turn(returned)
        config, value, values = searched(submission, objective, 5, mode)
        what = f"random_search with the values nan, 3, 2, nan, 4 and mode={mode!r}"
        why = "NaN is a run that diverged. Every comparison with it is False: leave it out."
        assert_close(value, best, what=f"best value of {what}", why=why)
        winner = objective.calls[2 if mode == "min" else 4][0]
        assert_equal(config, winner, what=f"best config of {what}", why=why)
        why = "The values of all trials come back, NaN too: it only takes no part in the contest."
        assert_close(values, returned, what=f"values of {what}", why=why)


@check(task="random_search")
def test_random_search_draws_only_from_the_generator_it_is_given(submission):
    def tried(seed):
        objective = spy(lambda config: config["lr"])
        searched(submission, objective, 6, seed=seed)
        return [arguments[0] for arguments in objective.calls]

    what = "the configurations tried by random_search(objective, space, 6, rng)"
    why = "One seed must give the same trials: hand rng on to sample_configs."
    assert_equal(tried(1), tried(1), what=f"{what}, twice with one seed", why=why)
    assert_true(
        tried(1) != tried(2),  # 12 * 11 * 10 * 9 * 8 * 7 orders: equal by chance once in 665,280
        what=f"{what} with another seed",
        expected="other configurations",
        got="the same ones, in the same order",
        why="A generator made inside the function knows nothing of the seed that was asked for.",
    )


@check(task="random_search")
def test_random_search_keeps_the_first_of_equal_values(submission):
    returned = iter([0.5, 0.0, 0.0, 0.5])
    objective = spy(lambda config: next(returned))
    config, value, _ = searched(submission, objective, 4)
    what = "random_search with the values 0.5, 0.0, 0.0, 0.5"
    why = "Only a strictly better value replaces the best, and 0.0 is a value like any other."
    assert_close(value, 0.0, what=f"best value of {what}", why=why)
    assert_equal(config, objective.calls[1][0], what=f"best config of {what}", why=why)


@check(task="random_search")
def test_random_search_refuses_a_search_without_a_winner(submission):
    rng = submission.build("common:rng", seed=4)
    assert_refused(
        submission.random_search,
        lambda config: NAN,
        GRID,
        3,
        rng,
        why="There is no best configuration to return: say so.",
    )
    assert_refused(
        submission.random_search,
        lambda config: 1.0,
        GRID,
        3,
        rng,
        "maximum",
        why='The modes are "min" and "max"; anything else would search in the wrong direction.',
    )


# prob_hit


@check(task="prob_hit")
def test_prob_hit_is_the_complement_of_missing_every_time(submission):
    # Two trials, half the space is good: both miss with probability 0.5 * 0.5 = 0.25.
    why = "All trials miss with probability (1 - q)^n; a hit is everything else."
    assert_returns(submission.prob_hit, 0.5, 2, expected=0.75, why=why)
    # 1 - 0.9^3 = 1 - 0.729
    assert_returns(submission.prob_hit, 0.1, 3, expected=0.271, why=why)


@check(task="prob_hit")
def test_prob_hit_of_fifty_trials_for_the_best_five_percent(submission):
    why = "50 random trials find a setting among the best 5% in 92 of 100 searches."
    got = submission.prob_hit(0.05, 50)
    assert_close(got, 0.923055, rtol=1e-5, what="prob_hit(0.05, 50)", why=why)


@check(task="prob_hit")
def test_prob_hit_at_the_ends_of_its_ranges(submission):
    for q, n, expected in ((0.3, 0, 0.0), (0.0, 10, 0.0), (1.0, 1, 1.0), (0.3, 1, 0.3)):
        why = "No trial hits nothing, an empty share is never hit, and one trial hits with q."
        assert_returns(submission.prob_hit, q, n, expected=expected, why=why)


@check(task="prob_hit")
def test_prob_hit_refuses_what_is_no_share_or_no_number(submission):
    for q, n in ((5, 10), (-0.1, 10), (0.1, -1)):
        assert_refused(
            submission.prob_hit,
            q,
            n,
            why="q is a fraction from 0 to 1 (5% is 0.05), and n is not negative. The formula "
            "would return a number all the same, so check.",
        )


# trials_needed


@check(task="trials_needed")
def test_trials_needed_for_the_best_five_percent_is_59(submission):
    # 1 - 0.95^58 = 0.9490 falls short, and 1 - 0.95^59 = 0.9515 reaches 0.95.
    why = "Solve 1 - (1 - q)^n = p for n with logarithms, and round up. 1/q = 20 trials give 64%."
    assert_returns(submission.trials_needed, 0.05, 0.95, expected=59, exact=True, why=why)
    # 1 - 0.9^6 = 0.4686, and 1 - 0.9^7 = 0.5217.
    assert_returns(submission.trials_needed, 0.1, 0.5, expected=7, exact=True, why=why)


@check(task="trials_needed")
def test_trials_needed_adds_nothing_to_a_whole_number(submission):
    # 1 - 0.5^2 is 0.75 exactly.
    why = "Two trials reach 0.75 exactly, and p or more is enough."
    assert_returns(submission.trials_needed, 0.5, 0.75, expected=2, exact=True, why=why)
    why = "One trial hits half of the space with probability 0.5."
    assert_returns(submission.trials_needed, 0.5, 0.5, expected=1, exact=True, why=why)


@check(task="trials_needed")
def test_trials_needed_at_the_ends_of_its_ranges(submission):
    for q, p, expected, why in (
        (0.05, 0.0, 0, "Probability 0 is reached without a single trial."),
        (1.0, 0.9, 1, "If everything is good, one trial will do; log(1 - q) does not exist there."),
        (1.0, 0.0, 0, "Probability 0 is reached without a single trial, whatever q is."),
    ):
        what = f"trials_needed({q}, {p})"
        assert_equal(submission.trials_needed(q, p), expected, what=what, why=why)


@check(task="trials_needed")
def test_trials_needed_refuses_what_no_number_of_trials_gives(submission):
    for q, p in ((0.0, 0.5), (0.05, 1.0), (5, 0.95), (0.05, 95), (0.05, -0.5)):
        assert_refused(
            submission.trials_needed,
            q,
            p,
            why="q must be above 0 and at most 1, p at least 0 and below 1, both as fractions: no "
            "number of random trials makes a hit certain.",
        )


# best_so_far


@check(task="best_so_far")
def test_best_so_far_never_gets_worse(submission):
    values = [0.5, 0.7, 0.3, 0.4]
    what = f"best_so_far({values})"
    why = "After each trial, the best is the lowest value so far; with mode max, the highest."
    assert_close(submission.best_so_far(values), [0.5, 0.5, 0.3, 0.3], what=what, why=why)
    what = f'best_so_far({values}, "max")'
    assert_close(submission.best_so_far(values, "max"), [0.5, 0.7, 0.7, 0.7], what=what, why=why)


@check(task="best_so_far")
def test_best_so_far_works_for_negative_values(submission):
    why = "Start from the first value rather than from 0, which may never be reached."
    got = submission.best_so_far([-3.0, -1.0, -2.0], "max")
    assert_close(got, [-3.0, -1.0, -1.0], what="best_so_far([-3, -1, -2], 'max')", why=why)


@check(task="best_so_far")
def test_best_so_far_takes_no_notice_of_nan(submission):
    values = [2.0, NAN, 1.0, NAN, 3.0]
    why = "A trial that diverged changes nothing: the curve stays at its best, one point a trial."
    got = submission.best_so_far(values)
    assert_close(got, [2.0, 2.0, 1.0, 1.0, 1.0], what=f"best_so_far({values})", why=why)


@check(task="best_so_far")
def test_best_so_far_is_nan_until_there_is_a_number(submission):
    values = [NAN, NAN, 2.0, 1.0]
    why = "Before the first trial that trained there is no best: NaN, neither infinity nor zero."
    got = submission.best_so_far(values, "max")
    assert_close(got, [NAN, NAN, 2.0, 2.0], what=f"best_so_far({values}, 'max')", why=why)
    assert_returns(submission.best_so_far, [], expected=[], why="No trial, no best.")


@check(task="best_so_far")
def test_best_so_far_refuses_an_unknown_mode(submission):
    assert_refused(
        submission.best_so_far,
        [1.0, 2.0],
        "maximum",
        why='The modes are "min" and "max": a misspelled one must not turn the curve upside down.',
    )
