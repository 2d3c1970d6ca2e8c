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


def first_amount(amounts: tuple[int, ...]) -> int:
    """Where the lab starts: early, when the ridge is still narrow, if that many were recorded."""
    return amounts[min(4, len(amounts) - 1)]


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


Rule = Literal["linear", "sqrt"]
RULES: tuple[Rule, ...] = get_args(Rule)


@dataclass(frozen=True, eq=False)
class Scaling:
    """What a rule makes of the best learning rate of one batch size.

    Attributes:
        rule: "linear" multiplies the rate by the ratio of the batch sizes, "sqrt" by its root.
        column: Index of the batch size to start from.
        lrs: The rule's rate at every batch size, shape (n_batches,).
    """

    rule: Rule
    column: int
    lrs: NDArray[np.float64]

    def agrees_with(self, yours: NDArray[np.float64]) -> bool:
        """Whether rates of shape (n_batches,) are these."""
        return bool(np.allclose(yours, self.lrs, rtol=1e-6, atol=0))


def scaling(ridge: Ridge, batch_size: int, rule: Rule) -> Scaling:
    """Carry the best rate of one batch size over to all.

    Raises:
        ValueError: If that batch size was not recorded, or there is no such rule.
    """
    if rule not in RULES:
        raise ValueError(f"`rule` must be one of {RULES}, but got {rule!r}.")
    column = _column(ridge, batch_size)
    ratios = ridge.batch_sizes / batch_size
    factors = ratios if rule == "linear" else np.sqrt(ratios)
    return Scaling(rule, column, ridge.lrs[ridge.best[column]] * factors)


def _column(ridge: Ridge, batch_size: int) -> int:
    """Index of a batch size."""
    sizes = ridge.batch_sizes.tolist()
    if batch_size not in sizes:
        raise ValueError(f"`batch_size` must be one of {sizes}, but got batch_size={batch_size}.")
    return int(sizes.index(batch_size))


@dataclass(frozen=True)
class LearningRateAlone:
    """What the learning rate does while all else stays put.

    Attributes:
        batch_size: The batch size it was measured at.
        epochs: Epochs each network was trained for.
        smallest: The smallest learning rate and its mean validation accuracy.
        best: The best learning rate and its mean validation accuracy.
        diverges_from: The smallest rate from which on all runs diverged, or None.
    """

    batch_size: int
    epochs: int
    smallest: tuple[float, float]
    best: tuple[float, float]
    diverges_from: float | None

    @property
    def sentence(self) -> str:
        """The finding in words."""
        end = (
            f", and from {self.diverges_from:.2g} on training blows up"
            if self.diverges_from
            else ""
        )
        return (
            f"Measured here, on the digits: {self.epochs} epochs of plain SGD at batch size "
            f"{self.batch_size} reach {self.smallest[1]:.0%} validation accuracy with learning "
            f"rate {self.smallest[0]:.2g} and {self.best[1]:.1%} with {self.best[0]:.2g}{end}."
        )


def learning_rate_alone(recorded: Landscape, batch_size: int) -> LearningRateAlone:
    """Compare the learning rates at one batch size after the longest recorded training.

    Raises:
        ValueError: If that batch size was not recorded.
    """
    epochs = recorded.epoch_budgets[-1]
    found = ridge(recorded, "epochs", epochs)
    scores = found.scores[:, _column(found, batch_size)]
    alive = np.flatnonzero(scores)
    best = int(scores.argmax())
    after = int(alive[-1]) + 1
    return LearningRateAlone(
        batch_size,
        epochs,
        (float(found.lrs[0]), float(scores[0])),
        (float(found.lrs[best]), float(scores[best])),
        float(found.lrs[after]) if after < len(scores) else None,
    )
