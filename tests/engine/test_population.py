from __future__ import annotations

import math
import random
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import engine
from engine import StopTraining, TrainConfig, data, train
from tests.engine.populations import bits

SMALL = TrainConfig(width=16, epochs=3, lr=1e-2)


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


def test_the_public_names_are_these():
    assert engine.__all__ == [
        "Dataset",
        "EpochResult",
        "History",
        "OnEpoch",
        "StopTraining",
        "TrainConfig",
        "train",
    ]


def test_importing_the_engine_loads_no_library_that_only_training_needs():
    code = (
        "import importlib, pkgutil, sys, engine\n"
        "for found in pkgutil.walk_packages(engine.__path__, 'engine.'):\n"
        "    importlib.import_module(found.name)\n"
        "print('engine.batched.pool' in sys.modules, 'engine.search' in sys.modules)\n"
        "heavy = {'torch', 'sklearn', 'optuna', 'joblib', 'pandas', 'scipy'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines() == ["True True", "[]"]


def test_a_history_has_one_row_for_each_epoch(moons):
    (history,) = train([SMALL], moons)
    assert history.config == SMALL
    assert history.ended == "finished"
    assert not history.diverged
    assert history.stopped_epoch == 3
    for curve in (history.train_loss, history.train_score, history.val_loss, history.val_score):
        assert curve.shape == (3,)
        assert curve.dtype == np.float64
    assert history.train_loss[-1] < history.train_loss[0]


def test_training_learns_digits_from_the_starting_point():
    (history,) = train([TrainConfig()], data.load("digits"))
    assert history.val_score[-1] > 0.94
    assert history.train_loss[-1] < history.val_loss[-1]


def test_no_configurations_give_no_histories(moons):
    assert train([], moons) == []


def test_the_same_seed_gives_the_same_history_bit_for_bit(moons):
    config = replace(SMALL, dropout=0.3)
    first, again = (train([config], moons)[0] for _ in range(2))
    (other,) = train([replace(config, seed=1)], moons)
    assert bits(first) == bits(again)
    assert bits(first) != bits(other)


def test_a_members_history_is_the_same_alone_in_company_and_in_any_order(moons):
    configs = [
        SMALL,
        replace(SMALL, width=7, dropout=0.5, seed=1),
        replace(SMALL, depth=0, optimizer="sgd"),
        replace(SMALL, batch_size=50, activation="gelu", epochs=5),
        replace(SMALL, lr=1e30, optimizer="sgd"),
    ]
    together = train(configs, moons)
    backwards = train(configs[::-1], moons)[::-1]
    for config, one, other in zip(configs, together, backwards, strict=True):
        (alone,) = train([config], moons)
        assert one.config == config
        assert bits(one) == bits(other) == bits(alone)


def test_no_global_random_state_is_read_or_changed(moons):
    import torch

    # Dropout, a mixed population and a callback: all that draws numbers in any way of training.
    configs = [replace(SMALL, dropout=0.3), replace(SMALL, depth=0), replace(SMALL, seed=1)]
    expected = [bits(history) for history in train(configs, moons, jobs=1)]
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    before = (torch.get_rng_state(), np.random.get_state(), random.getstate())
    histories = train(configs, moons, jobs=1)
    in_step = train(configs, moons, jobs=1, on_epoch=lambda *_: None)
    data.load("blobs")
    assert torch.equal(torch.get_rng_state(), before[0])
    for now, then in zip(np.random.get_state(), before[1], strict=True):
        assert np.array_equal(now, then)
    assert random.getstate() == before[2]
    assert [bits(history) for history in histories] == expected
    assert [bits(history) for history in in_step] == expected


def test_float64_is_trained_and_torchs_default_type_stays(moons):
    import torch

    double = moons.astype(np.float64)
    configs = [SMALL, replace(SMALL, seed=1)]
    singles, doubles = train(configs, moons, jobs=1), train(configs, double, jobs=1)
    assert torch.get_default_dtype() == torch.float32
    for single, exact in zip(singles, doubles, strict=True):
        assert single.train_loss.tolist() != exact.train_loss.tolist()
        np.testing.assert_allclose(single.train_loss, exact.train_loss, rtol=1e-3)


def test_the_test_part_is_never_read(moons):
    poisoned = replace(moons, x_test=np.full_like(moons.x_test, np.nan))
    assert bits(train([SMALL], poisoned)[0]) == bits(train([SMALL], moons)[0])


def test_a_diverged_member_is_reported_and_its_neighbor_is_unharmed(moons):
    wild = TrainConfig(lr=1e30, optimizer="sgd", width=16, epochs=3)
    bad, good = train([wild, SMALL], moons)
    assert bad.diverged
    assert bad.ended == "diverged"
    assert bad.stopped_epoch == 1
    for curve in (bad.train_loss, bad.train_score, bad.val_loss, bad.val_score):
        assert np.isnan(curve).all()
    assert good.ended == "finished"
    assert bits(good) == bits(train([SMALL], moons)[0])


def test_members_may_train_for_different_numbers_of_epochs(moons):
    seen = []
    train(
        [replace(SMALL, epochs=1), replace(SMALL, epochs=3)],
        moons,
        on_epoch=lambda epoch, results: seen.append((epoch, sorted(results))),
    )
    assert seen == [(1, [0, 1]), (2, [1]), (3, [1])]


def test_on_epoch_sees_the_rows_that_the_histories_keep(moons):
    # Of several shapes, so that members are trained in another order than they were given in.
    configs = [
        replace(
            SMALL, epochs=1 + i % 3, depth=(2, 0, 3)[i % 3], lr=1e30 if i == 5 else 1e-2, seed=i
        )
        for i in range(9)
    ]
    seen = {i: [] for i in range(9)}

    def keep(epoch, results):
        assert list(results) == sorted(results)
        for i, row in results.items():
            seen[i].append([row.train_loss, row.train_score, row.val_loss, row.val_score])
            assert row.diverged == math.isnan(row.val_loss)
            assert len(seen[i]) == epoch

    histories = train(configs, moons, jobs=1, on_epoch=keep)
    for i, history in enumerate(histories):
        assert np.array(seen[i]).T.tobytes() == bits(history)
    assert [i for i, history in enumerate(histories) if history.diverged] == [5]


def test_on_epoch_sees_a_divergence_once(moons):
    seen = []
    wild = replace(SMALL, lr=1e30, optimizer="sgd")
    train(
        [wild, SMALL],
        moons,
        on_epoch=lambda _, results: seen.append({i: row.diverged for i, row in results.items()}),
    )
    assert seen == [{0: True, 1: False}, {1: False}, {1: False}]


def test_a_dropped_member_trains_no_further_and_the_rest_go_on(moons):
    configs = [SMALL, replace(SMALL, seed=1), replace(SMALL, seed=2)]
    histories = train(configs, moons, on_epoch=lambda epoch, _: [1] if epoch == 2 else None)
    assert [history.ended for history in histories] == ["finished", "dropped", "finished"]
    assert [history.stopped_epoch for history in histories] == [3, 2, 3]
    assert bits(histories[2]) == bits(train([configs[2]], moons)[0])
    (whole,) = train([configs[1]], moons)
    assert histories[1].val_loss.tolist() == whole.val_loss[:2].tolist()


def test_dropping_every_member_ends_training(moons):
    epochs = []

    def drop_all(epoch, results):
        epochs.append(epoch)
        return results

    (history,) = train([SMALL], moons, on_epoch=drop_all)
    assert epochs == [1]
    assert history.ended == "dropped"


def test_dropping_a_member_in_its_last_epoch_leaves_it_finished(moons):
    (history,) = train([SMALL], moons, on_epoch=lambda epoch, _: [0] if epoch == 3 else ())
    assert history.ended == "finished"


@pytest.mark.parametrize("wrong", [[1], [-1], ["0"]])
def test_dropping_a_member_that_was_not_offered_is_refused(moons, wrong):
    with pytest.raises(ValueError, match=re.escape(f"its results, [0], but got {wrong[0]!r}.")):
        train([SMALL], moons, on_epoch=lambda *_: wrong)


def test_stop_training_cancels_and_returns_what_there_is(moons):
    def stop(epoch, results):
        if epoch == 2:
            raise StopTraining

    short, long = train([replace(SMALL, epochs=2), SMALL], moons, on_epoch=stop)
    assert (short.ended, short.stopped_epoch) == ("finished", 2)
    assert (long.ended, long.stopped_epoch) == ("canceled", 2)


def test_any_other_error_in_on_epoch_reaches_the_caller(moons):
    def fail(epoch, results):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        train([SMALL], moons, on_epoch=fail)


def test_something_that_is_not_a_config_is_refused_by_its_position(moons):
    with pytest.raises(TypeError, match=r"TrainConfig objects, but got \{'lr': 1\} at index 1"):
        train([SMALL, {"lr": 1}], moons)


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "cpu:0", ""])
def test_an_unknown_device_is_refused(moons, device):
    with pytest.raises(ValueError, match=re.escape(f"but got device={device!r}.")):
        train([SMALL], moons, device=device)


def test_a_gpu_that_is_not_there_is_refused_with_the_remedy(moons):
    with pytest.raises(ValueError, match="Use device='auto'"):
        train([SMALL], moons, device="cuda:99")


def test_an_untrained_epoch_of_tiny_steps_scores_like_chance():
    digits = data.load("digits")
    (history,) = train([TrainConfig(lr=1e-12, epochs=1)], digits)
    assert history.val_loss[0] == pytest.approx(math.log(10), abs=0.05)
