"""Real data sets that come with scikit-learn, so that nothing is downloaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.data.dataset import Task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Bundle:
    """A real data set, whole and as it came.

    Attributes:
        x: Inputs, shape (n, n_features).
        y: Classes from 0, or values, shape (n,).
        feature_names: What each input is called.
        class_names: What each class is called; empty for regression.
    """

    x: NDArray[np.float64]
    y: NDArray[Any]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Bundled:
    """A data set that can be read.

    Attributes:
        read: Reads it.
        task: What is predicted.
    """

    read: Callable[[], Bundle]
    task: Task


def _digits() -> Bundle:
    from sklearn.datasets import load_digits

    return _bundle(load_digits())


def _breast_cancer() -> Bundle:
    from sklearn.datasets import load_breast_cancer

    return _bundle(load_breast_cancer())


def _wine() -> Bundle:
    from sklearn.datasets import load_wine

    return _bundle(load_wine())


def _diabetes() -> Bundle:
    from sklearn.datasets import load_diabetes

    # Not the scaled copy: that one was scaled by all rows, the test's among them.
    return _bundle(load_diabetes(scaled=False))


def _bundle(bunch: Any) -> Bundle:
    return Bundle(
        x=bunch.data,
        y=bunch.target,
        feature_names=tuple(map(str, bunch.feature_names)),
        class_names=tuple(map(str, bunch.get("target_names", ()))),
    )


BUNDLED = {
    "digits": Bundled(_digits, "classification"),
    "breast_cancer": Bundled(_breast_cancer, "classification"),
    "wine": Bundled(_wine, "classification"),
    "diabetes": Bundled(_diabetes, "regression"),
}
"""The data sets, by name."""
