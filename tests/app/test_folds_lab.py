from types import ModuleType

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import KFold
from sklearn.neighbors import KNeighborsClassifier

from app.labs import folds, own_folds
from app.labs.folds import Plan, Run, Scheme
from app.own_call import argument
from app.showcases.model import WrongShapeError

PLANS = [
    Plan("k-fold", 4),
    Plan("k-fold", 7, is_sorted=False),
    Plan("k-fold, shuffled", 4, seed=3),
    Plan("stratified", 4, is_sorted=False),
    Plan("time series", 4),
    Plan("time series", 3, gap=2, max_train=5),
]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_course_reference_makes_the_same_folds(
    plan: Plan, cross_validation: ModuleType
) -> None:
    found = folds.split(plan)
    call = own_folds.call(found)
    theirs = getattr(cross_validation, call.function)(*(argument(None, arg) for arg in call.args))
    for ours, (train, test) in zip(found.folds, own_folds.read(plan)((theirs,)), strict=True):
        assert sorted(ours[0]) == sorted(train)
        assert sorted(ours[1]) == sorted(test)


def test_three_plain_folds_of_sorted_flowers_leave_a_class_out_and_score_nothing() -> None:
    found = folds.split(Plan("k-fold", 3))
    assert found.unseen == ((1, "A"), (2, "B"), (3, "C"))
    assert found.scores == (0.0, 0.0, 0.0)
    stratified = folds.split(Plan("stratified", 3))
    assert stratified.unseen == ()
    assert min(stratified.scores) > 0.9


def test_the_scores_are_those_of_scikit_learns_neighbors() -> None:
    x, classes = folds.flowers(is_sorted=False)
    y = np.array(classes)
    found = folds.split(Plan("k-fold", 5, is_sorted=False))
    for (train, test), score in zip(KFold(5).split(x), found.scores, strict=True):
        model = KNeighborsClassifier(folds.NEIGHBORS).fit(x[train], y[train])
        assert score == pytest.approx(model.score(x[test], y[test]))


def test_the_flowers_are_ten_of_each_species_sorted_or_not() -> None:
    x, classes = folds.flowers(is_sorted=True)
    assert classes == ("A",) * 10 + ("B",) * 10 + ("C",) * 10
    mixed, order = folds.flowers(is_sorted=False)
    assert sorted(order) == list(classes)
    assert order != classes
    every = {tuple(row) for row in load_iris().data.tolist()}
    assert {tuple(row) for row in mixed.tolist()} == {tuple(row) for row in x.tolist()} <= every


def test_a_series_keeps_its_gap_and_window() -> None:
    found = folds.split(Plan("time series", 3, gap=2, max_train=5))
    # Test sets of 30 // 4 = 7 rows begin at 9, 16 and 23.
    assert [test[0] for _, test in found.folds] == [9, 16, 23]
    assert [train for train, _ in found.folds] == [
        tuple(range(2, 7)),
        tuple(range(9, 14)),
        tuple(range(16, 21)),
    ]
    assert found.scores == found.classes == ()


@pytest.mark.parametrize("k", range(2, 11))
def test_the_longest_gap_still_leaves_a_training_row(k: int) -> None:
    gap = folds.longest_gap(k)
    assert len(folds.split(Plan("time series", k, gap=gap)).folds[0][0]) == 1
    with pytest.raises(ValueError, match=f"got gap={gap + 1}"):
        Plan("time series", k, gap=gap + 1)


def test_neighboring_rows_of_one_kind_are_joined() -> None:
    pairs = [((0, 1, 3), (2,))]
    assert folds.runs(pairs, ["a", "b", "b", "b"]) == (
        Run(1, "train", "a", 0, 1),
        Run(1, "train", "b", 1, 2),
        Run(1, "train", "b", 3, 4),
        Run(1, "test", "b", 2, 3),
    )
    assert folds.runs([((0, 1), (2, 3))], ["a"] * 4) == (
        Run(1, "train", "a", 0, 2),
        Run(1, "test", "a", 2, 4),
    )


@pytest.mark.parametrize(
    ("scheme", "settings", "words"),
    [
        ("bootstrap", {}, "'bootstrap'"),
        ("k-fold", {"k": 1}, "got k=1"),
        ("time series", {"max_train": 0}, "got max_train=0"),
    ],
)
def test_plans_that_cannot_be_drawn_are_refused(
    scheme: Scheme, settings: dict[str, int], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Plan(scheme, **{"k": 3, **settings})


@pytest.mark.parametrize(
    "value", [None, [([0], [1])], [([0],), ([1],)], [([0], [30]), ([1], [0])], [(0, 1), (1, 0)]]
)
def test_results_that_are_no_folds_are_told(value: object) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        own_folds.read_folds(value, 2)
