"""What networks train on: three standardized parts that fit together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Task = Literal["classification", "regression"]
"""What is predicted: one of several classes, or a number."""

PARTS = ("train", "val", "test")
"""The parts of a data set, in the order in which they are used."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in three parts, for classification or for regression.

    Networks train in the precision of the inputs: float32 as loaded, float64 after `astype`.
    The arrays are read-only, so a cached data set cannot be changed by one of its users.

    Attributes:
        name: What it is called in messages and charts.
        x_train: Training inputs, shape (n_train, n_features).
        y_train: Training targets, shape (n_train,): classes as int64 from 0 to n_classes - 1, or
            for regression standardized values in the precision of the inputs.
        x_val: Validation inputs, shape (n_val, n_features).
        y_val: Validation targets, shape (n_val,).
        x_test: Test inputs, shape (n_test, n_features); `train` never reads them.
        y_test: Test targets, shape (n_test,).
        n_classes: Number of classes, at least 2; 0 for regression.
        task: "classification" or "regression".
        target_mean: Regression: mean of the training targets in the unit they came in, so that
            `y * target_std + target_mean` is a value in that unit.
        target_std: Regression: standard deviation of the training targets, in the same unit.
        feature_names: What each input is called; empty if nobody said.
        class_names: What each class is called; empty for regression or if nobody said.
        notes: How the raw data were treated, in sentences.

    Raises:
        ValueError: If the shapes, types, targets or names do not fit.
    """

    name: str
    x_train: NDArray[np.floating]
    y_train: NDArray[Any]
    x_val: NDArray[np.floating]
    y_val: NDArray[Any]
    x_test: NDArray[np.floating]
    y_test: NDArray[Any]
    n_classes: int = 0
    task: Task = "classification"
    target_mean: float = 0.0
    target_std: float = 1.0
    feature_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together and make them read-only."""
        self._check_task()
        for part in PARTS:
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            self._check_inputs(part, x)
            if y.shape != (len(x),):
                raise ValueError(f"`y_{part}` must have shape ({len(x)},), but got {y.shape}.")
            if self.task == "classification":
                self._check_classes(part, y)
            else:
                self._check_values(part, y)
            x.setflags(write=False)
            y.setflags(write=False)
        for field, count in (("feature_names", self.n_features), ("class_names", self.n_classes)):
            named = len(getattr(self, field))
            if named not in (0, count):
                raise ValueError(f"`{field}` must be empty or hold {count} names, but got {named}.")

    @property
    def n_features(self) -> int:
        """Number of inputs to a network."""
        return int(self.x_train.shape[-1])

    @property
    def n_outputs(self) -> int:
        """Number of outputs of a network: one for each class, or 1 for regression."""
        return self.n_classes if self.task == "classification" else 1

    def astype(self, dtype: DTypeLike) -> Dataset:
        """The same data set in another precision, float32 or float64; classes stay int64."""
        fields = [f"x_{part}" for part in PARTS]
        if self.task == "regression":
            fields += [f"y_{part}" for part in PARTS]
        changed: dict[str, Any] = {field: getattr(self, field).astype(dtype) for field in fields}
        return replace(self, **changed)

    def _check_task(self) -> None:
        if self.task not in get_args(Task):
            raise ValueError(
                f"`task` must be 'classification' or 'regression', but got task={self.task!r}."
            )
        if self.task == "classification":
            if self.n_classes < 2:
                raise ValueError(
                    f"`n_classes` must be at least 2, but got n_classes={self.n_classes}."
                )
            if (self.target_mean, self.target_std) != (0.0, 1.0):
                raise ValueError(
                    "`target_mean` and `target_std` are for regression: leave them out, but got "
                    f"{self.target_mean} and {self.target_std}."
                )
            return
        if self.n_classes != 0:
            raise ValueError(
                f"`n_classes` must be 0 for regression, but got n_classes={self.n_classes}."
            )
        if not math.isfinite(self.target_mean):
            raise ValueError(
                f"`target_mean` must be finite, but got target_mean={self.target_mean}."
            )
        if not 0 < self.target_std < math.inf:
            raise ValueError(
                f"`target_std` must be above 0 and finite, but got target_std={self.target_std}."
            )

    def _check_inputs(self, part: str, x: NDArray[np.floating]) -> None:
        if x.ndim != 2 or x.shape[1] != self.n_features:
            raise ValueError(
                f"`x_{part}` must have shape (n, {self.n_features}), but got {x.shape}."
            )
        if len(x) == 0:
            raise ValueError(f"`x_{part}` must hold at least one example, but got none.")
        if x.dtype != self.x_train.dtype or x.dtype not in (np.float32, np.float64):
            raise ValueError(
                f"`x_{part}` must be float32 or float64, alike in all parts, but got {x.dtype}."
            )

    def _check_classes(self, part: str, y: NDArray[Any]) -> None:
        if y.dtype != np.int64 or y.min() < 0 or y.max() >= self.n_classes:
            raise ValueError(
                f"`y_{part}` must hold int64 classes from 0 to {self.n_classes - 1}, "
                f"but got {y.dtype} from {y.min()} to {y.max()}."
            )

    def _check_values(self, part: str, y: NDArray[Any]) -> None:
        if y.dtype != self.x_train.dtype:
            raise ValueError(
                f"`y_{part}` must be {self.x_train.dtype} like the inputs, but got {y.dtype}."
            )
        if not np.isfinite(y).all():
            raise ValueError(
                f"`y_{part}` must hold finite values, but got {y[~np.isfinite(y)][0]}."
            )
