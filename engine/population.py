"""Train many configurations on one data set: the primitive under every lab.

The members are trained by a plain loop, one network after another within each epoch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.config import TrainConfig
from engine.data import Dataset
from engine.history import Ended, EpochResult, History
from engine.schedule import learning_rates

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray


OnEpoch = Callable[[int, Mapping[int, EpochResult]], Iterable[int] | None]
"""Called as `on_epoch(epoch, results)`; see `train`."""


class StopTraining(Exception):
    """Raised by an `on_epoch` callback to cancel; `train` then returns what there is."""


def train(
    configs: Sequence[TrainConfig],
    data: Dataset | Sequence[Dataset],
    *,
    device: str = "auto",
    on_epoch: OnEpoch | None = None,
) -> list[History]:
    """Train one network for each configuration.

    The members advance together, an epoch at a time, yet each depends on its own configuration
    only: its history is the same bits alone, in company and in any order. A member whose loss
    stops being finite is recorded as diverged and trained no further. No global random state is
    read or changed, and the test part is never read.

    Args:
        configs: What to train; may repeat, differ in any field, or be empty.
        data: The training part to fit and the validation part to measure on: one data set for all,
            or one for each configuration (folds, say).
        device: "auto", "cpu", "cuda" or "cuda:<index>". A single small network is faster on the
            CPU, so that is what "auto" picks.
        on_epoch: Called after every epoch with the epoch, counted from 1, and the results of the
            members trained in it, keyed by their index in `configs`. It may return indices of
            members to train no further, or raise `StopTraining` to end all; both take effect
            before the next step is taken.

    Returns:
        One history a configuration, in the order of `configs`.

    Raises:
        TypeError: If an element of `configs` is not a `TrainConfig`.
        ValueError: If `device` is unknown or missing, `data` is a sequence of another length than
            `configs`, or `on_epoch` drops a member that was not among its results.
    """
    for position, config in enumerate(configs):
        if not isinstance(config, TrainConfig):
            raise TypeError(
                f"`configs` must hold TrainConfig objects, but got {config!r} at index {position}."
            )
    datasets = [data] * len(configs) if isinstance(data, Dataset) else list(data)
    if len(datasets) != len(configs):
        raise ValueError(
            f"`data` must be one data set, or one for each of the {len(configs)} configurations, "
            f"but got {len(datasets)}."
        )
    tensors = {id(each): _Tensors.of(each, _device(device)) for each in datasets}
    members = [
        _Member(config, each, tensors[id(each)])
        for config, each in zip(configs, datasets, strict=True)
    ]
    for epoch in range(1, max((config.epochs for config in configs), default=0) + 1):
        training = {i: member for i, member in enumerate(members) if member.ended is None}
        if not training:
            break
        results = {i: member.train_epoch() for i, member in training.items()}
        if on_epoch is None:
            continue
        try:
            dropped = list(on_epoch(epoch, results) or ())
        except StopTraining:
            _end(training.values(), "canceled")
            break
        for i in dropped:
            if i not in training:
                raise ValueError(
                    f"`on_epoch` must drop members of its results, {sorted(training)}, "
                    f"but got {i!r}."
                )
        _end((training[i] for i in dropped), "dropped")
    return [member.history() for member in members]


@dataclass(frozen=True)
class _Tensors:
    """The two parts that training may see, on the device; shared by all members."""

    x_train: torch.Tensor
    y_train: torch.Tensor
    x_val: torch.Tensor
    y_val: torch.Tensor

    @classmethod
    def of(cls, data: Dataset, device: torch.device) -> _Tensors:
        import torch

        arrays = (data.x_train, data.y_train, data.x_val, data.y_val)
        return cls(*(torch.tensor(array, device=device) for array in arrays))


class _Member:
    """One configuration in training: its network, its schedule and its results so far."""

    def __init__(self, config: TrainConfig, data: Dataset, tensors: _Tensors) -> None:
        from engine.network import Network

        self.ended: Ended | None = None
        self._config = config
        self._tensors = tensors
        self._results: list[EpochResult] = []
        self._network = Network(
            config, data.n_features, data.n_classes, tensors.x_train.dtype, tensors.x_train.device
        )
        n_batches = math.ceil(len(data.x_train) / config.batch_size)
        self._rates: NDArray[np.float64] = learning_rates(config, n_batches).reshape(-1, n_batches)

    def train_epoch(self) -> EpochResult:
        import torch

        tensors, network = self._tensors, self._network
        order = network.batch_order(len(tensors.x_train)).to(tensors.x_train.device)
        rates = self._rates[len(self._results)]
        total = tensors.x_train.new_zeros(())
        for batch, lr in zip(torch.split(order, self._config.batch_size), rates, strict=True):
            total += network.step(tensors.x_train[batch], tensors.y_train[batch], float(lr))
        result = EpochResult(
            *network.evaluate(tensors.x_train, tensors.y_train),
            *network.evaluate(tensors.x_val, tensors.y_val),
        )
        # One non-finite batch makes the sum so: a single check, and no wait on a GPU at each step.
        losses = (float(total), result.train_loss, result.val_loss)
        if not all(math.isfinite(loss) for loss in losses):
            result = EpochResult(math.nan, math.nan, math.nan, math.nan, diverged=True)
            self.ended = "diverged"
        elif len(self._results) + 1 == self._config.epochs:
            self.ended = "finished"
        self._results.append(result)
        return result

    def history(self) -> History:
        assert self.ended is not None
        return History.from_results(self._config, self._results, self.ended)


def _end(members: Iterable[_Member], ended: Ended) -> None:
    # A member that finished or diverged in this very epoch keeps the truer reason.
    for member in members:
        member.ended = member.ended or ended


def _device(name: str) -> torch.device:
    import torch

    if name in ("auto", "cpu"):
        return torch.device("cpu")
    kind, _, index = name.partition(":")
    if kind != "cuda" or not (name == "cuda" or index.isdecimal()):
        raise ValueError(
            f"`device` must be 'auto', 'cpu', 'cuda' or 'cuda:<index>', but got device={name!r}."
        )
    if int(index or 0) >= torch.cuda.device_count():
        raise ValueError(
            f"`device` must name a GPU that torch sees; it sees {torch.cuda.device_count()}, "
            f"but got device={name!r}. Use device='auto'."
        )
    return torch.device(name)
