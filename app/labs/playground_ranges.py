"""What a sweep or a search tries of a setting: a stretch of a scale, or all of a few words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from engine.config import Activation, Init, Optimizer, Schedule

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

MIN_VALUES, MAX_VALUES = 2, 20

_DIGITS = 3  # significant ones of a value on a logarithmic scale: as many as an address shows


@dataclass(frozen=True)
class Scale:
    """Numbers that a setting can take.

    Attributes:
        stops: Where a stretch can begin and end, as labels, rising.
        start: Labels of the stretch that is offered first.
        n: How many values of it.
        log: Whether equal steps are equal factors.
        step: Between two values of a search on a linear scale.
    """

    stops: tuple[str, ...]
    start: tuple[str, str]
    n: int
    log: bool = False
    step: float = 1.0

    @property
    def whole(self) -> bool:
        """Whether it has whole numbers only."""
        return all(stop.isdecimal() for stop in self.stops)


_DECADES = tuple(f"{digit}e{power}" for power in range(-6, 1) for digit in (1, 2, 5))
_POWERS = tuple(str(2**i) for i in range(10))
SCALES = {
    "lr": Scale((*_DECADES[3:], "1e1"), ("1e-4", "1e0"), 9, log=True),
    "batch_size": Scale(_POWERS, ("4", "256"), 7, log=True),
    "depth": Scale(("0", "1", "2", "3", "4"), ("0", "4"), 5),
    "width": Scale(_POWERS, ("2", "128"), 7, log=True),
    "dropout": Scale(tuple(f"{i / 10:g}" for i in range(10)), ("0", "0.7"), 8, step=0.05),
    "weight_decay": Scale(_DECADES[:-2], ("1e-5", "1e-1"), 9, log=True),
    "warmup": Scale(tuple(f"{i / 10:g}" for i in range(6)), ("0", "0.5"), 6, step=0.05),
    "epochs": Scale(
        ("1", "2", "5", "10", "20", "50", "100", "200", "500", "1000"), ("1", "100"), 7, log=True
    ),
}
"""The settings that are numbers."""

WORDS: dict[str, tuple[str, ...]] = {
    "activation": get_args(Activation),
    "init": get_args(Init),
    "optimizer": get_args(Optimizer),
    "schedule": get_args(Schedule),
}
"""The settings that are words."""

SETTINGS = (
    "lr", "batch_size", "depth", "width", "activation", "init", "dropout", "weight_decay",
    "optimizer", "schedule", "warmup", "epochs",
)  # fmt: skip


@dataclass(frozen=True)
class Range:
    """All that is tried of one setting.

    Attributes:
        setting: A field of `TrainConfig`, one of `SETTINGS`.
        low: The smallest number; 0 for words.
        high: The largest.
    """

    setting: str
    low: float = 0.0
    high: float = 0.0

    def __post_init__(self) -> None:
        """Check the bounds: a slider's own hold in a browser only."""
        if self.setting not in SETTINGS:
            raise ValueError(
                f"A setting must be one of {', '.join(SETTINGS)}, but got {self.setting!r}."
            )
        if self.scale is None:
            return
        first, last = float(self.scale.stops[0]), float(self.scale.stops[-1])
        if not first <= self.low < self.high <= last:
            raise ValueError(
                f"`{self.setting}` must be tried from a smaller to a larger number, between "
                f"{first:g} and {last:g}, but got {self.low:g} to {self.high:g}."
            )

    @property
    def scale(self) -> Scale | None:
        """The scale of numbers, or None for words."""
        return SCALES.get(self.setting)

    def values(self, n: int) -> tuple[Any, ...]:
        """At most n values, evenly over the stretch with both ends; words all of them.

        Whole numbers that come twice are tried once.

        Raises:
            ValueError: If `n` is out of bounds.
        """
        if not MIN_VALUES <= n <= MAX_VALUES:
            raise ValueError(f"`n` must be {MIN_VALUES} to {MAX_VALUES} values, but got n={n}.")
        if self.scale is None:
            return WORDS[self.setting]
        spaced = np.geomspace if self.scale.log else np.linspace
        return tuple(dict.fromkeys(self.rounded(x) for x in spaced(self.low, self.high, n)))

    def rounded(self, value: float) -> float | int:
        """A number as it is trained: what is shown of it is all there is."""
        if self.scale is not None and self.scale.whole:
            return round(value)
        return float(f"{value:.{_DIGITS}g}")

    def distribution(self) -> BaseDistribution:
        """What a search draws from."""
        from optuna import distributions as of

        if self.scale is None:
            return of.CategoricalDistribution(WORDS[self.setting])
        if self.scale.whole:
            return of.IntDistribution(round(self.low), round(self.high), log=self.scale.log)
        if self.scale.log:
            return of.FloatDistribution(self.low, self.high, log=True)
        return of.FloatDistribution(self.low, self.high, step=self.scale.step)
