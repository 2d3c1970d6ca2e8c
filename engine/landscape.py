"""Recorded results of real training over a grid: instant heatmaps, without a network in sight.

A landscape is one `.npz` file. Its entry `table` is JSON text with the axes, the hyperparameters
that all points share and the data set; the others are arrays. `engine.record` makes the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine.config import TrainConfig

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from numpy.typing import NDArray

Metric = Literal["val_score", "val_loss"]
Value = float | str
Point = Mapping[str, Value]
"""One value of every axis of a landscape, by name."""

_DIVERGED = np.iinfo(np.uint16).max

# A budget in steps is read off at whole epochs; this much of a mismatch is let pass.
STEP_TOLERANCE = 0.05


@dataclass(frozen=True, eq=False)
class Landscape:
    """Validation results of every point of a grid after every epoch.

    The arrays have one dimension an axis, in the order of `axes`; the last dimension of the
    metrics is the epoch, counted from 1 at index 0. NaN marks a network that had diverged by
    then, and the epochs after a point's last.

    Attributes:
        data: Name of the data set, as `engine.data.load` takes it.
        n_train: Number of training examples, which turns epochs into steps.
        n_val: Number of validation examples, of which every accuracy is a fraction.
        base: The hyperparameters that the axes do not vary.
        axes: Field of `TrainConfig` -> its values, numbers in rising order.
        epochs: Epochs each point was trained for, shape (*grid).
        val_score: Validation accuracy, 0 to 1, shape (*grid, max_epochs).
        val_loss: Validation cross-entropy in nats, shape (*grid, max_epochs).
    """

    data: str
    n_train: int
    n_val: int
    base: TrainConfig
    axes: Mapping[str, tuple[Value, ...]]
    epochs: NDArray[np.int64]
    val_score: NDArray[np.float64]
    val_loss: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Make the axes and the arrays read-only, since `load`ed ones are shared."""
        object.__setattr__(self, "axes", MappingProxyType(dict(self.axes)))
        for array in (self.epochs, self.val_score, self.val_loss):
            array.setflags(write=False)

    def score(self, point: Point | TrainConfig, epoch: int) -> float:
        """Validation accuracy of one point after an epoch.

        Args:
            point: One value of every axis, by name, or a configuration that has them; its `epochs`
                do not matter.
            epoch: Epochs trained, from 1 to what this point was trained for.

        Returns:
            The recorded accuracy, 0 to 1, or NaN where the network had diverged.

        Raises:
            ValueError: If `point` is not on the grid or `epoch` was not recorded there; the
                message names the axis and its values.
        """
        index = self._index(point)
        last = int(self.epochs[index])
        if epoch not in range(1, last + 1):
            raise ValueError(
                f"`epoch` must be a whole number from 1 to {last} at {self._named(index)}, "
                f"but got epoch={epoch}."
            )
        return float(self.val_score[(*index, int(epoch) - 1)])

    def config(self, point: Point) -> TrainConfig:
        """The configuration that was trained at a point of the grid.

        Raises:
            ValueError: If `point` is not on the grid.
        """
        index = self._index(point)
        epochs = int(self.epochs[index])
        return replace(self.base, epochs=epochs, **self._named(index))  # type: ignore[arg-type]

    @property
    def epoch_budgets(self) -> tuple[int, ...]:
        """The numbers of epochs that `after_epochs` takes: those recorded at every point."""
        return tuple(range(1, int(self.epochs.min()) + 1))

    @property
    def step_budgets(self) -> tuple[int, ...]:
        """Numbers of optimizer steps that `after_steps` takes.

        They are whole epochs of the smallest batch, as far as every other batch size has (nearly)
        whole epochs there too and was trained so long.
        """
        longest = int(self._steps_per_epoch().max())
        candidates = (n * longest for n in range(1, int(self.epochs.max()) + 1))
        return tuple(steps for steps in candidates if self._misfit(steps) is None)

    def after_epochs(self, epochs: int, metric: Metric = "val_score") -> NDArray[np.float64]:
        """The whole grid after equally many passes over the data.

        Args:
            epochs: One of `epoch_budgets`.
            metric: What to read off.

        Returns:
            The metric at every point, shape (*grid); NaN where the network had diverged.

        Raises:
            ValueError: If some point was not trained for so many epochs.
        """
        if epochs not in self.epoch_budgets:
            raise ValueError(
                f"`epochs` must be a whole number from 1 to {self.epoch_budgets[-1]}, "
                f"but got epochs={epochs}."
            )
        return self._read(np.full(self.epochs.shape, epochs), metric)

    def after_steps(self, steps: int, metric: Metric = "val_score") -> NDArray[np.float64]:
        """The whole grid after equally many optimizer steps, so more epochs for larger batches.

        Args:
            steps: One of `step_budgets`, or as good as one: each point is read off at its nearest
                whole epoch, at most 5 percent of the steps away.
            metric: What to read off.

        Returns:
            The metric at every point, shape (*grid); NaN where the network had diverged.

        Raises:
            ValueError: If some point has no such epoch.
        """
        misfit = self._misfit(steps)
        if misfit is not None:
            raise ValueError(f"`steps` must be one of {self.step_budgets}, but got {misfit}.")
        return self._read(np.rint(steps / self._steps_per_epoch()).astype(np.int64), metric)

    def _point(self, config: TrainConfig) -> Point:
        for field, value in asdict(self.base).items():
            if field not in self.axes and field != "epochs" and getattr(config, field) != value:
                raise ValueError(
                    f"`{field}` must be {value!r}, the only value that was recorded, "
                    f"but got {field}={getattr(config, field)!r}."
                )
        return {name: getattr(config, name) for name in self.axes}

    def _named(self, index: tuple[int, ...]) -> dict[str, Value]:
        return {name: self.axes[name][i] for name, i in zip(self.axes, index, strict=True)}

    def _index(self, point: Point | TrainConfig) -> tuple[int, ...]:
        if isinstance(point, TrainConfig):
            point = self._point(point)
        if set(point) != set(self.axes):
            raise ValueError(
                f"`point` must name the axes {list(self.axes)}, but got {list(point)}."
            )
        for name, values in self.axes.items():
            if point[name] not in values:
                raise ValueError(
                    f"`{name}` must be one of the recorded values {list(values)}, "
                    f"but got {name}={point[name]}."
                )
        return tuple(values.index(point[name]) for name, values in self.axes.items())

    def _steps_per_epoch(self) -> NDArray[np.int64]:
        sizes = np.array(self.axes.get("batch_size", (self.base.batch_size,)))
        along = [-1 if name == "batch_size" else 1 for name in self.axes]
        steps = np.ceil(self.n_train / sizes).astype(np.int64)
        return np.broadcast_to(
            steps.reshape(along) if "batch_size" in self.axes else steps, self.epochs.shape
        )

    def _misfit(self, steps: int) -> str | None:
        per_epoch = self._steps_per_epoch()
        nearest = np.rint(steps / per_epoch)
        off = np.abs(nearest * per_epoch - steps) > STEP_TOLERANCE * steps
        bad = off | (nearest < 1) | (nearest > self.epochs)
        if not bad.any():
            return None
        first = tuple(np.argwhere(bad)[0])
        return (
            f"steps={steps}, which is {steps / per_epoch[first]:.2f} epochs where one is "
            f"{per_epoch[first]} steps and {self.epochs[first]} were recorded"
        )

    def _read(self, epochs: NDArray[np.int64], metric: Metric) -> NDArray[np.float64]:
        recorded: NDArray[np.floating] = self.val_score if metric == "val_score" else self.val_loss
        at_epoch = np.take_along_axis(recorded, epochs[..., None] - 1, axis=-1)
        return at_epoch[..., 0].astype(np.float64)


