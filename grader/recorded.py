"""Tuning problems on recorded trainings: what the capstone, `tune`, is judged by.

A problem stays on the trusted side. The learner's code gets its methods as callables, inside an
object that looks like training (`grader.labs.ex07_practical_guidelines:objective`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.clock import VirtualClock
    from engine.landscape import Landscape, Value
    from grader.subject import Subject

Config = Mapping[str, Any]
LANDSCAPES = ("digits", "spirals")
WHOLE_TRAININGS = 6  # budget of a drawn problem, in trainings of all epochs
_LEAST_CHOICES = 3  # that a drawn problem keeps of an axis, where it has so many
_SEEDS = (0, 1, 2)  # of a landscape that is made
_LAB = "ex07_practical_guidelines:objective"


@dataclass(frozen=True, eq=False)
class Problem:
    """A part of a landscape, to be searched within a budget, with the test accuracy under seal.

    Training follows one of the landscape's seeds. The test accuracy is the mean over the others,
    which no search sees: a configuration that was merely lucky does not keep its luck.

    Attributes:
        landscape: Has an axis "seed".
        space: Name -> choices, every axis but the seed; the first of each make the start.
        seed: The landscape's seed that training follows.
        budget: Epochs in all.
        asked: Configuration and epochs of every training that was asked for, in order.
        refused: Those of them that the budget did not pay for.
        opened: Configurations whose test accuracy was asked for, in order.
    """

    landscape: Landscape
    space: Mapping[str, tuple[Value, ...]]
    seed: int
    budget: int
    asked: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    refused: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    opened: list[dict[str, Any]] = field(default_factory=list)
    _clock: VirtualClock = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        from engine.clock import VirtualClock

        object.__setattr__(self, "_clock", VirtualClock(self.landscape, self.budget, least=1))

    @property
    def max_epochs(self) -> int:
        """Epochs of a whole training."""
        return self.landscape.epoch_budgets[-1]

    @property
    def start(self) -> dict[str, Value]:
        """The configuration that one would take without tuning."""
        return {name: choices[0] for name, choices in self.space.items()}

    def train(self, config: Config, epochs: int) -> float:
        """Train up to an epoch and return the validation accuracy; see `VirtualClock.train`.

        Each call costs one epoch at least, so that a loop over what remains comes to an end.

        Raises:
            ValueError: If that costs more than is left, is not of the space, or comes after the
                test.
        """
        from engine.clock import BudgetExceeded

        self.asked.append((dict(config), epochs))
        if self.opened:
            raise ValueError("The test set is open, which ends the search.")
        self.require(config)
        try:
            return self._clock.train({**config, "seed": self.seed}, epochs)
        except BudgetExceeded as error:
            self.refused.append((dict(config), epochs))
            raise ValueError(str(error)) from None  # the same in a worker, which knows this only

    def remaining(self) -> int:
        """Epochs that are left."""
        return self._clock.remaining

    def open_test(self, config: Config) -> float:
        """Break the seal and return the test accuracy of a configuration.

        Raises:
            ValueError: If it is broken already, or the configuration is not of the space.
        """
        self.require(config)
        self.opened.append(dict(config))
        if len(self.opened) > 1:
            raise ValueError("The test set is open already, which it can be once.")
        return self.test_score(config)

    def test_score(self, config: Config) -> float:
        """The test accuracy, for the grader: the seal stays as it is."""
        seeds = [seed for seed in self.landscape.axes["seed"] if seed != self.seed]
        points = [{**config, "seed": seed} for seed in seeds]
        return float(np.mean([self.landscape.score(p, self.max_epochs) for p in points]))

    def by_random_search(self) -> float:
        """Expected test accuracy of random search that spends the budget on whole trainings.

        It is exact. Of n different configurations drawn from all, the one in place i by
        validation is chosen if it is drawn and none of the better ones is.
        """
        val, test = self.tables()
        n = min(self.budget // self.max_epochs, val.size)
        expected, none_better = 0.0, 1.0
        for i, place in enumerate(np.argsort(-val, axis=None, kind="stable")):
            drawn = n / (val.size - i)
            expected += none_better * drawn * test.flat[place]
            none_better *= 1 - drawn
            if drawn == 1:
                break
        return float(expected)

    def tables(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Validation and test accuracy of the whole space after all epochs.

        Returns:
            Two arrays, with one dimension a name of the space, in the landscape's order.
        """
        axes = self.landscape.axes
        places = [[axes[name].index(choice) for choice in c] for name, c in self.space.items()]
        names = [*self.space, "seed"]
        every = self.landscape.after_epochs(self.max_epochs)
        every = every.transpose([list(axes).index(name) for name in names])
        part = every[np.ix_(*places, range(len(axes["seed"])))]
        own = axes["seed"].index(self.seed)
        return part[..., own], np.delete(part, own, axis=-1).mean(axis=-1)

    def tuned(self, submission: Subject, seed: int) -> Any:
        """Return what the submission's `tune` returns for this problem."""
        lab = submission.build(
            _LAB,
            train=self.train,
            remaining=self.remaining,
            open_test=self.open_test,
            max_epochs=self.max_epochs,
        )
        space = {name: list(choices) for name, choices in self.space.items()}
        return submission.tune(lab, space, self.budget, seed)

    def require(self, config: Config) -> None:
        """Require a configuration of the space.

        Raises:
            ValueError: If it is none; the message says where it differs.
        """
        if not isinstance(config, Mapping) or config.keys() != self.space.keys():
            raise ValueError(f"`config` must be a dict with the names {list(self.space)}.")
        for name, choices in self.space.items():
            if config[name] not in choices:
                raise ValueError(
                    f"`{name}` must be one of {list(choices)}, but got {config[name]!r}."
                )


