"""Train chunks: all the way, or an epoch at a time when someone wants a say in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.batched.chunk import Chunk
from engine.batched.threads import one_thread

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from engine.batched.shape import Member, Shape

State = tuple[int, "list[NDArray[np.floating]]"]


def run_whole(
    shape: Shape, members: Sequence[Member], device: torch.device, evaluate_train: bool
) -> list[NDArray[np.float64]]:
    """Train members until each has finished or diverged; nothing but their curves is kept.

    Args:
        shape: What the members have in common.
        members: Whom to train.
        device: Where.
        evaluate_train: Whether to measure on the training part as well.

    Returns:
        One a member: training loss and score, validation loss and score, shape (4, n_epochs).
    """
    with one_thread():
        chunk = Chunk(shape, members, device)
        rows: dict[int, list[NDArray[np.float64]]] = {member.index: [] for member in members}
        while True:
            results = chunk.train_epoch(evaluate_train=evaluate_train)
            going_on = []
            for i, member in enumerate(chunk.members):
                rows[member.index].append(results[:, i])
                ended = chunk.epoch == member.config.epochs
                if not ended and not diverged(results[:, i], evaluate_train):
                    going_on.append(i)
            if not going_on:
                return [np.stack(rows[member.index], axis=-1) for member in members]
            if len(going_on) < len(chunk.members):
                chunk = chunk.take(going_on)


def run_epoch(chunk: Chunk, evaluate_train: bool) -> NDArray[np.float64]:
    """Train a chunk for one epoch; results as of `Chunk.train_epoch`."""
    with one_thread():
        return chunk.train_epoch(evaluate_train=evaluate_train)


def run_epoch_elsewhere(chunk: Chunk, evaluate_train: bool) -> tuple[State, NDArray[np.float64]]:
    """`run_epoch` for a process that has a copy of the chunk: what changed comes along."""
    results = run_epoch(chunk, evaluate_train)
    return chunk.state(), results


def diverged(result: NDArray[np.float64], evaluate_train: bool) -> bool:
    """Whether a loss among a member's four numbers is not finite, as far as it was measured."""
    train_loss, _, val_loss, _ = result
    return not np.isfinite(val_loss) or (evaluate_train and not np.isfinite(train_loss))
