"""The playground's training: one configuration, several seeds, and all that is drawn of them."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.labs.playground_answers import Answers
from app.labs.playground_device import train
from engine import TrainConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset, EpochResult

NAMES = (
    "moons", "circles", "spirals", "blobs", "xor", "digits", "breast_cancer", "wine", "diabetes",
)  # fmt: skip
DRAWN = NAMES[:5]
MAX_SEEDS = 5
MAX_SECONDS = 120.0
"""Longest training on offer, by a rough estimate."""

_STEP = 1e-4  # seconds: calling the operations of a step
_FLOPS = 1e10  # a second, of one core
_MAX_KEPT = 64


@dataclass(frozen=True)
class Source:
    """Where examples come from: a data set by name, or a table of the user's own.

    Attributes:
        name: As `engine.data.load` knows it, or the table's.
        n: Examples of a drawn set, or None.
        noise: Its jitter, or None for the set's own.
        table: Hash of a table's content, or "".
        target: Column of the table that is predicted.
        task: How it was asked to be taken: "auto", "classification" or "regression".
    """

    name: str
    n: int | None = None
    noise: float | None = None
    table: str = ""
    target: str = ""
    task: str = "auto"


@dataclass(frozen=True)
class Setup:
    """What a run depends on.

    Attributes:
        source: Where the examples come from.
        config: The hyperparameters; its seed is the first one.
        n_seeds: How many seeds in a row are trained.
        device: Where: "cpu" or "cuda".
    """

    source: Source
    config: TrainConfig
    n_seeds: int = 1
    device: str = "cpu"

    @property
    def configs(self) -> list[TrainConfig]:
        """One configuration a seed."""
        first = self.config.seed
        return [replace(self.config, seed=first + i) for i in range(self.n_seeds)]


@dataclass(frozen=True, eq=False)
class Run:
    """What a training has shown so far.

    Attributes:
        setup: What was trained.
        data: On what.
        curves: Training loss and score, validation loss and score, shape (4, n_seeds, n_epochs),
            as far as trained; NaN from the epoch on in which a seed diverged.
        final: Whether it has ended.
        answers: What the first seed's network answers after the last epoch; None before the first
            and once it has diverged.
    """

    setup: Setup
    data: Dataset
    curves: NDArray[np.float64]
    final: bool = False
    answers: Answers | None = None

    @property
    def epoch(self) -> int:
        """Epochs trained."""
        return int(self.curves.shape[2])

    @property
    def diverged(self) -> int:
        """How many seeds have diverged."""
        return int(np.isnan(self.curves[2, :, -1]).sum()) if self.epoch else 0

    @property
    def score(self) -> float:
        """Mean validation score at the end, a diverged seed counted as 0."""
        return float(np.nan_to_num(self.curves[3, :, -1]).mean())


@lru_cache(maxsize=16)
def load(source: Source) -> Dataset:
    """The named data set of a source.

    Raises:
        ValueError: If there is no such data set, or `n` or `noise` does not fit.
    """
    from engine import data

    return data.load(source.name, n=source.n, noise=source.noise)


def seconds(config: TrainConfig, data: Dataset) -> float:
    """About how long a training takes on one core."""
    n, rows = len(data.x_train), min(config.batch_size, len(data.x_train))
    width = config.width
    inner = data.n_features * width + (config.depth - 1) * width**2 + width * data.n_outputs
    products = inner if config.depth else data.n_features * data.n_outputs
    step = _STEP + 6 * products * rows / _FLOPS
    measured = 2 * products * (n + len(data.x_val)) / _FLOPS
    return config.epochs * (-(-n // rows) * step + measured)


def check_length(total: float, most: float) -> None:
    """Refuse what would keep a core busy for long.

    Raises:
        ValueError: If it is estimated to take more seconds than `most`.
    """
    if total > most:
        raise ValueError(
            f"This would train for about {math.ceil(total / 60):,} minutes, and the limit is "
            f"{most / 60:.0f}; choose fewer epochs or seeds, a larger batch, or a smaller network."
        )


def kept(setup: Setup) -> Run | None:
    """The run of a setup, if it was trained lately."""
    return _kept.get(setup)


def run(setup: Setup, data: Dataset, report: Callable[[Run], None]) -> Run:
    """Train, unless that was done before.

    Args:
        setup: What to train.
        data: The examples of `setup.source`.
        report: Called with what there is after every epoch; may raise to stop the training.

    Raises:
        ValueError: If it would take too long.
    """
    check_length(seconds(setup.config, data) * setup.n_seeds, MAX_SECONDS)
    if setup.source.table:
        return _train(setup, data, report)  # not kept: a table is its visitor's, and large
    known = _kept.get(setup)
    if known is None:
        known = _train(setup, data, report)
        _kept.put(setup, known)
    return known


def _train(setup: Setup, data: Dataset, report: Callable[[Run], None]) -> Run:
    curves = np.full((4, setup.n_seeds, setup.config.epochs), np.nan)
    shown = Run(setup, data, curves[..., :0])

    def after(epoch: int, results: Mapping[int, EpochResult]) -> None:
        nonlocal shown
        for i, found in results.items():
            curves[:, i, epoch - 1] = (
                found.train_loss, found.train_score, found.val_loss, found.val_score,
            )  # fmt: skip
        network = results[0].network if 0 in results else None
        answers = Answers(network, data) if network is not None else None
        shown = Run(setup, data, curves[..., :epoch].copy(), answers=answers)
        report(shown)

    train(setup.configs, data, device=setup.device, on_epoch=after, keep_weights=True)
    return replace(shown, final=True, answers=shown.answers and shown.answers.settle())


class _Kept:
    """The runs that came last, for all sessions."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Hashable, Run] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, setup: Setup) -> Run | None:
        with self._lock:
            if setup in self._runs:
                self._runs.move_to_end(setup)
            return self._runs.get(setup)

    def put(self, setup: Setup, run: Run) -> None:
        with self._lock:
            self._runs[setup] = run
            while len(self._runs) > _MAX_KEPT:
                self._runs.popitem(last=False)


_kept = _Kept()
