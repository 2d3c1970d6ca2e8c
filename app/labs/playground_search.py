"""Random search over several settings at once, from where the playground stands."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.playground import Setup
from app.labs.playground_population import Progress, configured, train_points
from app.labs.playground_ranges import Range
from app.labs.playground_sweep import TITLES, score_name

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine import Dataset

MIN_TRIALS, MAX_TRIALS = 10, 200
MAX_SEED = 20


@dataclass(frozen=True)
class Plan:
    """A search.

    Attributes:
        setup: All that stays as it is.
        ranges: What is searched, a range a setting.
        n_trials: How many configurations are drawn.
        seed: Decides the draw.
    """

    setup: Setup
    ranges: tuple[Range, ...]
    n_trials: int = 60
    seed: int = 0

    def __post_init__(self) -> None:
        """Check what may come from an address."""
        if not self.ranges:
            raise ValueError("A search must be of at least one setting: choose some.")
        if not MIN_TRIALS <= self.n_trials <= MAX_TRIALS:
            raise ValueError(
                f"Choose {MIN_TRIALS} to {MAX_TRIALS} trials, but not {self.n_trials}."
            )
        if not 0 <= self.seed <= MAX_SEED:
            raise ValueError(f"The draw's seed must be 0 to {MAX_SEED}, but got {self.seed}.")

    @cached_property
    def points(self) -> list[dict[str, Any]]:
        """The settings of each trial, drawn independently: log-uniform on logarithmic scales."""
        from engine.search.space import draw

        found = {each.setting: each.distribution() for each in self.ranges}
        drawn = draw(found, self.n_trials, self.seed, replacement=True)
        return [
            {
                each.setting: each.rounded(point[each.setting])  # type: ignore[arg-type]
                if each.scale
                else point[each.setting]
                for each in self.ranges
            }
            for point in drawn
        ]


@dataclass(frozen=True, eq=False)
class Search:
    """What a search has shown so far.

    Attributes:
        plan: What is searched.
        score: What the score is called.
        progress: Scores and curves, a point a trial.
    """

    plan: Plan
    score: str
    progress: Progress

    @property
    def done(self) -> float:
        """Share of the epochs that are trained."""
        return self.progress.done

    @cached_property
    def means(self) -> NDArray[np.float64]:
        """Mean score over the seeds, shape (n_trials,)."""
        return np.asarray(self.progress.scores.mean(axis=1))

    @property
    def order(self) -> NDArray[np.int64]:
        """The trials from the best to the worst, the first drawn first among equals."""
        return np.argsort(-self.means, kind="stable")

    def top(self, share: float) -> NDArray[np.bool_]:
        """Which trials are among the best share of all, at least one; shape (n_trials,)."""
        chosen = np.zeros(len(self.means), dtype=bool)
        chosen[self.order[: max(1, math.ceil(share * len(self.means)))]] = True
        return chosen

    @property
    def best(self) -> Setup:
        """The setup of the best trial."""
        point = self.plan.points[int(self.order[0])]
        return replace(self.plan.setup, config=configured(self.plan.setup, point))

    def importances(self, share: float) -> dict[str, float]:
        """How much each setting has to do with being among the best; they sum to 1.

        Args:
            share: Which part of the trials counts as the best, greater than 0.

        Returns:
            By setting, or nothing where all trials are equally good.

        Source:
            PED-ANOVA, Watanabe et al. 2023, as Optuna has it.
        """
        if (self.means >= self.means[self.top(share)].min()).all():
            return {}  # nothing tells the best from the rest
        import optuna
        from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

        from engine.search.logs import quiet_optuna

        found = {each.setting: each.distribution() for each in self.plan.ranges}
        with quiet_optuna():
            study = optuna.create_study(direction="maximize")
        for point, score in zip(self.plan.points, self.means, strict=True):
            study.add_trial(
                optuna.trial.create_trial(params=point, distributions=found, value=float(score))
            )
        evaluator = PedAnovaImportanceEvaluator(target_quantile=share)
        told = get_param_importances(study, evaluator=evaluator)
        return {each.setting: float(told.get(each.setting, 0.0)) for each in self.plan.ranges}


def run(plan: Plan, data: Dataset, report: Callable[[Search], None]) -> Search:
    """Train all trials of a search together.

    Args:
        plan: What to search.
        data: The examples of its source.
        report: Called with what there is after every epoch; may raise to stop the training.

    Raises:
        ValueError: If it would take too long, or a configuration is out of bounds.
    """
    name = score_name(data)
    done = train_points(
        plan.setup, plan.points, data, lambda found: report(Search(plan, name, found))
    )
    return Search(plan, name, done)


def table(found: Search, share: float) -> list[dict[str, object]]:
    """A row a trial, the best first: its rank, number, score, settings, and whether it is marked.

    Args:
        found: The search.
        share: Which part of the trials is marked as the best.
    """
    top = found.top(share)
    return [
        {
            "rank": rank,
            "trial": int(i),
            found.score: round(float(found.means[i]), 4),
            "among the best": "yes" if top[i] else "",
            **{TITLES[setting]: value for setting, value in found.plan.points[i].items()},
        }
        for rank, i in enumerate(found.order, start=1)
    ]
