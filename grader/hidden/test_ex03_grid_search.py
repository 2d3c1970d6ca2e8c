"""Hidden checks of topic 3.

False alarms: no check is statistical. What is drawn fresh are inputs, and where values must differ
they are drawn without replacement; a right submission always passes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    spy,
)

NAN = math.nan
LABS = "ex03_grid_search"


def random_grid(rng, n_names=None, longest=4, shortest=1):
    """A grid of whole numbers whose names are not in alphabetical order, nor its choices sorted."""
    n_names = int(rng.integers(2, 5)) if n_names is None else n_names
    names = [f"{letter}{int(rng.integers(10))}" for letter in "qbxmd"[:n_names]]
    return {
        name: [int(i) for i in rng.permutation(90)[: int(rng.integers(shortest, longest + 1))]]
        for name in names
    }


# grid_size


@check(task="grid_size", points=3)
def test_the_lengths_of_the_lists_multiply(submission, reference, rng):
    why = "Every choice of one name meets every choice of the others: the lengths multiply."
    for _ in range(8):
        grid = random_grid(rng)
        expected = reference.grid_size(grid)
        assert_returns(submission.grid_size, grid, expected=expected, exact=True, why=why)
    lengths = {"a": 3, "b": 2, "c": 5}
    grid = {name: list(range(n)) for name, n in lengths.items()}
    assert_returns(submission.grid_size, grid, expected=30, exact=True, why=why)


@check(task="grid_size", points=2)
def test_several_grids_add_up(submission, reference, rng):
    for n in (1, 2, 4):
        grids = [random_grid(rng) for _ in range(n)]
        grids.append(grids[0])
        assert_returns(
            submission.grid_size,
            grids,
            expected=reference.grid_size(grids),
            exact=True,
            why="Grids in a list follow one another, and what comes twice is run twice: add up.",
        )


@check(task="grid_size", points=1)
def test_an_empty_dict_is_one_combination_and_an_empty_list_none(submission, rng):
    n = int(rng.integers(2, 9))
    for grid, expected in (({}, 1), ([], 0), ([{}], 1), ([{}, {"a": [0] * n}], n + 1)):
        why = "A product of nothing is 1, and a sum of nothing is 0."
        assert_returns(submission.grid_size, grid, expected=expected, exact=True, why=why)


@check(task="grid_size", points=2)
def test_a_grid_too_large_to_list_is_counted_exactly(submission, rng):
    lengths = [int(n) for n in rng.integers(80, 120, size=12)]
    grids = [{f"h{i}": n for i, n in enumerate(lengths)}, {"other": 7}]
    for several, expected in ((False, math.prod(lengths)), (True, math.prod(lengths) + 7)):
        lab = submission.build(f"{LABS}:huge_grid", lengths=grids, several=several)
        seen = lab.count(submission.grid_size)
        what = "grid_size(12 settings with about 100 choices each)"
        why = "Look at the lengths only: a grid is counted before it is listed, if it ever is."
        assert_equal(seen["listed"], False, what=f"combinations listed by {what}", why=why)
        why = "A number beyond 2^63 overflows in NumPy without a word: multiply Python's numbers."
        assert_equal(seen["size"], expected, what=what, why=why)


@check(task="grid_size", points=2)
def test_what_is_no_list_of_choices_cannot_be_counted(submission, rng):
    for bad in wrong_grids(rng):
        why = "A string or a single value is a slip of the pen; as a list of one it would be fine."
        assert_refused(submission.grid_size, bad, error=TypeError, why=why)
    for bad in empty_grids(rng):
        why = "An empty list makes the product 0: nobody can have meant to search nothing."
        assert_refused(submission.grid_size, bad, why=why)


def wrong_grids(rng):
    """Grids in which something is no list, in first place and in last."""
    good = random_grid(rng)
    number = int(rng.integers(1, 9))
    return (
        {"act": "relu"},
        {"act": "relu", **good},
        {**good, "lr": number},
        {**good, "lr": number / 16},
        {**good, "act": None},
        [good, {"act": "tanh"}],
    )


def empty_grids(rng):
    """Grids with an empty list, in first place and in last."""
    good = random_grid(rng)
    return {"a": []}, {"a": [], **good}, {**good, "z": []}, [good, {**good, "z": []}]


# expand_grid


@check(task="expand_grid", points=4)
def test_every_combination_comes_in_the_order_of_a_counter(submission, reference, rng):
    for grid in (random_grid(rng, 2, 4, 2), random_grid(rng, 3, 3, 2), random_grid(rng)):
        assert_returns(
            submission.expand_grid,
            grid,
            expected=reference.expand_grid(grid),
            exact=True,
            why="All choices of the names in alphabetical order, the last name changing fastest.",
        )


@check(task="expand_grid", points=1)
def test_the_choices_keep_their_order_and_come_as_often_as_they_stand_there(submission, rng):
    numbers = [int(i) for i in rng.permutation(50)[:5]]
    choices = [*numbers, numbers[0], -1]
    grid = {"only": choices}
    why = "The list of choices is gone through from its start to its end, repetitions included."
    expected = [{"only": choice} for choice in choices]
    assert_returns(submission.expand_grid, grid, expected=expected, exact=True, why=why)


@check(task="expand_grid", points=2)
def test_several_grids_follow_one_another(submission, reference, rng):
    for n in (1, 3):
        grids = [random_grid(rng, 2) for _ in range(n)]
        grids.append({**grids[0], "extra": [1]})
        assert_returns(
            submission.expand_grid,
            grids,
            expected=reference.expand_grid(grids),
            exact=True,
            why="The first dict's combinations, then the second's: dicts do not combine.",
        )


@check(task="expand_grid", points=1)
def test_a_grid_without_names_gives_one_empty_configuration(submission, rng):
    n = int(rng.integers(2, 9))
    why = "With nothing to set, there is still one configuration to try: the defaults."
    for grid, expected in (({}, [{}]), ([], []), ([{}, {"a": [n]}], [{}, {"a": n}])):
        assert_returns(submission.expand_grid, grid, expected=expected, exact=True, why=why)


@check(task="expand_grid", points=1)
def test_a_choice_comes_back_as_what_it_was(submission, rng):
    number = int(rng.integers(2, 90))
    choices = [number, "relu", None, (64, 64), True, 0.5, [1, 2, 3]]
    configs = submission.expand_grid({"m": choices, "k": [1]})
    why = "A choice may be anything: keep it out of arrays, which have one type for all items."
    assert_equal(configs, [{"k": 1, "m": choice} for choice in choices], what="choices", why=why)


@check(task="expand_grid", points=1)
def test_the_grid_is_left_as_it_was_when_listed(submission, rng):
    for grid in (random_grid(rng, 3), [random_grid(rng, 2), random_grid(rng, 3)]):
        lab = submission.build(f"{LABS}:watched_grid", grid=grid)
        first = lab.size_or_list(submission.expand_grid)
        why = "Take nothing out of the caller's grid and sort nothing in it: it may be used again."
        assert_equal(lab.now(), grid, what="the grid afterwards", why=why)
        again = lab.size_or_list(submission.expand_grid)
        assert_equal(again, first, what="the same grid listed again", why=why)


@check(task="expand_grid", points=2)
def test_what_is_no_list_of_choices_cannot_be_expanded(submission, rng):
    for bad in wrong_grids(rng):
        why = "The letters of a string are no choices, and a single value belongs into a list."
        assert_refused(submission.expand_grid, bad, error=TypeError, why=why)
    for bad in empty_grids(rng):
        why = "One empty list makes the whole grid empty, and the search a search of nothing."
        assert_refused(submission.expand_grid, bad, why=why)


# grid_search

ORDER = [{"a": a, "b": b} for a in (10, 20, 30, 40) for b in (1, 2, 3)]


def points():
    """The grid whose combinations are listed in ORDER, made anew for every call."""
    return {"b": [1, 2, 3], "a": [10, 20, 30, 40]}


def distinct(rng, n=12):
    """Return n different values that float arithmetic does not touch."""
    return [float(value) for value in rng.permutation(1000)[:n] - 500]


def lookup(values):
    """An objective that returns each combination's value, and is watched."""
    table = {(config["a"], config["b"]): value for config, value in zip(ORDER, values, strict=True)}
    return spy(lambda config: table[config["a"], config["b"]])


