"""What a right `ex06_cross_validation.py` does. Run one task's checks with `pytest -k its_name`."""

from __future__ import annotations

from functools import partial

import numpy as np

from grader.chance import assert_seed_decides
from grader.checks import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_refused,
    assert_true,
    check,
)
from grader.values import to_plain

LAB = "ex06_cross_validation:fold_lab"
SPLIT_LAB = "ex06_cross_validation:split_lab"
FIRST_IMPORT = 60  # seconds; the lab's spies import scikit-learn, slow on a busy machine


def folds_of(result, k, what):
    """Return folds as lists of rows, having checked that they are k pairs of row numbers."""
    plain = to_plain(result)
    assert_true(
        isinstance(plain, list)
        and all(isinstance(fold, list) and len(fold) == 2 for fold in plain)
        and all(isinstance(rows, list) for fold in plain for rows in fold)
        and all(type(row) is int for fold in plain for rows in fold for row in rows),
        what=what,
        expected="a list of pairs (train, test) of arrays of row numbers",
        got=result,
        why="Return a list with a pair of arrays for each fold, which hold whole row numbers.",
    )
    assert_equal(len(plain), k, what=f"number of folds of {what}", why="There is one fold for k.")
    return plain


def assert_folds(result, expected, what, why):
    """Require folds with these rows, in any order within a set."""
    folds = folds_of(result, len(expected), what)
    got = [[sorted(train), sorted(test)] for train, test in folds]
    tests = [test for _, test in expected]
    assert_equal([test for _, test in got], tests, what=f"test sets of {what}", why=why)
    trains = [train for train, _ in expected]
    assert_equal([train for train, _ in got], trains, what=f"training sets of {what}", why=why)


def assert_partition(folds, n, what):
    """Require that every row is tested once, and trained on in all other folds."""
    tested = sorted(row for _, test in folds for row in test)
    why = "Every row has its turn in a test set, once: shuffle before you cut, and only then."
    assert_equal(tested, list(range(n)), what=f"all test rows of {what}", why=why)
    for train, test in folds:
        others = sorted(set(range(n)) - set(test))
        why = "A training set is all rows that the fold does not test."
        assert_equal(sorted(train), others, what=f"a training set of {what}", why=why)


# kfold


@check(task="kfold")
def test_kfold_gives_the_rows_left_over_to_the_first_folds(submission):
    # 11 = 3 * 3 + 2: the first two folds have a row more.
    expected = [
        ([4, 5, 6, 7, 8, 9, 10], [0, 1, 2, 3]),
        ([0, 1, 2, 3, 8, 9, 10], [4, 5, 6, 7]),
        ([0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10]),
    ]
    why = "Every row is tested: each fold has n // k, and the first n % k one more."
    assert_folds(submission.kfold(11, 3), expected, "kfold(11, 3)", why)


@check(task="kfold")
def test_kfold_cuts_neighbors_and_can_leave_one_out(submission):
    expected = [([2, 3], [0, 1]), ([0, 1], [2, 3])]
    why = "Without shuffling, a test set is a block of neighboring rows, in order."
    assert_folds(submission.kfold(4, 2), expected, "kfold(4, 2)", why)
    expected = [([1, 2], [0]), ([0, 2], [1]), ([0, 1], [2])]
    why = "k may be n: then each fold tests a single row."
    assert_folds(submission.kfold(3, 3), expected, "kfold(3, 3)", why)


@check(task="kfold")
def test_kfold_tests_every_row_once_after_shuffling(submission):
    for seed in (0, 1, 2):
        what = f"kfold(14, 4, shuffle=True, seed={seed})"
        folds = folds_of(submission.kfold(14, 4, shuffle=True, seed=seed), 4, what)
        assert_partition(folds, 14, what)
        sizes = [len(test) for _, test in folds]
        why = "Shuffling changes which rows a fold tests, and not how many: 14 = 4 * 3 + 2."
        assert_equal(sizes, [4, 4, 3, 3], what=f"sizes of the test sets of {what}", why=why)


