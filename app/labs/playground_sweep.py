"""One or two settings of the playground, swept in one population."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.playground import Setup
from app.labs.playground_population import Progress, train_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset
    from engine.config import Init

TITLES = {
    "lr": "learning rate",
    "batch_size": "batch size",
    "depth": "hidden layers",
    "width": "units a layer",
    "activation": "activation",
    "init": "initialization",
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
_STARTS: dict[Init, str] = {
    "xavier": "xavier weights",
    "he": "he weights",
    "normal": "standard normal weights",
    "zeros": "zeros",
}


@dataclass(frozen=True)
class Axis:
    """A setting and what is tried of it.

    Attributes:
        setting: A field of `TrainConfig`.
        values: In the chart's order, at least one.
    """

    setting: str
    values: tuple[Any, ...]


@dataclass(frozen=True)
class Plan:
    """A sweep.

    Attributes:
        setup: All that stays as it is.
        first: The axis along the chart.
        second: The axis up the chart, or None.
    """

    setup: Setup
    first: Axis
    second: Axis | None = None

    def __post_init__(self) -> None:
        """Check the settings: they may come from an address."""
        if self.second is not None and self.first.setting == self.second.setting:
            raise ValueError(
                f"The two settings must differ, but both are {TITLES[self.first.setting]}."
            )

    @property
    def points(self) -> list[tuple[Any, Any]]:
        """The values tried: the first setting's within the second's."""
        up: tuple[Any, ...] = self.second.values if self.second else (None,)
        return [(a, b) for b, a in itertools.product(up, self.first.values)]

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The same by field of `TrainConfig`."""
        names = [self.first.setting, *([self.second.setting] if self.second else [])]
        return [dict(zip(names, point, strict=False)) for point in self.points]


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


def run(plan: Plan, data: Dataset, report: Callable[[Sweep], None]) -> Sweep:
    """Train all points of a sweep together.

    Args:
        plan: What to sweep.
        data: The examples of its source.
        report: Called with what there is after every epoch; may raise to stop the training.

    Raises:
        ValueError: If it would take too long, or a configuration is out of bounds.
    """
    name = score_name(data)

    def shown(found: Progress) -> Sweep:
        return Sweep(plan, name, found.scores, found.done)

    return shown(train_points(plan.setup, plan.changes, data, lambda found: report(shown(found))))


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
        *([f"from {_STARTS[config.init]}"] if config.init != "default" else []),
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
    where = ["on the GPU"] if setup.device != "cpu" else []
    return ", ".join([*parts, f"{config.epochs} epochs", seeds, *where])
