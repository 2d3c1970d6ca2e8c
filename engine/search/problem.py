"""The question that a search answers: which of these configurations is best on these data?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from engine import data as datasets
from engine.config import TrainConfig
from engine.data import Dataset
from engine.search.result import Metric
from engine.search.space import Distributions, Space, distributions

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """What is searched, and how a configuration is judged.

    Attributes:
        space: Field of `TrainConfig` -> a list of choices, or an Optuna `FloatDistribution`,
            `IntDistribution` or `CategoricalDistribution`.
        data: What the networks train on. The test part is never read.
        base: The fields that are not searched; its `epochs` are the most that a network gets.
        folds: None judges on the validation part; k, at least 2, by k-fold cross-validation over
            the training and validation parts, stratified for classification.
        fold_seed: Decides how the folds are shuffled.
        metric: "val_score", accuracy or R^2, to be maximized; or "val_loss", to be minimized.
        device: Where to train, as `engine.train` takes it.

    Raises:
        ValueError: If the space, the metric or the folds do not fit; nothing has trained then.
    """

    space: Space
    data: Dataset
    base: TrainConfig = field(default_factory=TrainConfig)
    folds: int | None = None
    fold_seed: int = 0
    metric: Metric = "val_score"
    device: str = "auto"

    def __post_init__(self) -> None:
        """Check everything that can be checked before training."""
        if self.metric not in get_args(Metric):
            raise ValueError(
                f"`metric` must be 'val_score' or 'val_loss', but got metric={self.metric!r}."
            )
        # Both are remembered: checking them is most of making them.
        _ = self.distributions, self.parts

    @cached_property
    def distributions(self) -> Distributions:
        """The space as Optuna distributions, fields sorted by name."""
        return distributions(self.space, self.base)

    @cached_property
    def parts(self) -> tuple[Dataset, ...]:
        """The data sets that each configuration trains on: the folds, or the data as they are."""
        if self.folds is None:
            return (self.data,)
        return tuple(datasets.folds(self.data, self.folds, seed=self.fold_seed))

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        """Whether more of the metric is better, or less."""
        return "maximize" if self.metric == "val_score" else "minimize"

    def fingerprint(self) -> dict[str, str]:
        """The question in short texts, one a part: equal for equal questions."""
        return {
            "space": json.dumps({n: _text(d) for n, d in self.distributions.items()}),
            "base": json.dumps(asdict(self.base)),
            "data": _digest(self.data),
            "folds": "none" if self.folds is None else f"{self.folds}, seed {self.fold_seed}",
            "metric": self.metric,
        }


def refuse_searched_epochs(problem: Problem, method: str) -> None:
    """Raise if epochs are searched by a method that hands them out itself.

    Raises:
        ValueError: If `space` names "epochs".
    """
    if "epochs" in problem.space:
        raise ValueError(
            f"`space` must not name 'epochs' for {method}, which decides on them, but it does. "
            "Set the most epochs in `base`."
        )


def _text(distribution: BaseDistribution) -> str:
    from optuna.distributions import distribution_to_json

    return distribution_to_json(distribution)


def _digest(data: Dataset) -> str:
    # What can be learned from, and nothing else: names and notes may change, and the test part is
    # none of a search's business.
    digest = hashlib.sha256(f"{data.task} {data.n_classes}".encode())
    for name in ("x_train", "y_train", "x_val", "y_val"):
        array: np.ndarray = getattr(data, name)
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    # Sizes for the reader of a refusal; the digest decides.
    sizes = f"{len(data.x_train)} + {len(data.x_val)} rows of {data.n_features}"
    return f"{sizes}, {data.task}, {digest.hexdigest()[:16]}"
