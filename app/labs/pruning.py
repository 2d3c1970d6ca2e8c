"""Forty recorded learning curves, and which of them the median rule would have cut short."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

N_TRIALS = 40
N_GOOD = 5
NAME = "digits"


@dataclass(frozen=True)
class Rule:
    """The settings of the median rule.

    Attributes:
        n_startup: Trials that must be complete before any is pruned.
        n_warmup: Epochs during which none is pruned, counted from 0 as Optuna's steps are.
        interval: Epochs from one check to the next.
    """

    n_startup: int = 5
    n_warmup: int = 0
    interval: int = 1

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: If a setting is out of bounds.
        """
        for name, least in (("n_startup", 1), ("n_warmup", 0), ("interval", 1)):
            if getattr(self, name) < least:
                raise ValueError(
                    f"`{name}` must be at least {least}, but got {name}={getattr(self, name)}."
                )


@dataclass(frozen=True, eq=False)
class Pruned:
    """What the rule did to a search.

    Attributes:
        errors: Validation error of each trial after each epoch, as if none had been pruned, shape
            (n_trials, n_epochs).
        lasts: Index of each trial's last epoch, shape (n_trials,).
        complete: Which trials trained to the end, shape (n_trials,).
        good: Which trials are the best five at full length, shape (n_trials,).
        median: Median error of the complete trials after each epoch, shape (n_epochs,).
    """

    errors: NDArray[np.float64]
    lasts: NDArray[np.int64]
    complete: NDArray[np.bool_]
    good: NDArray[np.bool_]
    median: NDArray[np.float64]

    @property
    def epochs(self) -> int:
        """Epochs trained in all."""
        return int((self.lasts + 1).sum())

    @property
    def saved(self) -> float:
        """Share of the epochs that was saved."""
        return 1 - self.epochs / self.errors.size

    @property
    def killed(self) -> NDArray[np.bool_]:
        """Good trials that were pruned, shape (n_trials,)."""
        return self.good & ~self.complete

    @property
    def best(self) -> float:
        """Lowest final error among the complete trials."""
        return float(self.errors[self.complete, -1].min())


@lru_cache(maxsize=32)
def curves(seed: int) -> NDArray[np.float64]:
    """Draw trials from the recorded landscape at random, without replacement.

    Args:
        seed: Decides which.

    Returns:
        Validation error after each epoch, shape (N_TRIALS, n_epochs). What blew up errs always.
    """
    from engine.landscape import load

    recorded = load(NAME)
    scores = recorded.val_score.reshape(-1, recorded.val_score.shape[-1])
    chosen = np.random.default_rng(seed).choice(len(scores), N_TRIALS, replace=False)
    errors: NDArray[np.float64] = 1 - np.nan_to_num(scores[chosen], nan=0.0)
    errors.setflags(write=False)
    return errors


def is_due(epoch: int, rule: Rule) -> bool:
    """Whether the rule looks at this epoch (an index, from 0)."""
    return epoch >= rule.n_warmup and (epoch - rule.n_warmup) % rule.interval == 0


def prunes(finished: NDArray[np.float64], current: NDArray[np.float64], rule: Rule) -> bool:
    """Decide by the median rule whether to stop a trial; lower values are better.

    Args:
        finished: Values of the complete trials, shape (n_complete, n_epochs).
        current: This trial's values so far, shape (n_so_far,), at least one.
        rule: The settings.
    """
    epoch = len(current) - 1
    if len(finished) < rule.n_startup or not is_due(epoch, rule):
        return False
    return bool(current.min() > np.median(finished[:, epoch]))


@lru_cache(maxsize=128)
def prune(seed: int, rule: Rule) -> Pruned:
    """Run the trials one after the other under the rule."""
    errors = curves(seed)
    n_epochs = errors.shape[1]
    lasts = np.full(len(errors), n_epochs - 1)
    complete = np.ones(len(errors), dtype=bool)
    for i, curve in enumerate(errors):
        finished = errors[:i][complete[:i]]
        for epoch in range(n_epochs):
            if prunes(finished, curve[: epoch + 1], rule):
                # What is pruned after its last epoch has cost as much as a complete trial.
                lasts[i], complete[i] = epoch, False
                break
    good = np.zeros(len(errors), dtype=bool)
    good[np.argsort(errors[:, -1], kind="stable")[:N_GOOD]] = True
    return Pruned(errors, lasts, complete, good, np.median(errors[complete], axis=0))