def search(submission, objective, grid, *mode):
    result = submission.grid_search(objective, grid, *mode)
    assert_true(
        isinstance(result, list | tuple) and len(result) == 3,
        what="grid_search(objective, grid, mode)",
        expected="(best_config, best_value, values)",
        got=result,
        why="Return three things: the best configuration, its value, and the values of all trials.",
    )
    return result


def check_winner(submission, values, mode, winner, why):
    objective = lookup(values)
    config, value, history = search(submission, objective, points(), mode)
    what = f"grid_search with the values {values} and mode={mode!r}"
    assert_equal(value, values[winner], what=f"best value of {what}", why=why)
    assert_equal(config, ORDER[winner], what=f"best config of {what}", why=why)
    return history


@check(task="grid_search", points=2)
def test_the_smallest_value_wins_by_default_and_with_mode_min(submission, rng):
    values = distinct(rng)
    why = "With mode min, the combination with the lowest value wins."
    check_winner(submission, values, "min", int(np.argmin(values)), why)
    config, value, _ = search(submission, lookup(values), points())
    best = int(np.argmin(values))
    assert_equal([config, value], [ORDER[best], values[best]], what="without mode", why=why)


@check(task="grid_search", points=2)
def test_the_largest_value_wins_with_mode_max(submission, rng):
    values = distinct(rng)
    why = "With mode max, the combination with the highest value wins."
    check_winner(submission, values, "max", int(np.argmax(values)), why)


