"""Hidden checks of topic 6.

False alarms: the two statistical checks of kfold reject a right submission with probability at most
1e-7 each, 2e-7 a submission. That two shuffles of 60 rows give the same folds by chance is of no
account (less than 1e-30). All other checks are exact.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from grader.chance import ALPHA, assert_likely, assert_seed_decides
from grader.checks import (
    assert_close,
    assert_equal,
    assert_raises,
    assert_refused,
    assert_true,
    check,
)
from grader.labs.ex06_cross_validation import spy_score
from grader.values import to_plain

LAB = "ex06_cross_validation:fold_lab"
NEIGHBORS_LAB = "ex06_cross_validation:neighbors_lab"
SPLIT_LAB = "ex06_cross_validation:split_lab"
NAN = float("nan")


def fresh_seed(rng):
    return int(rng.integers(2**31))


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
    """Require the folds of the reference, in any order within a set."""
    wanted = [[train.tolist(), test.tolist()] for train, test in expected]
    folds = folds_of(result, len(wanted), what)
    got = [[sorted(train), sorted(test)] for train, test in folds]
    assert_equal(got, wanted, what=what, why=why)


def assert_partition(folds, n, what):
    """Require that every row is tested once, and trained on in all other folds."""
    tested = sorted(row for _, test in folds for row in test)
    why = "Every row has its turn in a test set, and only one."
    assert_equal(tested, list(range(n)), what=f"all test rows of {what}", why=why)
    for train, test in folds:
        others = sorted(set(range(n)) - set(test))
        why = "A training set is all rows that its fold does not test."
        assert_equal(sorted(train), others, what=f"a training set of {what}", why=why)


# kfold


@check(task="kfold", points=4)
def test_unshuffled_folds_are_neighboring_rows_with_the_longer_ones_first(
    submission, reference, rng
):
    sizes = [(int(rng.integers(2, 40)), 2), (7, 7), (int(rng.integers(9, 20)), 8)]
    for _ in range(5):
        k = int(rng.integers(3, 8))
        sizes.append((int(k * rng.integers(2, 6) + rng.integers(1, k)), k))
    for n, k in [*sizes, (sizes[-1][1] * 3, sizes[-1][1])]:
        why = "Cut the rows in order; the first n % k folds are longer by one row."
        expected = reference.kfold(n, k)
        assert_folds(submission.kfold(n, k), expected, f"kfold({n}, {k})", why)


@check(task="kfold", points=2)
def test_shuffled_folds_test_every_row_once(submission, rng):
    for _ in range(4):
        k = int(rng.integers(3, 7))
        n, seed = int(k * rng.integers(2, 9) + rng.integers(1, k)), fresh_seed(rng)
        what = f"kfold({n}, {k}, shuffle=True, seed={seed})"
        folds = folds_of(submission.kfold(n, k, True, seed), k, what)
        assert_partition(folds, n, what)
        sizes = [n // k + 1] * (n % k) + [n // k] * (k - n % k)
        why = "Shuffled folds are as long as others, the longer ones first."
        got = [len(test) for _, test in folds]
        assert_equal(got, sizes, what=f"sizes of the test sets of {what}", why=why)


@check(task="kfold", points=2)
def test_every_order_of_the_rows_is_equally_likely(submission, rng):
    first = together = 0
    for tests in submission.build(SPLIT_LAB).shuffled(submission.kfold, 10, 3, 400):
        first += any(0 in test for test in tests[:1])
        together += any(0 in test and 1 in test for test in tests)
    why = "Shuffle single rows, with all orders equally likely: rng.permutation(n)."
    what = "how often the first row is in the first test set of kfold(10, 3, True), in 400 seeds"
    assert_likely(first, 400, 4 / 10, what=what, why=why, alpha=ALPHA)
    what = "how often the first two rows are tested together by kfold(10, 3, True), in 400 seeds"
    share = (4 * 3 + 3 * 2 + 3 * 2) / (10 * 9)
    assert_likely(together, 400, share, what=what, why=why, alpha=ALPHA)


@check(task="kfold", points=2)
def test_folds_follow_from_the_seed_alone(submission, rng):
    for seeds in ((fresh_seed(rng), fresh_seed(rng)), (0, 1)):
        assert_seed_decides(
            submission,
            partial(_shuffled, submission),
            seeds=seeds,
            why="Draw from a generator made of the seed, and never from a global one; 0 is a seed.",
        )


def _shuffled(submission, seed):
    return submission.kfold(60, 5, shuffle=True, seed=seed)


@check(task="kfold", points=1)
def test_without_a_seed_every_call_shuffles_anew(submission, rng):
    state = submission.build("common:global_state")
    seed = int(rng.integers(2**31))
    drawn = []
    for _ in range(2):
        state.seed(seed)
        before = state.digest()
        drawn.append(to_plain(submission.kfold(60, 5, shuffle=True)))
        why = "Leave the global random state alone: np.random.default_rng() needs none of it."
        assert_equal(state.digest() == before, True, what="global state untouched", why=why)
    why = "Without a seed, the folds of two calls differ, whatever the global state is."
    assert_equal(drawn[0] == drawn[1], False, what="kfold(60, 5, True) twice agrees", why=why)


@check(task="kfold", points=1)
def test_a_k_outside_2_to_n_is_refused(submission, rng):
    n = int(rng.integers(3, 30))
    for k in (1, 0, -int(rng.integers(1, 5)), n + 1, n + int(rng.integers(2, 9))):
        why = "Each fold needs a row to test and rows to train on: 2 <= k <= n."
        assert_refused(submission.kfold, n, k, why=why)
        assert_refused(submission.kfold, n, k, True, 0, why=why)


@check(task="kfold", points=1)
def test_a_seed_without_shuffle_is_refused(submission, rng):
    for seed in (fresh_seed(rng), 0):
        why = "A seed that is silently ignored hides that nothing was shuffled. 0 is a seed too."
        assert_refused(submission.kfold, 12, 4, False, seed, why=why)


# stratified_kfold


def labels(rng, n_classes, low, high):
    """Return shuffled labels with between low and high - 1 rows of each class."""
    counts = rng.integers(low, high, size=n_classes)
    return rng.permutation(np.repeat(rng.permutation(100)[:n_classes], counts))


def stratified(submission, y, k):
    """Return folds, having checked their kind and that their tests share out all rows."""
    what = f"stratified_kfold(y, {k}) with {len(y)} rows of {len(set(to_plain(y)))} classes"
    folds = folds_of(submission.stratified_kfold(y, k), k, what)
    assert_partition(folds, len(y), what)
    return folds, what


@check(task="stratified_kfold", points=3)
def test_every_fold_has_nearly_the_same_mixture_of_classes(submission, rng):
    for sort in (False, True):
        k = int(rng.integers(3, 6))
        y = labels(rng, 4, k, 5 * k)
        y = np.sort(y) if sort else y
        folds, what = stratified(submission, y, k)
        for label in set(y.tolist()):
            counts = [int(np.sum(y[test] == label)) for _, test in folds]
            assert_true(
                max(counts) - min(counts) <= 1,
                what=f"rows of one class in the test sets of {what}",
                expected="numbers that differ by 1 at most",
                got=counts,
                why="Share out each class evenly, in whatever order its rows come.",
            )


@check(task="stratified_kfold", points=2)
def test_test_sets_differ_by_one_row_at_most(submission, rng):
    for n_classes in (3, 6, 9):
        k = int(rng.integers(3, 7))
        y = np.repeat(np.arange(n_classes), k + int(rng.integers(1, k)))
        folds, what = stratified(submission, y, k)
        sizes = [len(test) for _, test in folds]
        assert_true(
            max(sizes) - min(sizes) <= 1,
            what=f"sizes of the test sets of {what}",
            expected="sizes that differ by 1 at most",
            got=sizes,
            why="The rows that are left over in each class must not all go to the same folds.",
        )


@check(task="stratified_kfold", points=2)
def test_the_shares_are_dealt_out_in_the_order_of_first_appearance(submission, reference, rng):
    for _ in range(4):
        k = int(rng.integers(3, 6))
        y = labels(rng, int(rng.integers(2, 6)), k, 4 * k)
        folds, what = stratified(submission, y, k)
        shares = [np.bincount(y[test], minlength=100).tolist() for _, test in folds]
        expected = reference.stratified_kfold(y, k)
        wanted = [np.bincount(y[test], minlength=100).tolist() for _, test in expected]
        why = "Number the classes as they first appear, sort the numbers, and deal them out."
        what = f"whether folds of {what} have the shares asked for"
        assert_equal(shares == wanted, True, what=what, why=why)


@check(task="stratified_kfold", points=2)
def test_rows_of_a_class_go_to_the_folds_in_order(submission, reference, rng):
    for _ in range(3):
        k = int(rng.integers(2, 6))
        y = labels(rng, 3, k, 4 * k)
        what = f"stratified_kfold(y, {k})"
        why = "Of each class, the first rows go to the first fold, the next ones to the second."
        assert_folds(submission.stratified_kfold(y, k), reference.stratified_kfold(y, k), what, why)


@check(task="stratified_kfold", points=1)
def test_labels_may_be_strings_or_any_numbers_in_a_list_or_an_array(submission, reference, rng):
    lab = submission.build(SPLIT_LAB)
    codes = [0, 1, 2, 0, 1, 2, 0, 1, 2, *rng.integers(0, 3, size=6).tolist()]
    for names in (["wine", "beer", "tea"], [-3, 40, 7], [0.5, -1.5, 0.25]):
        y = [names[code] for code in codes]
        for array in (False, True):
            seen = lab.stratified(submission.stratified_kfold, y, 3, array)
            why = "A label is a name: nothing but whether two are the same may matter."
            expected = reference.stratified_kfold(y, 3)
            assert_folds(seen["result"], expected, f"stratified_kfold({y}, 3)", why)


@check(task="stratified_kfold", points=1)
def test_a_rare_class_is_warned_of_and_no_other(submission, reference, rng):
    k = int(rng.integers(3, 7))
    lab = submission.build(SPLIT_LAB)
    for rare, warns in ((1, True), (k - 1, True), (k, False), (k + 1, False)):
        y = rng.permutation([0] * (2 * k) + [1] * rare)
        seen = lab.stratified(submission.stratified_kfold, y, k)
        what = f"stratified_kfold(y, {k}) with {rare} rows of the rarer class"
        why = "Warn where k is above the number of rows of some class, and go on."
        assert_equal(seen["warned"] > 0, warns, what=f"warnings of {what}", why=why)
        lengths = [len(test) for _, test in folds_of(seen["result"], k, what)]
        assert_equal(sum(lengths), len(y), what=f"rows tested by {what}", why=why)


@check(task="stratified_kfold", points=1)
def test_a_k_that_no_class_can_fill_is_refused(submission, rng):
    most = int(rng.integers(2, 6))
    y = rng.permutation([0] * most + [1] * most + [2]).tolist()
    for k in (2, most):
        folds_of(submission.stratified_kfold(y, k), k, f"stratified_kfold(y, {k})")
    for k in (most + 1, most + 3, 1, 0):
        why = "k must be at least 2, and at most the number of rows of the largest class."
        assert_refused(submission.stratified_kfold, y, k, why=why)


# time_series_split


def series(submission, reference, why, *arguments, **options):
    """Require exactly the folds of the reference."""
    named = [f"{name}={value}" for name, value in options.items()]
    what = f"time_series_split({', '.join([*map(str, arguments), *named])})"
    expected = reference.time_series_split(*arguments, **options)
    folds = folds_of(submission.time_series_split(*arguments, **options), len(expected), what)
    wanted = [[train.tolist(), test.tolist()] for train, test in expected]
    assert_equal(folds, wanted, what=what, why=why)


@check(task="time_series_split", points=3)
def test_every_test_set_follows_all_that_was_trained_on(submission, reference, rng):
    for k in (2, int(rng.integers(3, 6)), int(rng.integers(6, 9))):
        n = int((k + 1) * rng.integers(2, 6) + rng.integers(1, k + 1))
        why = "The last k blocks of n // (k + 1) rows are tested, and all that is before is known."
        series(submission, reference, why, n, k)


@check(task="time_series_split", points=2)
def test_the_gap_is_taken_from_the_training_set(submission, reference, rng):
    for gap in (1, int(rng.integers(2, 5))):
        why = "Training ends gap rows before its test set, which stays where it is."
        series(submission, reference, why, int(rng.integers(30, 50)), 4, gap)


@check(task="time_series_split", points=2)
def test_the_test_size_can_be_chosen(submission, reference, rng):
    for size in (1, int(rng.integers(2, 4)), int(rng.integers(5, 7))):
        why = "With a test_size, the test sets are the last k blocks of so many rows."
        series(submission, reference, why, int(rng.integers(31, 50)), 5, test_size=size)


@check(task="time_series_split", points=2)
def test_only_the_last_max_train_rows_are_kept(submission, reference, rng):
    for most in (1, int(rng.integers(8, 14)), 100):
        why = "Keep the last max_train rows of each training set, or all where there are fewer."
        series(submission, reference, why, int(rng.integers(30, 50)), 5, max_train=most)


@check(task="time_series_split", points=2)
def test_all_settings_work_together(submission, reference, rng):
    for _ in range(5):
        k, gap, size = int(rng.integers(2, 5)), int(rng.integers(1, 4)), int(rng.integers(1, 5))
        n = k * size + gap + int(rng.integers(1, 12))
        most = int(rng.integers(2, 9))
        why = "First the test sets, then the gap before them, then the rows that are kept."
        series(submission, reference, why, n, k, gap=gap, test_size=size, max_train=most)


@check(task="time_series_split", points=1)
def test_a_series_is_refused_only_where_it_is_too_short(submission, reference, rng):
    split, k = submission.time_series_split, int(rng.integers(2, 6))
    for gap, size in ((0, 1), rng.integers((1, 2), (5, 5)).tolist()):
        shortest = k * size + gap + 1
        why = "The first training set needs one row, and no more."
        series(submission, reference, why, shortest, k, gap=gap, test_size=size)
        for n in (shortest - 1, shortest - 2):
            assert_refused(
                split, n, k, gap=gap, test_size=size, why="No row would be left to train on."
            )
    series(submission, reference, why, k + 1, k)
    assert_refused(split, k, k, why="The series is too short for a row in each test set.")


@check(task="time_series_split", points=1)
def test_numbers_below_the_least_are_refused(submission, rng):
    below = -int(rng.integers(1, 4))
    for k, options in (
        (1, {}),
        (0, {}),
        (3, {"gap": -1}),
        (3, {"gap": below}),
        (3, {"test_size": 0}),
        (3, {"test_size": below}),
        (3, {"max_train": 0}),
        (3, {"max_train": below}),
    ):
        why = "k must be at least 2, gap at least 0, test_size and max_train at least 1."
        assert_refused(submission.time_series_split, 40, k, why=why, **options)


# cross_validate


def random_folds(rng, n, k):
    """Return folds of random, disjoint sets in random order, which leave some rows out."""
    folds = []
    for _ in range(k):
        rows = rng.permutation(n)
        n_test = int(rng.integers(2, n // 3))
        n_train = int(rng.integers(n // 3, n - n_test))
        folds.append((rows[n_test : n_test + n_train].tolist(), rows[:n_test].tolist()))
    return folds


def validated(submission, rng, **options):
    """Cross-validate spies on random folds; return the folds and what the lab has seen."""
    n = int(rng.integers(12, 20))
    folds = random_folds(rng, n, int(rng.integers(3, 6)))
    lab = submission.build(LAB, n=n, **options)
    return folds, lab.run(submission.cross_validate, folds)


def rows_of(entries):
    """Return the rows of each entry of a lab's diary, sorted."""
    return [sorted(entry["rows"]) for entry in entries]


