"""Topic 5's lab: TPE over learning rates, from two densities to the rate to train next.

The densities are those of Optuna's `TPESampler` with its default settings: normal kernels cut off
at the bounds, their widths set by the gaps between trials, one kernel as wide as the whole range as
the prior, and less weight for all but the latest 25 trials of a side. Two things are simpler here:
the search takes the best ratio of all rates on offer, where Optuna draws 24 candidates from l, and
it trains no rate twice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.labs.gaussian_process import FIRST_EXPONENT, LAST_EXPONENT, train_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_RANDOM, MOST_CHOSEN = 20, 30
N_RATES = 121  # on offer: 40 a decade
_FRESH = 25  # the latest trials of a side, which all weigh the same


@dataclass(frozen=True, eq=False)
class Densities:
    """What TPE makes of some trials.

    Attributes:
        x: log10 of the learning rates on offer, shape (N_RATES,).
        good: Density l of the good trials there, per decade, shape (N_RATES,).
        rest: Density g of the other trials there, per decade, shape (N_RATES,).
        tried: log10 of the learning rates trained, in order, shape (n_trials,).
        losses: Their validation losses in nats, shape (n_trials,).
        is_good: Which of them are good, shape (n_trials,).
        n_random: How many of them were drawn at random, the first ones.
        following: Index in `x` of the untried rate with the largest ratio.
    """

    x: NDArray[np.float64]
    good: NDArray[np.float64]
    rest: NDArray[np.float64]
    tried: NDArray[np.float64]
    losses: NDArray[np.float64]
    is_good: NDArray[np.bool_]
    n_random: int
    following: int

    @property
    def ratio(self) -> NDArray[np.float64]:
        """l(x) / g(x), shape (N_RATES,)."""
        return self.good / self.rest

    @property
    def spread(self) -> float:
        """Decades between the lowest and the highest rate that TPE itself has chosen."""
        chosen = self.tried[self.n_random :]
        return float(np.ptp(chosen)) if len(chosen) else 0.0


def search(n_random: int, n_chosen: int, gamma: float, seed: int) -> Densities:
    """Train at random rates, then where TPE says, and tell what it makes of all of them.

    Args:
        n_random: Rates drawn at random to begin with, 2 to `MOST_RANDOM`.
        n_chosen: Rates that TPE chooses after them, 0 to `MOST_CHOSEN`.
        gamma: Share of the trials that counts as good, above 0 and below 1.
        seed: Decides the draw.

    Raises:
        ValueError: If an argument is out of bounds.
    """
    for name, value, low, high in (
        ("n_random", n_random, 2, MOST_RANDOM),
        ("n_chosen", n_chosen, 0, MOST_CHOSEN),
    ):
        if not low <= value <= high:
            raise ValueError(f"`{name}` must be {low} to {high}, but got {name}={value}.")
    if not 0 < gamma < 1:
        raise ValueError(f"`gamma` must be above 0 and below 1, but got gamma={gamma}.")
    rows = _rows(n_random, n_chosen, gamma, seed)
    seen = losses()[list(rows)]
    is_good, good, rest = _estimate(rows, gamma)
    return Densities(
        x=rates(),
        good=good,
        rest=rest,
        tried=rates()[list(rows)],
        losses=seen,
        is_good=is_good,
        n_random=n_random,
        following=_best_untried(rows, gamma),
    )


@lru_cache(maxsize=1)
def rates() -> NDArray[np.float64]:
    """log10 of the learning rates on offer, rising, shape (N_RATES,)."""
    found = np.linspace(FIRST_EXPONENT, LAST_EXPONENT, N_RATES)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=1)
def losses() -> NDArray[np.float64]:
    """Train a network at every rate on offer, and keep its validation loss, shape (N_RATES,)."""
    found = train_at(rates())
    found.setflags(write=False)
    return found


def split(values: NDArray[np.float64], gamma: float) -> NDArray[np.bool_]:
    """Which values are the best `gamma`, rounded up to a whole number; of equals the first.

    Args:
        values: Losses, shape (n,).
        gamma: Share that counts as good.
    """
    is_good = np.zeros(len(values), dtype=bool)
    is_good[np.argsort(values, kind="stable")[: math.ceil(gamma * len(values))]] = True
    return is_good


def parzen(
    observed: NDArray[np.float64], at: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64]:
    """Density of some points as TPE estimates it, shape (n_at,).

    Args:
        observed: The points, in the order of their trials, shape (n,).
        at: Where to ask, between the bounds, shape (n_at,).
        low: Lower bound.
        high: Upper bound.

    Source:
        Bergstra et al. 2011, section 4.2; the details are those of Optuna's `TPESampler`.
    """
    from scipy.special import ndtr

    order = np.argsort(observed, kind="stable")
    gaps = np.diff([low, *observed[order], high])
    widths = np.maximum(gaps[:-1], gaps[1:])
    if len(observed) > 1:  # at both ends, the bound does not count as a neighbor
        widths[0], widths[-1] = gaps[1], gaps[-2]
    whole = high - low
    widths = np.clip(widths, whole / min(len(observed) + 2, 100), whole)
    # The last kernel is the prior.
    centers, widths = np.append(observed[order], (low + high) / 2), np.append(widths, whole)
    weights = np.append(_weights(len(observed))[order], 1.0)
    inside = ndtr((high - centers) / widths) - ndtr((low - centers) / widths)
    z = (at[:, None] - centers) / widths
    kernels = np.exp(-(z**2) / 2) / (math.sqrt(2 * math.pi) * widths * inside)
    density: NDArray[np.float64] = kernels @ (weights / weights.sum())
    return density


def _weights(n: int) -> NDArray[np.float64]:
    """What each trial of a side counts for, oldest first: old ones fade, shape (n,)."""
    if n <= _FRESH:
        return np.ones(n)
    return np.concatenate([np.linspace(1 / n, 1.0, n - _FRESH), np.ones(_FRESH)])


@lru_cache(maxsize=2048)
def _rows(n_random: int, n_chosen: int, gamma: float, seed: int) -> tuple[int, ...]:
    """The rates trained, by number, in order."""
    if n_chosen == 0:
        drawn = np.random.default_rng(seed).permutation(N_RATES)[:n_random]
        return tuple(drawn.tolist())
    before = _rows(n_random, n_chosen - 1, gamma, seed)
    return (*before, _best_untried(before, gamma))


def _best_untried(rows: tuple[int, ...], gamma: float) -> int:
    _, good, rest = _estimate(rows, gamma)
    ratio = good / rest
    ratio[list(rows)] = -np.inf
    return int(ratio.argmax())


def _estimate(
    rows: tuple[int, ...], gamma: float
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Which trials are good, and the densities of these and of the rest at every rate."""
    is_good = split(losses()[list(rows)], gamma)
    x = rates()[list(rows)]
    good, rest = (
        parzen(x[side], rates(), FIRST_EXPONENT, LAST_EXPONENT) for side in (is_good, ~is_good)
    )
    return is_good, good, rest
