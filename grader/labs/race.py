"""The race for a learner's own search: recorded trainings, looked up beside the learner's code."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.labs.ex07_practical_guidelines import Objective

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOT_OF_THE_SPACE = -1


def course(trainings: int) -> Course:
    """A course on which searches run that may pay for so many whole trainings."""
    return Course(trainings)


class Course:
    """Runs a learner's search several times, and reports what it trained and chose.

    A track is a dict of plain values:
        axes: Hyperparameter -> its values, in the order that numbers configurations, last fastest.
        start: Hyperparameter -> the value of a common configuration.
        validation: One array a seed, shape (n_configurations, n_epochs).
        test: One array a seed, shape (n_configurations,).
    """

    def __init__(self, trainings: int) -> None:
        """Take the budget."""
        self._trainings = trainings

    def tune(
        self, tune: Callable[..., Any], track: Mapping[str, Any], runs: int
    ) -> list[dict[str, Any]]:
        """Run the capstone with the seeds 0, 1, … `runs` - 1; see `Course` for the track.

        Returns:
            For each run:
            moves: Epochs charged by then, configuration, epochs it has, validation accuracy; one
                row a training, shape (n, 4).
            chosen: Number of the configuration that was chosen; -1 where that is none.
        """
        found = []
        for run in range(runs):
            account = Account(track, run, self._trainings)
            objective = Objective(
                account.train, account.remaining, account.open_test, account.max_epochs
            )
            result = tune(objective, _space(track), account.remaining(), run)
            found.append(account.report(result))
        return found

    def random_search(
        self, random_search: Callable[..., Any], track: Mapping[str, Any], runs: int
    ) -> list[dict[str, Any]]:
        """Run topic 4's search with generators seeded 0, 1, …; it returns what `tune` here does."""
        found = []
        for run in range(runs):
            account = Account(track, run, self._trainings)
            rng = np.random.default_rng(run)
            result = random_search(account.train, _space(track), self._trainings, rng, "max")
            found.append(account.report(result))
        return found


class Account:
    """One run's trainings: each is looked up, charged and written down."""

    def __init__(self, track: Mapping[str, Any], run: int, trainings: int) -> None:
        """Begin run `run`, which trains with the track's seeds in turn."""
        seed = run % len(track["validation"])
        self._axes: dict[str, list[Any]] = {name: list(v) for name, v in track["axes"].items()}
        self._validation = np.asarray(track["validation"][seed])
        self._test = np.asarray(track["test"][seed])
        self.max_epochs = int(self._validation.shape[1])
        self._budget = trainings * self.max_epochs
        self._spent = 0
        self._is_open = False
        self._trained: dict[int, int] = {}
        self._moves: list[tuple[float, ...]] = []

    def remaining(self) -> int:
        """Epochs that are left."""
        return self._budget - self._spent

    def train(self, config: Mapping[str, Any], epochs: int | None = None) -> float:
        """Train up to an epoch, by default the last, and return the validation accuracy.

        A call costs the epochs beyond those that the configuration has, and one at least.

        Raises:
            ValueError: If that costs more than is left, is not of the space, or comes after the
                test.
        """
        until = self.max_epochs if epochs is None else operator.index(epochs)
        number = self._number(config)
        if number == _NOT_OF_THE_SPACE:
            raise ValueError(f"`config` must be of the space, but got {config!r}.")
        if not 1 <= until <= self.max_epochs:
            raise ValueError(f"`epochs` must be 1 to {self.max_epochs}, but got epochs={until}.")
        if self._is_open:
            raise ValueError("The test set is open, which ends the search.")
        before = self._trained.get(number, 0)
        cost = max(until - before, 1)
        if cost > self.remaining():
            raise ValueError(
                f"{cost} more epochs were asked for, but {self.remaining()} of {self._budget} are "
                "left."
            )
        self._spent += cost
        self._trained[number] = max(before, until)
        score = float(self._validation[number, until - 1])
        self._moves.append((self._spent, number, until, score))
        return score

    def open_test(self, config: Mapping[str, Any]) -> float:
        """Break the seal and return the test accuracy of a configuration.

        Raises:
            ValueError: If it is broken already, or the configuration is not of the space.
        """
        number = self._number(config)
        if number == _NOT_OF_THE_SPACE:
            raise ValueError(f"`config` must be of the space, but got {config!r}.")
        if self._is_open:
            raise ValueError("The test set is open already, which it can be once.")
        self._is_open = True
        return float(self._test[number])

    def report(self, result: object) -> dict[str, Any]:
        """What the run did, with what it returned: a tuple that begins with its configuration."""
        chosen = result[0] if isinstance(result, tuple) and result else None
        moves: NDArray[np.float64] = np.array(self._moves, dtype=np.float64).reshape(-1, 4)
        return {"moves": moves, "chosen": self._number(chosen)}

    def _number(self, config: object) -> int:
        if not isinstance(config, Mapping) or config.keys() != self._axes.keys():
            return _NOT_OF_THE_SPACE
        number = 0
        for name, values in self._axes.items():
            if config[name] not in values:
                return _NOT_OF_THE_SPACE
            number = number * len(values) + values.index(config[name])
        return number


def _space(track: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The track's axes with the common value of each in front: that is where `tune` may start."""
    return {
        name: [track["start"][name], *(v for v in values if v != track["start"][name])]
        for name, values in track["axes"].items()
    }
