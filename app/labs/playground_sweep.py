"""One or two settings of the playground, swept in one population."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.playground import Setup, check_length, seconds
from engine import TrainConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset, EpochResult

VALUES: dict[str, tuple[Any, ...]] = {
    "lr": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0),
    "batch_size": (4, 8, 16, 32, 64, 128, 256),
    "depth": (0, 1, 2, 3, 4),
    "width": (2, 4, 8, 16, 32, 64, 128),
    "activation": ("relu", "tanh", "gelu"),
    "dropout": (0.0, 0.1, 0.2, 0.3, 0.5, 0.7),
    "weight_decay": (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 0.1),
    "optimizer": ("sgd", "momentum", "nesterov", "adam", "adamw"),
    "schedule": ("constant", "step", "cosine", "one-cycle"),
    "warmup": (0.0, 0.1, 0.2, 0.3, 0.5),
    "epochs": (1, 2, 5, 10, 20, 50, 100),
}
"""What is tried of each setting."""

TITLES = {
    "lr": "learning rate",
    "batch_size": "batch size",
    "depth": "hidden layers",
    "width": "units a layer",
    "activation": "activation",
    "dropout": "dropout",
    "weight_decay": "weight decay",
    "optimizer": "optimizer",
    "schedule": "schedule",
    "warmup": "warm-up",
    "epochs": "epochs",
    "seed": "seed",
}
"""What settings are called."""

NOTHING = "nothing else"
MAX_SECONDS = 300.0


@dataclass(frozen=True)
class Plan:
    """A sweep.

    Attributes:
        setup: All that stays as it is.
        first: The setting along the chart, a key of `VALUES`.
        second: The setting up the chart, or None.
    """

    setup: Setup
    first: str
    second: str | None = None

    def __post_init__(self) -> None:
        """Check the names: they may come from an address."""
        for name in (self.first, self.second or self.first):
            if name not in VALUES:
                raise ValueError(f"A sweep must be of {', '.join(VALUES)}, but got {name!r}.")
        if self.first == self.second:
            raise ValueError(f"The two settings must differ, but both are {self.first!r}.")

    @property
    def points(self) -> list[tuple[Any, Any]]:
        """The values tried: the first setting's within the second's."""
        seconds: tuple[Any, ...] = VALUES[self.second] if self.second else (None,)
        return [(a, b) for b, a in itertools.product(seconds, VALUES[self.first])]

    @property
    def configs(self) -> list[TrainConfig]:
        """One configuration a point and seed, seeds innermost."""
        return [
            config
            for point in self.points
            for config in replace(self.setup, config=self._config(*point)).configs
        ]

    def _config(self, first: Any, second: Any) -> TrainConfig:
        changed: dict[str, Any] = {self.first: first}
        if self.second:
            changed[self.second] = second
        if changed.get("schedule", self.setup.config.schedule) == "one-cycle":
            changed["warmup"] = 0.0  # it has its own climb
        return replace(self.setup.config, **changed)


@dataclass(frozen=True, eq=False)
class Sweep:
    """What a sweep has shown so far.

    Attributes:
        plan: What is swept.
        score: What the score is called.
        scores: Validation scores after each member's last epoch, a diverged one's 0; shape
            (n_points, n_seeds).
        done: Share of all epochs that is trained.
    """

    plan: Plan
    score: str
    scores: NDArray[np.float64]
    done: float

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean over the seeds, shape (n_points,)."""
        return np.asarray(self.scores.mean(axis=1))

    @property
    def best(self) -> int:
        """The point with the best mean, the first of equals."""
        return int(self.means.argmax())


def cost(plan: Plan, data: Dataset) -> float:
    """About how many seconds a sweep takes.

    Raises:
        ValueError: If a configuration is out of bounds.
    """
    return sum(seconds(config, data) for config in plan.configs)


def run(plan: Plan, data: Dataset, report: Callable[[Sweep], None]) -> Sweep:
    """Train all points of a sweep together.

    Args:
        plan: What to sweep.
        data: The examples of its source.
        report: Called with what there is after every epoch; may raise to stop the training.

    Raises:
        ValueError: If it would take too long, or a configuration is out of bounds.
    """
    from engine import train

    configs = plan.configs
    check_length(cost(plan, data), MAX_SECONDS)
    shape = (len(plan.points), plan.setup.n_seeds)
    total = sum(config.epochs for config in configs)
    scores = np.zeros(len(configs))
    epochs = np.zeros(len(configs))
    name = score_name(data)

    def after(epoch: int, results: Mapping[int, EpochResult]) -> None:
        for i, found in results.items():
            scores[i] = 0.0 if found.diverged else found.val_score
            epochs[i] = configs[i].epochs if found.diverged else epoch
        report(Sweep(plan, name, scores.reshape(shape).copy(), float(epochs.sum() / total)))

    train(configs, data, device="cpu", on_epoch=after, evaluate_train=False, jobs=1)
    return Sweep(plan, name, scores.reshape(shape), 1.0)


def score_name(data: Dataset) -> str:
    """What the score of a data set's networks is called."""
    return "accuracy" if data.task == "classification" else "R²"


def shown(value: object) -> str:
    """A setting's value in few characters."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def in_words(setup: Setup) -> str:
    """A setup in one line."""
    config = setup.config
    if config.depth:
        layers = "1 hidden layer" if config.depth == 1 else f"{config.depth} hidden layers"
        network = f"{layers} of {config.width} {config.activation} units"
    else:
        network = "no hidden layer"
    parts = [
        setup.source.name.replace("_", " "),
        network,
        f"{config.optimizer} at {shown(config.lr)}",
        f"batches of {config.batch_size}",
    ]
    if config.depth and config.dropout:
        parts.append(f"dropout {shown(config.dropout)}")
    if config.weight_decay:
        parts.append(f"weight decay {shown(config.weight_decay)}")
    if config.schedule != "constant":
        parts.append(f"{config.schedule} schedule")
    if config.warmup:
        parts.append(f"warm-up {shown(config.warmup)}")
    seeds = f"seed {config.seed}"
    if setup.n_seeds > 1:
        seeds = f"seeds {config.seed} to {config.seed + setup.n_seeds - 1}"
    return ", ".join([*parts, f"{config.epochs} epochs", seeds])