def load(name: str) -> Landscape:
    """Read a landscape that comes with the package.

    Args:
        name: Its name, for example "digits_lr_batch".

    Raises:
        ValueError: If there is no such landscape; the message lists those that there are.
    """
    if name not in names():
        raise ValueError(f"`name` must be one of {list(names())}, but got name={name!r}.")
    with (
        _folder().joinpath(f"{name}.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as entries,
    ):
        table = json.loads(str(entries["table"]))
        return Landscape(
            data=table["data"],
            n_train=table["n_train"],
            n_val=table["n_val"],
            base=TrainConfig(**table["base"]),
            axes={axis["name"]: tuple(axis["values"]) for axis in table["axes"]},
            epochs=entries["epochs"],
            val_score=_scores(entries["val_correct"], table["n_val"]),
            val_loss=entries["val_loss"],
        )


def save(landscape: Landscape, path: Path) -> None:
    """Write a landscape as `load` reads it; equal landscapes give equal bytes."""
    table = {
        "data": landscape.data,
        "n_train": landscape.n_train,
        "n_val": landscape.n_val,
        "base": asdict(landscape.base),
        "axes": [{"name": name, "values": list(v)} for name, v in landscape.axes.items()],
    }
    np.savez_compressed(
        path,
        table=np.array(json.dumps(table)),
        epochs=landscape.epochs,
        val_correct=_counts(landscape.val_score, landscape.n_val),
        val_loss=landscape.val_loss,
    )


def _counts(scores: NDArray[np.float64], n: int) -> NDArray[np.uint16]:
    """Right answers: a quarter of the bytes of an accuracy, and exact."""
    return np.where(np.isnan(scores), _DIVERGED, np.rint(scores * n)).astype(np.uint16)


def _scores(counts: NDArray[np.uint16], n: int) -> NDArray[np.float64]:
    return np.where(counts == _DIVERGED, np.nan, counts / n)


def names() -> tuple[str, ...]:
    """The landscapes that come with the package, in alphabetical order."""
    files = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".npz") for name in files if name.endswith(".npz")))


def _folder() -> Traversable:
    return resources.files("engine") / "landscapes"
