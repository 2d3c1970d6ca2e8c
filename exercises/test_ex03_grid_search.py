"""What a right `ex03_grid_search.py` does. Run one task's checks with `pytest -k its_name`."""

from __future__ import annotations

import math

import pytest

from grader.checks import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_refused,
    assert_returns,
    assert_true,
    check,
    spy,
)

NAN = math.nan
# Six rows and two splits, for the estimator that keeps a diary of its fits.
ROWS = 6
SPLITS = [([0, 1, 2, 3], [4, 5]), ([2, 3, 4, 5], [0, 1])]
# Settings a and b, and what the estimator scores in the two splits.
SCORES = [
    (1, 1, [0.5, 0.75]),  # mean 0.625
    (1, 2, [0.25, 0.75]),  # mean 0.5
    (2, 1, [1.0, 0.5]),  # mean 0.75
    (2, 2, [0.75, 0.75]),  # mean 0.75 too
]
CV_GRID = {"a": [1, 2], "b": [1, 2]}
CALL = 'grid_search_cv(estimator, {"a": [1, 2], "b": [1, 2]}, X, y, cv)'


def small_grid():
    """Six combinations, made anew for every call."""
    return {"lr": [0.1, 0.01, 0.001], "depth": [1, 2]}


def searched(submission, objective, mode="min"):
    """Search the small grid, and return the three results."""
    result = submission.grid_search(objective, small_grid(), mode)
    assert_true(
        isinstance(result, list | tuple) and len(result) == 3,
        what=f"grid_search(objective, grid, {mode!r})",
        expected="(best_config, best_value, values)",
        got=result,
        why="Return three things: the best configuration, its value, and all values in order.",
    )
    return result


def diary(submission, scores=SCORES, grid=None):
    """Search with the scripted estimator, and return what the lab saw."""
    lab = submission.build("ex03_grid_search:spy_lab", scores=scores, n=ROWS, cv=SPLITS)
    seen = lab.run(submission.grid_search_cv, CV_GRID if grid is None else grid)
    assert_true(
        seen["found"] is not None,
        what=CALL,
        expected="(best_params, results, fitted), where results is a dict",
        got="something else",
        why="Return three things: the best combination, a dict of results, and the estimator that "
        "was fitted with the best combination on all rows. Is the `return` there?",
    )
    return seen


# grid_size


@check(task="grid_size")
def test_grid_size_is_the_product_of_the_lengths(submission):
    why = "Each of the 3 learning rates is tried with each of the 2 depths: lengths multiply."
    assert_returns(submission.grid_size, small_grid(), expected=6, exact=True, why=why)
    grid = {"a": [1, 2, 3], "b": [1, 2, 3, 4], "c": [0], "d": [5, 6]}  # 3 * 4 * 1 * 2
    assert_returns(submission.grid_size, grid, expected=24, exact=True, why=why)


@check(task="grid_size")
def test_grid_size_adds_up_over_several_grids(submission):
    grids = [{"kernel": ["rbf"], "gamma": [0.1, 1.0, 10.0]}, {"kernel": ["linear", "poly"]}]
    why = "Grids in a list are searched one after the other: 1 * 3 combinations, then 2 more."
    assert_returns(submission.grid_size, grids, expected=5, exact=True, why=why)


@check(task="grid_size")
def test_grid_size_of_nothing(submission):
    why = "Without a name there is one combination, in which nothing is set: an empty product is 1."
    assert_returns(submission.grid_size, {}, expected=1, exact=True, why=why)
    why = "Without a grid there is no combination: an empty sum is 0."
    assert_returns(submission.grid_size, [], expected=0, exact=True, why=why)


@check(task="grid_size")
def test_grid_size_counts_a_grid_too_large_to_list(submission):
    lengths = {f"setting {i}": 100 for i in range(10)}
    lab = submission.build("ex03_grid_search:huge_grid", lengths=[lengths])
    seen = lab.count(submission.grid_size)
    what = "grid_size(10 settings with 100 choices each)"
    why = "Multiply the lengths and list nothing: no machine can hold so many combinations."
    assert_equal(seen["listed"], False, what=f"combinations listed by {what}", why=why)
    why = "100^10 is 10^20, more than NumPy's whole numbers hold: use math.prod."
    assert_equal(seen["size"], 10**20, what=what, why=why)


@check(task="grid_size")
def test_grid_size_refuses_what_is_no_grid(submission):
    why = "A string is no list: the number of its letters means nothing. The remedy is a list of 1."
    assert_refused(submission.grid_size, {"act": "relu"}, error=TypeError, why=why)
    assert_refused(submission.grid_size, [{"lr": [0.1], "depth": 3}], error=TypeError, why=why)
    why = "A list without choices leaves no combination at all, which nobody can have meant."
    assert_refused(submission.grid_size, {"lr": [0.1], "depth": []}, why=why)


