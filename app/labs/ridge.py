"""Learning rate against batch size: the recorded landscape, read under one of two budgets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.landscape import Landscape

Budget = Literal["epochs", "steps"]
BUDGETS: tuple[Budget, ...] = get_args(Budget)
NAME = "digits_lr_batch"


@dataclass(frozen=True, eq=False)
class Ridge:
    """A grid of validation accuracies and the best learning rate of each batch size.

    Attributes:
        budget: What every point got equally much of.
        amount: How much of it.
        lrs: Learning rates, rising, shape (n_lrs,).
        batch_sizes: Batch sizes, rising, shape (n_batches,).
        scores: Mean validation accuracy over seeds; a diverged run counts 0; shape
            (n_lrs, n_batches).
        best: Index of the best learning rate of each batch size, the smallest of equals; shape
            (n_batches,).
    """

    budget: Budget
    amount: int
    lrs: NDArray[np.float64]
    batch_sizes: NDArray[np.int64]
    scores: NDArray[np.float64]
    best: NDArray[np.int64]


@lru_cache(maxsize=1)
def landscape() -> Landscape:
    """The recorded landscape.

    Raises:
        ValueError: If it is not part of this installation.
    """
    from engine.landscape import load

    return load(NAME)


def amounts(recorded: Landscape, budget: Budget) -> tuple[int, ...]:
    """How much of a budget can be asked for, rising."""
    return recorded.epoch_budgets if budget == "epochs" else recorded.step_budgets


@lru_cache(maxsize=64)
def ridge(recorded: Landscape, budget: Budget, amount: int) -> Ridge:
    """Read the grid after equally many epochs, or equally many optimizer steps.

    Args:
        recorded: A landscape over `lr`, `batch_size` and, if at all, `seed`.
        budget: "epochs" or "steps".
        amount: One of `amounts(recorded, budget)`.

    Raises:
        ValueError: If that amount was not recorded.
    """
    grid = recorded.after_epochs(amount) if budget == "epochs" else recorded.after_steps(amount)
    names = list(recorded.axes)
    # A network that blew up classifies by chance at best: leaving it out would flatter its rate.
    grid = np.nan_to_num(grid, nan=0.0)
    order = [names.index("lr"), names.index("batch_size")]
    others = [axis for axis in range(grid.ndim) if axis not in order]
    scores = grid.transpose([*order, *others]).reshape(*(grid.shape[i] for i in order), -1).mean(-1)
    return Ridge(
        budget,
        amount,
        np.array(recorded.axes["lr"]),
        np.array(recorded.axes["batch_size"], dtype=np.int64),
        scores,
        scores.argmax(axis=0),
    )
