"""Three parts from one table, standardized without looking past the training part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.dataset import Dataset, Task
from engine.data.limits import TableError
from engine.data.messages import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Split:
    """Rows of the three parts.

    Attributes:
        train: Row numbers to train on, shape (n_train,).
        val: Row numbers to validate on, shape (n_val,).
        test: Row numbers kept for the test, shape (n_test,).
    """

    train: NDArray[np.intp]
    val: NDArray[np.intp]
    test: NDArray[np.intp]


@dataclass(frozen=True)
class Names:
    """What a data set and its columns are called; see the fields of `Dataset`."""

    data: str
    features: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seeds:
    """Independent seeds from the user's one.

    Attributes:
        draw: For a drawn data set's points.
        split: For the shuffle into parts.
    """

    draw: int
    split: int


def seeds_of(seed: int) -> Seeds:
    """Derive the seeds of the draw and the split.

    Raises:
        ValueError: If `seed` is negative.
    """
    if seed < 0:
        raise ValueError(f"`seed` must be at least 0, but got seed={seed}.")
    draw, split = np.random.SeedSequence(seed).generate_state(2)
    return Seeds(int(draw), int(split))


def split_rows(y: NDArray[Any], *, seed: int, stratified: bool) -> Split:
    """Keep a quarter of the rows for the test and a quarter of the rest for validation.

    Args:
        y: Targets, shape (n,).
        seed: Decides the shuffle.
        stratified: Whether each part holds the classes in equal proportion.

    Returns:
        The rows of each part, shuffled.
    """
    from sklearn.model_selection import train_test_split

    def quarter(rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        rest, kept = train_test_split(
            rows, test_size=0.25, stratify=y[rows] if stratified else None, random_state=seed
        )
        return rest, kept

    rest, test = quarter(np.arange(len(y)))
    train, val = quarter(rest)
    return Split(train, val, test)


def dataset_of(
    x: NDArray[np.floating], y: NDArray[Any], rows: Split, names: Names, task: Task
) -> Dataset:
    """Cut a table into its parts and standardize them by the training part.

    Args:
        x: Inputs, shape (n, n_features), finite.
        y: Classes from 0 to n_classes - 1, or values for regression, shape (n,).
        rows: Which row belongs to which part.
        names: What the data set and its columns are called.
        task: "classification" or "regression".

    Returns:
        The data set, in float32.

    Raises:
        TableError: If a column's numbers overflow float32 when standardized.
    """
    inputs, _, _ = _standardized(x, rows.train, names.features)
    n_classes, target_mean, target_std = 0, 0.0, 1.0
    targets: NDArray[Any]
    if task == "classification":
        n_classes = int(y.max()) + 1
        targets = y.astype(np.int64)
    else:
        column, mean, std = _standardized(y[:, None], rows.train, ("the target",))
        targets, target_mean, target_std = column[:, 0], float(mean[0]), float(std[0])
    return Dataset(
        name=names.data,
        x_train=inputs[rows.train],
        y_train=targets[rows.train],
        x_val=inputs[rows.val],
        y_val=targets[rows.val],
        x_test=inputs[rows.test],
        y_test=targets[rows.test],
        n_classes=n_classes,
        task=task,
        target_mean=target_mean,
        target_std=target_std,
        feature_names=names.features,
        class_names=names.classes,
        notes=names.notes,
    )


def _standardized(
    columns: NDArray[np.floating], train: NDArray[np.intp], names: tuple[str, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    # A number that overflows on the way is told by its result.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        mean, std = moments(columns[train])
        standardized = ((columns - mean) / std).astype(np.float32)
    # An infinite standard deviation would make every number 0, which looks like a fit.
    fits = np.isfinite(standardized).all(axis=0) & np.isfinite(std)
    if not fits.all():
        raise TableError(
            f"The numbers of {listed([names[i] for i in np.flatnonzero(~fits)])} lie too far apart "
            "to be standardized in float32; correct them, or take their logarithm."
        )
    return standardized, mean, std


def moments(
    values: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation to standardize by; what is constant is only shifted.

    Args:
        values: One part of the inputs, shape (n, n_features), or of the targets, shape (n,).

    Returns:
        Mean and standard deviation of each column, 1 where the column is constant.
    """
    mean, std = np.asarray(values.mean(axis=0)), np.asarray(values.std(axis=0))
    # Equality tells what is constant; the standard deviation of equal values may be a rounding
    # error above 0, and dividing by that would blow the other parts up.
    constant = values.min(axis=0) == values.max(axis=0)
    return np.where(constant, values[0], mean), np.where(constant, 1.0, std)