# expand_grid


@check(task="expand_grid")
def test_expand_grid_counts_with_the_last_name_fastest(submission):
    expected = [
        {"depth": 1, "lr": 0.1},
        {"depth": 1, "lr": 0.01},
        {"depth": 1, "lr": 0.001},
        {"depth": 2, "lr": 0.1},
        {"depth": 2, "lr": 0.01},
        {"depth": 2, "lr": 0.001},
    ]
    why = (
        "Every choice meets every other one. Names go by the alphabet, so depth comes before lr "
        "whatever their order in the dict; the last one, lr, changes at every step."
    )
    assert_returns(submission.expand_grid, small_grid(), expected=expected, exact=True, why=why)


@check(task="expand_grid")
def test_expand_grid_keeps_the_choices_as_they_stand_in_their_list(submission):
    grid = {"layers": [[64, 64], 3, "auto", None, 3, 0.5]}
    expected = [{"layers": choice} for choice in grid["layers"]]
    why = (
        "A choice may be anything and may come twice, and the order of the list stays: make "
        "neither an array nor a set of it, and do not sort it."
    )
    assert_returns(submission.expand_grid, grid, expected=expected, exact=True, why=why)


@check(task="expand_grid")
def test_expand_grid_puts_several_grids_one_after_the_other(submission):
    grids = [{"kernel": ["rbf"], "gamma": [1.0, 0.1]}, {"kernel": ["linear"]}]
    expected = [
        {"gamma": 1.0, "kernel": "rbf"},
        {"gamma": 0.1, "kernel": "rbf"},
        {"kernel": "linear"},
    ]
    why = "Each grid is expanded on its own, since a linear kernel has no gamma to be combined."
    assert_returns(submission.expand_grid, grids, expected=expected, exact=True, why=why)


@check(task="expand_grid")
def test_expand_grid_of_nothing(submission):
    why = "With nothing to set there is one configuration, the empty one; product() gives it."
    assert_returns(submission.expand_grid, {}, expected=[{}], exact=True, why=why)
    why = "Without a grid, there is no configuration."
    assert_returns(submission.expand_grid, [], expected=[], exact=True, why=why)


@check(task="expand_grid")
def test_expand_grid_leaves_the_grid_as_it_was(submission):
    for grid in ({"b": [3, 1, 2], "a": [2, 1]}, [{"b": [2, 1]}, {"a": [1]}]):
        lab = submission.build("ex03_grid_search:watched_grid", grid=grid)
        lab.size_or_list(submission.expand_grid)
        why = "The grid belongs to the caller, who may use it again: take nothing out of it."
        assert_equal(lab.now(), grid, what=f"the grid after expand_grid({grid})", why=why)


@check(task="expand_grid")
def test_expand_grid_refuses_what_is_no_grid(submission):
    why = "A string is no list: its letters are no choices. The remedy is a list with one choice."
    assert_refused(submission.expand_grid, {"act": "relu"}, error=TypeError, why=why)
    why = "A single value has to stand in a list, so that nobody needs to guess what was meant."
    assert_refused(submission.expand_grid, [{"lr": [0.1], "depth": 3}], error=TypeError, why=why)
    why = "A list without choices makes the whole grid empty: a search of nothing would 'succeed'."
    assert_refused(submission.expand_grid, {"lr": [0.1], "depth": []}, why=why)


# grid_search


@check(task="grid_search")
def test_grid_search_finds_what_one_setting_at_a_time_would_miss(submission):
    # From depth 1 and lr 0.1, no single change helps: only both together lead to the loss of 0.
    losses = {(1, 0.1): 1.0, (1, 0.01): 2.0, (1, 0.001): 3.0}
    losses |= {(2, 0.1): 2.0, (2, 0.01): 1.5, (2, 0.001): 0.0}
    config, value, values = searched(submission, lambda c: losses[c["depth"], c["lr"]])
    what = "grid_search(objective, grid)"
    why = "The lowest loss of all six combinations wins."
    assert_equal(config, {"depth": 2, "lr": 0.001}, what=f"best config of {what}", why=why)
    assert_close(value, 0.0, what=f"best value of {what}", why=why)
    why = "The third result is what every combination returned, in the order of expand_grid."
    assert_close(values, list(losses.values()), what=f"values of {what}", why=why)