@check(task="cross_validate", points=3)
def test_the_score_of_every_fold_comes_back_in_order(submission, rng):
    for pipeline in (False, True):
        salt = fresh_seed(rng)
        folds, seen = validated(submission, rng, salt=salt, pipeline=pipeline)
        expected = [spy_score(salt, -1, -1, train, test) for train, test in folds]
        what = f"cross_validate with {len(folds)} folds"
        why = "Make, fit and score a model in each fold, and return all scores in order."
        assert_close(seen["result"], expected, what=what, why=why)


@check(task="cross_validate", points=1)
def test_a_single_fold_will_do(submission, rng):
    salt = fresh_seed(rng)
    lab = submission.build(LAB, n=6, salt=salt)
    seen = lab.run(submission.cross_validate, [([0, 1, 2], [4, 5])])
    expected = [spy_score(salt, -1, -1, [0, 1, 2], [4, 5])]
    why = "One fold gives an array of one score."
    assert_close(seen["result"], expected, what="cross_validate with one fold", why=why)


@check(task="cross_validate", points=2)
def test_a_model_is_fitted_on_the_training_rows_and_nothing_else(submission, rng):
    folds, seen = validated(submission, rng)
    wanted = [sorted(train) for train, _ in folds]
    why = "In each fold, fit on the training rows: all of them, and none that is tested."
    assert_equal(rows_of(seen["fits"]), wanted, what="rows that the models learned", why=why)