def draw(rng: np.random.Generator, name: str) -> Problem:
    """Draw a problem: some choices of each axis of a recorded landscape, in any order, and a seed.

    The start is a configuration of the second quarter from below, by test accuracy.

    Args:
        rng: Decides it.
        name: One of `LANDSCAPES`.
    """
    landscape = _recorded(name)
    axes = dict(landscape.axes)
    seed = int(rng.choice(np.asarray(axes.pop("seed"), dtype=int)))
    space: dict[str, tuple[Value, ...]] = {}
    for axis, values in axes.items():
        n = int(rng.integers(min(_LEAST_CHOICES, len(values)), len(values) + 1))
        space[axis] = tuple(values[i] for i in rng.permutation(len(values))[:n])
    budget = WHOLE_TRAININGS * landscape.epoch_budgets[-1]
    _, test = Problem(landscape, space, seed, budget).tables()
    worse = int(rng.uniform(0.25, 0.5) * test.size)
    start = np.unravel_index(np.argsort(test, axis=None)[worse], test.shape)
    for (axis, values), i in zip(list(space.items()), start, strict=True):
        space[axis] = (values[i], *values[:i], *values[i + 1 :])
    return Problem(landscape, space, seed, budget)


def made(
    space: Mapping[str, tuple[Value, ...]],
    accuracy: Callable[[Mapping[str, Value]], float],
    *,
    max_epochs: int,
    budget: int,
) -> Problem:
    """A problem of a landscape that is computed, for what must not be left to chance.

    Args:
        space: Name of a hyperparameter of `engine.TrainConfig` -> choices, at least two.
        accuracy: The accuracy of a configuration after all epochs, NaN where it diverges. On the
            way there it rises, the order of two configurations always being the same.
        max_epochs: Epochs of a whole training.
        budget: Epochs in all.
    """
    from engine.config import TrainConfig
    from engine.landscape import Landscape

    shape = (*(len(choices) for choices in space.values()), len(_SEEDS))
    final = [accuracy(dict(zip(space, p, strict=True))) for p in itertools.product(*space.values())]
    rise = 1 - 0.5 / np.arange(1, max_epochs + 1)
    scores = np.repeat(final, len(_SEEDS)).reshape(*shape, 1) * rise
    landscape = Landscape(
        data="made",
        n_train=1000,
        n_val=1000,
        base=TrainConfig(),
        axes={**space, "seed": _SEEDS},
        epochs=np.full(shape, max_epochs),
        val_score=scores,
        val_loss=(1 - scores).astype(np.float32),
    )
    return Problem(landscape, space, 0, budget)


@cache
def _recorded(name: str) -> Landscape:
    from engine import landscape

    return landscape.load(name)
