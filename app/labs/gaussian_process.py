"""Topic 5's lab: a Gaussian process over learning rates, and where it would train next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_EXPONENT, LAST_EXPONENT = -4, -1
PER_DECADE = 10
SIGNAL = 0.8  # nats: standard deviation of the loss over learning rates, before any trial
EPOCHS, WIDTH = 3, 32
START = ("1.0e-04", "3.2e-03", "1.0e-01")
_FINER = 4  # points of the drawn curves between two learning rates on offer
N_POINTS = (LAST_EXPONENT - FIRST_EXPONENT) * PER_DECADE * _FINER + 1


@dataclass(frozen=True, eq=False)
class Belief:
    """What some trials say about every learning rate.

    Attributes:
        x: log10 of the learning rates looked at, shape (n,).
        mean: Expected validation loss there in nats, shape (n,).
        std: Its standard deviation, shape (n,).
        improvement: Expected improvement there in nats, shape (n,).
        tried: log10 of the learning rates trained, shape (n_trials,).
        losses: Their validation losses in nats, shape (n_trials,).
        center: Mean of `losses`, which is what is expected far from all trials.
        xi: Improvement in nats that a trial has to promise to count.
        following: Label of the untried rate with the largest expected improvement, or None.
    """

    x: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    improvement: NDArray[np.float64]
    tried: NDArray[np.float64]
    losses: NDArray[np.float64]
    center: float
    xi: float
    following: str | None

    @property
    def best(self) -> float:
        """The lowest loss so far."""
        return float(self.losses.min())


def labels() -> tuple[str, ...]:
    """The learning rates on offer, rising, as "1.0e-04" and the like."""
    return tuple(f"{10**exponent:.1e}" for exponent in exponents())


@lru_cache(maxsize=1)
def losses() -> NDArray[np.float64]:
    """Train a network at every learning rate on offer, and keep the validation losses.

    Returns:
        Losses in nats after three epochs on the digits, shape (len(labels()),).
    """
    found = train_at(exponents())
    found.setflags(write=False)
    return found


def train_at(exponents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Validation losses in nats after three epochs on the digits, shape (n,).

    Args:
        exponents: log10 of the learning rates, shape (n,).
    """
    from engine import TrainConfig, train
    from engine.data import load

    configs = [
        TrainConfig(lr=10.0**exponent, width=WIDTH, depth=1, epochs=EPOCHS)
        for exponent in exponents
    ]
    runs = train(configs, load("digits"), device="cpu", jobs=1, evaluate_train=False)
    return np.array([run.val_loss[-1] for run in runs], dtype=np.float64)


@lru_cache(maxsize=64)
def believe(tried: tuple[str, ...], length: float, noise: float, xi: float) -> Belief:
    """Condition a Gaussian process on some trials and ask it for expected improvements.

    The process is about the distance from the mean of the losses seen, in nats.

    Args:
        tried: Labels of the learning rates trained, at least one.
        length: Distance, in decades, over which losses resemble each other; positive.
        noise: Standard deviation of a measured loss in nats, positive.
        xi: Improvement in nats that does not count, at least 0.

    Raises:
        ValueError: If an argument is out of bounds or no such rate is on offer.
    """
    offered = labels()
    strangers = [label for label in tried if label not in offered]
    if strangers or not tried:
        raise ValueError(f"`tried` must name rates on offer, but got tried={list(tried)}.")
    _check(length, noise, xi)
    rows = [offered.index(label) for label in tried]
    x, seen = exponents()[rows], losses()[rows]
    fine = np.linspace(FIRST_EXPONENT, LAST_EXPONENT, N_POINTS)
    center = float(seen.mean())
    mean, std = posterior(x, seen - center, fine, length, noise)
    improvement = expected_improvement(mean + center, std, float(seen.min()), xi)
    open_to_try = np.setdiff1d(np.arange(len(offered)), rows)
    following = None
    if len(open_to_try):
        following = offered[open_to_try[int(improvement[open_to_try * _FINER].argmax())]]
    return Belief(
        fine, mean + center, std, improvement, x, seen, center=center, xi=xi, following=following
    )


def add(tried: Sequence[str], label: str) -> list[str]:
    """The trials with one more, unless it is among them or not on offer."""
    return [*tried, *([label] if label in labels() and label not in tried else [])]


def go_on(tried: Sequence[str], length: float, noise: float, xi: float) -> list[str]:
    """The trials with the most promising one added; only the start if there was none."""
    if not tried:
        return list(START)
    following = believe(tuple(tried), length, noise, xi).following
    return [*tried, *([] if following is None else [following])]


def posterior(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    at: NDArray[np.float64],
    length: float,
    noise: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation of a process with mean 0 and a squared-exponential kernel.

    Args:
        x: Where it was measured, shape (n,).
        y: What was measured, shape (n,).
        at: Where to ask, shape (m,).
        length: Length scale, in the unit of `x`.
        noise: Standard deviation of a measurement, in the unit of `y`.

    Returns:
        Mean and standard deviation of the function itself, without noise, shape (m,) each.

    Source:
        Rasmussen & Williams 2006, algorithm 2.1.
    """
    from scipy.linalg import cho_solve, cholesky, solve_triangular

    factor = cholesky(_kernel(x, x, length) + noise**2 * np.eye(len(x)), lower=True)
    across = _kernel(x, at, length)
    mean = across.T @ cho_solve((factor, True), y)
    explained = solve_triangular(factor, across, lower=True)
    variance = SIGNAL**2 - (explained**2).sum(axis=0)
    return mean, np.sqrt(np.clip(variance, 0.0, None))


def expected_improvement(
    mean: NDArray[np.float64], std: NDArray[np.float64], best: float, xi: float
) -> NDArray[np.float64]:
    """Expected improvement on `best - xi` when lower is better, shape (m,).

    Source:
        Jones, Schonlau & Welch 1998, equation 15.
    """
    from scipy.special import ndtr

    gain = best - mean - xi
    z = np.divide(gain, std, out=np.zeros_like(gain), where=std > 0)
    hill = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return np.where(std > 0, gain * ndtr(z) + std * hill, np.maximum(gain, 0.0))


def _kernel(a: NDArray[np.float64], b: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    distances = (a[:, None] - b[None, :]) / length
    kernel: NDArray[np.float64] = SIGNAL**2 * np.exp(-(distances**2) / 2)
    return kernel


def exponents() -> NDArray[np.float64]:
    """log10 of the learning rates on offer, rising, shape (len(labels()),)."""
    steps = (LAST_EXPONENT - FIRST_EXPONENT) * PER_DECADE
    return np.linspace(FIRST_EXPONENT, LAST_EXPONENT, steps + 1)


def _check(length: float, noise: float, xi: float) -> None:
    for name, value in (("length", length), ("noise", noise)):
        if value <= 0:
            raise ValueError(f"`{name}` must be positive, but got {name}={value}.")
    if xi < 0:
        raise ValueError(f"`xi` must be at least 0, but got xi={xi}.")
