"""Topic 4, random search: six functions, each a few lines long.

Replace one `raise NotImplementedError` at a time, then ask whether you got it right:

    pytest exercises -k sample_loguniform
    pytest exercises

The functions are independent of each other, except that `random_search` may call `sample_configs`
and `trials_needed` may call `prob_hit`. Stuck? `hyperlings hint sample_loguniform`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt


@runtime_checkable
class Distribution(Protocol):
    """Anything with an `rvs` method, such as `scipy.stats.loguniform(1e-4, 1e-1)`."""

    def rvs(self, *, random_state: np.random.Generator) -> Any:
        """Draw one value, with numbers from `random_state` only."""


# What to search: a name of a hyperparameter -> the list of its choices, or its distribution.
Space = Mapping[str, list[Any] | Distribution]


def sample_loguniform(
    low: float, high: float, size: int, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Draw numbers whose logarithm is uniform, so that every decade is equally likely.

    Args:
        low: Lower bound, 0 < low < high.
        high: Upper bound, finite. It is the bound itself, not its logarithm.
        size: Number of independent draws, at least 0.
        rng: The only source of randomness: the same generator state gives the same draws.

    Returns:
        Draws between `low` and `high`, shape (size,), in the unit of the bounds. Their median is
        sqrt(low * high).

    Raises:
        ValueError: If `low` is not positive, or `high` is not above `low`, or either is infinite
            or NaN.

    Example:
        >>> draws = sample_loguniform(1e-4, 1.0, 10_000, np.random.default_rng(0))
        >>> draws.shape
        (10000,)
        >>> print(f"{np.mean(draws < 1e-2):.2f} of the draws lie in the lower two decades of four")
        0.50 of the draws lie in the lower two decades of four

    Source:
        Bergstra & Bengio 2012, JMLR 13:281, who draw learning rates so.
    """
    raise NotImplementedError