@check(task="kfold")
def test_kfold_shuffles_the_rows_and_not_the_blocks(submission):
    what = "kfold(40, 4, shuffle=True, seed=3)"
    folds = folds_of(submission.kfold(40, 4, shuffle=True, seed=3), 4, what)
    # 10 of 40 random rows are neighbors only once in 20 million times.
    blocks = [sorted(test) for _, test in folds]
    assert_true(
        all(test[-1] - test[0] > 9 for test in blocks),
        what=f"test sets of {what}",
        expected="rows from everywhere",
        got=blocks,
        why="Bring the rows into a random order, and cut that.",
    )


@check(task="kfold")
def test_kfold_follows_its_seed_alone(submission):
    assert_seed_decides(
        submission,
        lambda seed: submission.kfold(60, 5, shuffle=True, seed=seed),
        seeds=(0, 7),
        why="One seed gives the same folds every time, another one others, and 0 is a seed too. "
        "Draw from np.random.default_rng(seed), never from np.random itself.",
    )
    one, two = (to_plain(submission.kfold(60, 5, shuffle=True)) for _ in range(2))
    assert_true(
        one != two,
        what="kfold(60, 5, shuffle=True), twice",
        expected="different folds",
        got="the same folds",
        why="Where no seed is given, every call shuffles anew.",
    )


@check(task="kfold")
def test_kfold_refuses_a_seed_that_would_change_nothing(submission):
    for seed in (42, 0):
        why = "Without shuffle, a seed has no effect: who gives one believes the rows are shuffled."
        assert_refused(submission.kfold, 10, 5, seed=seed, why=why)


@check(task="kfold")
def test_kfold_refuses_a_k_that_leaves_nothing_to_train_on_or_to_test(submission):
    for n, k in ((10, 1), (10, 0), (3, 4)):
        why = "One fold leaves no row to train on, and more folds than rows leave some empty."
        assert_refused(submission.kfold, n, k, why=why)


# stratified_kfold


@check(task="stratified_kfold")
def test_stratified_kfold_gives_every_fold_the_same_mixture_of_sorted_classes(submission):
    # The numbers of the classes, sorted: 0 0 0 0 0 0 1 1 1. Fold 0 is dealt positions 0, 3 and 6.
    y = ["cat"] * 6 + ["dog"] * 3
    expected = [
        ([2, 3, 4, 5, 7, 8], [0, 1, 6]),
        ([0, 1, 4, 5, 6, 8], [2, 3, 7]),
        ([0, 1, 2, 3, 6, 7], [4, 5, 8]),
    ]
    what = "stratified_kfold(6 cats and then 3 dogs, 3)"
    why = "Each fold tests two cats and a dog; the first cats go to the first fold."
    assert_folds(submission.stratified_kfold(y, 3), expected, what, why)


@check(task="stratified_kfold")
def test_stratified_kfold_deals_out_what_does_not_divide(submission):
    # Row 0 makes 7 class 0, and 3 class 1. Sorted: 0 0 0 0 0 1 1 1 1 1 -> fold 0 gets positions
    # 0, 3, 6, 9 (two and two), fold 1 gets 1, 4, 7 (two and one), fold 2 gets 2, 5, 8 (one, two).
    y = np.array([7, 3, 3, 7, 7, 3, 7, 3, 7, 3])
    expected = [
        ([4, 5, 6, 7, 8, 9], [0, 1, 2, 3]),
        ([0, 1, 2, 3, 7, 8, 9], [4, 5, 6]),
        ([0, 1, 2, 3, 4, 5, 6], [7, 8, 9]),
    ]
    what = f"stratified_kfold({y.tolist()}, 3)"
    why = "Number the classes as they first appear, and deal the sorted numbers out like cards."
    assert_folds(submission.stratified_kfold(y, 3), expected, what, why)


