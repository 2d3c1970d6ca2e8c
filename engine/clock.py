"""A virtual clock for recorded training: epochs are paid for, though nobody waits for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.config import TrainConfig

if TYPE_CHECKING:
    from engine.landscape import Landscape, Point, Value


class BudgetExceeded(ValueError):
    """Raised when training would cost more epochs than are left; nothing is charged then."""


class VirtualClock:
    """Trains on a landscape as one would for real, within a budget of epochs.

    A point that was trained before goes on from where it stood: only the epochs beyond are charged.

    Args:
        landscape: The recorded training.
        budget: Epochs in all, at least 1.
        least: Epochs that a call costs at least, so that no search can go on for ever.

    Raises:
        ValueError: If `budget` is below 1, or `least` negative.

    Example:
        >>> from engine.landscape import load
        >>> clock = VirtualClock(load("digits_lr_batch"), budget=30)
        >>> point = {"lr": 0.1, "batch_size": 32, "seed": 0}
        >>> first = clock.train(point, epochs=5)
        >>> later = clock.train(point, epochs=20)
        >>> clock.spent
        20
    """

    def __init__(self, landscape: Landscape, budget: int, *, least: int = 0) -> None:
        """Start at 0."""
        if budget < 1:
            raise ValueError(f"`budget` must be at least 1 epoch, but got budget={budget}.")
        if least < 0:
            raise ValueError(f"`least` must be at least 0 epochs, but got least={least}.")
        self._landscape = landscape
        self._budget = budget
        self._least = least
        self._spent = 0
        self._trained: dict[tuple[Value, ...], int] = {}

    @property
    def budget(self) -> int:
        """Epochs in all."""
        return self._budget

    @property
    def spent(self) -> int:
        """Epochs charged so far."""
        return self._spent

    @property
    def remaining(self) -> int:
        """Epochs left."""
        return self._budget - self.spent

    def train(self, point: Point | TrainConfig, epochs: int) -> float:
        """Train a point up to an epoch.

        Args:
            point: As `Landscape.score` takes it.
            epochs: Epochs from the start, as many as were recorded at most.

        Returns:
            Validation accuracy after that epoch, NaN where the network had diverged. Asking for an
            epoch that was paid for costs `least`.

        Raises:
            BudgetExceeded: If that costs more epochs than are left.
            ValueError: If `point` or `epochs` was not recorded.
        """
        score = self._landscape.score(point, epochs)
        values = asdict(point) if isinstance(point, TrainConfig) else point
        key = tuple(values[name] for name in self._landscape.axes)
        before = self._trained.get(key, 0)
        cost = max(epochs - before, self._least)
        if cost > self.remaining:
            raise BudgetExceeded(
                f"{cost} more epochs were asked for, but {self.remaining} of {self._budget} are "
                "left. Train fewer epochs, or leave this point out."
            )
        self._trained[key] = max(before, epochs)
        self._spent += cost
        return score