@check(task="grid_search")
def test_grid_search_maximizes_with_mode_max(submission):
    config, value, _ = searched(submission, lambda c: c["lr"] - c["depth"], mode="max")
    what = "grid_search(objective, grid, 'max')"
    why = "With mode max, for an accuracy say, the highest value wins."
    assert_equal(config, {"depth": 1, "lr": 0.1}, what=f"best config of {what}", why=why)
    assert_close(value, -0.9, what=f"best value of {what}", why=why)


@check(task="grid_search")
def test_grid_search_calls_the_objective_once_a_combination(submission):
    objective = spy(lambda config: config["lr"] * config["depth"])
    searched(submission, objective)
    what = "grid_search(objective, a grid of 3 * 2)"
    why = "Each call may be an hour of training: one for each combination, and none to ask again."
    assert_equal(len(objective.calls), 6, what=f"calls of the objective by {what}", why=why)
    tried = sorted([call[0]["depth"], call[0]["lr"]] for call in objective.calls)
    everything = [[1, 0.001], [1, 0.01], [1, 0.1], [2, 0.001], [2, 0.01], [2, 0.1]]
    assert_equal(tried, everything, what=f"combinations tried by {what}", why=why)


@check(task="grid_search")
def test_grid_search_lets_no_nan_win(submission):
    for mode, best in (("min", 2.0), ("max", 5.0)):
        returned = [NAN, 3.0, 2.0, NAN, 4.0, 5.0]
        rest = iter(returned)
        objective = spy(lambda config, rest=rest: next(rest))
        config, value, values = searched(submission, objective, mode=mode)
        what = f"grid_search with the values nan, 3, 2, nan, 4, 5 and mode={mode!r}"
        why = "NaN is a run that diverged. Every comparison with it is False: leave it out."
        assert_close(value, best, what=f"best value of {what}", why=why)
        winner = objective.calls[returned.index(best)][0]
        assert_equal(config, winner, what=f"best config of {what}", why=why)
        why = "The values of all trials come back, NaN too: it only takes no part in the contest."
        assert_close(values, returned, what=f"values of {what}", why=why)


@check(task="grid_search")
def test_grid_search_keeps_the_first_of_equal_values(submission):
    rest = iter([0.5, 0.0, 0.5, 0.0, 0.5, 0.0])
    objective = spy(lambda config: next(rest))
    config, value, _ = searched(submission, objective)
    what = "grid_search with the values 0.5, 0.0, 0.5, 0.0, 0.5, 0.0"
    why = "Only a strictly better value replaces the best, and 0.0 is a value like any other."
    assert_close(value, 0.0, what=f"best value of {what}", why=why)
    assert_equal(config, objective.calls[1][0], what=f"best config of {what}", why=why)


@check(task="grid_search")
def test_grid_search_leaves_the_grid_as_it_was(submission):
    lab = submission.build("ex03_grid_search:watched_grid", grid=small_grid())
    lab.search(submission.grid_search)
    why = "The grid belongs to the caller, who may search it again: take nothing out of it."
    assert_equal(
        lab.now(), small_grid(), what="the grid after grid_search(objective, grid)", why=why
    )


@check(task="grid_search")
def test_grid_search_refuses_a_search_without_a_winner(submission):
    why = "There is no best configuration to return: say so."
    assert_refused(submission.grid_search, lambda config: NAN, small_grid(), why=why)
    why = 'The modes are "min" and "max"; anything else would search in the wrong direction.'
    assert_refused(submission.grid_search, lambda config: 1.0, small_grid(), "maximum", why=why)


# grid_search_cv