@check(task="stratified_kfold")
def test_stratified_kfold_keeps_test_sets_equally_large(submission):
    # Four classes with a row left over each: 4 * 3 rows over 2 folds are 6 and 6, not 8 and 4.
    y = np.repeat([0, 1, 2, 3], 3)
    what = f"stratified_kfold({y.tolist()}, 2)"
    folds = folds_of(submission.stratified_kfold(y, 2), 2, what)
    assert_partition(folds, 12, what)
    sizes = [len(test) for _, test in folds]
    why = "Sizes differ by 1 at most: not every class may give its odd row to the first fold."
    assert_equal(sizes, [6, 6], what=f"sizes of the test sets of {what}", why=why)


@check(task="stratified_kfold")
def test_stratified_kfold_warns_of_a_class_that_is_too_rare(submission):
    lab = submission.build(SPLIT_LAB)
    y = ["a", "a", "a", "b", "b"]
    seen = lab.stratified(submission.stratified_kfold, y, 3)
    # Numbers, sorted: 0 0 0 1 1. Fold 0 gets positions 0 and 3, fold 1 gets 1 and 4, fold 2 gets 2.
    expected = [([1, 2, 4], [0, 3]), ([0, 2, 3], [1, 4]), ([0, 1, 3, 4], [2])]
    why = "Some fold tests no b, which is worth a warning, but there are enough a to go on."
    assert_folds(seen["result"], expected, f"stratified_kfold({y}, 3)", why)
    why = "Call warnings.warn where k is above the number of rows of some class."
    assert_equal(seen["warned"] > 0, True, what=f"stratified_kfold({y}, 3) warns", why=why)
    seen = lab.stratified(submission.stratified_kfold, y, 2)
    why = "Two folds can test a row of each class: there is nothing to warn of."
    assert_equal(seen["warned"], 0, what=f"warnings of stratified_kfold({y}, 2)", why=why)


@check(task="stratified_kfold")
def test_stratified_kfold_refuses_what_cannot_be_stratified(submission):
    for y, k in ((["a", "a", "a", "b", "b"], 4), ([0, 1, 2], 2), ([0, 0, 1, 1], 1)):
        why = "k must be at least 2, and some class must have a row for every fold."
        assert_refused(submission.stratified_kfold, y, k, why=why)


# time_series_split


def assert_series(submission, arguments, options, expected, why):
    """Require exactly these folds, in order of time."""
    named = [f"{name}={value}" for name, value in options.items()]
    what = f"time_series_split({', '.join([*map(str, arguments), *named])})"
    result = submission.time_series_split(*arguments, **options)
    folds = folds_of(result, len(expected), what)
    tests = [test for _, test in expected]
    assert_equal([test for _, test in folds], tests, what=f"test sets of {what}", why=why)
    trains = [train for train, _ in expected]
    assert_equal([train for train, _ in folds], trains, what=f"training sets of {what}", why=why)


@check(task="time_series_split")
def test_time_series_split_trains_on_the_past_of_each_test_set(submission):
    # 11 // (3 + 1) = 2 rows are tested in each fold, the last of them at the end of the series.
    past = list(range(11))
    expected = [(past[:5], [5, 6]), (past[:7], [7, 8]), (past[:9], [9, 10])]
    why = "The test sets are the last k blocks, and a model knows only what came before its own."
    assert_series(submission, (11, 3), {}, expected, why)


@check(task="time_series_split")
def test_time_series_split_leaves_a_gap_before_the_test_set(submission):
    expected = [([0, 1], [4, 5]), ([0, 1, 2, 3], [6, 7]), ([0, 1, 2, 3, 4, 5], [8, 9])]
    why = "The training set ends earlier by gap rows; the test set stays where it is."
    assert_series(submission, (10, 3), {"gap": 2}, expected, why)


@check(task="time_series_split")
def test_time_series_split_tests_as_many_rows_as_asked_for(submission):
    expected = [([0, 1, 2], [3]), ([0, 1, 2, 3], [4])]
    why = "With test_size, that many rows are tested in each fold, at the end of the series."
    assert_series(submission, (5, 2), {"test_size": 1}, expected, why)
    expected = [([0], [1, 2, 3]), ([0, 1, 2, 3], [4, 5, 6])]
    assert_series(submission, (7, 2), {"test_size": 3}, expected, why)


