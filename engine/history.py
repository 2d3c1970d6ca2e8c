"""What training leaves behind: one record a configuration, one row an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.config import TrainConfig

Ended = Literal["finished", "diverged", "dropped", "canceled"]


@dataclass(frozen=True)
class EpochResult:
    """One network at the end of one epoch, measured without dropout.

    Training and validation parts are measured alike, after the epoch's last step, so that their
    difference is the generalization gap and nothing else.

    Attributes:
        train_loss: Mean cross-entropy on the training part, in nats.
        train_score: Accuracy on the training part, 0 to 1.
        val_loss: Mean cross-entropy on the validation part, in nats.
        val_score: Accuracy on the validation part, 0 to 1.
        diverged: Whether a loss in this epoch was not finite; the four numbers are then NaN.
    """

    train_loss: float
    train_score: float
    val_loss: float
    val_score: float
    diverged: bool = False


@dataclass(frozen=True, eq=False)
class History:
    """The learning curves of one configuration.

    Attributes:
        config: What was trained.
        train_loss: Mean cross-entropy on the training part after each epoch, shape (n_epochs,).
        train_score: Accuracy on the training part, shape (n_epochs,).
        val_loss: Mean cross-entropy on the validation part, shape (n_epochs,).
        val_score: Accuracy on the validation part, shape (n_epochs,).
        ended: Why the last row is the last: "finished" (all epochs), "diverged" (the last row is
            NaN), "dropped" by `on_epoch`, or "canceled" by `StopTraining`.
    """

    config: TrainConfig
    train_loss: NDArray[np.float64]
    train_score: NDArray[np.float64]
    val_loss: NDArray[np.float64]
    val_score: NDArray[np.float64]
    ended: Ended

    @property
    def diverged(self) -> bool:
        """Whether training ended because a loss was not finite."""
        return self.ended == "diverged"

    @property
    def stopped_epoch(self) -> int:
        """The last epoch that was trained, counted from 1; at most `config.epochs`."""
        return len(self.val_loss)

    @classmethod
    def from_results(cls, config: TrainConfig, results: list[EpochResult], ended: Ended) -> History:
        """Gather the rows of one network, in epoch order, into read-only curves."""
        return cls(
            config,
            _curve([row.train_loss for row in results]),
            _curve([row.train_score for row in results]),
            _curve([row.val_loss for row in results]),
            _curve([row.val_score for row in results]),
            ended,
        )


def _curve(values: list[float]) -> NDArray[np.float64]:
    import numpy as np

    curve = np.array(values, dtype=np.float64)
    curve.setflags(write=False)
    return curve
