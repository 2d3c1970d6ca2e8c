"""The challenge: a learner tunes by hand on recorded trainings, within a budget, against others.

A game is its moves, written so that an address can hold them: "16_17.5_17.20_204.1" is played with
16 whole trainings, and trained configuration 17 to epoch 5, then to 20, then configuration 204 to
epoch 1. In "16+320_17.5" games that were given up had spent 320 epochs before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from app.labs import race
from app.labs.contestants import Ledger, Method, OutOfBudget
from app.labs.track import Name, track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BUDGETS = (8, 16, 32)  # whole trainings
ROUNDS = 3  # one a seed of the landscapes
RIVALS: tuple[Method, ...] = ("random", "TPE")
_RIVAL_RUNS = 39  # as many of each seed of the landscapes, 13
_MOVE = re.compile(r"(\d{1,6})\.(\d{1,4})")
_HEAD = re.compile(r"(\d{1,4})(?:\+(\d{1,6}))?")
_MOST_MOVES = 2000

Move = tuple[int, int]
"""A configuration's number, and the epoch up to which it is trained."""


@dataclass(frozen=True)
class Round:
    """What is played.

    Attributes:
        name: The track.
        number: 1 to `ROUNDS`: the landscape's seed, counted from 1.
        budget: Whole trainings.
    """

    name: Name
    number: int
    budget: int

    @property
    def id(self) -> str:
        """What one seal is for, whatever the budget, e.g. "digits-1"."""
        return f"{self.name}-{self.number}"


@dataclass(frozen=True)
class Trial:
    """A configuration that was trained.

    Attributes:
        number: The configuration's number.
        epochs: Epochs it has.
        score: Validation accuracy after them.
    """

    number: int
    epochs: int
    score: float


@dataclass(frozen=True, eq=False)
class Game:
    """A round, after some moves.

    Attributes:
        round: What is played.
        moves: Those that the budget paid for.
        spent: Epochs charged.
        trials: Each configuration as far as it is trained, in the order begun.
        given_up: Epochs spent in games of the same round before: what they showed is known.
    """

    round: Round
    moves: tuple[Move, ...]
    spent: int
    trials: tuple[Trial, ...]
    given_up: int = 0

    @property
    def budget(self) -> int:
        """Epochs in all."""
        return self.round.budget * track(self.round.name).max_epochs

    @property
    def left(self) -> int:
        """Epochs that are left."""
        return self.budget - self.spent

    @property
    def best(self) -> Trial | None:
        """The trial with the best validation accuracy, the first of equals; None before any."""
        return max(self.trials, key=lambda trial: trial.score, default=None)

    def trained(self, number: int) -> int:
        """Epochs that a configuration has, 0 if it was not begun."""
        return next((trial.epochs for trial in self.trials if trial.number == number), 0)

    def curve(self, trial: Trial) -> NDArray[np.float64]:
        """Validation accuracy of a trial after each of its epochs, shape (trial.epochs,)."""
        values = track(self.round.name).validation[self.round.number - 1, trial.number]
        return np.asarray(values[: trial.epochs])


@dataclass(frozen=True)
class Result:
    """What the sealed test says.

    Attributes:
        number: The configuration that was handed in.
        promised: Its validation accuracy when it was.
        test: Its test accuracy after a whole training, the mean over seeds not played with.
        best: The best test accuracy on the track.
        beaten: Rival -> share of its runs at the same budget that end below `test`; of equals half.
        rivals: Rival -> median test accuracy of its runs.
    """

    number: int
    promised: float
    test: float
    best: float
    beaten: dict[str, float]
    rivals: dict[str, float]


def play(round: Round, moves: Sequence[Move], given_up: int = 0) -> Game:
    """Replay moves; one that is impossible, or costs more than is left, is passed over.

    Args:
        round: What is played.
        moves: In order.
        given_up: Epochs spent in games before this one.
    """
    on = track(round.name)
    ledger = Ledger(on, round.number - 1, round.budget * on.max_epochs)
    made: list[Move] = []
    trials: dict[int, Trial] = {}
    for number, epochs in moves[:_MOST_MOVES]:
        known = trials[number].epochs if number in trials else 0
        if number >= on.validation.shape[1] or not known < epochs <= on.max_epochs:
            continue
        try:
            score = ledger.train(number, epochs)
        except OutOfBudget:
            continue
        made.append((number, epochs))
        trials[number] = Trial(number, epochs, score)
    return Game(round, tuple(made), ledger.spent, tuple(trials.values()), given_up)


def hand_in(game: Game, number: int) -> Result:
    """Open the sealed test for a configuration.

    Args:
        game: The game.
        number: A configuration that was trained.

    Raises:
        ValueError: If it was not trained.
    """
    trial = next((each for each in game.trials if each.number == number), None)
    if trial is None:
        raise ValueError("Train a configuration before you hand it in.")
    on = track(game.round.name)
    tests = on.test[game.round.number - 1]
    test = float(tests[number])
    ends = {rival: _ends(game.round, rival) for rival in RIVALS}
    return Result(
        number,
        trial.score,
        test,
        float(tests.max()),
        {
            rival: float(np.mean(end < test) + np.mean(end == test) / 2)
            for rival, end in ends.items()
        },
        {rival: float(np.median(end)) for rival, end in ends.items()},
    )


@lru_cache(maxsize=64)
def _ends(round: Round, rival: Method) -> NDArray[np.float64]:
    """Test accuracy that each run of a rival with this round's seed ends with."""
    numbers = range(round.number - 1, _RIVAL_RUNS, ROUNDS)  # run i trains with seed i % ROUNDS
    return np.array([race.run(round.name, rival, round.budget, n).test[-1] for n in numbers])


def give_up(game: Game, budget: int) -> Game:
    """Begin anew; what was spent is not forgotten.

    Args:
        game: The game so far.
        budget: Whole trainings of the new one.
    """
    return play(replace(game.round, budget=budget), (), game.given_up + game.spent)


def dumps(game: Game) -> str:
    """Write a game for an address, which need not name its track and number."""
    before = f"+{game.given_up}" if game.given_up else ""
    moves = (f"{number}.{epochs}" for number, epochs in game.moves)
    return "_".join((f"{game.round.budget}{before}", *moves))


def loads(text: str, round: Round) -> Game:
    """Read what `dumps` wrote; parts that are no moves are passed over.

    A game that was played with another budget than the round's counts as given up.

    Args:
        text: What an address holds.
        round: What is played.
    """
    head, *parts = text.split("_")[: _MOST_MOVES + 1]
    found = _HEAD.fullmatch(head)
    budget = int(found[1]) if found and int(found[1]) in BUDGETS else round.budget
    given_up = int(found[2] or 0) if found else 0
    moves = [_MOVE.fullmatch(part) for part in (head, *parts)]
    told = tuple((int(move[1]), int(move[2])) for move in moves if move)
    game = play(replace(round, budget=budget), told, given_up)
    return game if budget == round.budget else give_up(game, round.budget)