@pytest.fixture(scope="module")
def sklearn_loaded() -> None:
    """Import scikit-learn before a check's time starts: the first time is a slow one."""
    import sklearn.model_selection  # noqa: F401


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_averages_over_the_splits(submission):
    found = diary(submission)["found"]
    why = "The combinations stand in the order of expand_grid: a slow, b fast."
    expected = [{"a": a, "b": b} for a, b, _ in SCORES]
    assert_equal(found["params"], expected, what=f"params of {CALL}", why=why)
    # (0.5 + 0.75) / 2, (0.25 + 0.75) / 2, (1.0 + 0.5) / 2, (0.75 + 0.75) / 2
    why = (
        "For each combination, the mean of score(X[test], y[test]) over the splits. A score of "
        "1000 is what this estimator gives on rows that are no split's test rows."
    )
    expected = [0.625, 0.5, 0.75, 0.75]
    what = f"mean_test_score of {CALL}"
    assert_close(found["mean_test_score"], expected, what=what, why=why)
    # Two scores lie half their distance from their mean: 0.25 / 2, 0.5 / 2, 0.5 / 2, 0 / 2.
    why = "The standard deviation over the splits, divided by k: np.std does it unless told."
    what = f"std_test_score of {CALL}"
    assert_close(found["std_test_score"], [0.125, 0.25, 0.25, 0.0], what=what, why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_ranks_equal_means_alike(submission):
    found = diary(submission)["found"]
    why = "Two means of 0.75 share rank 1, so that 0.625 is the third best, and 0.5 the fourth."
    what = f"rank_test_score of {CALL}"
    assert_close(found["rank_test_score"], [3, 4, 1, 1], what=what, why=why)
    why = "The highest mean wins, and the first of equals."
    assert_equal(found["best_params"], {"a": 2, "b": 1}, what=f"best_params of {CALL}", why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_gives_every_fit_a_copy_of_its_own(submission):
    seen = diary(submission)
    spies = [fit["spy"] for fit in seen["fits"]]
    what = f"fits of {CALL}"
    why = "4 combinations in 2 splits are 8 fits, and the best one on all rows is the ninth."
    assert_equal(len(spies), 9, what=f"number of {what}", why=why)
    why = (
        "What was learned in one split must not be there in the next: clone the estimator for "
        "every fit, and leave the one that you were given alone."
    )
    assert_equal(0 in spies, False, what=f"the given estimator was fitted in {what}", why=why)
    assert_equal(len(set(spies)), 9, what=f"estimators in {what}", why=why)
    what = f"settings of the given estimator after {CALL}"
    assert_equal(seen["given"], {"a": -1, "b": -1}, what=what, why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_fits_on_training_rows_and_scores_on_test_rows(submission):
    seen = diary(submission)
    for a, b, _ in SCORES:
        params = {"a": a, "b": b}
        fits = [fit["rows"] for fit in seen["fits"] if fit["params"] == params]
        why = "Within a split, a combination learns from the training rows and no others."
        what = f"rows of the fits with {params} in {CALL}"
        assert_equal(fits[:2], [train for train, _ in SPLITS], what=what, why=why)
        scored = [entry["rows"] for entry in seen["scored"] if entry["params"] == params]
        why = "It is judged on the test rows, which it has not seen."
        what = f"rows of the scores with {params} in {CALL}"
        assert_equal(scored, [test for _, test in SPLITS], what=what, why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_fits_the_best_on_all_rows(submission):
    fitted = diary(submission)["fitted"]
    what = f"the estimator that {CALL} returns"
    assert_true(
        fitted is not None,
        what=what,
        expected="a fitted copy of the given estimator",
        got="something else",
        why="The third result is a model that is ready for use: fit a copy, and return it.",
    )
    why = "The splits were for judging. In the end there is no reason to leave rows out."
    assert_equal(fitted["rows"], list(range(ROWS)), what=f"rows of the fit of {what}", why=why)
    why = "The model has the settings that won, not those that happened to be the last."
    assert_equal(fitted["params"], {"a": 2, "b": 1}, what=f"settings of {what}", why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_ranks_nan_last(submission):
    scores = [(1, 1, [0.5, 0.75]), (1, 2, [NAN, 1.0]), (2, 1, [0.5, 1.0]), (2, 2, [NAN, NAN])]
    found = diary(submission, scores)["found"]
    call = "grid_search_cv with scores [0.5, 0.75], [nan, 1.0], [0.5, 1.0], [nan, nan]"
    why = "A split that failed leaves no fair mean: it is NaN."
    expected = [0.625, NAN, 0.75, NAN]
    assert_close(found["mean_test_score"], expected, what=f"mean_test_score of {call}", why=why)
    why = "NaN ranks behind every number, and never wins."
    assert_close(found["rank_test_score"], [2, 3, 1, 3], what=f"rank_test_score of {call}", why=why)
    assert_equal(found["best_params"], {"a": 2, "b": 1}, what=f"best_params of {call}", why=why)


@pytest.mark.usefixtures("sklearn_loaded")
@check(task="grid_search_cv")
def test_grid_search_cv_refuses_a_search_without_a_winner(submission):
    lab = submission.build(
        "ex03_grid_search:spy_lab",
        scores=[(1, 1, [NAN, 1.0]), (1, 2, [0.5, NAN])],
        n=ROWS,
        cv=SPLITS,
    )
    assert_raises(
        ValueError,
        lambda: lab.run(submission.grid_search_cv, {"a": [1], "b": [1, 2]}),
        what="grid_search_cv with scores [nan, 1.0], [0.5, nan]",
        why="Every mean is NaN, so there is no best combination to return: say so.",
    )
