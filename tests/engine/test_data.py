from __future__ import annotations

import re

import numpy as np
import pytest

from engine import Dataset, data

DRAWN = ["moons", "circles", "spirals", "blobs", "xor"]


def test_digits_is_split_into_1010_337_and_450():
    digits = data.load("digits")
    assert digits.x_train.shape == (1010, 64)
    assert digits.x_val.shape == (337, 64)
    assert digits.x_test.shape == (450, 64)
    assert digits.n_classes == 10
    assert digits.x_train.dtype == np.float32
    assert digits.y_train.dtype == np.int64


def test_the_parts_of_digits_are_disjoint_and_together_are_the_whole():
    from sklearn.datasets import load_digits

    digits = data.load("digits")
    raw, classes = load_digits(return_X_y=True)
    parts = [(digits.x_train, digits.y_train), (digits.x_val, digits.y_val)]
    parts.append((digits.x_test, digits.y_test))
    # Undo the scaling: rank each pixel's values, which any increasing line keeps.
    stacked = np.vstack([x for x, _ in parts])
    labels = np.concatenate([y for _, y in parts])
    restored = np.column_stack([np.unique(column, return_inverse=True)[1] for column in stacked.T])
    expected = np.column_stack([np.unique(column, return_inverse=True)[1] for column in raw.T])

    def rows(x, y):
        return sorted(map(tuple, np.column_stack([x, y]).astype(int).tolist()))

    assert rows(restored, labels) == rows(expected, classes)


@pytest.mark.parametrize("name", ["digits", *DRAWN])
def test_every_part_holds_the_classes_in_equal_proportion(name):
    loaded = data.load(name, seed=3)
    whole = np.concatenate([loaded.y_train, loaded.y_val, loaded.y_test])
    share = np.bincount(whole) / len(whole)
    for part in (loaded.y_train, loaded.y_val, loaded.y_test):
        counts = np.bincount(part, minlength=loaded.n_classes)
        assert np.abs(counts - share * len(part)).max() <= 1.5


@pytest.mark.parametrize("name", ["digits", *DRAWN])
def test_standardizing_is_fitted_on_the_training_part_alone(name):
    loaded = data.load(name)
    np.testing.assert_allclose(loaded.x_train.mean(axis=0), 0, atol=1e-5)
    std = loaded.x_train.std(axis=0)
    varies = std > 0
    np.testing.assert_allclose(std[varies], 1, atol=1e-4)
    for part in (loaded.x_val, loaded.x_test):
        assert np.abs(part.mean(axis=0)).max() > 1e-3
        assert np.abs(part.std(axis=0)[varies] - 1).max() > 1e-3


def test_a_pixel_that_is_constant_in_training_is_shifted_and_not_divided_by_zero():
    digits = data.load("digits")
    constant = digits.x_train.std(axis=0) == 0
    assert constant.any()
    assert np.isfinite(digits.x_test).all()
    assert (digits.x_train[:, constant] == 0).all()


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawn_set_is_decided_by_its_seed(name):
    first, again, other = (data.load(name, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.x_train, again.x_train)
    assert np.array_equal(first.y_test, again.y_test)
    assert not np.array_equal(first.x_train, other.x_train)
    assert first.x_train.shape[1] == 2
    assert len(first.x_train) + len(first.x_val) + len(first.x_test) == 600


@pytest.mark.parametrize("name", DRAWN)
def test_without_noise_the_classes_of_a_drawn_set_can_be_told_apart(name):
    from sklearn.neighbors import KNeighborsClassifier

    def accuracy(noise):
        loaded = data.load(name, noise=noise, n=1000)
        neighbor = KNeighborsClassifier(1).fit(loaded.x_train, loaded.y_train)
        return neighbor.score(loaded.x_val, loaded.y_val)

    assert accuracy(0.0) >= 0.95
    assert accuracy(2.0) <= 0.75


def test_another_seed_splits_digits_differently():
    assert not np.array_equal(data.load("digits").y_val, data.load("digits", seed=1).y_val)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "mnist"}, "`name` must be one of 'digits', 'moons', 'circles'"),
        ({"name": "digits", "noise": 0.1}, "`noise` is for drawn data sets"),
        ({"name": "digits", "n": 100}, "`n` is for drawn data sets"),
        (
            {"name": "moons", "noise": -1.0},
            "`noise` must be at least 0 and finite, but got noise=-1",
        ),
        ({"name": "moons", "noise": float("nan")}, "`noise` must be at least 0 and finite"),
        ({"name": "moons", "n": 39}, "`n` must be at least 40, but got n=39."),
        ({"name": "moons", "seed": -1}, "`seed` must be at least 0, but got seed=-1."),
    ],
)
def test_options_that_do_not_fit_are_refused_with_the_remedy(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        data.load(**options)


def test_the_arrays_of_a_data_set_are_read_only():
    moons = data.load("moons")
    with pytest.raises(ValueError, match="read-only"):
        moons.x_train[0, 0] = 1.0


def test_astype_changes_the_inputs_and_not_the_classes():
    moons = data.load("moons")
    double = moons.astype(np.float64)
    assert double.x_train.dtype == double.x_val.dtype == double.x_test.dtype == np.float64
    assert np.array_equal(double.x_train, moons.x_train)
    assert double.y_train.dtype == np.int64


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x_val": np.zeros((4, 3), np.float32)}, "`x_val` must have shape (n, 2)"),
        ({"y_val": np.zeros(3, np.int64)}, "`y_val` must have shape (4,)"),
        ({"x_test": np.zeros((4, 2))}, "`x_test` must be float32 or float64, alike in all parts"),
        ({"y_test": np.full(4, 2)}, "`y_test` must hold int64 classes from 0 to 1"),
        ({"y_test": np.zeros(4, np.int32)}, "`y_test` must hold int64 classes from 0 to 1"),
        ({"n_classes": 1}, "`n_classes` must be at least 2"),
        (
            {"x_val": np.zeros((0, 2), np.float32), "y_val": np.zeros(0, np.int64)},
            "`x_val` must hold at least one example",
        ),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(change, message):
    x, y = (lambda: np.zeros((4, 2), np.float32)), (lambda: np.zeros(4, np.int64))
    fields = {
        f"{kind}_{part}": make()
        for part in ("train", "val", "test")
        for kind, make in (("x", x), ("y", y))
    }
    Dataset(name="zeros", n_classes=2, **fields)
    with pytest.raises(ValueError, match=re.escape(message)):
        Dataset(**({"name": "zeros", "n_classes": 2} | fields | change))
