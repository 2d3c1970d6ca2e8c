"""What members must have in common to be trained in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.config import Activation, Optimizer, TrainConfig
    from engine.data import Dataset
    from engine.data.dataset import Task

# A cache line of float32. Rows that begin on one are multiplied alike wherever a member lies.
_GRAIN = 16
_WIDTHS = (16, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512)


@dataclass(frozen=True, eq=False)
class Member:
    """One network of a population.

    Attributes:
        index: Its place in the population.
        config: Its hyperparameters.
        data: What it is trained and measured on.
    """

    index: int
    config: TrainConfig
    data: Dataset


@dataclass(frozen=True)
class Shape:
    """The sizes and rules that one batched pass has for all its members.

    Learning rate, schedule, decay, dropout rate, seed and epochs may differ within a pass, and so
    may the width, up to the padded one.

    Attributes:
        task: Cross-entropy or squared error.
        n_inputs: Features, padded with zeros to a multiple of 16.
        n_outputs: Classes, or 1 for regression.
        depth: Hidden layers.
        width: Units a hidden layer, padded to the next of a fixed list.
        activation: After each hidden layer.
        optimizer: The update rule.
        dropout: Whether any mask is drawn.
        batch_rows: Examples a step, at most `n_train`.
        n_train: Training examples.
        n_val: Validation examples.
        dtype: "float32" or "float64".
    """

    task: Task
    n_inputs: int
    n_outputs: int
    depth: int
    width: int
    activation: Activation
    optimizer: Optimizer
    dropout: bool
    batch_rows: int
    n_train: int
    n_val: int
    dtype: str

    @classmethod
    def of(cls, config: TrainConfig, data: Dataset) -> Shape:
        """The shape of one configuration on one data set."""
        return cls(
            task=data.task,
            n_inputs=-(-data.n_features // _GRAIN) * _GRAIN,
            n_outputs=data.n_outputs,
            depth=config.depth,
            width=padded_width(config.width) if config.depth else 0,
            # Without hidden layers neither matters, so it should not part two members.
            activation=config.activation if config.depth else "relu",
            optimizer=config.optimizer,
            dropout=bool(config.depth) and config.dropout > 0,
            batch_rows=min(config.batch_size, len(data.x_train)),
            n_train=len(data.x_train),
            n_val=len(data.x_val),
            dtype=data.x_train.dtype.name,
        )

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one epoch, a short last one included."""
        return -(-self.n_train // self.batch_rows)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, from the inputs to the outputs, shape (depth + 2,)."""
        return (self.n_inputs, *[self.width] * self.depth, self.n_outputs)

    @property
    def n_parameters(self) -> int:
        """Weights and biases of one member, padding included."""
        return sum(n_in * n_out + n_out for n_in, n_out in pairwise(self.sizes))

    @property
    def products(self) -> tuple[int, ...]:
        """Weights of each layer, so multiplications an example, shape (depth + 1,)."""
        return tuple(n_in * n_out for n_in, n_out in pairwise(self.sizes))

    @property
    def flops_per_step(self) -> int:
        """Floating-point operations of one member's matrix products in one full step."""
        # Forward and weights' gradient everywhere, inputs' gradient everywhere but at the first.
        return 2 * self.batch_rows * (3 * sum(self.products) - self.products[0])


def padded_width(width: int) -> int:
    """The number of units that a hidden layer of `width` units is computed with."""
    return next(padded for padded in _WIDTHS if padded >= width)