@check(task="cross_validate", points=2)
def test_a_model_is_scored_on_the_test_rows_and_nothing_else(submission, rng):
    folds, seen = validated(submission, rng)
    wanted = [sorted(test) for _, test in folds]
    why = "In each fold, score on the test rows: a score on rows that were learned is memory."
    assert_equal(rows_of(seen["scored"]), wanted, what="rows that the models scored", why=why)


@check(task="cross_validate", points=2)
def test_every_fold_has_a_new_model(submission, rng):
    folds, seen = validated(submission, rng)
    why = "Call make_estimator() once in each fold: what a model has learned must not carry over."
    models = len({entry["spy"] for entry in seen["fits"]})
    assert_equal(models, len(folds), what="models fitted", why=why)
    assert_equal(len(seen["made"]), len(folds), what="calls of make_estimator", why=why)


@check(task="cross_validate", points=3)
def test_what_precedes_the_model_learns_from_the_training_rows_too(submission, rng):
    folds, seen = validated(submission, rng, pipeline=True)
    wanted = [sorted(train) for train, _ in folds]
    why = "A scaler or a choice of features learns: fit the whole pipeline inside the fold."
    got = [sorted(rows) for rows in seen["scaled"]]
    assert_equal(got, wanted, what="rows that the scalers learned", why=why)


