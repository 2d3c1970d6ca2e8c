"""The reference of topic 6 against scikit-learn and folds made by hand, and its labs."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from functools import partial
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from grader import labs
from grader.labs.ex06_cross_validation import spy_score
from grader.paths import load_module, solutions_dir

MODULE = "ex06_cross_validation"
NAN = math.nan
MANY = settings(max_examples=250, deadline=None)


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


def plain(folds: Sequence[Any]) -> list[list[list[int]]]:
    return [[np.asarray(train).tolist(), np.asarray(test).tolist()] for train, test in folds]


# kfold


@MANY
@given(n=st.integers(2, 60), k=st.integers(2, 60))
def test_kfold_is_sklearns_where_nothing_is_shuffled(n: int, k: int) -> None:
    assume(k <= n)
    assert plain(SOLUTION.kfold(n, k)) == plain(list(KFold(k).split(np.zeros(n))))


@MANY
@given(n=st.integers(2, 60), k=st.integers(2, 60), seed=st.none() | st.integers(0, 2**32))
def test_kfold_shuffled_tests_every_row_once_in_folds_of_sklearns_sizes(
    n: int, k: int, seed: int | None
) -> None:
    assume(k <= n)
    folds = plain(SOLUTION.kfold(n, k, shuffle=True, seed=seed))
    sizes = [len(test) for _, test in KFold(k, shuffle=True, random_state=0).split(np.zeros(n))]
    assert [len(test) for _, test in folds] == sizes
    assert sorted(row for _, test in folds for row in test) == list(range(n))
    for train, test in folds:
        assert sorted(train + test) == list(range(n))
        assert (train, test) == (sorted(train), sorted(test))


def test_kfold_follows_its_seed_and_shuffles_anew_without_one() -> None:
    for seed in (0, 5):
        first, second = (plain(SOLUTION.kfold(60, 4, True, seed)) for _ in range(2))
        assert first == second
        assert first != plain(SOLUTION.kfold(60, 4, True, seed + 1))
    assert plain(SOLUTION.kfold(60, 4, True)) != plain(SOLUTION.kfold(60, 4, True))


def test_kfold_leaves_the_global_state_alone() -> None:
    state: Any = labs.build("common:global_state")
    before = state.digest()
    SOLUTION.kfold(9, 3, True, 1)
    SOLUTION.kfold(9, 3, True)
    assert state.digest() == before


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ((5, 1), "`k` must be 2 <= k <= n, but got k=1 and n=5"),
        ((5, 6), "k=6 and n=5"),
        ((5, -2), "k=-2"),
        ((5, 2, False, 3), "`seed` needs shuffle=True, but got seed=3"),
        ((5, 2, False, 0), "seed=0"),
    ],
)
def test_kfold_names_what_it_refuses(arguments: tuple[Any, ...], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        SOLUTION.kfold(*arguments)


def test_sorted_labels_ruin_plain_folds_and_not_stratified_ones() -> None:
    X, y = load_iris(return_X_y=True)

    def make() -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression())

    assert SOLUTION.cross_validate(make, X, y, SOLUTION.kfold(150, 3)).tolist() == [0, 0, 0]
    assert SOLUTION.cross_validate(make, X, y, SOLUTION.stratified_kfold(y, 3)).mean() > 0.9


# stratified_kfold


@MANY
@given(y=st.lists(st.integers(0, 4), min_size=2, max_size=60), k=st.integers(2, 12))
def test_stratified_kfold_is_sklearns(y: list[int], k: int) -> None:
    counts = np.unique(y, return_counts=True)[1]
    if k > counts.max():
        with pytest.raises(
            ValueError, match=rf"at most the largest of .*\b{counts.max()}\b.*, but got k={k}"
        ):
            SOLUTION.stratified_kfold(y, k)
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        folds = plain(SOLUTION.stratified_kfold(y, k))
    assert [warning.category for warning in caught] == [UserWarning] * int(k > counts.min())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert folds == plain(list(StratifiedKFold(k).split(y, y)))


@MANY
@given(
    counts=st.lists(st.integers(0, 9), min_size=1, max_size=6),
    k=st.integers(2, 9),
    random=st.randoms(use_true_random=False),
)
def test_stratified_kfold_balances_classes_and_sizes(
    counts: list[int], k: int, random: Random
) -> None:
    y = [label for label, count in zip("abcdef", counts, strict=False) for _ in range(k + count)]
    random.shuffle(y)
    labels = np.array(y)
    folds = SOLUTION.stratified_kfold(labels, k)
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 1
    for label in set(y):
        tested = [np.sum(labels[test] == label) for _, test in folds]
        assert max(tested) - min(tested) <= 1
    assert plain(folds) == plain(SOLUTION.stratified_kfold(y, k))


def test_stratified_kfold_by_hand() -> None:
    # b is class 0. Sorted: 0 0 0 1 1; fold 0 is dealt positions 0 2 4, fold 1 positions 1 3.
    assert plain(SOLUTION.stratified_kfold(["b", "a", "b", "a", "b"], 2)) == [
        [[3, 4], [0, 1, 2]],
        [[0, 1, 2], [3, 4]],
    ]


def test_stratified_kfold_warns_where_it_is_called() -> None:
    with pytest.warns(UserWarning, match="smallest class has 1 rows, fewer than k=2") as caught:
        SOLUTION.stratified_kfold([0, 0, 1], 2)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(("y", "k"), [([], 2), ([0, 1], 2), ([0, 0], 1)])
def test_stratified_kfold_refuses_what_leaves_no_class_whole(y: list[int], k: int) -> None:
    with pytest.raises(ValueError, match=f"`k` must be at .* but got k={k}"):
        SOLUTION.stratified_kfold(y, k)


# time_series_split


@settings(max_examples=800, deadline=None)
@given(
    n=st.integers(1, 40),
    k=st.integers(2, 8),
    gap=st.integers(0, 6),
    test_size=st.none() | st.integers(1, 6),
    max_train=st.none() | st.integers(1, 12),
)
def test_time_series_split_is_sklearns_for_all_settings(
    n: int, k: int, gap: int, test_size: int | None, max_train: int | None
) -> None:
    split = TimeSeriesSplit(k, gap=gap, test_size=test_size, max_train_size=max_train)
    try:
        expected = plain(list(split.split(np.zeros(n))))
    except ValueError:
        with pytest.raises(ValueError, match=r"too few|at least 1 row"):
            SOLUTION.time_series_split(n, k, gap, test_size, max_train)
    else:
        assert plain(SOLUTION.time_series_split(n, k, gap, test_size, max_train)) == expected


def test_time_series_split_by_hand() -> None:
    # 10 - 2 * 3 = 4 is the first test row; a gap of 1 ends training at row 2; 2 rows are kept.
    assert plain(SOLUTION.time_series_split(10, 2, gap=1, test_size=3, max_train=2)) == [
        [[1, 2], [4, 5, 6]],
        [[4, 5], [7, 8, 9]],
    ]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"k": 1}, "`k` must be at least 2, but got k=1"),
        ({"k": 2, "gap": -1}, "`gap` must be at least 0, but got gap=-1"),
        ({"k": 2, "max_train": 0}, "`max_train` must be at least 1, but got max_train=0"),
        ({"k": 2, "test_size": 0}, "at least 1 row, but would have 0"),
        ({"k": 2, "test_size": 10}, "n=20 rows are too few for 2 test sets of 10 and gap=0"),
    ],
)
def test_time_series_split_names_what_it_refuses(options: dict[str, int], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        SOLUTION.time_series_split(20, **options)


# cross_validate and nested_cv


def noisy(seed: int, n: int = 60) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    return rng.normal(size=(n, 3)) + y[:, None] * [0.8, 0.4, 0.0], y


@pytest.mark.parametrize("seed", range(3))
def test_cross_validate_gives_the_scores_of_sklearn(seed: int) -> None:
    X, y = noisy(seed)

    def make() -> Any:
        return make_pipeline(StandardScaler(), KNeighborsClassifier(3))

    for folds in (
        SOLUTION.kfold(60, 7, True, seed),
        SOLUTION.stratified_kfold(y, 4),
        SOLUTION.time_series_split(60, 5, gap=2),
    ):
        scores = SOLUTION.cross_validate(make, X, y, folds)
        np.testing.assert_array_equal(scores, cross_val_score(make(), X, y, cv=folds))


@pytest.mark.parametrize(
    ("n", "folds", "match"),
    [
        (4, [], "at least one fold"),
        (3, [(np.array([0]), np.array([1]))], "got 4 and 3 rows"),
        (4, [(np.array([0]), np.array([1])), (np.array([2, 3]), np.array([3]))], "Row 3 is both"),
    ],
)
def test_cross_validate_checks_everything_before_the_first_fit(
    n: int, folds: list[Any], match: str
) -> None:
    def make() -> Any:
        raise AssertionError("an estimator was made")

    with pytest.raises(ValueError, match=match):
        SOLUTION.cross_validate(make, np.zeros((4, 1)), np.zeros(n), folds)


@pytest.mark.parametrize("seed", [0, 1])
def test_nested_cv_chooses_and_scores_like_sklearns_grid_search_in_each_fold(seed: int) -> None:
    X, y = noisy(seed)
    grid = [{"n_neighbors": k} for k in (1, 5, 15)]
    outer = SOLUTION.stratified_kfold(y, 3)
    scores, chosen = SOLUTION.nested_cv(
        KNeighborsClassifier, grid, X, y, outer, lambda y: SOLUTION.stratified_kfold(y, 4)
    )
    values = {"n_neighbors": [config["n_neighbors"] for config in grid]}
    for (train, test), score, config in zip(outer, scores, chosen, strict=True):
        search = GridSearchCV(KNeighborsClassifier(), values, cv=StratifiedKFold(4))
        search.fit(X[train], y[train])
        assert config == search.best_params_
        assert score == search.score(X[test], y[test])


def test_nested_cv_does_not_hand_out_the_dicts_of_the_grid() -> None:
    X, y = noisy(0)
    grid = [{"strategy": "most_frequent"}]
    outer = SOLUTION.kfold(60, 2)
    _, chosen = SOLUTION.nested_cv(
        DummyClassifier, grid, X, y, outer, lambda y: SOLUTION.kfold(len(y), 2)
    )
    chosen[0]["strategy"] = "prior"
    assert (grid, chosen[1]) == ([{"strategy": "most_frequent"}], {"strategy": "most_frequent"})


def test_nested_cv_is_not_taken_in_by_the_luckiest_of_many_configurations() -> None:
    # Scores are noise around 0.5, so the mean of 4 has a standard error of 0.05. The best of 12
    # lies 1.63 of these above 0.5 on average, and its score on rows unseen does not.
    rng = np.random.default_rng(0)

    class Noise:
        def __init__(self, c: int) -> None:
            self.c = c

        def fit(self, X: Any, y: Any) -> Any:
            return self

        def score(self, X: Any, y: Any) -> float:
            return float(rng.normal(0.5, 0.1))

    X, y, folds = np.zeros((8, 1)), np.zeros(8), SOLUTION.kfold(8, 4)
    grid = [{"c": c} for c in range(12)]
    best, nested = [], []
    for _ in range(60):
        means = [
            SOLUTION.cross_validate(partial(Noise, **config), X, y, folds).mean() for config in grid
        ]
        best.append(max(means))
        scores, _ = SOLUTION.nested_cv(
            Noise, grid, X, y, folds, lambda y: SOLUTION.kfold(len(y), 2)
        )
        nested.append(scores.mean())
    assert np.mean(best) == pytest.approx(0.5 + 1.63 * 0.05, abs=0.02)
    assert np.mean(nested) == pytest.approx(0.5, abs=0.03)


def test_nested_cv_refuses_an_empty_grid_before_anything_else() -> None:
    with pytest.raises(ValueError, match="at least one configuration"):
        SOLUTION.nested_cv(None, [], None, None, None, None)


# the labs


def fold_lab(**options: Any) -> Any:
    return labs.build(f"{MODULE}:fold_lab", **options)


FOLDS = [([0, 1, 2], [3, 4]), ([5, 4, 3], [0, 1])]


def test_fold_lab_notes_what_models_and_scalers_are_shown() -> None:
    seen = fold_lab(n=6, salt=3, pipeline=True).run(SOLUTION.cross_validate, FOLDS)
    scores = [spy_score(3, -1, -1, train, test) for train, test in FOLDS]
    assert seen["result"].tolist() == scores
    assert seen["scaled"] == [[0, 1, 2], [5, 4, 3]]
    assert [fit["rows"] for fit in seen["fits"]] == [[0, 1, 2], [5, 4, 3]]
    assert [fit["targets"] for fit in seen["fits"]] == [[0, 1, 2], [5, 4, 3]]
    assert [each["rows"] for each in seen["scored"]] == [[3, 4], [0, 1]]
    assert [each["score"] for each in seen["scored"]] == scores
    assert ([fit["spy"] for fit in seen["fits"]], len(seen["made"])) == ([0, 1], 2)
    assert seen["untouched"]


def test_fold_lab_notices_inputs_that_are_not_its_own() -> None:
    def scaled(make_estimator: Any, X: Any, y: Any, folds: Any) -> list[float]:
        X -= X.mean(axis=0)  # in place, so that the caller's inputs change as well
        return [make_estimator().fit(X[train][:, :2], y[test]).a for train, test in folds]

    seen = fold_lab(n=6).run(scaled, FOLDS[:1])
    assert [fit["rows"] for fit in seen["fits"]] == [[-1, -1, -1]]
    assert [(fit["columns"], fit["targets"]) for fit in seen["fits"]] == [(2, [3, 4])]
    assert not seen["untouched"]


def test_a_spy_never_forgets_what_it_has_learned() -> None:
    def shared(make_estimator: Any, X: Any, y: Any, folds: Any) -> list[float]:
        model = make_estimator()
        return [model.fit(X[train], y[train]).score(X[test], y[test]) for train, test in folds]

    seen = fold_lab(n=6, salt=1).run(shared, FOLDS)
    assert seen["result"] == [
        spy_score(1, -1, -1, [0, 1, 2], [3, 4]),
        spy_score(1, -1, -1, [0, 1, 2, 3, 4, 5], [0, 1]),
    ]
    assert [fit["spy"] for fit in seen["fits"]] == [0, 0]


def test_spy_scores_differ_with_everything_but_the_order_of_rows() -> None:
    scores = {
        spy_score(0, 1, 2, [3, 4], [5]),
        spy_score(0, 1, 2, [4, 3], [5]),
        spy_score(1, 1, 2, [3, 4], [5]),
        spy_score(0, 2, 2, [3, 4], [5]),
        spy_score(0, 1, 3, [3, 4], [5]),
        spy_score(0, 1, 2, [3], [5]),
        spy_score(0, 1, 2, [3, 4], [6]),
    }
    assert len(scores) == 6
    assert all(0 <= score <= 1 for score in scores)


def test_fold_lab_scores_by_its_table_and_by_its_rows_of_nan() -> None:
    lab = fold_lab(n=6, table=[(1, 0.25), (2, 0.5)], nan_at=[(2, 3)])
    outer = [([0, 1, 4, 5], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    seen = lab.run_nested(SOLUTION.nested_cv, [{"a": 1}, {"a": 2}], outer, 2)
    scores, chosen = seen["result"]
    assert chosen == [{"a": 2}, {"a": 1}]
    np.testing.assert_array_equal(scores, [NAN, 0.25])
    assert seen["inner"] == [[0, 1, 4, 5], [0, 1, 2, 3]]
    assert seen["grid"] == [{"a": 1}, {"a": 2}]
    rows = [fit["rows"] for fit in seen["fits"]]
    first, second = [[4, 5], [0, 1]], [[2, 3], [0, 1]]
    assert rows == [*first, *first, [0, 1, 4, 5], *second, *second, [0, 1, 2, 3]]


def test_fold_lab_tunes_with_sklearns_scores_and_puts_the_learners_own_back() -> None:
    module = load()

    def broken(*arguments: object) -> None:
        raise NotImplementedError

    module.cross_validate = broken  # type: ignore[attr-defined]
    outer = [([0, 1, 2, 3], [4, 5])]
    seen = fold_lab(n=6, table=[(1, 0.5)]).run_nested(module.nested_cv, [{"a": 1}], outer, 2)
    assert seen["result"][0].tolist() == [0.5]
    assert module.cross_validate is broken


def test_split_lab_keeps_warnings_and_passes_lists_and_arrays() -> None:
    kinds = []

    def stratified_kfold(y: Any, k: int) -> int:
        kinds.append(type(y))
        warnings.warn("one", UserWarning, stacklevel=1)
        warnings.warn("two", RuntimeWarning, stacklevel=1)
        return k

    lab: Any = labs.build(f"{MODULE}:split_lab")
    assert lab.stratified(stratified_kfold, ["a"], 3) == {"result": 3, "warned": 1}
    lab.stratified(stratified_kfold, ["a"], 3, True)
    assert kinds == [list, np.ndarray]
    assert lab.shuffled(SOLUTION.kfold, 5, 2, 3) == [
        [test.tolist() for _, test in SOLUTION.kfold(5, 2, True, seed)] for seed in range(3)
    ]


def test_neighbors_lab_passes_a_fresh_pipeline_and_the_data() -> None:
    X, y = noisy(1, 20)
    folds = SOLUTION.kfold(20, 4)
    lab: Any = labs.build(f"{MODULE}:neighbors_lab", x=X, y=y, n_neighbors=3)
    expected = cross_val_score(lab.make(), X, y, cv=folds)
    np.testing.assert_array_equal(lab.run(SOLUTION.cross_validate, plain(folds)), expected)
