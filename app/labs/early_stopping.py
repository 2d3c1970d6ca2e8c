"""Early stopping on real learning curves: where a rule stops, and what it would have kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from engine import Dataset, History

Data = Literal["200 digits", "1,010 digits", "breast cancer"]
Rule = Literal["Keras", "scikit-learn"]

DATA: tuple[Data, ...] = get_args(Data)
RULES: tuple[Rule, ...] = get_args(Rule)
LRS = ("0.003", "0.001", "0.01")
EPOCHS = 100
_WIDTH = 64


@dataclass(frozen=True)
class Stop:
    """What a rule did on a curve.

    Attributes:
        stopped: The last epoch that was trained, counted from 1.
        early: Whether the rule ended it, rather than the epochs.
        best: The epoch whose weights the rule keeps, counted from 1; 0 where no value was finite.
    """

    stopped: int
    early: bool
    best: int


@lru_cache(maxsize=64)
def curves(data: Data, lr: float, seed: int) -> History:
    """Train a network with two hidden layers of 64 units, by Adam, for all epochs.

    Args:
        data: What to train on; the validation part is always the whole one.
        lr: Learning rate.
        seed: Decides the initial weights and the order of examples.

    Raises:
        ValueError: If `data` is not known.
    """
    from engine import TrainConfig, train

    (history,) = train([TrainConfig(lr=lr, width=_WIDTH, epochs=EPOCHS, seed=seed)], _load(data))
    return history


def stop(losses: Sequence[float], patience: int, min_delta: float, rule: Rule) -> Stop:
    """Follow a validation loss until a rule says stop, or to its end.

    "Keras" counts as the lesson does: only a loss more than `min_delta` below the best is an
    improvement and moves the best; the count stops the training when it reaches `patience`.
    "scikit-learn" counts as its `MLPClassifier` does: any lower loss moves the best, but only one
    lower by `min_delta` or more sets the count back; training ends when it *exceeds* `patience`. A
    loss that is not finite stops both.

    Args:
        losses: One an epoch, at least one.
        patience: Epochs without improvement, at least 1.
        min_delta: Least improvement, in the unit of the losses, at least 0.
        rule: How to count.

    Raises:
        ValueError: If `losses` is empty, or another argument does not fit.
    """
    if not len(losses) or patience < 1 or not min_delta >= 0:
        raise ValueError(
            "There must be losses, a `patience` of at least 1 and a `min_delta` of at least 0, "
            f"but got {len(losses)} losses, patience={patience} and min_delta={min_delta}."
        )
    if rule not in RULES:
        raise ValueError(f"`rule` must be one of {RULES}, but got {rule!r}.")
    keras = rule == "Keras"
    least, best, count = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if not math.isfinite(loss):
            return Stop(epoch, early=True, best=best)
        improved = loss < least - min_delta if keras else loss <= least - min_delta
        if improved if keras else loss < least:
            least, best = loss, epoch
        count = 0 if improved else count + 1
        if count >= patience + (not keras):
            return Stop(epoch, early=True, best=best)
    return Stop(len(losses), early=False, best=best)


def _load(data: Data) -> Dataset:
    from engine.data import load

    if data not in DATA:
        raise ValueError(f"`data` must be one of {DATA}, but got {data!r}.")
    if data == "breast cancer":
        return load("breast_cancer")
    digits = load("digits")
    if data == "1,010 digits":
        return digits
    return replace(digits, x_train=digits.x_train[:200], y_train=digits.y_train[:200])
