"""Ways of drawing a learning rate between two bounds: the right one and the classic wrong ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scheme = Literal["log-uniform", "uniform", "exp of log10", "10** of ln", "yours"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

BINS_PER_DECADE = 2
FIRST_DECADE, LAST_DECADE = -8, 1


@dataclass(frozen=True, eq=False)
class Sample:
    """Draws of one scheme.

    Attributes:
        scheme: How they were drawn.
        values: The draws, shape (n,).
        low: Lower bound asked for.
        high: Upper bound asked for.
    """

    scheme: Scheme
    values: NDArray[np.float64]
    low: float
    high: float

    @property
    def top_decade(self) -> float:
        """Share of the draws in the last tenth of the range, from high/10 to high."""
        return float(np.mean((self.values >= self.high / 10) & (self.values <= self.high)))

    @property
    def outside(self) -> float:
        """Share of the draws outside the bounds."""
        return float(np.mean((self.values < self.low) | (self.values > self.high)))

    def shares(self) -> NDArray[np.float64]:
        """Share of the draws in each half decade of the axis, shape (n_bins,).

        Draws beyond the axis, zero and negative ones included, count in the bin at its end.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(np.where(self.values > 0, self.values, 0.0))
        edges = bin_edges()
        inside = np.clip(logs, edges[0], np.nextafter(edges[-1], -np.inf))
        counts, _ = np.histogram(inside, edges)
        return counts / len(self.values)


def bin_edges() -> NDArray[np.float64]:
    """Exponents of ten at the bins' edges, shape (n_bins + 1,)."""
    n_bins = (LAST_DECADE - FIRST_DECADE) * BINS_PER_DECADE
    return np.linspace(FIRST_DECADE, LAST_DECADE, n_bins + 1)


def draw_all(low: float, high: float, n: int, seed: int) -> tuple[Sample, ...]:
    """Draw with every scheme but the learner's own; see `draw`."""
    return tuple(draw(scheme, low, high, n, seed) for scheme in SCHEMES if scheme != "yours")


def draw(scheme: Scheme, low: float, high: float, n: int, seed: int) -> Sample:
    """Draw `n` values between two bounds in one of four ways.

    Args:
        scheme: "log-uniform" is right; "uniform" takes no logarithm; "exp of log10" and
            "10** of ln" go to the logarithm with one base and come back with another.
        low: Lower bound, greater than 0.
        high: Upper bound, greater than `low`.
        n: Number of draws, at least 1.
        seed: Seed of the generator; all schemes see the same uniform numbers.

    Raises:
        ValueError: If the bounds, `n` or the scheme do not fit.
    """
    if not 0 < low < high:
        raise ValueError(
            f"`low` must be greater than 0 and less than `high`, but got low={low}, high={high}."
        )
    if n < 1:
        raise ValueError(f"`n` must be at least 1, but got n={n}.")
    rng = np.random.default_rng(seed)
    match scheme:
        case "log-uniform":
            values = np.exp(rng.uniform(math.log(low), math.log(high), n))
        case "uniform":
            values = rng.uniform(low, high, n)
        case "exp of log10":
            values = np.exp(rng.uniform(math.log10(low), math.log10(high), n))
        case "10** of ln":
            values = 10 ** rng.uniform(math.log(low), math.log(high), n)
        case _:
            raise ValueError(f"`scheme` must be one of {SCHEMES[:-1]}, but got {scheme!r}.")
    return Sample(scheme, values, low, high)
