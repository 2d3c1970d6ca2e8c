"""Topic 5's lab: the brackets of Hyperband, and what each of them costs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.own_call import Call
from app.showcases.model import WrongShapeError
from grader.values import show

MAX_EPOCHS = (9, 27, 81, 243)
_MOST_RUNGS = 200  # more than any bracket on the page has, and few enough to draw

Layout = tuple[tuple[tuple[int, int], ...], ...]
"""Brackets, each its rungs as pairs: trials that take part, epochs that each has had by its end."""


@dataclass(frozen=True)
class Rung:
    """One rung of one bracket, and the epochs that it costs.

    Attributes:
        bracket: The bracket's number s: it begins with R / eta**s epochs.
        rung: The rung's number in its bracket, from 0.
        n: Trials that take part.
        epochs: Epochs that each of them has had by the end of the rung.
        begin: Epochs that the bracket has spent before it.
        end: Epochs that the bracket has spent after it.
    """

    bracket: int
    rung: int
    n: int
    epochs: int
    begin: int
    end: int


@dataclass(frozen=True)
class Plan:
    """All brackets of a Hyperband run.

    Attributes:
        max_epochs: Most epochs that one trial gets.
        eta: One in `eta` trials goes on to the next rung.
        rungs: All rungs, the boldest bracket's first.
    """

    max_epochs: int
    eta: int
    rungs: tuple[Rung, ...]

    @property
    def costs(self) -> dict[int, int]:
        """Epochs that each bracket spends in all, by its number."""
        return {rung.bracket: rung.end for rung in self.rungs}

    @property
    def trials(self) -> int:
        """Trials that all brackets together begin."""
        return sum(rung.n for rung in self.rungs if rung.rung == 0)

    @property
    def layout(self) -> Layout:
        """The brackets as the course's function returns them."""
        return tuple(
            tuple((rung.n, rung.epochs) for rung in self.rungs if rung.bracket == bracket)
            for bracket in self.costs
        )


@lru_cache(maxsize=32)
def plan(max_epochs: int, eta: int) -> Plan:
    """Lay out Hyperband. A trial that goes on does so from where it stood.

    Args:
        max_epochs: Most epochs that one trial gets, at least 1.
        eta: At least 2.

    Raises:
        ValueError: If an argument is out of bounds.
    """
    from engine.search.brackets import hyperband_brackets

    brackets = hyperband_brackets(max_epochs, eta)
    rungs = []
    for number, bracket in zip(reversed(range(len(brackets))), brackets, strict=True):
        spent = had = 0
        for i, rung in enumerate(bracket.rungs):
            cost = rung.n * (rung.epochs - had)
            rungs.append(Rung(number, i, rung.n, rung.epochs, spent, spent + cost))
            spent, had = spent + cost, rung.epochs
    return Plan(max_epochs, eta, tuple(rungs))


def call(laid: Plan) -> Call:
    """Ask the learner's function for the same brackets."""
    return Call("hyperband_brackets", (laid.max_epochs, laid.eta))


def read_layout(values: tuple[Any, ...]) -> Layout:
    """Read what the learner's function returned.

    Raises:
        WrongShapeError: If it is no list of brackets, each a list of pairs of whole numbers.
    """
    wanted = "The picture needs a list of brackets, each a list of pairs (n, r) of whole numbers"
    try:
        layout = tuple(tuple((n, r) for n, r in bracket) for bracket in values[0])
    except (TypeError, ValueError):
        raise WrongShapeError(f"{wanted}, but got {show(values[0])}.") from None
    counts = [count for bracket in layout for rung in bracket for count in rung]
    if not all(isinstance(count, int) and not isinstance(count, bool) for count in counts):
        raise WrongShapeError(f"{wanted}, but got {show(values[0])}.")
    if not 1 <= len(counts) <= 2 * _MOST_RUNGS:
        raise WrongShapeError(f"{wanted}, but got {len(counts) // 2} of them.")
    return layout
