from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine import train
from engine.search import (
    Interrupted,
    Problem,
    hyperband,
    hyperband_brackets,
    random_search,
    successive_halving,
)

NAN = math.nan

# Scores by learning rate over 9 epochs. After 1 epoch 0.7, 0.8 and 0.9 lead; after 3 epochs 0.7
# does, although 0.1 would have overtaken all in the end. 0.2 and 0.3 are equal to none.
CURVES = {
    0.1: [0.10, 0.2, 0.3, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99],
    0.2: [0.20] * 9,
    0.3: [0.21] * 9,
    0.4: [0.22] * 9,
    0.5: [0.23] * 9,
    0.6: [0.24] * 9,
    0.7: [0.50, 0.6, 0.7, 0.70, 0.70, 0.70, 0.70, 0.70, 0.75],
    0.8: [0.60, 0.6, 0.6, 0.90, 0.90, 0.90, 0.90, 0.90, 0.90],
    0.9: [0.70, 0.6, 0.5, 0.90, 0.90, 0.90, 0.90, 0.90, 0.90],
}


@pytest.fixture
def problem(moons, small):
    return Problem(space={"lr": list(CURVES)}, data=moons, base=replace(small, epochs=9))


def by_lr(result):
    return {t.params["lr"]: (t.state, t.epochs, t.value) for t in result.trials}


def test_successive_halving_on_a_recorded_table_keeps_whom_a_hand_would(problem, play):
    recording = play(CURVES)
    result = successive_halving(problem, 9)
    assert by_lr(result) == {
        **{lr: ("pruned", 1, CURVES[lr][0]) for lr in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)},
        0.8: ("pruned", 3, 0.6),
        0.9: ("pruned", 3, 0.5),
        0.7: ("complete", 9, 0.75),
    }
    assert result.best.params == {"lr": 0.7}
    assert result.best.reports == {1: 0.5, 3: 0.7}
    assert result.epochs == 6 * 1 + 2 * 3 + 1 * 9
    assert len(recording.trained) == 9


def test_halving_by_loss_keeps_the_lowest(problem, moons, play):
    play(CURVES)
    by_loss = Problem(space=problem.space, data=moons, base=problem.base, metric="val_loss")
    result = successive_halving(by_loss, 9)
    assert result.best.params == {"lr": 0.7}
    assert result.best.value == 0.25
    assert {t.params["lr"] for t in result.trials if t.epochs == 3} == {0.8, 0.9}


def test_of_equals_the_first_drawn_goes_on(problem, play):
    play(dict.fromkeys(CURVES, [0.5] * 9))
    result = successive_halving(problem, 9, seed=3)
    assert [t.index for t in result.trials if t.epochs > 1] == [0, 1, 2]
    assert result.best.index == 0


def test_a_diverged_member_is_failed_and_its_seat_goes_to_the_next(problem, play):
    play(CURVES | {0.9: [NAN] * 9})
    found = by_lr(successive_halving(problem, 9))
    assert found[0.9][:2] == ("failed", 1)
    assert found[0.6] == ("pruned", 3, 0.24)
    assert found[0.7][0] == "complete"


def test_a_member_that_diverges_between_rounds_leaves_its_seat_empty(problem, play):
    play(CURVES | {0.9: [0.7, NAN, NAN, *[NAN] * 6]})
    found = by_lr(successive_halving(problem, 9))
    assert found[0.9][:2] == ("failed", 2)
    assert sorted(epochs for _, epochs, _ in found.values()) == [1, 1, 1, 1, 1, 1, 2, 3, 9]


def test_if_every_member_diverges_none_is_best(problem, play):
    play(dict.fromkeys(CURVES, [NAN] * 9))
    result = successive_halving(problem, 9)
    assert {t.state for t in result.trials} == {"failed"}
    with pytest.raises(ValueError, match="0 pruned and 9 failed"):
        _ = result.best


def test_decisions_are_taken_on_the_mean_over_the_folds(moons, small):
    base = replace(small, epochs=9)
    space = {"lr": list(CURVES)}
    problem = Problem(space=space, data=moons, base=base, folds=2)
    result = successive_halving(problem, 9)
    configs = [trial.config for trial in result.trials]
    histories = train([c for c in configs for _ in range(2)], list(problem.parts) * 9)
    means = {
        (i, epoch): sum(histories[2 * i + fold].val_score[epoch - 1] for fold in (0, 1)) / 2
        for i in range(9)
        for epoch in (1, 3, 9)
    }
    second = sorted(range(9), key=lambda i: -means[i, 1])[:3]
    last = sorted(sorted(second), key=lambda i: -means[i, 3])[:1]
    assert {t.index for t in result.trials if t.epochs > 2 * 1} == set(second)
    assert [t.index for t in result.trials if t.state == "complete"] == last
    for trial in result.trials:
        assert trial.value == pytest.approx(means[trial.index, trial.epochs // 2], rel=1e-12)


def test_successive_halving_starts_what_random_search_draws(problem, moons, play):
    play(CURVES)
    drawn = random_search(problem, 5, seed=2)
    halved = successive_halving(problem, 5, seed=2)
    assert [t.params for t in halved.trials] == [t.params for t in drawn.trials]


def test_hyperband_trains_its_brackets_in_one_population_and_charges_their_epochs(problem, play):
    recording = play(CURVES)
    result = hyperband(problem)
    assert [b.n for b in hyperband_brackets(9)] == [9, 5, 3]
    assert len(result.trials) == len(recording.trained) == 17
    spent = [trial.epochs for trial in result.trials]
    # 9 at 1, 3 at 3, 1 at 9; 5 at 3, 1 at 9; 3 at 9.
    assert sorted(spent[:9]) == [1, 1, 1, 1, 1, 1, 3, 3, 9]
    assert sorted(spent[9:14]) == [3, 3, 3, 3, 9]
    assert spent[14:] == [9, 9, 9]
    assert result.epochs == 21 + 21 + 27


def test_epochs_cannot_be_searched_by_a_method_that_hands_them_out(moons, small):
    problem = Problem(space={"epochs": [1, 2]}, data=moons, base=small)
    for search in (hyperband, lambda p: successive_halving(p, 2)):
        with pytest.raises(ValueError, match="`space` must not name 'epochs'"):
            search(problem)


@pytest.mark.parametrize("epoch", range(1, 9))
@pytest.mark.parametrize("search", [lambda p, s: successive_halving(p, 9, storage=s), hyperband])
def test_a_search_cut_off_in_any_epoch_goes_on_to_the_same_end(
    problem, play, tmp_path, search, epoch
):
    def searched(storage):
        return search(problem, storage=storage) if search is hyperband else search(problem, storage)

    play(CURVES)
    whole = searched(None)
    recording = play(CURVES)
    recording.interrupt_after = epoch
    with pytest.raises(Interrupted) as stop:
        searched(tmp_path / "cut.log")
    finished = stop.value.result.trials
    assert finished == tuple(t for t in whole.trials if t.state == "pruned" and t.epochs <= epoch)
    recording = play(CURVES)
    assert searched(tmp_path / "cut.log") == whole
    unfinished = [t.params["lr"] for t in whole.trials if t not in finished]
    assert recording.trained == unfinished