@check(task="grid_search", points=2)
def test_all_values_come_back_in_the_order_of_the_grid(submission, rng):
    values = distinct(rng)
    values[4] = NAN
    for mode, pick in (("min", np.nanargmin), ("max", np.nanargmax)):
        why = "The third result holds what each combination returned, in the grid's order, NaN too."
        history = check_winner(submission, values, mode, int(pick(values)), why)
        assert_close(history, values, what=f"values of {values} with mode={mode!r}", why=why)


@check(task="grid_search", points=1)
def test_the_objective_is_called_once_a_combination_with_one_dict(submission, rng):
    objective = lookup(distinct(rng))
    search(submission, objective, points(), "min")
    why = "A call may be an hour of training: one a combination, and none to ask the winner again."
    for arguments in objective.calls:
        got = [len(arguments), isinstance(arguments[0], dict)]
        assert_equal(got, [1, True], what="arguments: one dict", why="Call objective(config).")
    tried = sorted((call[0]["a"], call[0]["b"]) for call in objective.calls)
    everything = [[config["a"], config["b"]] for config in ORDER]
    assert_equal(tried, everything, what="combinations tried", why=why)


@check(task="grid_search", points=1)
def test_nan_never_wins(submission, rng):
    why = "NaN compares as False with everything, so it wins or stays unless it is left out."
    for places in ([0], [1, 11], [11], [0, 1, 5]):
        values = distinct(rng)
        for place in places:
            values[place] = NAN
        check_winner(submission, values, "min", int(np.nanargmin(values)), why)
        check_winner(submission, values, "max", int(np.nanargmax(values)), why)


@check(task="grid_search", points=1)
def test_a_search_of_nan_only_has_no_winner(submission, rng):
    grid = random_grid(rng, 2)
    why = "There is no best of nothing: raise, rather than return a configuration that diverged."
    for mode in ("min", "max"):
        assert_refused(submission.grid_search, lambda config: NAN, grid, mode, why=why)


@check(task="grid_search", points=1)
def test_the_first_of_equal_values_wins(submission, rng):
    low, high = -float(rng.integers(1, 50)), float(rng.integers(1, 50))
    why = "Replace the best only by a strictly better value. And 0 is a value like any other."
    check_winner(submission, [high, low, 0.5, low, high, low] * 2, "min", 1, why)
    check_winner(submission, [low, high, -0.5, high, low, high] * 2, "max", 1, why)
    check_winner(submission, [high, 0.0, 0.5, 0.0] * 3, "min", 1, why)
    check_winner(submission, [low, 0.0, low, 0.0] * 3, "max", 1, why)


