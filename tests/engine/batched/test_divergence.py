"""A member that diverges is reported, keeps what it had, and leaves its own chunk unharmed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import TrainConfig, data, train
from engine.batched.shape import Shape
from engine.batched.streams import initial_layers
from tests.engine.populations import bits, rows, trained_in_one_chunk

# One step an epoch at a hundred thousand times a sane rate: each step raises the loss to about its
# square, so float32 overflows within a few epochs and not in the first.
WILD = TrainConfig(lr=1e3, optimizer="sgd", depth=4, width=16, batch_size=200, epochs=8)


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


def test_the_rows_before_a_divergence_are_kept_and_the_last_is_nan(moons):
    (history,) = train([WILD], moons)
    assert history.diverged
    assert history.ended == "diverged"
    assert 1 < history.stopped_epoch < 8
    assert np.isfinite(rows(history)[:, :-1]).all()
    assert np.isnan(rows(history)[:, -1]).all()
    assert history.val_loss[0] > 1e3


def test_neighbors_in_the_same_chunk_keep_their_bits(moons):
    tame = [replace(WILD, lr=0.1, seed=seed) for seed in range(6)]
    wild = [replace(WILD, seed=1), replace(WILD, lr=1e30)]
    configs = [*tame[:2], wild[0], *tame[2:5], wild[1], tame[5]]
    assert len({Shape.of(config, moons) for config in configs}) == 1
    together = trained_in_one_chunk(configs, moons)
    for config, curves in zip(configs, together, strict=True):
        (alone,) = trained_in_one_chunk([config], moons)
        assert curves.tobytes() == alone.tobytes()
        assert np.isfinite(curves[2, -1]) == (config.lr == 0.1)
    # Only afterwards are they taken out; until then they trained with the rest.
    assert together[6].shape == (4, 1)
    assert together[2].shape[1] > 1


@pytest.mark.parametrize("in_step", [False, True])
@pytest.mark.parametrize("evaluate_train", [True, False])
def test_a_population_reports_a_divergence_however_it_is_trained(moons, in_step, evaluate_train):
    tame = replace(WILD, lr=0.1)
    on_epoch = (lambda *_: None) if in_step else None
    bad, good = train([WILD, tame], moons, on_epoch=on_epoch, evaluate_train=evaluate_train)
    assert (bad.ended, good.ended) == ("diverged", "finished")
    assert bad.stopped_epoch < 8
    assert np.isnan(rows(bad)[:, -1]).all()
    assert np.isfinite(bad.val_loss[:-1]).all()
    (alone,) = train([tame], moons, evaluate_train=evaluate_train)
    assert bits(good) == bits(alone)
    assert np.isnan(good.train_loss).all() == (not evaluate_train)


@pytest.mark.parametrize("in_step", [False, True])
def test_a_divergence_in_the_very_last_epoch_is_no_finish(moons, in_step):
    (longer,) = train([WILD], moons)
    config = replace(WILD, epochs=longer.stopped_epoch)
    on_epoch = (lambda *_: None) if in_step else None
    (history,) = train([config], moons, on_epoch=on_epoch)
    assert history.ended == "diverged"
    assert bits(history) == bits(longer)
    (shorter,) = train([replace(config, epochs=config.epochs - 1)], moons, on_epoch=on_epoch)
    assert shorter.ended == "finished"


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_a_regression_diverges_without_harm_too(optimizer):
    diabetes = data.load("diabetes")
    tame = TrainConfig(optimizer=optimizer, lr=1e-3, width=16, epochs=3)
    wild = replace(tame, lr=1e4)
    bad, good = train([wild, tame], diabetes)
    assert bad.ended == "diverged"
    assert np.isnan(rows(bad)[:, -1]).all()
    assert bits(good) == bits(train([tame], diabetes)[0])
    assert good.train_loss[-1] < good.train_loss[0]


@pytest.mark.parametrize("optimizer", ["adam", "adamw"])
def test_adams_neighbors_are_unharmed_by_a_rate_that_overflows(moons, optimizer):
    tame = TrainConfig(optimizer=optimizer, width=16, epochs=3, weight_decay=1e-3)
    wild = replace(tame, lr=1e30)
    configs = [tame, wild, replace(tame, seed=1)]
    together = trained_in_one_chunk(configs, moons)
    assert not np.isfinite(together[1][2, -1])
    for i in (0, 2):
        assert together[i].tobytes() == trained_in_one_chunk([configs[i]], moons)[0].tobytes()


def test_a_loss_that_overflows_on_the_training_part_alone_counts_if_it_is_measured():
    """One example so far out that its error's square overflows, and its gradient does not.

    The rate is next to nothing, so the weights stay and the validation part looks as ever.
    """
    diabetes = data.load("diabetes")
    config = TrainConfig(depth=0, optimizer="sgd", lr=1e-44, epochs=2)
    ((weight, _),) = initial_layers(config, diabetes.n_features, 1)
    assert abs(weight[0, 0]) > 0.1
    x = diabetes.x_train.copy()
    x[0, 0] = 2.3e19 / weight[0, 0]
    poisoned = replace(diabetes, x_train=x)
    (measured,) = train([config], poisoned)
    (unmeasured,) = train([config], poisoned, evaluate_train=False)
    assert (measured.ended, measured.stopped_epoch) == ("diverged", 1)
    assert np.isnan(rows(measured)).all()
    assert (unmeasured.ended, unmeasured.stopped_epoch) == ("finished", 2)
    assert np.isfinite(unmeasured.val_loss).all()
