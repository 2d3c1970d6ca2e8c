"""Who may train for how long: the rungs of successive halving, the brackets of Hyperband."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engine.search.result import Metric, signed


@dataclass(frozen=True)
class Rung:
    """One round of a bracket.

    Attributes:
        n: Configurations that take part.
        epochs: Epochs that each has trained at its end, counted from the start.
    """

    n: int
    epochs: int


@dataclass(frozen=True)
class Bracket:
    """Rounds of successive halving: after each but the last, the best go on.

    Attributes:
        rungs: In order; `n` falls and `epochs` rises.
    """

    rungs: tuple[Rung, ...]

    @property
    def n(self) -> int:
        """Configurations at the start."""
        return self.rungs[0].n

    def seats_after(self, epoch: int) -> int | None:
        """How many go on past this epoch if there is a choice to be made, else None."""
        for rung, following in zip(self.rungs, self.rungs[1:], strict=False):
            if rung.epochs == epoch:
                return following.n
        return None


def hyperband_brackets(max_epochs: int, eta: int = 3) -> tuple[Bracket, ...]:
    """The brackets of Hyperband, from the boldest to plain random search.

    Bracket s starts n = ceil((s_max + 1) * eta**s / (s + 1)) configurations with
    max_epochs // eta**s epochs each, where s_max is the largest s with eta**s <= max_epochs; each
    round keeps a fraction 1 / eta and gives it eta times the epochs. (The table in the paper has
    slightly fewer configurations, since it rounds down before it multiplies.)

    Args:
        max_epochs: The most that a configuration gets, at least 1.
        eta: Fraction kept is 1 / eta, at least 2.

    Returns:
        s_max + 1 brackets.

    Raises:
        ValueError: If an argument is out of bounds.

    Example:
        >>> [bracket.n for bracket in hyperband_brackets(81, eta=3)]
        [81, 34, 15, 8, 5]

    Source:
        Li et al. 2018, algorithm 1.
    """
    _check(max_epochs, eta)
    s_max = _power(max_epochs, eta)
    return tuple(
        _bracket(-(-(s_max + 1) * eta**s // (s + 1)), s, max_epochs, eta)
        for s in range(s_max, -1, -1)
    )


def halving_bracket(n: int, max_epochs: int, *, min_epochs: int = 1, eta: int = 3) -> Bracket:
    """The rounds of successive halving for n configurations.

    There are as many rounds as leave at least one configuration and at least `min_epochs` epochs
    in the first; the last one always trains to `max_epochs`.

    Args:
        n: Configurations at the start, at least 1.
        max_epochs: The most that a configuration gets, at least 1.
        min_epochs: The least, 1 to `max_epochs`.
        eta: Fraction kept is 1 / eta, at least 2.

    Raises:
        ValueError: If an argument is out of bounds.

    Example:
        >>> halving_bracket(9, 18).rungs
        (Rung(n=9, epochs=2), Rung(n=3, epochs=6), Rung(n=1, epochs=18))

    Source:
        Jamieson & Talwalkar 2016.
    """
    _check(max_epochs, eta)
    if n < 1:
        raise ValueError(f"`n` must be at least 1, but got n={n}.")
    if not 1 <= min_epochs <= max_epochs:
        raise ValueError(
            f"`min_epochs` must be between 1 and {max_epochs}, but got min_epochs={min_epochs}."
        )
    return _bracket(n, _power(min(n, max_epochs // min_epochs), eta), max_epochs, eta)


def survivors(values: Mapping[int, float], seats: int, metric: Metric) -> set[int]:
    """Those that go on: the best, of equals the first; never one whose value is NaN."""
    able = sorted(index for index, value in values.items() if not math.isnan(value))
    ranked = sorted(able, key=lambda index: -signed(values[index], metric))
    return set(ranked[: max(seats, 0)])


def _bracket(n: int, s: int, max_epochs: int, eta: int) -> Bracket:
    return Bracket(tuple(Rung(n // eta**i, max_epochs // eta ** (s - i)) for i in range(s + 1)))


def _power(n: int, eta: int) -> int:
    # Multiplying, because math.log(243, 3) is a little less than 5.
    s = 0
    while eta ** (s + 1) <= n:
        s += 1
    return s


def _check(max_epochs: int, eta: int) -> None:
    if max_epochs < 1:
        raise ValueError(f"`max_epochs` must be at least 1, but got max_epochs={max_epochs}.")
    if eta < 2:
        raise ValueError(f"`eta` must be at least 2, but got eta={eta}.")
