"""Coordinate search among recorded trainings: one setting at a time, the other held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from app.own_call import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge

First = Literal["learning rate", "batch size"]
FIRSTS: tuple[First, ...] = get_args(First)
EPOCHS = 2  # few, so that a bad start still costs something
_OTHER: dict[First, First] = {"learning rate": "batch size", "batch size": "learning rate"}


@dataclass(frozen=True, eq=False)
class Plan:
    """What a coordinate search starts from.

    Attributes:
        ridge: The recorded trainings.
        row: Index of the learning rate to start from.
        column: Index of the batch size to start from.
        first: The setting that is tuned first.
        rounds: How many times both are gone through.
    """

    ridge: Ridge
    row: int
    column: int
    first: First
    rounds: int

    def table(self) -> tuple[tuple[object, ...], ...]:
        """Rates, batch sizes and scores, as plain values."""
        return recorded_table(self.ridge)

    def start(self) -> Table:
        """The first configuration."""
        lr, batch = self.ridge.lrs[self.row], self.ridge.batch_sizes[self.column]
        return Table((("lr", float(lr)), ("batch size", int(batch))))

    def candidates(self) -> Table:
        """All values of each setting, the one that is tuned first in front."""
        values: dict[First, tuple[str, tuple[object, ...]]] = {
            "learning rate": ("lr", tuple(self.ridge.lrs.tolist())),
            "batch size": ("batch size", tuple(self.ridge.batch_sizes.tolist())),
        }
        return Table((values[self.first], values[_OTHER[self.first]]))


@dataclass(frozen=True, eq=False)
class Walk:
    """A finished coordinate search.

    Attributes:
        ridge: The recorded trainings.
        tried: Indices (of the rate, of the batch size) of every training, in order, each once;
            shape (n, 2).
        best: Indices of the best of them.
    """

    ridge: Ridge
    tried: NDArray[np.int64]
    best: tuple[int, int]

    @property
    def points(self) -> NDArray[np.float64]:
        """Learning rate and batch size of every training, shape (n, 2)."""
        rows, columns = self.tried.T
        return np.stack([self.ridge.lrs[rows], self.ridge.batch_sizes[columns]], axis=1)

    @property
    def score(self) -> float:
        """Accuracy of the best one."""
        return float(self.ridge.scores[self.best])


def recorded_table(ridge: Ridge) -> tuple[tuple[object, ...], ...]:
    """Rates, batch sizes and scores, as plain values that a call can carry."""
    return (
        tuple(ridge.lrs.tolist()),
        tuple(ridge.batch_sizes.tolist()),
        tuple(tuple(row) for row in ridge.scores.tolist()),
    )


def rates(ridge: Ridge) -> tuple[str, ...]:
    """The recorded learning rates as a control shows them."""
    return tuple(f"{lr:.2g}" for lr in ridge.lrs)


def plan(ridge: Ridge, lr: str, batch_size: int, first: First, rounds: int) -> Plan:
    """Plan a search from the values of the controls.

    Args:
        ridge: The recorded trainings.
        lr: One of `rates`.
        batch_size: One of the recorded batch sizes.
        first: The setting that is tuned first.
        rounds: How many times both are gone through, at least 1.

    Raises:
        ValueError: If the start is none of the recorded trainings, or `rounds` is below 1.
    """
    sizes = ridge.batch_sizes.tolist()
    if lr not in rates(ridge) or batch_size not in sizes:
        raise ValueError(f"No training was recorded at lr={lr}, batch_size={batch_size}.")
    if rounds < 1:
        raise ValueError(f"A search has at least 1 round, but got rounds={rounds}.")
    return Plan(ridge, rates(ridge).index(lr), sizes.index(batch_size), first, rounds)


def walk(plan: Plan) -> Walk:
    """Search as planned; a tie keeps what was there, and nothing is trained twice."""
    n_rows, n_columns = plan.ridge.scores.shape
    best = (plan.row, plan.column)
    tried = {best: None}  # a dict keeps the order
    for _ in range(plan.rounds):
        for name in (plan.first, _OTHER[plan.first]):
            row, column = best
            line = (
                [(i, column) for i in range(n_rows)]
                if name == "learning rate"
                else [(row, j) for j in range(n_columns)]
            )
            tried |= dict.fromkeys(line)
            best = max([best, *line], key=plan.ridge.scores.__getitem__)
    return Walk(plan.ridge, np.array(list(tried)), best)