@check(task="grid_search", points=1)
def test_several_grids_are_searched_as_one(submission, rng):
    one, other = (int(i) for i in rng.permutation(90)[:2])
    grids = [{"kernel": ["rbf"], "gamma": [one, other]}, {"kernel": ["linear"]}]
    score = {"rbf": 1.0, "linear": 0.0}
    objective = spy(lambda config: score[config["kernel"]] + config.get("gamma", -9))
    config, value, values = search(submission, objective, grids)
    why = "A list of grids is one search: the best of all their combinations wins."
    assert_close(values, [1.0 + one, 1.0 + other, -9.0], what="values of two grids", why=why)
    got, expected = [config, value], [{"kernel": "linear"}, -9.0]
    assert_equal(got, expected, what="the best of two grids", why=why)


@check(task="grid_search", points=1)
def test_the_grid_is_left_as_it_was_when_searched(submission, rng):
    grid = random_grid(rng, 3)
    lab = submission.build(f"{LABS}:watched_grid", grid=grid)
    lab.search(submission.grid_search, "max")
    why = "The grid belongs to the caller: take nothing out of it, and put nothing in."
    assert_equal(lab.now(), grid, what="the grid afterwards", why=why)


@check(task="grid_search", points=1)
def test_an_unknown_mode_is_refused_before_anything_is_tried(submission, rng):
    for mode in ("minimum", "Max", ""):
        objective = lookup(distinct(rng))
        why = "A misspelled mode must not search in the wrong direction for hours."
        assert_refused(submission.grid_search, objective, points(), mode, why=why)
        assert_equal(len(objective.calls), 0, what=f"trials run with mode={mode!r}", why=why)


# grid_search_cv


