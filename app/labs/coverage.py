"""How many random trials it takes to hit the best share of a search space."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_TRIALS = 200
SIMULATIONS = 400
SHOWN = (1, 5, 10, 20, 40, 60, 80, 100, 130, 160, 200)


@dataclass(frozen=True, eq=False)
class Coverage:
    """The chance of a hit against the number of trials, in theory and in simulation.

    Attributes:
        q: Share of the space that counts as a hit.
        p: Chance asked for.
        needed: Trials that reach it.
        trials: 1 .. MAX_TRIALS, shape (MAX_TRIALS,).
        chance: 1 - (1-q)^n at each, shape (MAX_TRIALS,).
        simulated: Share of simulated searches with a hit after each number of `SHOWN`, shape
            (len(SHOWN),).
    """

    q: float
    p: float
    needed: int
    trials: NDArray[np.int64]
    chance: NDArray[np.float64]
    simulated: NDArray[np.float64]


def coverage(q: float, p: float, seed: int) -> Coverage:
    """Compute the curve, the trials needed, and what `SIMULATIONS` random searches found.

    Args:
        q: Share of the space that counts as a hit, 0 < q < 1.
        p: Chance asked for, 0 < p < 1.
        seed: Seed of the simulation.

    Raises:
        ValueError: If `q` or `p` is not between 0 and 1.
    """
    for name, value in (("q", q), ("p", p)):
        if not 0 < value < 1:
            raise ValueError(f"`{name}` must be between 0 and 1, but got {name}={value}.")
    trials = np.arange(1, MAX_TRIALS + 1)
    first_hits = np.random.default_rng(seed).geometric(q, SIMULATIONS)
    return Coverage(
        q,
        p,
        _trials_needed(q, p),
        trials,
        np.asarray(1 - (1 - q) ** trials, dtype=np.float64),
        np.array([float(np.mean(first_hits <= n)) for n in SHOWN]),
    )


def _trials_needed(q: float, p: float) -> int:
    """Smallest n with 1 - (1-q)^n >= p, safe from a logarithm's rounding."""
    n = math.ceil(math.log1p(-p) / math.log1p(-q))
    return n - 1 if n > 1 and 1 - (1 - q) ** (n - 1) >= p else n
