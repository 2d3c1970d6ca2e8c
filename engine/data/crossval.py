"""k folds of a data set, each a data set of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.data.dataset import Dataset
from engine.data.split import moments

if TYPE_CHECKING:
    from numpy.typing import NDArray


def folds(data: Dataset, k: int, *, seed: int = 0, stratified: bool | None = None) -> list[Dataset]:
    """Cut the training and validation parts together into k folds; leave the test part aside.

    Every example of the two parts is validated on once. In each fold the inputs, and the target of
    a regression, are standardized anew by that fold's training part, and the test part by the
    same. Only what `from_table` settled before stays as it was: which columns there are, and the
    medians in place of missing inputs; neither depends on a target or on the test part.

    Args:
        data: What to cut.
        k: Number of folds, at least 2 and at most the number of examples, or of examples in the
            smallest class if stratified.
        seed: Decides the shuffle, at least 0.
        stratified: Whether each fold holds the classes in equal proportion; None means for
            classification only.

    Returns:
        The k data sets, named "<name>, fold 1 of k" and so on, in the precision of `data`.

    Raises:
        ValueError: If `k` or `seed` is out of bounds, or a regression is to be stratified.

    Source:
        scikit-learn's KFold and StratifiedKFold, shuffled.
    """
    if stratified is None:
        stratified = data.task == "classification"
    elif stratified and data.task == "regression":
        raise ValueError(
            "`stratified` must be False or None for regression, which has no classes, but got True."
        )
    if seed < 0:
        raise ValueError(f"`seed` must be at least 0, but got seed={seed}.")
    y = np.concatenate([data.y_train, data.y_val])
    _check_k(data, k, y, stratified)
    return [
        _fold(data, f"{data.name}, fold {number} of {k}", train, val)
        for number, (train, val) in enumerate(_rows(y, k, seed, stratified), start=1)
    ]


def _check_k(data: Dataset, k: int, y: NDArray[Any], stratified: bool) -> None:
    if not stratified:
        if not 2 <= k <= len(y):
            raise ValueError(
                f"`k` must be from 2 to {len(y)}, the number of examples, but got k={k}."
            )
        return
    counts = np.bincount(y)
    rarest = min(np.flatnonzero(counts), key=lambda code: int(counts[code]))
    called = data.class_names[rarest] if data.class_names else str(rarest)
    if counts[rarest] < 2:
        raise ValueError(
            f"`data` must hold at least 2 examples of each class to be stratified, but got one of "
            f"class {called!r}; collect more, or take stratified=False."
        )
    if not 2 <= k <= counts[rarest]:
        raise ValueError(
            f"`k` must be from 2 to {counts[rarest]}, the examples of the smallest class "
            f"{called!r}, but got k={k}; take another, or stratified=False."
        )


def _rows(
    y: NDArray[Any], k: int, seed: int, stratified: bool
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    from sklearn.model_selection import KFold, StratifiedKFold

    cut = StratifiedKFold if stratified else KFold
    yield from cut(k, shuffle=True, random_state=seed).split(y, y)


def _fold(data: Dataset, name: str, train: NDArray[np.intp], val: NDArray[np.intp]) -> Dataset:
    dtype = data.x_train.dtype
    # Float64 whatever the precision: the sums behind a float32 mean would round once more.
    x = np.concatenate([data.x_train, data.x_val]).astype(np.float64)
    y = np.concatenate([data.y_train, data.y_val])
    mean, std = moments(x[train])
    changed: dict[str, Any] = {
        f"x_{part}": ((inputs - mean) / std).astype(dtype)
        for part, inputs in (("train", x[train]), ("val", x[val]), ("test", data.x_test))
    }
    if data.task == "classification":
        return replace(data, name=name, y_train=y[train], y_val=y[val], **changed)
    y = y.astype(np.float64)
    shift, scale = map(float, moments(y[train]))
    changed |= {
        f"y_{part}": ((targets - shift) / scale).astype(dtype)
        for part, targets in (("train", y[train]), ("val", y[val]), ("test", data.y_test))
    }
    return replace(
        data,
        name=name,
        target_mean=data.target_mean + data.target_std * shift,
        target_std=data.target_std * scale,
        **changed,
    )
