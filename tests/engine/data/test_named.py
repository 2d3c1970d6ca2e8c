from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest

from engine import data

BUNDLED = ["digits", "breast_cancer", "wine", "diabetes"]
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


@pytest.mark.parametrize("name", ["digits", "breast_cancer", "wine", *DRAWN])
def test_every_part_holds_the_classes_in_equal_proportion(name):
    loaded = data.load(name, seed=3)
    whole = np.concatenate([loaded.y_train, loaded.y_val, loaded.y_test])
    share = np.bincount(whole) / len(whole)
    for part in (loaded.y_train, loaded.y_val, loaded.y_test):
        counts = np.bincount(part, minlength=loaded.n_classes)
        assert np.abs(counts - share * len(part)).max() <= 1.5


@pytest.mark.parametrize("name", [*BUNDLED, *DRAWN])
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
        ({"name": "mnist"}, "`name` must be one of 'digits', 'breast_cancer', 'wine'"),
        ({"name": "digits", "noise": 0.1}, "`noise` is for drawn data sets"),
        ({"name": "digits", "n": 100}, "`n` is for drawn data sets"),
        ({"name": "diabetes", "n": 100}, "`n` is for drawn data sets: diabetes is what it is"),
        ({"name": "wine", "noise": 0.0}, "`noise` is for drawn data sets: wine is what it is"),
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


def test_names_lists_every_data_set_digits_first():
    assert data.names() == (*BUNDLED, *DRAWN)
    assert len(set(data.names())) == 9


@pytest.mark.parametrize(
    ("name", "sizes", "n_features", "classes"),
    [
        ("breast_cancer", (319, 107, 143), 30, ("malignant", "benign")),
        ("wine", (99, 34, 45), 13, ("class_0", "class_1", "class_2")),
    ],
)
def test_a_real_classification_set_has_its_sizes_and_names(name, sizes, n_features, classes):
    loaded = data.load(name)
    assert tuple(map(len, (loaded.y_train, loaded.y_val, loaded.y_test))) == sizes
    assert loaded.n_features == len(loaded.feature_names) == n_features
    assert loaded.class_names == classes
    assert loaded.task == "classification"
    assert loaded.n_outputs == loaded.n_classes == len(classes)


def test_diabetes_is_a_regression_whose_values_can_be_told_in_their_unit():
    from sklearn.datasets import load_diabetes

    loaded = data.load("diabetes")
    assert (loaded.task, loaded.n_outputs, loaded.n_classes) == ("regression", 1, 0)
    assert loaded.class_names == ()
    assert loaded.feature_names[:3] == ("age", "sex", "bmi")
    assert loaded.y_train.dtype == loaded.y_test.dtype == np.float32
    parts = (loaded.y_train, loaded.y_val, loaded.y_test)
    assert [len(part) for part in parts] == [248, 83, 111]
    in_unit = np.concatenate(parts) * loaded.target_std + loaded.target_mean
    np.testing.assert_allclose(np.sort(in_unit), np.sort(load_diabetes().target), atol=1e-3)


def test_the_target_of_a_regression_is_standardized_by_the_training_part_alone():
    loaded = data.load("diabetes")
    assert abs(loaded.y_train.mean()) < 1e-6
    assert abs(loaded.y_train.std() - 1) < 1e-6
    for part in (loaded.y_val, loaded.y_test):
        assert abs(part.mean()) > 1e-3
        assert abs(part.std() - 1) > 1e-3


@pytest.mark.parametrize(
    ("name", "options", "classes", "first", "last"),
    [
        ("moons", {}, "ee73b48a259b015d", (1.404428, -1.142280), (0.138153, -1.587047)),
        ("circles", {}, "ee73b48a259b015d", (0.045786, -1.038225), (-1.331657, 0.006635)),
        ("spirals", {}, "ee73b48a259b015d", (1.422467, -1.062372), (1.174856, -1.458826)),
        ("blobs", {}, "00acbedc57f29afc", (-0.842408, 0.192865), (0.941465, -0.771334)),
        ("xor", {}, "9c393c3c54422387", (-1.660405, 1.865142), (1.207321, -0.591250)),
        (
            "moons",
            {"seed": 7, "noise": 0.25, "n": 101},
            "127cbbce47cd655d",
            (0.345166, -0.118132),
            (-1.524992, 0.931738),
        ),
        ("digits", {}, "4c4b77ddbc4803c2", (-0.073250, -0.339280), (0.758012, 0.316553)),
        ("digits", {"seed": 3}, "6ce50426f9d00f9d", (-0.649445, -1.173914), (0.406478, -0.847377)),
    ],
)
def test_a_data_set_is_the_one_that_the_recorded_landscapes_were_trained_on(
    name, options, classes, first, last
):
    loaded = data.load(name, **options)
    labels = np.concatenate([loaded.y_train, loaded.y_val, loaded.y_test])
    assert hashlib.sha256(labels.tobytes()).hexdigest()[:16] == classes
    columns = [2, 20] if name == "digits" else [0, 1]
    np.testing.assert_allclose(loaded.x_train[0, columns], first, atol=2e-6)
    np.testing.assert_allclose(loaded.x_test[-1, columns], last, atol=2e-6)
