from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from optuna.distributions import FloatDistribution

from engine import data, train
from engine.search import Problem, evaluation, grid_search, random_search
from engine.search.result import SearchResult, Trial
from engine.search.space import draw, grid_points

GRID = {"lr": [0.1, 0.01], "width": [4, 8, 6]}


@pytest.fixture
def populations(monkeypatch):
    """Sizes of the populations that are trained, for real."""
    sizes = []

    def counting(configs, *args, **kwargs):
        sizes.append(len(configs))
        return train(configs, *args, **kwargs)

    monkeypatch.setattr(evaluation, "train", counting)
    return sizes


def test_grid_search_scores_every_point_as_training_it_alone_does(moons, small, populations):
    problem = Problem(space=GRID, data=moons, base=small)
    result = grid_search(problem)
    assert populations == [6]
    assert [trial.params for trial in result.trials] == grid_points(problem.distributions)
    for trial in result.trials:
        config = replace(small, **trial.params)
        (alone,) = train([config], moons)
        assert trial.config == config
        assert trial.value == alone.val_score[-1]
        assert trial.scores == (trial.value,)
        assert (trial.state, trial.epochs, trial.reports) == ("complete", 3, {})
    assert result.epochs == 18
    assert result.best.value == max(trial.value for trial in result.trials)


def test_folds_and_configurations_are_one_population_and_the_value_is_the_mean(
    moons, small, populations
):
    result = grid_search(Problem(space=GRID, data=moons, base=small, folds=3, fold_seed=4))
    assert populations == [18]
    for trial in result.trials:
        histories = train([trial.config] * 3, data.folds(moons, 3, seed=4))
        scores = [history.val_score[-1] for history in histories]
        assert trial.scores == tuple(scores)
        assert trial.value == pytest.approx(np.mean(scores), rel=1e-12)
        assert trial.epochs == 9


def test_smaller_populations_change_nothing(moons, small, populations):
    problem = Problem(space=GRID, data=moons, base=small, folds=2)
    whole = grid_search(problem)
    assert grid_search(problem, population=4) == whole
    assert populations == [12, 8, 4]


def test_regression_is_scored_by_r_squared(small):
    diabetes = data.load("diabetes")
    result = grid_search(Problem(space={"lr": [0.01, 0.1]}, data=diabetes, base=small, folds=2))
    (history, _) = train([result.trials[0].config] * 2, data.folds(diabetes, 2))
    assert result.trials[0].scores[0] == history.val_score[-1]
    assert result.best.value > 0


def test_the_lowest_loss_is_best_when_the_loss_is_the_metric(moons, small):
    result = grid_search(Problem(space=GRID, data=moons, base=small, metric="val_loss"))
    assert result.best.value == min(trial.value for trial in result.trials)
    (history,) = train([result.best.config], moons)
    assert result.best.value == history.val_loss[-1]


def test_a_diverged_configuration_is_failed_and_never_best(moons, small):
    base = replace(small, optimizer="sgd")
    for metric in ("val_score", "val_loss"):
        space = {"lr": [1e30, 0.1]}
        result = grid_search(Problem(space=space, data=moons, base=base, folds=2, metric=metric))
        first, second = result.trials
        assert first.state == "failed"
        assert math.isnan(first.value)
        assert result.best == second


def test_a_search_in_which_all_diverged_has_no_best(moons, small):
    base = replace(small, optimizer="sgd")
    result = grid_search(Problem(space={"lr": [1e30]}, data=moons, base=base))
    with pytest.raises(ValueError, match="but got 0 pruned and 1 failed"):
        _ = result.best


def test_of_equal_trials_the_first_is_best(small):
    def trial(index, value, state="complete"):
        return Trial(index, small, {}, state, value, (value,), 3, {})

    trials = (trial(0, 0.9, "pruned"), trial(1, 0.5), trial(2, 0.8), trial(3, 0.8))
    assert SearchResult(trials, "val_score").best.index == 2
    assert SearchResult(trials, "val_loss").best.index == 1


def test_random_search_trains_what_it_draws_and_a_larger_one_begins_alike(moons, small):
    space = {"lr": FloatDistribution(1e-3, 1e-1, log=True), "width": [4, 8]}
    problem = Problem(space=space, data=moons, base=small)
    five = random_search(problem, 5, seed=7)
    assert [trial.params for trial in five.trials] == draw(problem.distributions, 5, seed=7)
    assert random_search(problem, 3, seed=7).trials == five.trials[:3]
    assert random_search(problem, 3, seed=8).trials != five.trials[:3]


def test_random_search_of_more_than_there_is_warns_and_trains_each_once(moons, small):
    with pytest.warns(UserWarning, match="`n` is 9, but the space has 6 points"):
        result = random_search(Problem(space=GRID, data=moons, base=small), 9)
    assert len({str(trial.params) for trial in result.trials}) == len(result.trials) == 6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: random_search(p, 0), "`n` must be a whole number, at least 1, but got n=0"),
        (lambda p: random_search(p, 2, seed=-1), "`seed` must be a whole number, at least 0"),
        (lambda p: grid_search(p, population=0), "`population` must be a whole number, at least 1"),
    ],
)
def test_numbers_out_of_bounds_are_refused(moons, small, call, message, populations):
    with pytest.raises(ValueError, match=message):
        call(Problem(space=GRID, data=moons, base=small))
    assert populations == []


def test_a_problem_with_an_unknown_metric_or_impossible_folds_is_refused(moons, small):
    with pytest.raises(ValueError, match="`metric` must be 'val_score' or 'val_loss', but got"):
        Problem(space=GRID, data=moons, base=small, metric="accuracy")
    with pytest.raises(ValueError, match="1"):
        Problem(space=GRID, data=moons, base=small, folds=1)


def test_a_point_that_cannot_be_trained_is_refused_before_anything_trains(
    moons, small, populations
):
    # There are more corners than are tried with the space, and the impossible ones come late.
    space = {"schedule": ["constant", "one-cycle"], "seed": list(range(3000)), "warmup": [0.0, 0.1]}
    problem = Problem(space=space, data=moons, base=small)
    for search in (grid_search, lambda p: random_search(p, 50)):
        with pytest.raises(ValueError, match="`warmup` must be 0 with schedule='one-cycle'"):
            search(problem)
    assert populations == []


def test_the_bar_is_shown_when_asked_for_and_not_otherwise(moons, small, capsys):
    problem = Problem(space=GRID, data=moons, base=small)
    grid_search(problem)
    assert capsys.readouterr() == ("", "")
    grid_search(problem, progress=True, name="six points")
    out, shown = capsys.readouterr()
    assert out == ""
    assert "six points" in shown
    assert "6/6" in shown
