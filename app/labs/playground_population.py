"""Many points round the playground's place, trained in one population."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.playground import Setup, check_length, seconds
from app.labs.playground_device import train
from engine import TrainConfig
from grader import hosting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset, EpochResult

MAX_SECONDS = 300.0


@dataclass(frozen=True, eq=False)
class Progress:
    """What a population has shown so far.

    Attributes:
        scores: Validation scores after each member's last epoch, a diverged one's 0; shape
            (n_points, n_seeds).
        curves: Mean validation score over the seeds after each epoch, NaN where a point is not
            trained; shape (n_points, n_epochs).
        done: Share of all epochs that is trained.
    """

    scores: NDArray[np.float64]
    curves: NDArray[np.float64]
    done: float


def configured(setup: Setup, point: Mapping[str, Any]) -> TrainConfig:
    """The setup's configuration with some settings changed.

    Raises:
        ValueError: If one is out of bounds.
    """
    changed = dict(point)
    if changed.get("schedule", setup.config.schedule) == "one-cycle":
        changed["warmup"] = 0.0  # it has its own climb
    return replace(setup.config, **changed)


def members(setup: Setup, points: Sequence[Mapping[str, Any]]) -> list[TrainConfig]:
    """One configuration a point and seed, seeds innermost."""
    return [
        config
        for point in points
        for config in replace(setup, config=configured(setup, point)).configs
    ]


def cost(configs: Sequence[TrainConfig], data: Dataset) -> float:
    """About how many seconds a population takes on one core."""
    return sum(seconds(config, data) for config in configs)


def train_points(
    setup: Setup,
    points: Sequence[Mapping[str, Any]],
    data: Dataset,
    report: Callable[[Progress], None],
) -> Progress:
    """Train all points together, each with every seed.

    Args:
        setup: All that stays as it is.
        points: The settings that change, by field of `TrainConfig`.
        data: The examples of the setup's source.
        report: Called with what there is after every epoch; may raise to stop the training.

    Raises:
        ValueError: If it would take too long, or a configuration is out of bounds.
    """
    configs = members(setup, points)
    check_length(cost(configs, data), hosting.sweep_seconds(MAX_SECONDS))
    shape = (len(points), setup.n_seeds)
    total = sum(config.epochs for config in configs)
    scores = np.zeros(len(configs))
    epochs = np.zeros(len(configs))
    curves = np.full((*shape, max(config.epochs for config in configs)), np.nan)
    flat = curves.reshape(len(configs), -1)

    def progress(epoch: int) -> Progress:
        mean = curves[..., :epoch].mean(axis=1)  # a diverged seed counts as 0, as at the end
        return Progress(scores.reshape(shape).copy(), mean, float(epochs.sum() / total))

    last = 0

    def after(epoch: int, results: Mapping[int, EpochResult]) -> None:
        nonlocal last
        last = epoch
        for i, found in results.items():
            scores[i] = 0.0 if found.diverged else found.val_score
            flat[i, epoch - 1] = scores[i]
            if found.diverged:
                flat[i, epoch - 1 : configs[i].epochs] = 0.0
            epochs[i] = configs[i].epochs if found.diverged else epoch
        report(progress(epoch))

    train(configs, data, device=setup.device, on_epoch=after, evaluate_train=False)
    return progress(last)