@check(task="time_series_split")
def test_time_series_split_forgets_the_most_distant_past(submission):
    expected = [([0, 1], [2, 3]), ([1, 2, 3], [4, 5]), ([3, 4, 5], [6, 7])]
    why = "With max_train, the last rows before the test set are kept; where there are fewer, all."
    assert_series(submission, (8, 3), {"max_train": 3}, expected, why)
    expected = [([2, 3], [5, 6]), ([4, 5], [7, 8])]
    why = "Take the gap off first: max_train rows are left before it."
    options = {"gap": 1, "test_size": 2, "max_train": 2}
    assert_series(submission, (9, 2), options, expected, why)


@check(task="time_series_split")
def test_time_series_split_refuses_a_series_that_is_too_short(submission):
    for arguments, options in (
        ((3, 3), {}),  # 3 // 4 = 0 rows in a test set
        ((6, 2), {"test_size": 3}),  # nothing left to train on
        ((6, 2), {"gap": 2}),  # 6 - 2 * 2 rows before the first test set, and a gap of 2
    ):
        why = "No test set may be empty, and the first training set needs a row."
        assert_refused(submission.time_series_split, *arguments, why=why, **options)


@check(task="time_series_split")
def test_time_series_split_refuses_numbers_that_make_no_sense(submission):
    for k, options, why in (
        (1, {}, "k must be at least 2."),
        (3, {"gap": -1}, "A negative gap would train on the first test rows."),
        (3, {"test_size": 0}, "test_size must be at least 1: only None takes n // (k + 1)."),
        (3, {"max_train": 0}, "max_train must be at least 1: only None keeps all rows."),
    ):
        assert_refused(submission.time_series_split, 20, k, why=why, **options)


# cross_validate

FOLDS = [([3, 4, 5, 6, 7], [0, 1, 2]), ([0, 1, 2, 6, 7], [3, 4, 5]), ([0, 1, 2, 3, 4, 5], [6, 7])]


def rows_of(entries):
    """Return the rows of each entry of a lab's diary, sorted."""
    return [sorted(entry["rows"]) for entry in entries]


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_returns_the_score_of_every_fold(submission):
    for folds in (FOLDS, FOLDS[1:]):
        seen = submission.build(LAB, n=8).run(submission.cross_validate, folds)
        scores = [entry["score"] for entry in seen["scored"]]
        why = "Return each fold's score, in order. The reader takes the mean, and sees the spread."
        what = f"cross_validate with {len(folds)} folds"
        assert_equal(len(scores), len(folds), what=f"calls of score by {what}", why=why)
        assert_close(seen["result"], scores, what=what, why=why)


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_fits_on_the_training_rows_of_each_fold(submission):
    lab = submission.build(LAB, n=8)
    seen = lab.run(submission.cross_validate, FOLDS)
    why = "A model that has seen the test rows can simply remember them."
    trains = [train for train, _ in FOLDS]
    assert_equal(rows_of(seen["fits"]), trains, what="rows that the models were fitted on", why=why)
    targets = [entry["targets"] for entry in seen["fits"]]
    why = "Inputs and targets must belong together: fit(X[train], y[train]), with X as it is."
    rows = [entry["rows"] for entry in seen["fits"]]
    assert_equal(targets, rows, what="rows of the targets that came along", why=why)


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_scores_on_the_test_rows_of_each_fold(submission):
    lab = submission.build(LAB, n=8)
    seen = lab.run(submission.cross_validate, FOLDS)
    why = "Score on the rows that the model has not seen, all of them and no others."
    tests = [test for _, test in FOLDS]
    assert_equal(rows_of(seen["scored"]), tests, what="rows that the models scored", why=why)
    assert_equal(
        [entry["targets"] for entry in seen["scored"]],
        [entry["rows"] for entry in seen["scored"]],
        what="rows of the targets that came along",
        why="Inputs and targets must belong together: score(X[test], y[test]).",
    )
    columns = [entry["columns"] for entry in seen["fits"] + seen["scored"]]
    why = "Leave X as it is: a choice of features learns too, and belongs inside the estimator."
    assert_equal(columns, [3] * 6, what="columns that the models were shown", why=why)


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_makes_a_new_model_for_every_fold(submission):
    lab = submission.build(LAB, n=8)
    seen = lab.run(submission.cross_validate, FOLDS)
    models = len({entry["spy"] for entry in seen["fits"]})
    why = "What a model has learned in one fold it must not carry into the next."
    assert_equal(models, 3, what="models fitted for 3 folds", why=why)
    why = "Call make_estimator() once a fold."
    assert_equal(len(seen["made"]), 3, what="calls of make_estimator for 3 folds", why=why)


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_fits_a_scaler_on_the_training_rows_of_each_fold(submission):
    lab = submission.build(LAB, n=8, pipeline=True)
    seen = lab.run(submission.cross_validate, FOLDS)
    got = [sorted(rows) for rows in seen["scaled"]]
    why = "A scaler learns too: fit the whole pipeline, in the fold, and nothing of it before."
    trains = [train for train, _ in FOLDS]
    assert_equal(got, trains, what="rows that the pipeline's scalers were fitted on", why=why)