@check(task="cross_validate", points=1)
def test_inputs_and_targets_reach_the_model_as_they_are(submission, rng):
    _, seen = validated(submission, rng)
    entries = seen["fits"] + seen["scored"]
    why = "Pass X[rows] with y[rows], without changing either, or their order alone."
    rows = [entry["rows"] for entry in entries]
    assert_equal([entry["targets"] for entry in entries], rows, what="rows of targets", why=why)
    columns = [entry["columns"] for entry in entries]
    assert_equal(columns, [3] * len(entries), what="columns that the models were shown", why=why)
    why = "X and y belong to the caller: leave them as they were."
    assert_equal(seen["untouched"], True, what="X and y are what they were", why=why)


def nearest_neighbor_accuracy(x, y, train, test):
    """Return the accuracy of the nearest neighbor, with inputs standardized by the training set."""
    z = (x - x[train].mean(axis=0)) / x[train].std(axis=0)
    distances = ((z[test][:, None] - z[train][None]) ** 2).sum(axis=2)
    return float(np.mean(y[train][distances.argmin(axis=1)] == y[test]))


@check(task="cross_validate", points=1)
def test_a_real_pipeline_gets_its_own_scores(submission, rng):
    y = rng.permutation(np.arange(36) % 2)
    x = rng.normal(size=(36, 2)) + y[:, None] * [1.0, 0.3]
    folds = random_folds(rng, 36, 4)
    expected = [nearest_neighbor_accuracy(x, y, train, test) for train, test in folds]
    lab = submission.build(NEIGHBORS_LAB, x=x, y=y, n_neighbors=1)
    got = lab.run(submission.cross_validate, folds)
    why = "Fit a pipeline as a whole on the training rows of a fold, and use its own score."
    assert_close(got, expected, what="cross_validate of a pipeline", why=why)


