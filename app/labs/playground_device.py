"""Where the playground trains: on the CPU, or on a GPU if there is one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from engine import train as engine_train

if TYPE_CHECKING:
    from engine import Dataset, OnEpoch, TrainConfig

Device = Literal["cpu", "cuda"]


def has_gpu() -> bool | None:
    """Whether torch sees a GPU; None while torch is not loaded, which takes seconds."""
    return _sees_gpu() if _loaded.is_set() else None


_loaded = threading.Event()


@cache
def _sees_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def train(
    configs: Sequence[TrainConfig],
    data: Dataset,
    *,
    device: str,
    on_epoch: OnEpoch,
    evaluate_train: bool = True,
    keep_weights: bool = False,
) -> None:
    """Train in this process, as `engine.train` does, and tell everything to `on_epoch`.

    Raises:
        ValueError: If a GPU does not manage; the message says why and what to do.
    """
    try:
        engine_train(
            configs,
            data,
            device=device,
            on_epoch=on_epoch,
            evaluate_train=evaluate_train,
            jobs=1,
            keep_weights=keep_weights,
        )
    except RuntimeError as error:
        if device == "cpu":
            raise
        reason = str(error).partition("\n")[0]
        raise ValueError(f"The GPU did not train it ({reason}). Choose the CPU.") from error
    finally:
        _loaded.set()
