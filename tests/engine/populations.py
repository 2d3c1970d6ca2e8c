"""What the engine's tests share: members of one shape, and histories as bits and rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine import Dataset, History, TrainConfig
from engine.batched.run import run_whole
from engine.batched.shape import Member, Shape


def rows(history: History) -> np.ndarray:
    """The four curves of a history, shape (4, n_epochs)."""
    return np.stack([history.train_loss, history.train_score, history.val_loss, history.val_score])


def bits(history: History) -> bytes:
    """The same, to be compared to the last bit (and NaN with NaN)."""
    return rows(history).tobytes()


def in_one_chunk(
    configs: Sequence[TrainConfig], data: Dataset | Sequence[Dataset]
) -> tuple[Shape, list[Member]]:
    """Members of one shape, to be trained in one pass whatever the plan would make of them."""
    datasets = [data] * len(configs) if isinstance(data, Dataset) else data
    members = [Member(i, *pair) for i, pair in enumerate(zip(configs, datasets, strict=True))]
    (shape,) = {Shape.of(member.config, member.data) for member in members}
    return shape, members


def trained_in_one_chunk(
    configs: Sequence[TrainConfig],
    data: Dataset | Sequence[Dataset],
    *,
    evaluate_train: bool = True,
) -> list[np.ndarray]:
    """Their curves, one of shape (4, n_epochs) a member; nothing decides but these arguments."""
    import torch

    shape, members = in_one_chunk(configs, data)
    return run_whole(shape, members, torch.device("cpu"), evaluate_train)