def assert_not_run(submission, n, folds, missing, what, why):
    """Require a ValueError before the first fit."""
    lab = submission.build(LAB, n=n, missing_targets=missing)
    call = partial(lab.run, submission.cross_validate, folds)
    assert_raises(ValueError, call, what=f"cross_validate with {what}", why=why)
    why = "Check everything before the first fit."
    assert_equal(len(lab.seen()["fits"]), 0, what=f"fits with {what}", why=why)


@check(task="cross_validate", points=1)
def test_having_no_folds_is_refused(submission):
    why = "Without folds there is no score, and a mean of nothing would be NaN."
    assert_not_run(submission, 6, [], 0, "no folds", why)


@check(task="cross_validate", points=1)
def test_inputs_and_targets_of_different_length_are_refused(submission, rng):
    missing = int(rng.integers(1, 4))
    why = "Inputs and targets that differ in length do not belong together."
    assert_not_run(submission, 9, [([0, 1], [2])], missing, "too few targets", why)


@check(task="cross_validate", points=1)
def test_a_fold_that_tests_what_it_trains_on_is_refused(submission, rng):
    folds = random_folds(rng, 12, 3)
    for which in (0, 2):
        leaky = [(list(train), list(test)) for train, test in folds]
        train, test = leaky[which]
        test.append(train[int(rng.integers(len(train)))])
        why = "A row both in training and test of a fold makes the score too good."
        assert_not_run(submission, 12, leaky, 0, "a shared row", why)


