"""All members in step: dropping, joining what is left, and canceling before the next step."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from engine import EpochResult, StopTraining, TrainConfig, data, train
from engine.batched import lockstep as lockstep_module
from engine.batched.lockstep import Lockstep
from engine.batched.plan import Plan
from engine.batched.updates import Update
from tests.engine.populations import bits, in_one_chunk, rows

SMALL = TrainConfig(width=16, epochs=3, lr=1e-2, dropout=0.2)


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


@pytest.fixture
def passes(monkeypatch):
    """The numbers of members of every batched epoch, in order."""
    sizes = []
    run_epoch = lockstep_module.run_epoch

    def counted(chunk, evaluate_train):
        sizes.append(len(chunk.members))
        return run_epoch(chunk, evaluate_train)

    monkeypatch.setattr(lockstep_module, "run_epoch", counted)
    return sizes


@pytest.fixture
def steps(monkeypatch):
    """One entry for every optimizer step that any pass takes."""
    taken = []
    step = Update.step

    def counted(self, number):
        taken.append(number)
        step(self, number)

    monkeypatch.setattr(Update, "step", counted)
    return taken


def lockstep_of(configs, dataset, *sizes):
    """A population cut into chunks of these sizes, whatever a plan would make of it."""
    import torch

    shape, members = in_one_chunk(configs, dataset)
    edges = np.cumsum([0, *sizes])
    assert edges[-1] == len(members)
    chunks = [(shape, members[start:stop]) for start, stop in pairwise(edges)]
    return Lockstep(Plan(chunks, n_processes=1, device=torch.device("cpu")), evaluate_train=True)


def test_dropping_from_the_midst_of_many_leaves_the_bits_of_the_rest(moons):
    configs = [replace(SMALL, seed=seed, width=16 - seed) for seed in range(12)]
    drops = {1: [3, 7, 8], 2: [0, 11]}
    histories = train(configs, moons, jobs=1, on_epoch=lambda epoch, _: drops.get(epoch))
    last_epochs = {3: 1, 7: 1, 8: 1, 0: 2, 11: 2}
    for i, (config, history) in enumerate(zip(configs, histories, strict=True)):
        (alone,) = train([config], moons)
        assert history.ended == ("dropped" if i in last_epochs else "finished")
        assert rows(history).tobytes() == rows(alone)[:, : last_epochs.get(i, 3)].tobytes()


def test_small_chunks_are_joined_up_to_the_size_of_the_largest(moons, passes):
    configs = [replace(SMALL, seed=seed) for seed in range(12)]
    population = lockstep_of(configs, moons, 4, 4, 4)
    whole = [rows(train([config], moons)[0]) for config in configs]
    found = [population.train_epoch()]
    population.drop([1, 2, 5, 6, 9])
    # 2 + 2 of the first two chunks fit into one of four; with the third's 3 they would not.
    found.append(population.train_epoch())
    population.drop([0, 3, 4, 7, 8])
    found.append(population.train_epoch())
    assert passes == [4, 4, 4, 4, 3, 2]
    assert [sorted(results) for results in found] == [
        list(range(12)), [0, 3, 4, 7, 8, 10, 11], [10, 11],
    ]  # fmt: skip
    for epoch, results in enumerate(found):
        for i, row in results.items():
            assert row.tobytes() == whole[i][:, epoch].tobytes()


def test_members_of_other_shapes_are_never_joined(moons, passes):
    # With jobs=1 and two members of each of two shapes, one of each left.
    configs = [SMALL, replace(SMALL, seed=1), replace(SMALL, depth=1), replace(SMALL, depth=3)]
    train(configs, moons, jobs=1, on_epoch=lambda epoch, _: [0] if epoch == 1 else None)
    assert passes[-3:] == [1, 1, 1]


def test_dropping_nobody_keeps_every_chunk(moons, passes):
    population = lockstep_of([replace(SMALL, seed=seed) for seed in range(4)], moons, 3, 1)
    for _ in range(2):
        population.train_epoch()
        population.drop([])
    assert passes == [3, 1, 3, 1]


def test_dropping_everybody_leaves_nothing_to_train(moons, passes):
    population = lockstep_of([replace(SMALL, seed=seed) for seed in range(4)], moons, 3, 1)
    population.drop(range(4))
    assert population.train_epoch() == {}
    assert passes == []


def test_canceling_takes_effect_before_another_step_is_taken(moons, steps):
    def stop(epoch, results):
        assert len(steps) == 4 * epoch  # 112 examples in batches of 32, one pass
        if epoch == 2:
            raise StopTraining

    (history,) = train([replace(SMALL, epochs=50)], moons, on_epoch=stop)
    assert steps == list(range(1, 9))
    assert (history.ended, history.stopped_epoch) == ("canceled", 2)


def test_a_dropped_population_takes_no_further_step(moons, steps):
    train([SMALL], moons, on_epoch=lambda epoch, results: results)
    assert steps == [1, 2, 3, 4]


def test_an_error_in_on_epoch_takes_no_further_step(moons, steps):
    def fail(epoch, results):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        train([SMALL], moons, on_epoch=fail)
    assert len(steps) == 4


def test_results_come_in_the_order_of_the_configurations(moons):
    # Shapes of unequal work, so that chunks are trained in another order than they came in.
    configs = [
        replace(SMALL, depth=(i * 2) % 5, batch_size=(8, 32, 64)[i % 3], seed=i, epochs=1 + i % 2)
        for i in range(9)
    ]
    seen = []
    train(configs, moons, jobs=1, on_epoch=lambda _, results: seen.append(list(results)))
    assert seen == [list(range(9)), [1, 3, 5, 7]]


@pytest.mark.parametrize("dataset", ["moons", "diabetes"])
def test_every_result_is_a_row_of_its_history(dataset):
    configs = [replace(SMALL, lr=1e-3, seed=seed, epochs=2 + seed % 2) for seed in range(4)]
    seen = {i: [] for i in range(4)}

    def note(epoch, results):
        for i, result in results.items():
            assert len(seen[i]) == epoch - 1
            seen[i].append(result)

    histories = train(configs, data.load(dataset), jobs=1, on_epoch=note)
    for i, history in enumerate(histories):
        assert seen[i] == [EpochResult(*row) for row in rows(history).T.tolist()]
        assert len(seen[i]) == configs[i].epochs


def test_without_training_curves_the_validation_curves_are_the_same_bits(moons):
    configs = [SMALL, replace(SMALL, seed=1), replace(SMALL, depth=0, optimizer="sgd")]
    seen = []
    both = train(configs, moons, jobs=1)
    in_step = train(
        configs, moons, jobs=1, evaluate_train=False,
        on_epoch=lambda _, results: seen.append(results),
    )  # fmt: skip
    for ours in (in_step, train(configs, moons, jobs=1, evaluate_train=False)):
        for history, measured in zip(ours, both, strict=True):
            assert history.ended == "finished"
            assert np.isnan(rows(history)[:2]).all()
            assert rows(history).shape == (4, 3)
            assert rows(history)[2:].tobytes() == rows(measured)[2:].tobytes()
    for epoch, results in enumerate(seen):
        assert np.isnan([result.train_loss for result in results.values()]).all()
        assert [r.val_loss for r in results.values()] == [h.val_loss[epoch] for h in both]
        assert not any(result.diverged for result in results.values())


def test_on_epoch_that_returns_nothing_changes_no_bit(moons):
    configs = [replace(SMALL, seed=seed, epochs=1 + seed % 3) for seed in range(7)]
    in_step = train(configs, moons, jobs=1, on_epoch=lambda *_: ())
    assert [bits(h) for h in in_step] == [bits(h) for h in train(configs, moons, jobs=1)]
