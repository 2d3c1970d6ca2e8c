"""Train many configurations on one data set: the primitive under every lab."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.batched.lockstep import Lockstep
from engine.batched.plan import Plan
from engine.batched.pool import in_pool
from engine.batched.run import diverged, run_whole
from engine.batched.shape import Member
from engine.config import TrainConfig
from engine.data import Dataset
from engine.history import Ended, EpochResult, History
from engine.network import Network

if TYPE_CHECKING:
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
    evaluate_train: bool = True,
    jobs: int | None = None,
    keep_weights: bool = False,
) -> list[History]:
    """Train one network for each configuration.

    Members of like shape are trained in one batched pass, however the configurations are mixed. Yet
    each depends on its own configuration and data only: on a CPU its history is the same bits
    alone, in company and in any order. A member whose loss stops being finite is recorded as
    diverged and trained no further. No global random state is read or changed, and the test part is
    never read.

    Without `on_epoch`, members are trained a few at a time, and memory does not grow with their
    number. With it all advance together, an epoch at a time, and all their weights are kept.

    Args:
        configs: What to train; may repeat, differ in any field, or be empty.
        data: The training part to fit and the validation part to measure on: one data set for all,
            or one for each configuration (folds, say).
        device: "auto", "cpu", "cuda" or "cuda:<index>". Small networks are quick on the CPU, so
            that is what "auto" picks.
        on_epoch: Called after every epoch with the epoch, counted from 1, and the results of the
            members trained in it, keyed by their index in `configs`. It may return indices of
            members to train no further, or raise `StopTraining` to end all; both take effect
            before the next step is taken.
        evaluate_train: Whether to measure on the training part as well. Without, the histories'
            training curves are NaN, and a search is a third quicker.
        jobs: Processes to train in, at least 1; None uses as many as there are cores where that is
            quicker. The histories do not depend on it.
        keep_weights: Whether each history comes with its network as it was after the last epoch,
            and each result that `on_epoch` is told with the network after that one. All weights
            are then kept until the end.

    Returns:
        One history a configuration, in the order of `configs`.

    Raises:
        TypeError: If an element of `configs` is not a `TrainConfig`.
        ValueError: If `device` is unknown or missing, `data` is a sequence of another length than
            `configs`, `jobs` is below 1, or `on_epoch` drops a member that was not among its
            results.
    """
    members = _members(configs, data)
    if jobs is not None and jobs < 1:
        raise ValueError(f"`jobs` must be at least 1, or None, but got jobs={jobs}.")
    plan = Plan.of(members, _device(device), jobs)
    if on_epoch is None and not keep_weights:
        return _train_whole(plan, evaluate_train)
    return _train_in_step(plan, evaluate_train, on_epoch, keep_weights=keep_weights)


def _train_whole(plan: Plan, evaluate_train: bool) -> list[History]:
    histories: dict[int, History] = {}
    calls = [(shape, members, plan.device, evaluate_train) for shape, members in plan.chunks]
    if plan.n_processes > 1:
        finished = in_pool(run_whole, calls, plan.n_processes)
    else:
        finished = ((i, run_whole(*call)) for i, call in enumerate(calls))
    for i, curves_of_members in finished:
        for member, curves in zip(plan.chunks[i][1], curves_of_members, strict=True):
            ended: Ended = "diverged" if diverged(curves[:, -1], evaluate_train) else "finished"
            histories[member.index] = _history(member, curves, ended)
    return [histories[i] for i in range(len(histories))]


def _train_in_step(
    plan: Plan, evaluate_train: bool, on_epoch: OnEpoch | None, *, keep_weights: bool
) -> list[History]:
    lockstep = Lockstep(plan, evaluate_train)
    members = {member.index: member for _, chunk in plan.chunks for member in chunk}
    rows: dict[int, list[NDArray[np.float64]]] = {i: [] for i in members}
    ended: dict[int, Ended] = {}
    networks: dict[int, Network] = {}
    epoch = 0
    while len(ended) < len(members):
        epoch += 1
        results = lockstep.train_epoch()
        for i, row in results.items():
            rows[i].append(row)
            if diverged(row, evaluate_train):
                ended[i] = "diverged"
            elif epoch == members[i].config.epochs:
                ended[i] = "finished"
        dropped: list[int] = []
        if on_epoch is not None:
            now = lockstep.networks(results) if keep_weights else {}
            shown = {
                i: _epoch_result(results[i], ended.get(i), now.get(i)) for i in sorted(results)
            }
            try:
                dropped = list(on_epoch(epoch, shown) or ())
            except StopTraining:
                _end(ended, members, "canceled")
        for i in dropped:
            if i not in results:
                raise ValueError(
                    f"`on_epoch` must drop members of its results, {sorted(results)}, "
                    f"but got {i!r}."
                )
        _end(ended, dropped, "dropped")
        gone = [i for i in results if i in ended]
        if keep_weights:
            networks |= lockstep.networks(gone)
        lockstep.drop(gone)
    return [
        _history(members[i], np.stack(rows[i], axis=-1), ended[i], networks.get(i))
        for i in range(len(members))
    ]


def _end(ended: dict[int, Ended], members: Iterable[int], how: Ended) -> None:
    # A member that finished or diverged in this very epoch keeps the truer reason.
    for i in members:
        ended.setdefault(i, how)


def _members(configs: Sequence[TrainConfig], data: Dataset | Sequence[Dataset]) -> list[Member]:
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
    return [Member(i, *pair) for i, pair in enumerate(zip(configs, datasets, strict=True))]


def _history(
    member: Member, curves: NDArray[np.float64], ended: Ended, network: Network | None = None
) -> History:
    if ended == "diverged":
        curves[:, -1] = np.nan
    return History.from_curves(member.config, curves, ended, network)


def _epoch_result(
    row: NDArray[np.float64], ended: Ended | None, network: Network | None
) -> EpochResult:
    if ended == "diverged":
        return EpochResult(math.nan, math.nan, math.nan, math.nan, diverged=True)
    train_loss, train_score, val_loss, val_score = row.tolist()
    return EpochResult(train_loss, train_score, val_loss, val_score, network=network)


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