# nested_cv


def tuned(n, grid, outer, inner_k, salt=0, table=(), nan_at=()):
    """Return what a nested cross-validation of a lab's spies gives, and all that it asks of them.

    Returns:
        scores, chosen; fits and scored, each (a, b, *rows) in order of size.
    """
    fixed = dict(table)
    scores, chosen, fits, scored = [], [], [], []

    def judge(config, train, test):
        a, b = config.get("a", -1), config.get("b", -1)
        fits.append([a, b, *sorted(train)])
        scored.append([a, b, *sorted(test)])
        if any(a == bad and row in test for bad, row in nan_at):
            return NAN
        return fixed[a] if a in fixed else spy_score(salt, a, b, train, test)

    for train, test in outer:
        blocks = [block.tolist() for block in np.array_split(train, inner_k)]
        means = [
            np.mean([judge(config, sorted(set(train) - set(rows)), rows) for rows in blocks])
            for config in grid
        ]
        best = grid[int(np.nanargmax(means))]
        scores.append(judge(best, train, test))
        chosen.append(best)
    return {"scores": scores, "chosen": chosen, "fits": sorted(fits), "scored": sorted(scored)}


def asked(entries):
    """Return entries of a lab's diary as (a, b, *rows), in order of size."""
    return sorted([*entry["settings"], *sorted(entry["rows"])] for entry in entries)


def nested(submission, rng, grid=None, **options):
    """Run a nested cross-validation of spies.

    Returns:
        Its scores, its choices, what the lab has seen, and what they all should be.
    """
    n, inner_k = int(rng.integers(18, 25)), int(rng.integers(3, 5))
    outer = [
        (sorted(set(range(n)) - set(test.tolist())), sorted(test.tolist()))
        for test in np.array_split(rng.permutation(n), 3)
    ]
    if grid is None:
        settings = rng.permutation(40)[:4].tolist()
        grid = [*({"a": a} for a in settings[:3]), {"a": settings[3], "b": 2}]
    options = {"n": n, "salt": fresh_seed(rng), **options}
    seen = submission.build(LAB, **options).run_nested(submission.nested_cv, grid, outer, inner_k)
    result = to_plain(seen["result"])
    assert_true(
        isinstance(result, list) and len(result) == 2,
        what="nested_cv(make_estimator, grid, X, y, outer, inner)",
        expected="(scores, chosen)",
        got=seen["result"],
        why="Return two things: the outer scores, and the configurations that were chosen.",
    )
    expected = tuned(grid=grid, outer=outer, inner_k=inner_k, **options)
    return *result, seen, expected | {"grid": grid, "inner": [train for train, _ in outer]}


@check(task="nested_cv", points=3)
def test_the_highest_mean_of_the_inner_scores_is_chosen(submission, rng):
    for _ in range(2):
        _, chosen, _, expected = nested(submission, rng)
        why = "In each outer fold, choose the configuration with the highest mean inner score."
        assert_equal(chosen, expected["chosen"], what="chosen by nested_cv", why=why)


@check(task="nested_cv", points=3)
def test_the_outer_scores_are_those_of_the_chosen_on_rows_unseen(submission, rng):
    for grid in (None, [{"a": int(rng.integers(9))}]):
        scores, _, _, expected = nested(submission, rng, grid)
        why = "Fit the winner anew on the whole training part, and score it on the test rows."
        assert_close(scores, expected["scores"], what="scores of nested_cv", why=why)


@check(task="nested_cv", points=2)
def test_no_fit_sees_an_outer_test_row(submission, rng):
    _, _, seen, expected = nested(submission, rng)
    why = (
        "All fits of an outer fold are on rows of its training part: one on each inner training "
        "set for each configuration, and one more, of the winner, on the whole part."
    )
    fits = asked(seen["fits"])
    assert_equal(len(fits), len(expected["fits"]), what="number of fits of nested_cv", why=why)
    what = "settings and rows of all fits of nested_cv"
    assert_equal(fits, expected["fits"], what=what, why=why)


