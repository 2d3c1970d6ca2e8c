"""Train configurations on every fold in one population, and say how each fared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.population import train
from engine.search.problem import Problem

if TYPE_CHECKING:
    from engine.config import TrainConfig
    from engine.history import EpochResult

Decide = Callable[[int, Mapping[int, float]], Iterable[int]]
"""Called as `decide(epoch, means)` after every epoch, with the mean over the folds of every
configuration still in training, keyed by its index; returns those to train no further."""


@dataclass(frozen=True)
class Outcome:
    """How one configuration fared.

    Attributes:
        ended: "finished" all its epochs, "dropped" by a decision, or "diverged" on some fold.
        scores: The metric at the last epoch on each fold, shape (n_folds,); NaN where there is
            none.
        epochs: Epochs trained, all folds together.
    """

    ended: Literal["finished", "dropped", "diverged"]
    scores: tuple[float, ...]
    epochs: int

    @property
    def value(self) -> float:
        """Mean over the folds; NaN if one diverged."""
        return _mean(self.scores)


Done = Callable[[int, Outcome], None]
"""Called as `done(index, outcome)` once for each configuration, as soon as its outcome is known."""


def evaluate(
    problem: Problem, configs: Sequence[TrainConfig], done: Done, decide: Decide | None = None
) -> None:
    """Train configurations, all folds of all of them in one population.

    Args:
        problem: The data, the metric and the device.
        configs: What to train.
        done: Told every outcome. With `decide` that is within the epoch in which it is known, so
            that little is lost if training is cut off; without, when all have finished.
        decide: Asked after every epoch which configurations to drop, before the next step is
            taken. None leaves the members free to train out of step, which is faster.
    """
    k = len(problem.parts)
    members = [config for config in configs for _ in range(k)]
    # The one call that trains anything in a search.
    histories = train(
        members,
        list(problem.parts) * len(configs),
        device=problem.device,
        evaluate_train=False,
        on_epoch=None if decide is None else _InStep(problem, configs, done, decide),
    )
    if decide is not None:
        return
    for i in range(len(configs)):
        folds = histories[i * k : (i + 1) * k]
        scores = tuple(float(getattr(fold, problem.metric)[-1]) for fold in folds)
        ended: Literal["finished", "diverged"] = (
            "diverged" if any(fold.diverged for fold in folds) else "finished"
        )
        done(i, Outcome(ended, scores, sum(fold.stopped_epoch for fold in folds)))


class _InStep:
    """The callback that turns results of networks into decisions on configurations."""

    def __init__(
        self, problem: Problem, configs: Sequence[TrainConfig], done: Done, decide: Decide
    ) -> None:
        self._metric = problem.metric
        self._k = len(problem.parts)
        self._configs = configs
        self._done = done
        self._decide = decide
        self._open = dict.fromkeys(range(len(configs)))

    def __call__(self, epoch: int, results: Mapping[int, EpochResult]) -> list[int]:
        means: dict[int, float] = {}
        scores: dict[int, tuple[float, ...]] = {}
        ended: dict[int, Literal["finished", "dropped", "diverged"]] = {}
        for i in self._open:
            folds = [results[member] for member in self._members(i)]
            scores[i] = tuple(float(getattr(fold, self._metric)) for fold in folds)
            if any(fold.diverged for fold in folds):
                ended[i] = "diverged"
            else:
                means[i] = _mean(scores[i])
                if epoch == self._configs[i].epochs:
                    ended[i] = "finished"
        for i in self._decide(epoch, means):
            ended[i] = "dropped"
        for i, why in ended.items():
            del self._open[i]
            self._done(i, Outcome(why, scores[i], epoch * self._k))
        # Of a configuration that diverged on one fold, the others are of no more use.
        return [m for i, why in ended.items() if why != "finished" for m in self._members(i)]

    def _members(self, i: int) -> range:
        return range(i * self._k, (i + 1) * self._k)


def _mean(scores: Sequence[float]) -> float:
    return math.fsum(scores) / len(scores)
