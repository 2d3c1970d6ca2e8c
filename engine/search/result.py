"""What a search leaves behind: its trials in order, the best of them, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.config import TrainConfig
    from engine.search.space import Params

Metric = Literal["val_score", "val_loss"]
"""What is searched for: the highest accuracy or R^2, or the lowest loss."""

State = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True)
class Trial:
    """One configuration of a search and how it fared.

    Attributes:
        index: Its place in the search, from 0: the order of the grid, or of the draw.
        config: What was trained.
        params: The searched fields of `config`.
        state: "complete" after all epochs; "pruned" if stopped early for being worse than others;
            "failed" if a loss was not finite, on any fold.
        value: Mean of `scores`. A pruned trial has that of its last epoch, a failed one NaN.
        scores: The metric at the last epoch on each fold (on the validation part alone if there
            are no folds), shape (n_folds,); NaN for a fold that diverged or stopped with one.
        epochs: Epochs trained, all folds together.
        reports: Epoch, from 1 -> mean over the folds, at the epochs where a decision to go on
            was taken; empty if there was none.
    """

    index: int
    config: TrainConfig
    params: Params
    state: State
    value: float
    scores: tuple[float, ...]
    epochs: int
    reports: Mapping[int, float]


@dataclass(frozen=True)
class SearchResult:
    """All finished trials of one search.

    Attributes:
        trials: In the order of their `index`; after an interruption some are missing.
        metric: What `Trial.value` is.
    """

    trials: tuple[Trial, ...]
    metric: Metric

    @property
    def best(self) -> Trial:
        """The complete trial with the best value; of equals, the first.

        Raises:
            ValueError: If no trial is complete.
        """
        complete = [trial for trial in self.trials if trial.state == "complete"]
        if not complete:
            states = [trial.state for trial in self.trials]
            raise ValueError(
                "A search must have a complete trial to have a best one, but got "
                f"{states.count('pruned')} pruned and {states.count('failed')} failed. "
                "Lower the learning rates, or prune less."
            )
        return max(complete, key=lambda trial: signed(trial.value, self.metric))

    @property
    def epochs(self) -> int:
        """What the search cost: epochs of all trials and folds, without any that were lost."""
        return sum(trial.epochs for trial in self.trials)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a search.

    It goes on as the `KeyboardInterrupt` that it is, with what was finished by then; a search with
    a storage can be called again and goes on from there.

    Attributes:
        result: The trials that had finished.
    """

    def __init__(self, result: SearchResult) -> None:
        """Keep the partial result."""
        super().__init__()
        self.result = result


def signed(value: float, metric: Metric) -> float:
    """The value on a scale where more is better and NaN is worst of all."""
    if math.isnan(value):
        return -math.inf
    return value if metric == "val_score" else -value