@check(task="cross_validate", seconds=FIRST_IMPORT)
def test_cross_validate_refuses_folds_that_tell_nothing(submission):
    leaky = [([0, 1, 2], [3]), ([1, 2, 3], [0, 3])]
    for folds, missing, what, why in (
        ([], 0, "no folds", "The mean of no scores is NaN, which shows up only much later."),
        (leaky, 0, "row 3 in training and test of a fold", "Such a fold measures memory."),
        ([([0, 1], [2])], 1, "4 rows in X and 3 in y", "Which row would be without a target?"),
    ):
        lab = submission.build(LAB, n=4, missing_targets=missing)
        run = partial(lab.run, submission.cross_validate, folds)
        assert_raises(ValueError, run, what=f"cross_validate with {what}", why=why)
        why = "Check everything first, before hours of training."
        assert_equal(lab.seen()["fits"], [], what=f"fits with {what}", why=why)


# nested_cv

OUTER = [([4, 5, 6, 7, 8, 9], [0, 1, 2, 3]), ([0, 1, 2, 3, 8, 9], [4, 5, 6, 7])]
GRID = [{"a": 1}, {"a": 2}, {"a": 3, "b": 5}]


def nested(submission, grid=GRID, inner_k=2, **lab):
    """Run nested_cv over OUTER, and return its two results and what the lab has seen."""
    seen = submission.build(LAB, n=10, **lab).run_nested(submission.nested_cv, grid, OUTER, inner_k)
    result = to_plain(seen["result"])
    assert_true(
        isinstance(result, list)
        and len(result) == 2
        and isinstance(result[1], list)
        and all(isinstance(config, dict) for config in result[1]),
        what="nested_cv(make_estimator, grid, X, y, outer, inner)",
        expected="(scores, chosen), where chosen is a list of dicts",
        got=seen["result"],
        why="Return two things: the outer scores, and the configuration chosen in each outer fold.",
    )
    return result[0], result[1], seen


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_chooses_the_highest_mean(submission):
    table = [(1, 0.5), (2, 0.7), (3, 0.6)]
    scores, chosen, _ = nested(submission, table=table)
    what = "nested_cv where a=1 always scores 0.5, a=2 scores 0.7 and a=3 scores 0.6"
    why = "Higher is better. What is chosen are dicts of the grid, one for each outer fold."
    assert_equal(chosen, [{"a": 2}, {"a": 2}], what=f"chosen by {what}", why=why)
    why = "There is one score for each outer fold, and no mean is taken."
    assert_close(scores, [0.7, 0.7], what=f"scores of {what}", why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_goes_by_the_mean_over_the_inner_folds(submission):
    tests = [test for _, test in OUTER]
    for salt in range(1, 9):
        _, chosen, seen = nested(submission, salt=salt)
        wanted = []
        for train, _ in OUTER:
            scores = {}
            for entry in seen["scored"]:  # those of inner folds lie within the training part
                if set(entry["rows"]) <= set(train) and sorted(entry["rows"]) not in tests:
                    scores.setdefault(tuple(entry["settings"]), []).append(entry["score"])
            means = {settings: sum(found) / len(found) for settings, found in scores.items()}
            wanted.append(max(means, key=means.get, default=None))
        got = [(config["a"], config.get("b", -1)) for config in chosen]
        what = "settings (a, b) chosen by nested_cv in each outer fold"
        why = "The highest mean over the inner folds wins, and not the highest single score."
        assert_equal(got, wanted, what=what, why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_keeps_the_first_of_equals_and_lets_no_nan_win(submission):
    table = [(1, 0.5), (2, 0.7), (3, 0.7)]
    _, chosen, _ = nested(submission, table=table)
    why = "Replace the best only by a strictly higher mean."
    what = "chosen where a=2 and a=3 score the same"
    assert_equal(chosen, [{"a": 2}, {"a": 2}], what=what, why=why)
    # Row 9 is in both outer training sets, so one of two inner scores of a=1 is NaN.
    table = [(1, 0.9), (2, 0.6), (3, 0.7)]
    _, chosen, _ = nested(submission, table=table, nan_at=[(1, 9)])
    why = "A configuration that diverges in a fold has no mean, and cannot be trusted to win."
    what = "chosen where a=1 scores NaN in one of its folds"
    assert_equal(chosen, [{"a": 3, "b": 5}] * 2, what=what, why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_makes_inner_folds_of_the_training_part_alone(submission):
    _, _, seen = nested(submission)
    why = "Call inner(y[train]), once an outer fold: what it makes are positions within train."
    trains = [train for train, _ in OUTER]
    assert_equal(seen["inner"], trains, what="rows whose targets inner was given", why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_fits_on_inner_rows_and_then_on_the_whole_training_part(submission):
    # Outer fold 0 trains on 4..9, which the inner folds halve: 4 5 6 and 7 8 9. Each of the three
    # configurations is fitted on each half, and the one that is chosen on all six.
    _, _, seen = nested(submission)
    first, second = [[7, 8, 9], [4, 5, 6]], [[3, 8, 9], [0, 1, 2]]
    expected = sorted([*first * 3, OUTER[0][0], *second * 3, OUTER[1][0]])
    why = "No fit may see a test row of its outer fold, and the last one sees all the others."
    got = sorted(rows_of(seen["fits"]))
    assert_equal(got, expected, what="rows of all fits, sorted", why=why)
    models = len({entry["spy"] for entry in seen["fits"]})
    why = "Every fit starts from a new estimator."
    assert_equal(models, len(seen["fits"]), what="models in all fits", why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_scores_the_winner_once_on_each_outer_test_set(submission):
    scores, chosen, seen = nested(submission)
    asked = [
        [entry for entry in seen["scored"] if sorted(entry["rows"]) == test] for _, test in OUTER
    ]
    why = "The outer test rows have no say in the choice: only the winner is scored on them."
    settings = [[entry["settings"] for entry in entries] for entries in asked]
    winners = [[[config["a"], config.get("b", -1)]] for config in chosen]
    what = "settings [a, b] that were scored on each outer test set"
    assert_equal(settings, winners, what=what, why=why)
    expected = [entries[0]["score"] for entries in asked]
    why = "Report these scores. Those of the choice are too good: they have been chosen."
    assert_close(scores, expected, what="scores of nested_cv", why=why)


@check(task="nested_cv", seconds=FIRST_IMPORT)
def test_nested_cv_refuses_to_choose_from_nothing(submission):
    for grid, what in (([], "an empty grid"), ([{"a": 1}, {"a": 1, "b": 2}], "NaN only")):
        lab = submission.build(LAB, n=10, table=[(1, float("nan"))])
        run = partial(lab.run_nested, submission.nested_cv, grid, OUTER, 2)
        why = "There is no best of nothing: say so, instead of returning something."
        assert_raises(ValueError, run, what=f"nested_cv with {what}", why=why)
