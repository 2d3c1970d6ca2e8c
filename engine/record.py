"""Record the landscapes that come with the package: `python -m engine.record`.

Each point of a grid is trained for real and every epoch is kept. The same
versions on the same machine give the same file, byte for byte.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.config import TrainConfig
from engine.data import load
from engine.landscape import Landscape, Point, Value, save
from engine.population import train

if TYPE_CHECKING:
    from tqdm import tqdm


@dataclass(frozen=True)
class Plan:
    """What to record.

    Attributes:
        data: Name of the data set.
        base: The hyperparameters that the axes do not vary.
        axes: Field of `TrainConfig` -> its values.
        min_epochs: Every point is trained for at least so many epochs
        min_steps: and for whole epochs that come to about so many optimizer steps.
    """

    data: str
    base: TrainConfig
    axes: Mapping[str, tuple[Value, ...]]
    min_epochs: int
    min_steps: int


PLANS: Mapping[str, Plan] = {
    # Plain SGD, because Adam's normalized steps would blunt the interaction that this shows. With
    # 1010 examples, 512 steps are whole epochs at every batch size but 8, where 508 are.
    "digits_lr_batch": Plan(
        data="digits",
        base=TrainConfig(optimizer="sgd", depth=1, width=32),
        axes={
            "lr": (
                *(0.001, 0.0022, 0.0046, 0.01, 0.022, 0.046),
                *(0.1, 0.22, 0.46, 1.0, 2.2, 4.6, 10.0),
            ),
            "batch_size": (8, 16, 32, 64, 128, 256),
            "seed": (0, 1, 2),
        },
        min_epochs=20,
        min_steps=512,
    ),
    # What the course tunes, in the order in which it is tuned; the base is its starting point.
    "digits": Plan(
        data="digits",
        base=TrainConfig(epochs=20),
        axes={
            "lr": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
            "width": (16, 32, 64, 128),
            "depth": (1, 2, 3),
            "batch_size": (16, 32, 64, 128),
            "dropout": (0.0, 0.25, 0.5),
            "weight_decay": (0.0, 1e-3),
            "seed": (0, 1, 2),
        },
        min_epochs=20,
        min_steps=0,
    ),
    # A task that a small or shallow network cannot do, and whose border can be drawn.
    "spirals": Plan(
        data="spirals",
        base=TrainConfig(epochs=40),
        axes={
            "lr": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1),
            "width": (4, 8, 16, 32, 64),
            "depth": (1, 2, 3, 4),
            "activation": ("relu", "tanh"),
            "batch_size": (16, 64),
            "seed": (0, 1, 2),
        },
        min_epochs=40,
        min_steps=0,
    ),
}

# Networks between two moves of the progress bar.
_BATCH = 480


def record(plan: Plan, *, progress: bool = False) -> Landscape:
    """Train every point of a plan.

    Args:
        plan: What to record.
        progress: Whether to show a progress bar on standard error.

    Returns:
        The landscape; points that diverged are NaN from that epoch on.
    """
    data = load(plan.data)
    points = [dict(zip(plan.axes, values, strict=True)) for values in product(*plan.axes.values())]
    configs = [_config(plan, point, len(data.x_train)) for point in points]
    max_epochs = max(config.epochs for config in configs)
    val_score = np.full((len(points), max_epochs), np.nan)
    val_loss = np.full((len(points), max_epochs), np.nan, dtype=np.float32)
    # Alike in shape, so that a batch fills whole passes; the quick ones last.
    rows = sorted(range(len(configs)), key=lambda row: _cost(configs[row]), reverse=True)
    with _bar(len(rows), hidden=not progress) as bar:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            histories = train([configs[row] for row in batch], data, evaluate_train=False)
            for row, history in zip(batch, histories, strict=True):
                val_score[row, : history.stopped_epoch] = history.val_score
                val_loss[row, : history.stopped_epoch] = history.val_loss
            bar.update(len(batch))
    grid = tuple(len(values) for values in plan.axes.values())
    return Landscape(
        data=plan.data,
        n_train=len(data.x_train),
        n_val=len(data.x_val),
        base=plan.base,
        axes=plan.axes,
        epochs=np.array([config.epochs for config in configs], dtype=np.int64).reshape(grid),
        val_score=val_score.reshape(*grid, max_epochs),
        val_loss=val_loss.reshape(*grid, max_epochs),
    )


def _config(plan: Plan, point: Point, n_train: int) -> TrainConfig:
    config = replace(plan.base, **point)  # type: ignore[arg-type]
    steps_per_epoch = math.ceil(n_train / config.batch_size)
    return replace(config, epochs=max(plan.min_epochs, round(plan.min_steps / steps_per_epoch)))


def _cost(config: TrainConfig) -> tuple[float, ...]:
    """Roughly what an epoch takes, then what parts one shape from another."""
    weights = config.depth * config.width**2
    return (weights + 10_000 / config.batch_size, config.batch_size, config.dropout > 0)


def _bar(total: int, *, hidden: bool) -> AbstractContextManager[tqdm]:
    from tqdm import tqdm

    bar: AbstractContextManager[tqdm] = tqdm(
        total=total, desc="recording", unit="network", disable=hidden
    )
    return bar


def main() -> None:
    """Record the named landscapes, or all."""
    parser = argparse.ArgumentParser(prog="python -m engine.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PLANS)}; or all")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "landscapes")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(PLANS))
    if unknown:
        parser.error(f"no landscape is called {unknown[0]!r}; there are {', '.join(PLANS)}")

    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or PLANS:
        path = arguments.out / f"{name}.npz"
        save(record(PLANS[name], progress=True), path)
        print(f"{path}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
