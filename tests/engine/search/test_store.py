from __future__ import annotations

import json
import logging
from dataclasses import replace

import optuna
import pytest
from optuna.distributions import FloatDistribution

from engine import data
from engine.search import (
    Problem,
    bayesian_search,
    grid_search,
    hyperband,
    random_search,
    successive_halving,
)

CURVES = {0.1: [0.5, 0.6, 0.7], 0.01: [0.3, 0.4, 0.5], 0.3: [0.4, 0.5, 0.6]}


@pytest.fixture
def problem(moons, small):
    return Problem(space={"lr": list(CURVES)}, data=moons, base=small)


def storages(folder):
    return folder / "study.log", f"sqlite:///{folder / 'study.db'}"


def test_a_finished_search_called_again_trains_nothing_and_returns_the_same(
    problem, play, tmp_path
):
    searches = [
        grid_search,
        lambda p, **to: random_search(p, 3, **to),
        lambda p, **to: successive_halving(p, 3, **to),
        hyperband,
        lambda p, **to: bayesian_search(p, 3, pruner=optuna.pruners.MedianPruner(), **to),
    ]
    for storage in storages(tmp_path):
        for search in searches:
            recording = play(CURVES)
            in_memory = search(problem)
            once = len(recording.trained)
            assert once > 0
            assert search(problem, storage=storage) == in_memory
            assert search(problem, storage=storage) == in_memory
            assert len(recording.trained) == 2 * once


def test_optuna_and_its_tools_can_read_what_was_stored(problem, play, tmp_path):
    play(CURVES)
    for storage in storages(tmp_path):
        ours = successive_halving(problem, 3, storage=storage)
        theirs = optuna.load_study(
            study_name="halving",
            storage=storage
            if isinstance(storage, str)
            else optuna.storages.JournalStorage(
                optuna.storages.journal.JournalFileBackend(str(storage))
            ),
        )
        assert theirs.best_params == ours.best.params
        assert theirs.best_value == ours.best.value
        assert [t.intermediate_values for t in theirs.trials] == [t.reports for t in ours.trials]
        assert len(theirs.trials) == 3


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"space": {"lr": [0.1, 0.01]}}, "space"),
        ({"space": {"lr": [0.01, 0.1, 0.3]}}, "space"),
        ({"space": {"lr": FloatDistribution(0.01, 0.3)}}, "space"),
        ({"epochs": 2}, "base"),
        ({"data": "moons of another seed"}, "data"),
        ({"metric": "val_loss"}, "metric"),
        ({"folds": 2}, "folds"),
    ],
)
def test_a_stored_search_does_not_go_on_with_another_question(
    problem, moons, small, play, tmp_path, changed, part
):
    recording = play(CURVES)
    kept = tmp_path / "study.log"
    random_search(problem, 2, storage=kept)
    trained = list(recording.trained)
    if "epochs" in changed:
        changed = {"base": replace(small, **changed)}
    if "data" in changed:
        changed = {"data": data.load("moons", n=200, seed=1)}
    other = replace(problem, **changed)
    with pytest.raises(ValueError, match=f"was begun with another `{part}`: .*another name"):
        random_search(other, 2, storage=kept)
    with pytest.raises(ValueError, match="was begun with another `seed`: 0, and got 1"):
        random_search(problem, 2, seed=1, storage=kept)
    with pytest.raises(ValueError, match="was begun with another `method`: random, and got grid"):
        grid_search(problem, storage=kept, name="random")
    assert recording.trained == trained


def test_the_test_part_and_names_are_no_part_of_the_question(problem, moons, play, tmp_path):
    play(CURVES)
    kept = tmp_path / "study.log"
    first = grid_search(problem, storage=kept)
    renamed = replace(moons, name="two moons", x_test=moons.x_test * 2)
    assert grid_search(replace(problem, data=renamed), storage=kept) == first


def test_a_study_that_no_search_began_is_left_alone(problem, tmp_path):
    url = f"sqlite:///{tmp_path / 'own.db'}"
    study = optuna.create_study(study_name="grid", storage=url, direction="maximize")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    with pytest.raises(ValueError, match="`name` must be a study that a search began, but 'grid'"):
        grid_search(problem, storage=url)


def test_a_journal_in_a_folder_that_does_not_exist_is_refused(problem, tmp_path):
    with pytest.raises(ValueError, match="`storage` must be in a folder that exists, but got"):
        grid_search(problem, storage=tmp_path / "none" / "study.log")


def test_several_searches_share_one_file_under_their_names(problem, play, tmp_path):
    play(CURVES)
    kept = tmp_path / "study.log"
    grid_search(problem, storage=kept)
    grid_search(problem, storage=kept, name="again")
    assert len(random_search(problem, 2, storage=kept).trials) == 2


def test_half_a_line_after_a_power_cut_is_dropped_and_its_trial_trained_again(
    problem, play, tmp_path
):
    recording = play(CURVES)
    kept = tmp_path / "study.log"
    whole = grid_search(problem, storage=kept)
    lines = kept.read_text().splitlines(keepends=True)
    *_, last_end = (i for i, line in enumerate(lines) if json.loads(line)["op_code"] == 6)
    torn = "".join(lines[:last_end]) + lines[last_end][:20]
    # The process that wrote this is the test itself and lives; make it one that does not.
    kept.write_text(torn.replace('"started":"', '"started":"0'))
    recording.trained.clear()
    assert grid_search(problem, storage=kept) == whole
    assert recording.trained == [whole.trials[-1].params["lr"]]


@pytest.fixture
def heard():
    """What Optuna logs, which it does not pass on to the root logger."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append
    logging.getLogger("optuna").addHandler(handler)
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.INFO)  # its default, whatever ran here before
    yield records
    optuna.logging.set_verbosity(before)
    logging.getLogger("optuna").removeHandler(handler)


def test_optuna_is_quiet_during_a_search_and_as_talkative_afterwards_as_before(
    problem, play, tmp_path, heard, capfd
):
    play(CURVES)
    for storage in (None, *storages(tmp_path)):
        grid_search(problem, storage=storage)
    play(CURVES).interrupt_after = 1
    with pytest.raises(KeyboardInterrupt):
        successive_halving(problem, 3)
    assert heard == []
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == optuna.logging.INFO
    optuna.create_study()
    assert len(heard) == 1


def test_optuna_stays_talkative_for_who_asked_for_it(problem, play, heard):
    play(CURVES)
    optuna.logging.set_verbosity(optuna.logging.DEBUG)
    grid_search(problem)
    assert any("study created" in record.getMessage() for record in heard)
    assert optuna.logging.get_verbosity() == optuna.logging.DEBUG
