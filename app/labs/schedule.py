"""The rates of a learning-rate sweep: with a constant ratio, or with a constant difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Mode = Literal["exp", "linear"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True, eq=False)
class Schedule:
    """The rates of a sweep in either mode.

    Attributes:
        mode: The one that is looked at.
        rates: Learning rates of each mode, rising, shape (n,) each.
    """

    mode: Mode
    rates: dict[Mode, NDArray[np.float64]]

    @property
    def chosen(self) -> NDArray[np.float64]:
        """The rates of the mode that is looked at, shape (n,)."""
        return self.rates[self.mode]

    def top_decade(self, mode: Mode) -> int:
        """Number of rates above a tenth of the last one."""
        rates = self.rates[mode]
        return int(np.sum(rates > rates[-1] / 10 * (1 + 1e-9)))

    def first_difference(self, yours: NDArray[np.float64]) -> int | None:
        """The first step, from 1, at which rates of shape (n,) are not these; None if all are."""
        differs = ~np.isclose(yours, self.chosen, rtol=1e-6, atol=0)
        return int(differs.argmax()) + 1 if differs.any() else None


def schedule(low: float, high: float, n: int, mode: Mode) -> Schedule:
    """List the rates from `low` to `high`, both included.

    Args:
        low: First rate, above 0.
        high: Last rate, above `low`.
        n: How many, at least 2.
        mode: The one to look at.

    Raises:
        ValueError: If an argument does not fit.
    """
    if not 0 < low < high:
        raise ValueError(f"`low` must be above 0 and below `high`, but got low={low}, high={high}.")
    if n < 2:
        raise ValueError(f"A sweep has at least 2 rates, but got n={n}.")
    if mode not in MODES:
        raise ValueError(f"`mode` must be one of {MODES}, but got {mode!r}.")
    return Schedule(mode, {"exp": np.geomspace(low, high, n), "linear": np.linspace(low, high, n)})
