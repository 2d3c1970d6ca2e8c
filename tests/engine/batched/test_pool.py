"""Several processes: when they are used, that they change nothing, and that they can be trusted.

Starting them costs seconds, so they are started here only, and stay warm from test to test.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import joblib
import pytest

from engine import StopTraining, TrainConfig, data, train
from engine.batched import pool
from engine.batched.pool import in_pool, processes_for
from tests.engine.populations import bits

SMALL = TrainConfig(width=16, epochs=3, lr=1e-2)
MIXED = [
    SMALL,
    replace(SMALL, width=7, dropout=0.5, seed=1),
    replace(SMALL, depth=0, optimizer="sgd"),
    replace(SMALL, batch_size=37, activation="gelu", epochs=4),
    replace(SMALL, lr=1e30, optimizer="sgd"),
    *(replace(SMALL, seed=seed, optimizer="adamw", epochs=seed) for seed in (2, 3, 4)),
]


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=200)


@pytest.fixture
def clock(monkeypatch):
    """A machine of four cores at second 1000, in a process that has had no pool yet."""
    now = [1000.0]
    monkeypatch.setattr(joblib, "cpu_count", lambda: 4)
    monkeypatch.setattr(pool.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(pool, "_last_used", {})
    monkeypatch.setattr(pool, "_worked_alone", 0.0)
    return now


@pytest.mark.parametrize(
    ("seconds", "n_tasks", "expected"),
    [(11.9, 100, 1), (12.1, 100, 4), (12.1, 3, 3), (1e6, 1, 1), (0.0, 0, 1), (float("inf"), 4, 4)],
)
def test_a_cold_pool_is_started_only_for_work_of_many_seconds(clock, seconds, n_tasks, expected):
    assert processes_for(seconds, n_tasks, jobs=None) == expected


def test_a_pool_is_started_once_several_calls_would_have_paid_for_it(clock):
    assert [processes_for(3.0, 100, jobs=None) for _ in range(5)] == [1, 1, 1, 4, 1]


def test_calls_too_short_for_a_warm_pool_never_start_one(clock):
    assert {processes_for(0.19, 100, jobs=None) for _ in range(100)} == {1}
    assert {processes_for(5.0, 1, jobs=None) for _ in range(10)} == {1}


@pytest.mark.parametrize(("elapsed", "expected"), [(0.0, 4), (239.0, 4), (241.0, 1)])
def test_a_pool_that_was_just_used_is_asked_for_less_until_it_has_cooled(clock, elapsed, expected):
    pool._last_used[4] = clock[0]
    clock[0] += elapsed
    assert processes_for(0.3, 100, jobs=None) == expected
    assert processes_for(0.1, 100, jobs=None) == 1


def test_a_warm_pool_of_another_size_is_no_warm_pool(clock):
    pool._last_used[2] = clock[0]
    assert processes_for(0.3, 100, jobs=None) == 1
    assert processes_for(0.3, 2, jobs=None) == 2


@pytest.mark.parametrize(("jobs", "n_tasks", "expected"), [(1, 9, 1), (3, 9, 3), (16, 9, 9)])
def test_whoever_names_a_number_gets_it_but_no_more_than_there_are_tasks(
    clock, jobs, n_tasks, expected
):
    assert processes_for(0.0, n_tasks, jobs) == expected
    assert processes_for(1e6, n_tasks, jobs) == expected


@pytest.mark.parametrize("jobs", [0, -1])
def test_fewer_than_one_process_are_refused(moons, jobs):
    message = f"`jobs` must be at least 1, or None, but got jobs={jobs}."
    with pytest.raises(ValueError, match=re.escape(message)):
        train([SMALL], moons, jobs=jobs)


def test_no_configurations_need_no_process(moons):
    assert train([], moons, jobs=2) == []


def test_every_call_is_answered_under_its_own_number():
    answers = dict(in_pool(divmod, [(n, 7) for n in range(20)], n_processes=2))
    assert answers == {n: divmod(n, 7) for n in range(20)}


def test_an_error_in_another_process_reaches_the_caller_and_the_pool_goes_on():
    with pytest.raises(ZeroDivisionError):
        dict(in_pool(divmod, [(1, 1), (1, 0)], n_processes=2))
    assert dict(in_pool(divmod, [(7, 2)], n_processes=2)) == {0: (3, 1)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_processes_give_the_same_bits_as_one(moons, dtype):
    dataset = moons.astype(dtype)
    alone = [bits(train([config], dataset)[0]) for config in MIXED]
    assert [bits(history) for history in train(MIXED, dataset, jobs=2)] == alone
    seen = []
    in_step = train(
        MIXED, dataset, jobs=2, on_epoch=lambda epoch, results: seen.append((epoch, list(results)))
    )
    assert [bits(history) for history in in_step] == alone
    assert seen == [(1, list(range(8))), (2, [0, 1, 2, 3, 5, 6, 7]), (3, [0, 1, 2, 3, 6, 7]),
                    (4, [3, 7])]  # fmt: skip
    assert [h.ended for h in in_step].count("diverged") == 1


def test_dropping_and_canceling_work_in_two_processes(moons):
    def drop_then_stop(epoch, results):
        if epoch == 1:
            return [0, 2]
        if epoch == 2:
            raise StopTraining
        return None

    configs = [replace(SMALL, seed=seed) for seed in range(6)]
    histories = train(configs, moons, jobs=2, on_epoch=drop_then_stop)
    expected = ["dropped", "canceled", "dropped", "canceled", "canceled", "canceled"]
    assert [history.ended for history in histories] == expected
    for config, history in zip(configs, histories, strict=True):
        (alone,) = train([config], moons)
        n_epochs = 1 if history.ended == "dropped" else 2
        assert history.val_loss.tolist() == alone.val_loss[:n_epochs].tolist()


def test_an_error_in_on_epoch_reaches_the_caller_and_the_next_call_works(moons):
    def fail(epoch, results):
        raise KeyError("mine")

    configs = [replace(SMALL, seed=seed) for seed in range(4)]
    with pytest.raises(KeyError, match="mine"):
        train(configs, moons, jobs=2, on_epoch=fail)
    histories = train(configs, moons, jobs=2)
    assert [bits(h) for h in histories] == [bits(train([c], moons)[0]) for c in configs]


def test_a_script_without_a_main_guard_may_use_two_processes(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from engine import TrainConfig, data, train\n"
        "print('begun')\n"
        "configs = [TrainConfig(epochs=1, width=16, seed=seed) for seed in range(4)]\n"
        "histories = train(configs, data.load('moons', n=200), jobs=2)\n"
        "print(*(history.val_loss[0].hex() for history in histories))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", script], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    configs = [TrainConfig(epochs=1, width=16, seed=seed) for seed in range(4)]
    histories = train(configs, data.load("moons", n=200))
    losses = " ".join(float(history.val_loss[0]).hex() for history in histories)
    # Once: the other processes did not run the script again.
    assert done.stdout.splitlines() == ["begun", losses]
