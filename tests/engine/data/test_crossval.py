from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data import Dataset, folds, load


@pytest.fixture(scope="module")
def wine():
    return load("wine").astype(np.float64)


@pytest.fixture(scope="module")
def diabetes():
    return load("diabetes").astype(np.float64)


def together(data):
    return np.vstack([data.x_train, data.x_val]), np.concatenate([data.y_train, data.y_val])


@pytest.mark.parametrize("stratified", [None, True, False])
def test_the_folds_are_scikit_learns_and_each_is_scaled_by_its_own_training_part(wine, stratified):
    from sklearn.model_selection import KFold, StratifiedKFold
    from sklearn.preprocessing import StandardScaler

    x, y = together(wine)
    oracle = KFold if stratified is False else StratifiedKFold
    expected = list(oracle(4, shuffle=True, random_state=7).split(x, y))
    cut = folds(wine, 4, seed=7, stratified=stratified)
    assert len(cut) == 4
    for fold, (train, val) in zip(cut, expected, strict=True):
        scaler = StandardScaler().fit(x[train])
        np.testing.assert_array_equal(fold.y_train, y[train])
        np.testing.assert_array_equal(fold.y_val, y[val])
        np.testing.assert_allclose(fold.x_train, scaler.transform(x[train]), atol=1e-12)
        np.testing.assert_allclose(fold.x_val, scaler.transform(x[val]), atol=1e-12)
        np.testing.assert_allclose(fold.x_test, scaler.transform(wine.x_test), atol=1e-12)
        np.testing.assert_array_equal(fold.y_test, wine.y_test)


def test_the_folds_of_a_regression_are_plain_and_keep_the_targets_unit(diabetes):
    from sklearn.model_selection import KFold

    x, y = together(diabetes)
    in_unit = y * diabetes.target_std + diabetes.target_mean
    expected = KFold(5, shuffle=True, random_state=0).split(x)
    for fold, (train, val) in zip(folds(diabetes, 5), expected, strict=True):
        assert fold.target_mean == pytest.approx(in_unit[train].mean())
        assert fold.target_std == pytest.approx(in_unit[train].std())
        assert abs(fold.y_train.mean()) < 1e-12
        for targets, rows in ((fold.y_train, train), (fold.y_val, val)):
            restored = targets * fold.target_std + fold.target_mean
            np.testing.assert_allclose(restored, in_unit[rows])
        restored = fold.y_test * fold.target_std + fold.target_mean
        whole = diabetes.y_test * diabetes.target_std + diabetes.target_mean
        np.testing.assert_allclose(restored, whole)


def test_a_fold_keeps_the_names_and_the_precision_and_says_which_it_is():
    moons = load("moons")
    first, last = folds(moons, 2)
    assert (first.name, last.name) == ("moons, fold 1 of 2", "moons, fold 2 of 2")
    assert first.x_train.dtype == first.x_test.dtype == np.float32
    assert first.feature_names == moons.feature_names
    assert first.class_names == moons.class_names
    assert load("diabetes").x_train.dtype == folds(load("diabetes"), 2)[0].y_val.dtype


def test_a_poisoned_validation_fold_or_test_part_moves_no_training_input(wine):
    from sklearn.model_selection import StratifiedKFold

    clean = folds(wine, 3)[0]
    x, y = together(wine)
    _, val = next(iter(StratifiedKFold(3, shuffle=True, random_state=0).split(x, y)))
    poisoned = x.copy()
    poisoned[val] = 1e6
    n_train = len(wine.y_train)
    dirty = replace(
        wine,
        x_train=poisoned[:n_train],
        x_val=poisoned[n_train:],
        x_test=np.full_like(wine.x_test, -1e6),
    )
    np.testing.assert_array_equal(folds(dirty, 3)[0].x_train, clean.x_train)
    assert folds(dirty, 3)[0].x_val.min() > 1e5


def test_an_input_that_is_constant_in_a_folds_training_part_is_only_shifted():
    # 0.1 thirty times has a mean that is not 0.1 and a standard deviation above 0 in floats.
    x = np.full((30, 1), 0.1)
    y = np.tile(np.array([0, 1]), 15)
    data = Dataset("flat", x[:20], y[:20], x[20:], y[20:], x + 1, y, n_classes=2)
    for fold in folds(data, 5):
        assert (fold.x_train == 0).all()
        assert (fold.x_val == 0).all()
        np.testing.assert_allclose(fold.x_test, 1.0)


@settings(max_examples=30, deadline=None)
@given(
    n_train=st.integers(2, 30),
    n_val=st.integers(2, 30),
    k=st.integers(2, 8),
    seed=st.integers(0, 2**32 - 1),
    regression=st.booleans(),
)
def test_every_example_is_validated_on_exactly_once(n_train, n_val, k, seed, regression):
    n = n_train + n_val
    k = min(k, n)
    # The input is the row's number; the test part tells how a fold scaled it.
    x = np.arange(n, dtype=np.float64)[:, None]
    y = x[:, 0].copy() if regression else np.arange(n) % 2
    data = Dataset(
        "rows",
        x[:n_train],
        y[:n_train],
        x[n_train:],
        y[n_train:],
        x,
        y,
        n_classes=0 if regression else 2,
        task="regression" if regression else "classification",
    )
    seen = []
    for fold in folds(data, k, seed=seed, stratified=False):
        step = fold.x_test[1, 0] - fold.x_test[0, 0]

        def rows(part, fold=fold, step=step):
            return np.rint((part[:, 0] - fold.x_test[0, 0]) / step).astype(int).tolist()

        assert sorted(rows(fold.x_train) + rows(fold.x_val)) == list(range(n))
        seen += rows(fold.x_val)
    assert sorted(seen) == list(range(n))


def test_the_seed_alone_decides_the_folds_and_no_global_state_is_touched(wine):
    before = np.random.get_state()[1].copy()
    first, again, other = (folds(wine, 3, seed=seed)[0].x_val for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("k", "options", "message"),
    [
        (1, {}, "`k` must be from 2 to "),
        (134, {"stratified": False}, "`k` must be from 2 to 133, the number of examples, but got"),
        (
            37,
            {},
            "`k` must be from 2 to 36, the examples of the smallest class 'class_2', "
            "but got k=37; take another, or stratified=False.",
        ),
        (3, {"seed": -1}, "`seed` must be at least 0, but got seed=-1."),
    ],
)
def test_folds_that_cannot_be_are_refused_with_the_remedy(wine, k, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        folds(wine, k, **options)


def test_every_example_may_be_a_fold_of_its_own(wine):
    cut = folds(wine, 133, stratified=False)
    assert len(cut) == 133
    assert {fold.x_val.shape for fold in cut} == {(1, 13)}


def test_stratified_folds_of_a_regression_are_refused(diabetes):
    with pytest.raises(ValueError, match="`stratified` must be False or None for regression"):
        folds(diabetes, 3, stratified=True)


def test_a_class_of_one_example_cannot_be_stratified(wine):
    y = wine.y_train.copy()
    y[y == 2] = 1
    y[0] = 2
    lonely = replace(wine, y_train=y, y_val=np.minimum(wine.y_val, 1))
    with pytest.raises(
        ValueError, match="of each class to be stratified, but got one of class 'class_2'"
    ):
        folds(lonely, 2)
    assert len(folds(lonely, 2, stratified=False)) == 2
