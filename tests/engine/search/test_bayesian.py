from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.pruners import HyperbandPruner, MedianPruner
from optuna.trial import TrialState

from engine.search import Problem, bayesian_search, evaluation

EPOCHS = 9
SPACE = {"lr": FloatDistribution(1e-3, 1.0, log=True)}


class Curves(dict):
    """A noisy learning curve for every learning rate, the same whenever it is asked for."""

    def __missing__(self, lr):
        rng = np.random.default_rng(int(lr * 1e9))
        rise = 1 - np.exp(-np.arange(1, EPOCHS + 1) * lr * 5)
        self[lr] = (rise * (1 - lr / 2) + rng.normal(0, 0.05, EPOCHS)).tolist()
        return self[lr]


@pytest.fixture
def problem(moons, small):
    return Problem(space=SPACE, data=moons, base=replace(small, epochs=EPOCHS))


@pytest.mark.parametrize(
    "pruner",
    [
        MedianPruner(),
        MedianPruner(n_startup_trials=2, n_warmup_steps=3, interval_steps=2),
        HyperbandPruner(min_resource=1, max_resource=EPOCHS),
    ],
    ids=["median", "median with warm-up", "hyperband"],
)
def test_a_pruner_decides_as_it_does_in_optunas_own_loop(problem, play, pruner):
    curves = Curves()
    play(curves)
    ours = bayesian_search(problem, 40, pruner=pruner, population=1, seed=2)

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-3, 1.0, log=True)
        for epoch, value in enumerate(curves[lr], start=1):
            trial.report(value, epoch)
            if trial.should_prune():
                raise optuna.TrialPruned
        return value

    # Hyperband puts a trial into a bracket by its number and the name of its study.
    study = optuna.create_study(study_name="bayesian", direction="maximize", pruner=pruner)
    for trial in ours.trials:
        study.enqueue_trial(dict(trial.params))
    study.optimize(objective, n_trials=40)
    assert [t.params for t in study.trials] == [t.params for t in ours.trials]
    assert [t.intermediate_values for t in study.trials] == [t.reports for t in ours.trials]
    assert [t.state == TrialState.PRUNED for t in study.trials] == [
        t.state == "pruned" for t in ours.trials
    ]
    assert study.best_trial.number == ours.best.index
    pruned_early = [t for t in ours.trials if t.state == "pruned" and t.epochs < EPOCHS]
    assert len(pruned_early) >= 5
    assert ours.epochs == sum(len(t.intermediate_values) for t in study.trials)


def test_suggestions_are_those_of_a_tpe_sampler_with_the_trials_own_seed(problem, play):
    curves = Curves()
    play(curves)
    ours = bayesian_search(problem, 14, population=1, seed=5)
    study = optuna.create_study(direction="maximize")
    for number in range(14):
        seed = int(np.random.SeedSequence((5, number)).generate_state(1)[0])
        study.sampler = optuna.samplers.TPESampler(seed=seed)
        trial = study.ask(SPACE)
        study.tell(trial, curves[trial.params["lr"]][-1])
    assert [t.params for t in ours.trials] == [t.params for t in study.trials]


def test_the_same_seed_gives_the_same_trials_and_another_seed_others(problem, play):
    play(Curves())
    first, again, other = (bayesian_search(problem, 20, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert {t.params["lr"] for t in first.trials}.isdisjoint(t.params["lr"] for t in other.trials)
    assert len({t.params["lr"] for t in first.trials}) == 20


def test_trials_are_trained_in_populations_of_the_size_asked_for(problem, monkeypatch, play):
    recording = play(Curves())
    sizes = []

    def counting(configs, *args, **kwargs):
        sizes.append(len(configs))
        return recording(configs, *args, **kwargs)

    monkeypatch.setattr(evaluation, "train", counting)
    bayesian_search(problem, 20, population=6)
    assert sizes == [6, 6, 6, 2]


@pytest.mark.parametrize("pruner", [None, MedianPruner(n_startup_trials=2)])
def test_a_stored_search_called_again_with_more_trials_equals_one_in_one_go(
    problem, play, tmp_path, pruner
):
    curves = Curves()
    play(curves)
    at_once = bayesian_search(problem, 24, pruner=pruner)
    log = tmp_path / "study.log"
    first = bayesian_search(problem, 8, pruner=pruner, storage=log)
    recording = play(curves)
    assert bayesian_search(problem, 24, pruner=pruner, storage=log) == at_once
    assert at_once.trials[:8] == first.trials
    assert len(recording.trained) == 16


def test_a_diverged_trial_fails_in_the_study_and_the_search_goes_on(problem, play, tmp_path):
    curves = Curves()
    play(curves)
    second = bayesian_search(problem, 2, population=1).trials[1]
    curves[second.params["lr"]] = [0.5, math.nan, *[math.nan] * 7]
    for pruner in (None, MedianPruner()):
        log = tmp_path / f"{pruner is None}.log"
        result = bayesian_search(problem, 4, population=1, pruner=pruner, storage=log)
        assert [t.state for t in result.trials] == ["complete", "failed", "complete", "complete"]
        assert result.trials[1].epochs == 2
        storage = optuna.storages.JournalStorage(
            optuna.storages.journal.JournalFileBackend(str(log))
        )
        study = optuna.load_study(study_name="bayesian", storage=storage)
        assert [t.state for t in study.trials].count(TrialState.FAIL) == 1


def test_any_sampler_of_optuna_will_do(problem, play):
    play(Curves())
    seeds = []

    def sampler(seed):
        seeds.append(seed)
        return optuna.samplers.RandomSampler(seed=seed)

    result = bayesian_search(problem, 5, sampler=sampler)
    assert len(set(seeds)) == 5
    for seed, trial in zip(seeds, result.trials, strict=True):
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
        assert trial.params == study.ask(SPACE).params


def test_every_kind_of_field_is_searched_by_real_training_with_folds(moons, small):
    space = {
        "lr": FloatDistribution(1e-3, 1e-1, log=True),
        "width": IntDistribution(4, 16, log=True),
        "dropout": FloatDistribution(0.0, 0.5, step=0.25),
        "optimizer": ["adam", "nesterov"],
    }
    problem = Problem(space=space, data=moons, base=small, folds=2)
    result = bayesian_search(problem, 10, pruner=MedianPruner(n_startup_trials=2), population=5)
    assert [trial.index for trial in result.trials] == list(range(10))
    assert all(set(trial.params) == set(space) for trial in result.trials)
    for trial in result.trials:
        assert list(trial.reports) == list(range(1, trial.epochs // 2 + 1))
    assert result.best.value > 0.5


def test_numbers_out_of_bounds_are_refused(problem):
    for arguments in ({"n": 0}, {"n": 2, "seed": -1}, {"n": 2, "population": 0}):
        with pytest.raises(ValueError, match="must be a whole number, at least"):
            bayesian_search(problem, **arguments)
