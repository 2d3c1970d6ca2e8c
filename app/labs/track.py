"""A recorded landscape as a track to race on: configurations by number, and what they score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.landscape import Value

Name = Literal["digits", "spirals"]
NAMES: tuple[Name, ...] = get_args(Name)

_COMMON: dict[str, Value] = {  # what many would begin with, before any tuning
    "lr": 0.001,
    "width": 32,
    "depth": 1,
    "activation": "relu",
    "batch_size": 16,
    "dropout": 0.0,
    "weight_decay": 0.0,
}


@dataclass(frozen=True, eq=False)
class Track:
    """A grid of configurations that were all trained, with several seeds.

    A search trains with one of the seeds and sees its validation accuracy. The test accuracy is
    the mean over the other seeds, which no search sees: luck does not last.

    Attributes:
        name: Name of the landscape.
        axes: Hyperparameter -> its values, in the landscape's order, without the seed.
        validation: Validation accuracy by seed, configuration and epoch, a diverged network's 0;
            shape (n_seeds, n_configurations, n_epochs).
        test: Test accuracy by seed and configuration, shape (n_seeds, n_configurations).
        start: Number of a common configuration to begin with.
        n_val: Images or points that an accuracy is a fraction of.
    """

    name: Name
    axes: Mapping[str, tuple[Value, ...]]
    validation: NDArray[np.float64]
    test: NDArray[np.float64]
    start: int
    n_val: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of each axis."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def max_epochs(self) -> int:
        """Epochs of a whole training."""
        return int(self.validation.shape[2])

    def number(self, places: tuple[int, ...]) -> int:
        """Number of the configuration at a place on each axis."""
        return int(np.ravel_multi_index(places, self.shape))

    def places(self, number: int) -> tuple[int, ...]:
        """A configuration's place on each axis."""
        return tuple(int(place) for place in np.unravel_index(number, self.shape))

    def config(self, number: int) -> dict[str, Value]:
        """A configuration's values by name."""
        axes = zip(self.axes.items(), self.places(number), strict=True)
        return {name: values[place] for (name, values), place in axes}


@lru_cache(maxsize=len(NAMES))
def track(name: Name) -> Track:
    """Read a recorded landscape as a track.

    Raises:
        ValueError: If it is not part of this installation.
    """
    from engine.landscape import load

    recorded = load(name)
    axes = dict(recorded.axes)
    at = list(axes).index("seed")
    seeds = axes.pop("seed")
    by_seed = np.moveaxis(np.nan_to_num(recorded.val_score, nan=0.0), at, 0)
    validation = by_seed.reshape(len(seeds), -1, by_seed.shape[-1])
    final = validation[:, :, -1]
    test = (final.sum(axis=0) - final) / (len(seeds) - 1)
    places = tuple(values.index(_COMMON[axis]) for axis, values in axes.items())
    shape = tuple(len(values) for values in axes.values())
    start = int(np.ravel_multi_index(places, shape))
    return Track(name, axes, validation, test, start, recorded.n_val)
