"""The column to predict: classes or a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from engine.data.dataset import Task
from engine.data.limits import MAX_CLASSES, MIN_PER_CLASS, TableError
from engine.data.messages import first_text, listed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_FEW = 20
"""Up to so many different whole numbers are taken for classes, if nobody says."""


@dataclass(frozen=True)
class Target:
    """What to predict.

    Attributes:
        task: "classification" or "regression".
        y: Classes from 0, or values in the user's unit, shape (n,).
        class_names: What each class is called in the table; empty for regression.
        notes: How the column was taken, in sentences.
    """

    task: Task
    y: NDArray[Any]
    class_names: tuple[str, ...]
    notes: tuple[str, ...]


def target_of(column: pd.Series[Any], task: Task | Literal["auto"]) -> Target:
    """Read the target column as classes or as values.

    Args:
        column: The column, without missing values.
        task: What it holds; "auto" takes texts, truth values and up to 20 different whole numbers
            for classes, and other numbers for values.

    Raises:
        TableError: If there are too few or too many classes, a class has too few examples, or
            the values are not finite numbers that differ.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    numeric = is_numeric_dtype(column) and not is_bool_dtype(column)
    if numeric:
        _refuse_infinite(column)
    if task == "regression":
        return _values(column, (), numeric=numeric)
    if task == "classification" or not numeric:
        return _classes(column, (), numeric=numeric)
    distinct = column.unique()
    if len(distinct) <= _FEW and (distinct == np.round(distinct)).all():
        note = (
            f"Target {column.name!r} holds {len(distinct)} different whole numbers, taken as "
            "classes; choose regression if they are amounts."
        )
        return _classes(column, (note,), numeric=True)
    note = (
        f"Target {column.name!r} holds {len(distinct)} different numbers, taken as amounts "
        "(regression)."
    )
    return _values(column, (note,), numeric=True)


def _refuse_infinite(column: pd.Series[Any]) -> None:
    infinite = np.isinf(column.to_numpy(dtype=np.float64))
    if infinite.any():
        raise TableError(
            f"Target {column.name!r} must be finite, but is infinite in row "
            f"{column.index[infinite][0] + 1}; correct or remove it."
        )


def _values(column: pd.Series[Any], notes: tuple[str, ...], *, numeric: bool) -> Target:
    if not numeric:
        raise TableError(
            f"Target {column.name!r} must be numeric for regression, but holds "
            f"{str(first_text(column))!r}; correct it, or choose classification."
        )
    y = column.to_numpy(dtype=np.float64)
    if (y == y[0]).all():
        raise TableError(
            f"Target {column.name!r} must vary, but is {y[0]:g} in every row; choose another."
        )
    return Target("regression", y, (), notes)


def _classes(column: pd.Series[Any], notes: tuple[str, ...], *, numeric: bool) -> Target:
    values = column.to_numpy() if numeric else column.astype(str).to_numpy(dtype=object)
    labels, y, counts = np.unique(values, return_inverse=True, return_counts=True)
    names = tuple(_class_name(label) for label in labels)
    amounts = ", or choose regression" if numeric else ""
    if len(labels) < 2:
        raise TableError(
            f"Target {column.name!r} must hold at least 2 classes, but is {names[0]!r} in every "
            "row; choose another."
        )
    if len(labels) > MAX_CLASSES:
        raise TableError(
            f"Target {column.name!r} must hold at most {MAX_CLASSES} classes, but holds "
            f"{len(labels)} different values; choose another column{amounts}."
        )
    rare = [name for name, count in zip(names, counts, strict=True) if count < MIN_PER_CLASS]
    if rare:
        raise TableError(
            f"Every class of target {column.name!r} must have at least {MIN_PER_CLASS} examples to "
            f"be in all three parts, but {listed(rare)} has fewer; collect more, merge or remove "
            f"such classes{amounts}."
        )
    return Target("classification", y.astype(np.int64), names, notes)


def _class_name(label: Any) -> str:
    # Whole numbers beside missing ones are read as floats: 1.0 was 1 in the file.
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)
