"""Five ways to search a track within a budget of epochs: what the race is run by."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from app.labs.track import Track
    from engine.search.brackets import Bracket

Method = Literal["manual", "grid", "random", "TPE", "halving"]
METHODS: tuple[Method, ...] = get_args(Method)
ETA = 3
_FIRST_RUNG = 9  # halving begins with about 1/9 of a whole training


class OutOfBudget(Exception):
    """Raised when the next training would cost more than is left."""


@dataclass
class Ledger:
    """Trains configurations of a track, and writes down what that costs and finds.

    A configuration goes on from where it stood: only the epochs beyond are charged.

    Attributes:
        track: What is searched.
        seed: The landscape's seed that training follows.
        budget: Epochs in all.
        spent: Epochs charged so far.
        moves: (epochs charged by then, configuration, epochs it has, validation accuracy).
    """

    track: Track
    seed: int
    budget: int
    spent: int = 0
    moves: list[tuple[int, int, int, float]] = field(default_factory=list)
    _trained: dict[int, int] = field(default_factory=dict)

    def train(self, number: int, epochs: int | None = None) -> float:
        """Train a configuration up to an epoch, by default the last, and return its accuracy.

        Raises:
            OutOfBudget: If that costs more than is left; nothing is charged then.
        """
        until = self.track.max_epochs if epochs is None else epochs
        cost = max(until - self._trained.get(number, 0), 0)
        if self.spent + cost > self.budget:
            raise OutOfBudget
        self.spent += cost
        self._trained[number] = max(until, self._trained.get(number, 0))
        score = float(self.track.validation[self.seed, number, until - 1])
        if cost:
            self.moves.append((self.spent, number, until, score))
        return score


def search(method: Method, track: Track, budget: int, run: int) -> Ledger:
    """Search until the budget is spent, or the method has nothing more to try.

    Args:
        method: How.
        track: What is searched.
        budget: Whole trainings.
        run: Decides all chance; training follows the landscape's seeds in turn.
    """
    ledger = Ledger(track, run % len(track.validation), budget * track.max_epochs)
    with contextlib.suppress(OutOfBudget):
        _SEARCHES[method](ledger, run)
    return ledger


def _manual(ledger: Ledger, _run: int) -> None:
    """From a common start, one setting at a time: the best of its values is kept."""
    track = ledger.track
    here = track.places(track.start)
    while True:
        before = here
        for axis, values in enumerate(track.axes.values()):
            tried = [(*here[:axis], place, *here[axis + 1 :]) for place in range(len(values))]
            tried.sort(key=lambda places: places != here)  # what is known comes first
            scores = [ledger.train(track.number(places)) for places in tried]
            here = tried[int(np.argmax(scores))]
        if here == before:
            return


def _grid(ledger: Ledger, _run: int) -> None:
    """Evenly spaced values of as many settings as the budget has room for."""
    track = ledger.track
    chosen = grid_of(track, ledger.budget // track.max_epochs)
    for places in itertools.product(*chosen):
        ledger.train(track.number(places))


def grid_of(track: Track, trials: int) -> list[list[int]]:
    """Places of the largest grid of at most so many points; settings get values in turn.

    An axis that has one value only keeps the common start's.
    """
    counts = [1] * len(track.shape)
    grown = True
    while grown:
        grown = False
        for axis, most in enumerate(track.shape):
            larger = [*counts[:axis], counts[axis] + 1, *counts[axis + 1 :]]
            if counts[axis] < most and np.prod(larger) <= trials:
                counts, grown = larger, True
    start = track.places(track.start)
    return [
        [start[axis]] if count == 1 else _evenly(most, count)
        for axis, (most, count) in enumerate(zip(track.shape, counts, strict=True))
    ]


def _evenly(most: int, count: int) -> list[int]:
    """The places in the middle of `count` equal parts of an axis of `most` values."""
    return [int(most * (2 * part + 1) / (2 * count)) for part in range(count)]


def _random(ledger: Ledger, run: int) -> None:
    """Different configurations in random order."""
    n = ledger.track.validation.shape[1]
    for number in np.random.default_rng(run).permutation(n):
        ledger.train(int(number))


def _tpe(ledger: Ledger, run: int) -> None:
    """Optuna's TPE, recorded: asking it live takes seconds."""
    from app.labs.recorded_tpe import recorded

    for number in recorded(ledger.track.name)[run]:
        ledger.train(number)


def _halving(ledger: Ledger, run: int) -> None:
    """Random starts; after each round the best third goes on for three times as long."""
    from engine.search.brackets import halving_bracket, survivors

    track = ledger.track
    order = np.random.default_rng(run).permutation(track.validation.shape[1])
    least = max(track.max_epochs // _FIRST_RUNG, 1)
    brackets = (
        halving_bracket(n, track.max_epochs, min_epochs=least, eta=ETA)
        for n in range(min(len(order), ledger.budget // least), 0, -1)
    )
    bracket = next((each for each in brackets if _cost(each) <= ledger.budget), None)
    if bracket is None:
        return
    left = [int(number) for number in order[: bracket.n]]
    for rung, after in itertools.zip_longest(bracket.rungs, bracket.rungs[1:]):
        scores = {number: ledger.train(number, rung.epochs) for number in left}
        if after is not None:
            going_on = survivors(scores, after.n, "val_score")
            left = [number for number in left if number in going_on]


def _cost(bracket: Bracket) -> int:
    """Epochs of all rounds together."""
    before = [0, *(rung.epochs for rung in bracket.rungs)]
    return sum(
        rung.n * (rung.epochs - done) for rung, done in zip(bracket.rungs, before, strict=False)
    )


_SEARCHES: dict[Method, Callable[[Ledger, int], None]] = {
    "manual": _manual,
    "grid": _grid,
    "random": _random,
    "TPE": _tpe,
    "halving": _halving,
}