def sample_configs(space: Space, n: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Draw configurations from a space, by the rules of scikit-learn's `ParameterSampler`.

    If every value of `space` is a list, the space is a grid: draw `n` *different* points of it, all
    equally likely, by position (a list that names a choice twice has two positions). If the grid
    has fewer than `n` points, warn and return each of them once.

    If any value is a distribution, draw `n` independent configurations: a list gives each of its
    choices with equal probability, a distribution gives `value.rvs(random_state=rng)`. Nothing
    is capped, and a value may come again.

    Args:
        space: Name -> a list of choices, or an object with an `rvs` method such as
            `scipy.stats.loguniform(1e-4, 1e-1)`. It is left as it was. A choice may be anything
            (a number, a string, None, a tuple), and is returned as it stands in the list.
        n: Number of configurations wanted, at least 1.
        rng: The only source of randomness: the same generator state gives the same configurations.

    Returns:
        A list of dicts, each with all names of `space`. Their order, and the order of names in a
        dict, are free.

    Raises:
        ValueError: If `n` is below 1, or a list of choices is empty.
        TypeError: If a value of `space` is neither a list nor has `rvs`, for instance a string.

    Warns:
        UserWarning: If a grid has fewer than `n` points (call `warnings.warn`).

    Example:
        >>> from scipy.stats import loguniform
        >>> rng = np.random.default_rng(0)
        >>> configs = sample_configs({"depth": [1, 2, 3], "act": ["relu", "tanh"]}, 6, rng)
        >>> sorted((config["depth"], config["act"]) for config in configs)
        [(1, 'relu'), (1, 'tanh'), (2, 'relu'), (2, 'tanh'), (3, 'relu'), (3, 'tanh')]
        >>> configs = sample_configs({"lr": loguniform(1e-4, 1e-1), "depth": [1, 2]}, 50, rng)
        >>> len(configs), all(1e-4 <= config["lr"] <= 1e-1 for config in configs)
        (50, True)

    Source:
        scikit-learn's user guide, "Randomized Parameter Optimization".
    """
    raise NotImplementedError


def random_search(
    objective: Callable[[dict[str, Any]], float],
    space: Space,
    n: int,
    rng: np.random.Generator,
    mode: str = "min",
) -> tuple[dict[str, Any], float, list[float]]:
    """Try `n` configurations drawn at random, and keep the best.

    Args:
        objective: Called as `objective(config)`, with one dict, exactly once a configuration. It
            returns a number, which is NaN where training diverged. What it raises passes through.
        space: What to draw from; see `sample_configs`.
        n: Number of trials, at least 1. A space of lists only has no more trials than points.
        rng: The only source of randomness.
        mode: "min" if lower values are better (a loss), "max" if higher ones are (an accuracy).

    Returns:
        (best_config, best_value, values): the winner, its value, and the values of all trials in
        the order in which they were run, NaN included. NaN never wins; of equal values, the first
        wins.

    Raises:
        ValueError: If `mode` is neither "min" nor "max" (before any trial is run), or if every
            trial returned NaN, or if `n` is below 1.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> config, value, values = random_search(
        ...     lambda config: (config["depth"] - 2) ** 2, {"depth": [1, 2, 3, 4]}, 4, rng)
        >>> config, value, sorted(values)
        ({'depth': 2}, 0.0, [0.0, 1.0, 1.0, 4.0])

    Source:
        Bergstra & Bengio 2012, JMLR 13:281.
    """
    raise NotImplementedError


def prob_hit(q: float, n: int) -> float:
    """Probability that at least one of `n` random trials lands in the best share `q` of the space.

    Args:
        q: The share that counts as good, as a fraction: 0.05 is the best 5%. 0 <= q <= 1.
        n: Number of independent trials, at least 0. No trial hits nothing.

    Returns:
        A probability, 0 <= probability <= 1.

    Raises:
        ValueError: If `q` is outside [0, 1], or `n` is negative.

    Example:
        >>> round(prob_hit(0.05, 50), 3)
        0.923
        >>> prob_hit(0.5, 2)
        0.75

    Source:
        Bergstra & Bengio 2012, JMLR 13:281; the complement of n independent misses.
    """
    raise NotImplementedError


def trials_needed(q: float, p: float) -> int:
    """Smallest number of trials that lands in the best share `q` with probability `p` or more.

    That is the smallest n with `prob_hit(q, n) >= p`.

    Args:
        q: The share that counts as good, as a fraction: 0.05 is the best 5%. 0 < q <= 1.
        p: The probability wanted, 0 <= p < 1.

    Returns:
        A number of trials. It is 0 if p is 0, and 1 if q is 1 and p above 0.

    Raises:
        ValueError: If `q` is outside (0, 1], or `p` outside [0, 1). No number of trials makes a
            hit certain.

    Example:
        >>> trials_needed(0.05, 0.95)
        59
        >>> trials_needed(0.5, 0.75)
        2

    Source:
        Bergstra & Bengio 2012, JMLR 13:281; `prob_hit` solved for n.
    """
    raise NotImplementedError


def best_so_far(values: Sequence[float], mode: str = "min") -> list[float]:
    """Running best of a search: what you would have had if you had stopped after each trial.

    Args:
        values: Values of the trials in the order in which they were run, shape (n_trials,). May
            be empty. NaN is a trial that diverged.
        mode: "min" if lower values are better, "max" if higher ones are.

    Returns:
        The best value up to and including each trial, shape (n_trials,). A NaN changes nothing: the
        best stays what it was. As long as there were only NaN, the best is NaN.

    Raises:
        ValueError: If `mode` is neither "min" nor "max".

    Example:
        >>> best_so_far([0.5, 0.7, 0.3, 0.4])
        [0.5, 0.5, 0.3, 0.3]
        >>> best_so_far([float("nan"), 0.5, float("nan"), 0.7], mode="max")
        [nan, 0.5, 0.5, 0.7]

    Source:
        Bergstra & Bengio 2012, JMLR 13:281 (their "random experiment efficiency curves").
    """
    raise NotImplementedError
