"""What training leaves behind: one record a configuration, one row an epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.config import TrainConfig
    from engine.network import Network

Ended = Literal["finished", "diverged", "dropped", "canceled"]


@dataclass(frozen=True)
class EpochResult:
    """One network at the end of one epoch, measured without dropout.

    Training and validation parts are measured alike, after the epoch's last step, so that their
    difference is the generalization gap and nothing else.

    Attributes:
        train_loss: Mean loss on the training part: cross-entropy in nats, or squared error in
            units of the target's variance there. NaN if it was not to be measured.
        train_score: Score on the training part: accuracy, 0 to 1, or the coefficient of
            determination R^2, at most 1. NaN if it was not to be measured.
        val_loss: Mean loss on the validation part.
        val_score: Score on the validation part.
        diverged: Whether a loss in this epoch was not finite; the four numbers are then NaN.
        network: The network as it is now, if weights are to be kept and it has not diverged.
    """

    train_loss: float
    train_score: float
    val_loss: float
    val_score: float
    diverged: bool = False
    network: Network | None = None


@dataclass(frozen=True, eq=False)
class History:
    """The learning curves of one configuration.

    Attributes:
        config: What was trained.
        train_loss: Mean loss on the training part after each epoch, as in `EpochResult`, shape
            (n_epochs,).
        train_score: Score on the training part, shape (n_epochs,).
        val_loss: Mean loss on the validation part, shape (n_epochs,).
        val_score: Score on the validation part, shape (n_epochs,).
        ended: Why the last row is the last: "finished" (all epochs), "diverged" (the last row is
            NaN), "dropped" by `on_epoch`, or "canceled" by `StopTraining`.
        network: The network after the last row's epoch, if its weights were to be kept.
    """

    config: TrainConfig
    train_loss: NDArray[np.float64]
    train_score: NDArray[np.float64]
    val_loss: NDArray[np.float64]
    val_score: NDArray[np.float64]
    ended: Ended
    network: Network | None = None

    @property
    def diverged(self) -> bool:
        """Whether training ended because a loss was not finite."""
        return self.ended == "diverged"

    @property
    def stopped_epoch(self) -> int:
        """The last epoch that was trained, counted from 1; at most `config.epochs`."""
        return len(self.val_loss)

    @classmethod
    def from_curves(
        cls,
        config: TrainConfig,
        curves: NDArray[np.float64],
        ended: Ended,
        network: Network | None = None,
    ) -> History:
        """Four rows, in the order of the attributes, shape (4, n_epochs)."""
        curves = curves.copy()
        curves.setflags(write=False)
        train_loss, train_score, val_loss, val_score = curves
        return cls(config, train_loss, train_score, val_loss, val_score, ended, network)
