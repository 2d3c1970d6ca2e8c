"""Search by an Optuna sampler, which learns from earlier trials, with or without a pruner."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from engine.search.claims import Claim, Claims, Slot, Suggest
from engine.search.evaluation import Outcome, evaluate
from engine.search.problem import Problem
from engine.search.result import SearchResult
from engine.search.run import Session, at_least, run
from engine.search.space import Value
from engine.search.store import Storage, Store

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

# Trials suggested at a time. A larger population trains faster, but each suggestion knows less.
_POPULATION = 8


def bayesian_search(
    problem: Problem,
    n: int,
    *,
    seed: int = 0,
    sampler: Callable[[int], optuna.samplers.BaseSampler] | None = None,
    pruner: optuna.pruners.BasePruner | None = None,
    storage: Storage = None,
    name: str = "bayesian",
    population: int = _POPULATION,
    progress: bool | None = None,
) -> SearchResult:
    """Make n trials of an Optuna study, a few at a time.

    Args:
        problem: What is searched.
        n: Trials in all, at least 1; a stored search may be called again with more.
        seed: Decides the suggestions, at least 0.
        sampler: Makes a sampler from a seed; None means Optuna's `TPESampler`. Every trial gets
            its own, seeded by `seed` and the trial's number: a search that goes on does not
            repeat what it drew, nor do two processes.
        pruner: Asked after every epoch with the mean over the folds; None prunes nothing.
        storage: As for `grid_search`.
        name: The study's name in the storage.
        population: Trials suggested and trained at a time, at least 1.
        progress: Whether to show a bar on stderr; None means on a terminal, after a second.

    Returns:
        The trials. One that diverged is "failed": the sampler learns nothing from it.

    Raises:
        Interrupted: On Ctrl-C, with the trials finished by then.
        ValueError: If an argument is out of bounds, or the storage holds another search under
            this name.
    """
    at_least("seed", seed, 0)
    slots = [Slot(index=i, group=i, params=None) for i in range(at_least("n", n, 1))]
    session = Session(
        storage=storage,
        name=name,
        population=at_least("population", population, 1),
        progress=progress,
    )
    make = _tpe if sampler is None else sampler

    def make_suggest(store: Store) -> Suggest:
        return _Suggest(problem, store, seed, make, pruner)

    def train_batch(claims: Claims, batch: Sequence[Claim]) -> None:
        def done(i: int, outcome: Outcome) -> None:
            claims.finish(batch[i], outcome)

        decide = None if pruner is None else _Pruning(pruner, claims, batch).decide
        evaluate(problem, [claim.config for claim in batch], done, decide)

    return run(problem, slots, session, {"method": "bayesian"}, train_batch, make_suggest)


class _Suggest:
    """Suggests the parameters of one trial after another."""

    def __init__(
        self,
        problem: Problem,
        store: Store,
        seed: int,
        make: Callable[[int], optuna.samplers.BaseSampler],
        pruner: optuna.pruners.BasePruner | None,
    ) -> None:
        self._distributions = problem.distributions
        self._store = store
        self._seed = seed
        self._make = make
        self._pruner = pruner

    def __call__(self, trial_id: int) -> dict[str, Value]:
        import optuna

        number = self._store.storage.get_trial(trial_id).number
        seed = int(np.random.SeedSequence((self._seed, number)).generate_state(1)[0])
        # A study remembers its trials between two `ask`s. A new one has not yet, so that the
        # sampler sees what was suggested a moment ago.
        study = optuna.load_study(
            study_name=self._store.study.study_name,
            storage=self._store.storage,
            sampler=self._make(seed),
            # Hyperband's brackets are studies of their own to a sampler.
            pruner=self._pruner,
        )
        trial = optuna.Trial(study, trial_id)
        return {name: _suggested(trial, name, d) for name, d in self._distributions.items()}


class _Pruning:
    """Passes the pruner's decisions on."""

    def __init__(
        self,
        pruner: optuna.pruners.BasePruner,
        claims: Claims,
        batch: Sequence[Claim],
    ) -> None:
        self._pruner = pruner
        self._claims = claims
        self._batch = batch

    def decide(self, epoch: int, means: Mapping[int, float]) -> list[int]:
        return [i for i, mean in means.items() if self._prunes(self._batch[i], epoch, mean)]

    def _prunes(self, claim: Claim, epoch: int, mean: float) -> bool:
        from optuna.exceptions import UpdateFinishedTrialError

        self._claims.report(claim, epoch, mean)
        store = self._claims.store
        with suppress(UpdateFinishedTrialError):
            return self._pruner.prune(store.study, store.storage.get_trial(claim.trial_id))
        return False


def _tpe(seed: int) -> optuna.samplers.BaseSampler:
    from optuna.samplers import TPESampler

    return TPESampler(seed=seed)


def _suggested(trial: optuna.Trial, name: str, distribution: BaseDistribution) -> Value:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    match distribution:
        case FloatDistribution(low=low, high=high, step=step, log=log):
            return trial.suggest_float(name, low, high, step=step, log=log)
        case IntDistribution(low=low, high=high, step=step, log=log):
            return trial.suggest_int(name, low, high, step=step, log=log)
        case CategoricalDistribution(choices=choices):
            return trial.suggest_categorical(name, choices)
    raise AssertionError(f"`space` let {distribution!r} through.")