@check(task="nested_cv", points=2)
def test_only_the_winner_is_scored_on_the_outer_test_rows(submission, rng):
    _, _, seen, expected = nested(submission, rng)
    why = (
        "The outer test rows judge the choice, so they may have no say in it: score the winner on "
        "them, once, and the others on inner test sets only."
    )
    scored = asked(seen["scored"])
    assert_equal(len(scored), len(expected["scored"]), what="number of scores asked for", why=why)
    what = "settings and rows of all scores in nested_cv"
    assert_equal(scored, expected["scored"], what=what, why=why)


@check(task="nested_cv", points=1)
def test_inner_is_called_once_with_the_targets_of_each_training_part(submission, rng):
    _, _, seen, expected = nested(submission, rng)
    why = "Call inner(y[train]) once an outer fold, and use its folds for every configuration."
    assert_equal(seen["inner"], expected["inner"], what="rows whose targets inner got", why=why)


@check(task="nested_cv", points=1)
def test_every_fit_has_a_new_estimator_and_nothing_handed_in_is_changed(submission, rng):
    _, _, seen, expected = nested(submission, rng)
    models = [entry["spy"] for entry in seen["fits"]]
    why = "Make an estimator for every fit: what one has learned must not carry over."
    assert_equal(len(set(models)), len(models), what="estimators in all fits", why=why)
    entries = seen["fits"] + seen["scored"]
    why = "Take the same rows of X and of y."
    rows = [entry["rows"] for entry in entries]
    assert_equal([entry["targets"] for entry in entries], rows, what="rows of targets", why=why)
    why = "X, y and the grid belong to the caller: leave them as they were."
    assert_equal(seen["untouched"], True, what="X and y are what they were", why=why)
    assert_equal(seen["grid"], expected["grid"], what="the grid afterwards", why=why)


@check(task="nested_cv", points=1)
def test_the_first_of_equal_means_is_chosen(submission, rng):
    high, low = float(rng.uniform(0.6, 0.9)), float(rng.uniform(-0.9, 0.5))
    grid = [{"a": 4}, {"a": 7}, {"a": 2}, {"a": 5}]
    table = [(4, low), (7, high), (2, high), (5, low)]
    _, chosen, _, _ = nested(submission, rng, grid, table=table)
    why = "Of equal means, the first in the grid is chosen: replace it only by a higher one."
    assert_equal(chosen, [{"a": 7}] * 3, what="chosen of two equals", why=why)
    table = [(4, -2.0), (7, -high), (2, -high), (5, -3.0)]
    _, chosen, _, _ = nested(submission, rng, grid, table=table)
    why = "Scores may all be negative, as R² is for a bad model: the highest is still the best."
    assert_equal(chosen, [{"a": 7}] * 3, what="chosen of negative means", why=why)


@check(task="nested_cv", points=1)
def test_a_mean_that_is_nan_never_wins(submission, rng):
    grid = [{"a": a} for a in (1, 2, 3, 4)]
    # Each outer training part holds rows 0 or 1, and nearly always both; the rows are tested in
    # some inner fold, where configurations 1 and 4 then diverge. They are best and worst otherwise.
    table = [(1, 0.9), (2, 0.2), (3, 0.3), (4, 0.1)]
    nan_at = [(a, row) for a in (1, 4) for row in range(3)]
    _, chosen, _, expected = nested(submission, rng, grid, table=table, nan_at=nan_at)
    why = "A NaN in one inner fold makes the mean NaN, which compares as False with everything."
    assert_equal(chosen, expected["chosen"], what="chosen beside NaN", why=why)


@check(task="nested_cv", points=1)
def test_a_choice_from_nothing_is_refused(submission, rng):
    outer = [([2, 3, 4, 5], [0, 1]), ([0, 1, 4, 5], [2, 3])]
    for grid in ([], [{"a": 1}], [{"a": 1}, {"a": 1, "b": 3}]):
        lab = submission.build(LAB, n=6, salt=fresh_seed(rng), table=[(1, NAN)])
        call = partial(lab.run_nested, submission.nested_cv, grid, outer, 2)
        what = "nested_cv with an empty grid" if not grid else "nested_cv with NaN only"
        why = "There is no best of nothing: raise a ValueError."
        assert_raises(ValueError, call, what=what, why=why)
