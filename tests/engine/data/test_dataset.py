from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import Dataset, data


def zeros(**change):
    x, y = (lambda: np.zeros((4, 2), np.float32)), (lambda: np.zeros(4, np.int64))
    fields = {
        f"{kind}_{part}": make()
        for part in ("train", "val", "test")
        for kind, make in (("x", x), ("y", y))
    }
    return Dataset(**({"name": "zeros", "n_classes": 2} | fields | change))


def numbers(**change):
    """A regression data set; its targets are not standardized, which nobody checks."""
    y = {f"y_{part}": np.arange(4, dtype=np.float32) for part in ("train", "val", "test")}
    return zeros(**({"task": "regression", "n_classes": 0} | y | change))


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
    zeros()
    with pytest.raises(ValueError, match=re.escape(message)):
        zeros(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"task": "ranking"}, "`task` must be 'classification' or 'regression', but got"),
        ({"n_classes": 2}, "`n_classes` must be 0 for regression, but got n_classes=2."),
        ({"y_val": np.zeros(4, np.int64)}, "`y_val` must be float32 like the inputs"),
        ({"y_val": np.zeros(4)}, "`y_val` must be float32 like the inputs, but got float64."),
        ({"y_test": np.array([0, 1, np.nan, 2], np.float32)}, "finite values, but got nan."),
        ({"target_std": 0.0}, "`target_std` must be above 0 and finite, but got target_std=0.0."),
        ({"target_mean": np.inf}, "`target_mean` must be finite, but got target_mean=inf."),
        ({"class_names": ("a",)}, "`class_names` must be empty or hold 0 names, but got 1."),
        ({"feature_names": ("a",)}, "`feature_names` must be empty or hold 2 names, but got 1."),
    ],
)
def test_a_regression_that_does_not_fit_together_is_refused(change, message):
    numbers()
    with pytest.raises(ValueError, match=re.escape(message)):
        numbers(**change)


def test_a_target_unit_is_refused_for_classes():
    with pytest.raises(ValueError, match="`target_mean` and `target_std` are for regression"):
        zeros(target_std=2.0)


def test_a_network_has_one_output_for_each_class_and_one_for_a_number():
    assert zeros(n_classes=5).n_outputs == 5
    assert numbers().n_outputs == 1


def test_astype_changes_the_targets_of_a_regression_too():
    double = numbers().astype(np.float64)
    for array in (double.x_val, double.y_train, double.y_val, double.y_test):
        assert array.dtype == np.float64
    assert double.y_train.tolist() == [0, 1, 2, 3]
    assert replace(double, notes=("Seen.",)).notes == ("Seen.",)