def splits(rng, n, k):
    """Splits that leave some rows out of training and of testing: not a k-fold, yet legal."""
    cv = []
    for _ in range(k):
        order = [int(i) for i in rng.permutation(n)]
        n_test = int(rng.integers(2, n // 3 + 1))
        cv.append((order[n_test : n - 1], order[:n_test]))
    return cv


def spied(submission, scores, cv, n=12, several=False):
    """Search with the scripted estimator; return what was found, and all that was seen."""
    grid = {"b": sorted({b for _, b, _ in scores}), "a": sorted({a for a, _, _ in scores})}
    lab = submission.build(f"{LABS}:spy_lab", scores=scores, n=n, cv=cv)
    seen = lab.run(submission.grid_search_cv, [grid] if several else grid)
    return found_in(seen), seen


def found_in(seen):
    if seen["found"] is None:
        raise CheckFailed(
            "grid_search_cv(estimator, grid, X, y, cv)",
            "(best_params, results, fitted), where results is a dict",
            "something else",
            "Return three things: the best combination, a dict of results, and the estimator that "
            "was fitted with the best combination on all rows.",
        )
    return seen["found"]


def script(means, spread=0.25):
    """Scores in two splits with these means: (a, b, scores) in the grid's order, b up to 2."""
    return [(i // 2 + 1, i % 2 + 1, [mean - spread, mean + spread]) for i, mean in enumerate(means)]


def config_of(entry):
    return {"a": entry[0], "b": entry[1]}


TWO = [([0, 1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11]), ([5, 6, 7, 8, 9, 10, 11], [0, 1, 2, 3, 4])]


def ridge_predictions(x, y, x_new, alpha, fit_intercept):
    """Ridge regression by its normal equations, so that nothing heavy is imported here."""
    x_mean, y_mean = (x.mean(axis=0), y.mean()) if fit_intercept else (np.zeros(x.shape[1]), 0.0)
    centered = x - x_mean
    gram = centered.T @ centered + alpha * np.eye(x.shape[1])
    return y_mean + (x_new - x_mean) @ np.linalg.solve(gram, centered.T @ (y - y_mean))


def ridge_score(x, y, train, test, settings, scaled):
    """R^2 on the test rows after a fit on the training rows, which also set the scale."""
    shift, scale = (x[train].mean(axis=0), x[train].std(axis=0)) if scaled else (0.0, 1.0)
    inputs = (x - shift) / scale
    predicted = ridge_predictions(inputs[train], y[train], inputs[test], *settings)
    return 1 - np.sum((y[test] - predicted) ** 2) / np.sum((y[test] - y[test].mean()) ** 2)


@dataclass
class RidgeCase:
    """A search on fresh data, and what has to come out."""

    found: dict
    predicted: object
    params: list
    means: list
    predictions: object


def ridge_case(submission, rng, scaled):
    """Search a grid of ridge regressions on fresh data, with the submission and by hand."""
    n, prefix = 40, "ridge__" if scaled else ""
    x, x_new = (rng.normal(size=(rows, 3)) * [1.0, 9.0, 0.2] for rows in (n, 25))
    y = 2.0 + x @ [1.0, 0.1, 3.0] + rng.normal(size=n)
    intercepts, alphas = [True, False], [30.0, 0.1, 3.0]
    grid = {f"{prefix}fit_intercept": intercepts, f"{prefix}alpha": alphas}
    cv = splits(rng, n, 3)
    kind = "pipeline" if scaled else "ridge"
    lab = submission.build(f"{LABS}:cv_lab", kind=kind, x=x, y=y, cv=cv)
    seen = lab.run(submission.grid_search_cv, grid, x_new)
    settings = [(alpha, intercept) for alpha in alphas for intercept in intercepts]
    scores = [[ridge_score(x, y, *split, each, scaled) for split in cv] for each in settings]
    means = np.mean(scores, axis=1)
    return RidgeCase(
        found_in(seen),
        seen["predicted"],
        [{f"{prefix}alpha": a, f"{prefix}fit_intercept": intercept} for a, intercept in settings],
        means.tolist(),
        ridge_predictions(x, y, x_new, *settings[int(np.argmax(means))]),
    )


@check(task="grid_search_cv", points=3)
def test_the_means_are_those_of_scikit_learns_search(submission, rng):
    case = ridge_case(submission, rng, scaled=True)
    why = "One entry a combination, in the order of expand_grid."
    assert_equal(case.found["params"], case.params, what="params of a pipeline", why=why)
    why = "Fit a copy on the training rows of each split, score it on the test rows, average."
    got = case.found["mean_test_score"]
    assert_close(got, case.means, what="mean_test_score of a pipeline", why=why)


@check(task="grid_search_cv", points=1)
def test_the_returned_model_predicts_as_scikit_learns_refit(submission, rng):
    case = ridge_case(submission, rng, scaled=False)
    why = "Fit a copy with the best combination on all rows, and return it."
    what = "predictions of the returned model"
    assert_close(case.predicted, case.predictions, what=what, why=why)


@check(task="grid_search_cv", points=1)
def test_the_standard_deviations_divide_by_the_number_of_splits(submission, rng):
    cv = [([0, 1], [2 + i, 7 + i]) for i in range(5)]
    scores = [(a, b, rng.normal(size=5).tolist()) for a in (1, 2) for b in (1, 2)]
    found, _ = spied(submission, scores, cv)
    expected = [np.std(values) for _, _, values in scores]
    why = "The deviation over the splits, with ddof=0: the splits are all there are, no sample."
    assert_close(found["std_test_score"], expected, what="std_test_score", why=why)


@check(task="grid_search_cv", points=2)
def test_equal_means_share_the_smallest_of_their_ranks(submission, rng):
    levels = [float(level) for level in rng.permutation(12)[:4] + 1]
    means = [levels[i] for i in rng.permutation([0, 0, 1, 2, 2, 2, 3, 3])]
    found, _ = spied(submission, script(means), TWO)
    expected = [1 + sum(other > mean for other in means) for mean in means]
    why = "A rank is 1 plus the number of higher means: 1, 1, 3, and the highest mean is first."
    assert_close(found["rank_test_score"], expected, what="rank_test_score", why=why)
    found, _ = spied(submission, script([0.0, -1.0, -1.0, 2.0]), TWO, several=True)
    assert_close(found["rank_test_score"], [2, 3, 3, 1], what="rank_test_score", why=why)


@check(task="grid_search_cv", points=1)
def test_the_highest_mean_wins_and_the_first_of_equals(submission, rng):
    top = float(rng.integers(5, 20))
    for means, winner in (
        ([1.0, top, 2.0, top, 0.0, top], 1),
        ([top, 0.0, top, 1.0], 0),
        ([-top, -1.0, -top, -1.0], 1),
    ):
        scores = script(means)
        # The single best score belongs to a loser, and so does the steadiest result.
        place = int(np.argmin(means))
        a, b, _ = scores[place]
        scores[place] = (a, b, [means[place] - 100.0, means[place] + 100.0])
        found, _ = spied(submission, scores, TWO)
        why = "What counts is the mean over all splits; of equal means, the first wins."
        expected = config_of(scores[winner])
        assert_equal(found["best_params"], expected, what="best_params", why=why)


@check(task="grid_search_cv", points=2)
def test_every_fit_has_an_estimator_of_its_own(submission, rng):
    scores = script(distinct(rng, 6))
    _, seen = spied(submission, scores, TWO)
    spies = [fit["spy"] for fit in seen["fits"]]
    why = "A fit that goes on from another one has seen other rows: clone before each."
    assert_equal(len(spies), len(set(spies)), what="estimators for all fits", why=why)
    assert_equal(0 in spies, False, what="the given estimator was fitted", why=why)
    why = "The given estimator belongs to the caller: set the parameters of a clone."
    assert_equal(seen["given"], {"a": -1, "b": -1}, what="settings of the given one", why=why)


@check(task="grid_search_cv", points=1)
def test_each_split_is_fitted_and_scored_on_its_own_rows(submission, rng):
    cv = splits(rng, 12, 2)
    scores = script(distinct(rng, 4))
    _, seen = spied(submission, scores, cv)
    why = "One fit a combination and split, and one more for the model that comes back."
    assert_equal(len(seen["fits"]), 9, what="fits of 4 combinations in 2 splits", why=why)
    for entry in scores:
        params = config_of(entry)
        fits = [fit for fit in seen["fits"] if fit["params"] == params]
        tests = [scored for scored in seen["scored"] if scored["params"] == params]
        why = (
            "Every combination learns from the training rows of every split, once, and is scored "
            "on the test rows of that split."
        )
        for name, noted in (("train", fits[:2]), ("test", tests)):
            rows = [one[name == "test"] for one in cv]
            got = [each["rows"] for each in noted]
            assert_equal(got, rows, what=f"{name} rows of {params}", why=why)
            got = [each["targets"] for each in noted]
            expected = [[100 + row for row in each] for each in rows]
            assert_equal(got, expected, what=f"{name} targets of {params}", why=why)


@check(task="grid_search_cv", points=1)
def test_the_winner_is_fitted_once_more_on_all_rows(submission, rng):
    means = distinct(rng, 6)
    scores = script(means)
    found, seen = spied(submission, scores, TWO)
    fitted = seen["fitted"]
    why = "The third result is a copy of the estimator, fitted with the best combination."
    assert_equal(fitted is not None, True, what="a fitted estimator came back", why=why)
    best = config_of(scores[int(np.argmax(means))])
    assert_equal(fitted["params"], best, what="settings of the returned estimator", why=why)
    why = "Splits are for judging; the model that is used should learn from every row."
    rows = list(range(12))
    assert_equal(fitted["rows"], rows, what="rows of the last fit", why=why)
    assert_equal(fitted["targets"], [100 + row for row in rows], what="their targets", why=why)
    assert_equal(found["best_params"], best, what="best_params", why=why)


@check(task="grid_search_cv", points=1)
def test_a_mean_that_is_nan_ranks_last(submission, rng):
    values = distinct(rng, 3)
    means = [NAN, values[0], values[1], NAN, values[2], NAN]
    scores = script(means)
    for i, split in ((0, 0), (3, 1)):  # one NaN is enough
        scores[i] = (*scores[i][:2], [NAN if j == split else 900.0 for j in range(2)])
    found, _ = spied(submission, scores, TWO)
    why = "A combination that failed in one split has no fair mean: NaN, and last, never first."
    assert_close(found["mean_test_score"], means, what="mean_test_score", why=why)
    ranks = [4 if mean != mean else 1 + sum(v > mean for v in values) for mean in means]
    assert_close(found["rank_test_score"], ranks, what="rank_test_score", why=why)
    best = config_of(scores[means.index(max(values))])
    assert_equal(found["best_params"], best, what="best_params", why=why)


@check(task="grid_search_cv", points=1)
def test_a_search_in_which_every_mean_is_nan_has_no_winner(submission, rng):
    score = float(rng.integers(1, 9))
    scores = [(1, 1, [NAN, score]), (1, 2, [score, NAN]), (2, 1, [NAN, NAN]), (2, 2, [NAN, 0.0])]
    assert_raises(
        ValueError,
        lambda: spied(submission, scores, TWO),
        what="grid_search_cv where every mean is NaN",
        why="There is no best combination: raise, rather than return one that failed.",
    )
