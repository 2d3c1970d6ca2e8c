"""Two workers on one study, step by step, where processes would race."""

from __future__ import annotations

import os
from contextlib import ExitStack, nullcontext
from dataclasses import replace

import pytest
from optuna.trial import TrialState

from engine.search import Interrupted, Problem, bayesian_search, claims, grid_search, workers
from engine.search.claims import Claims, Slot
from engine.search.evaluation import Outcome
from engine.search.pace import Pace
from engine.search.progress import Progress
from engine.search.space import grid_points
from engine.search.store import opened
from engine.search.workers import Workers

CURVES = {lr: [lr, lr, lr] for lr in (0.1, 0.2, 0.3, 0.4, 0.5)}


def outcome(value):
    return Outcome("finished", (value,), 3)


@pytest.fixture
def problem(moons, small):
    return Problem(space={"lr": list(CURVES)}, data=moons, base=small)


@pytest.fixture
def worker(problem, tmp_path):
    """Makes workers on one study, each with a storage of its own as in a process of its own."""
    with ExitStack() as stack:

        def join(storage=tmp_path / "study.log", group_of=lambda i: i, guarded=True):
            store = stack.enter_context(opened(storage, "grid", "maximize", {}))
            if not guarded:
                store = replace(store, exclusive=nullcontext())
            signed_in = stack.enter_context(Workers(store))
            progress = stack.enter_context(Progress(5, "test", progress=False))
            points = grid_points(problem.distributions)
            slots = [Slot(i, group_of(i), point) for i, point in enumerate(points)]
            return Claims(problem, store, signed_in, slots, progress)

        yield join


@pytest.mark.parametrize("kind", ["journal", "sqlite"])
def test_two_workers_share_the_slots_and_see_each_others_results(worker, tmp_path, kind):
    storage = tmp_path / "a.log" if kind == "journal" else f"sqlite:///{tmp_path / 'a.db'}"
    first, second = worker(storage), worker(storage)
    a = next(first.batches(Pace(2, 1)))
    b = next(second.batches(Pace(9, 1)))
    assert [claim.slot.index for claim in a] == [0, 1]
    assert [claim.slot.index for claim in b] == [2, 3, 4]
    for claim in a:
        first.finish(claim, outcome(0.1))
    for claim in b:
        second.finish(claim, outcome(0.2))
    assert [trial.value for trial in first.result().trials] == [0.1, 0.1, 0.2, 0.2, 0.2]
    assert first.result() == second.result()
    assert list(first.batches(Pace(9, 1))) == list(second.batches(Pace(9, 1))) == []


def test_a_worker_waits_for_what_another_trains_and_then_is_done(worker, monkeypatch):
    first, second = worker(), worker()
    (batch,) = [next(first.batches(Pace(9, 1)))]
    naps = []

    def nap(seconds):
        naps.append(seconds)
        first.finish(batch[len(naps) - 1], outcome(0.1))

    monkeypatch.setattr(claims.time, "sleep", nap)
    assert list(second.batches(Pace(9, 1))) == []
    assert len(naps) == 5


def test_a_group_is_claimed_by_one_worker_as_a_whole(worker):
    first, second = (worker(group_of=lambda i: i // 3) for _ in range(2))
    assert [claim.slot.index for claim in next(first.batches(Pace(1, 1)))] == [0, 1, 2]
    assert [claim.slot.index for claim in next(second.batches(Pace(9, 1)))] == [3, 4]


def test_of_two_claims_made_at_once_the_first_holds_and_the_other_is_given_up(worker, monkeypatch):
    # A database server has no lock file: both look before either claims.
    first, second = (worker(group_of=lambda i: i // 3, guarded=False) for _ in range(2))
    stale = second._table()
    mine = next(first.batches(Pace(3, 1)))
    assert [claim.slot.index for claim in mine] == [0, 1, 2]
    late = second._claim(stale, 9)
    assert [claim.slot.index for claim in late] == [3, 4]
    states = [trial.state for trial in first.store.study.get_trials()]
    assert states.count(TrialState.RUNNING) == 5
    assert states.count(TrialState.FAIL) == 3
    for claim in mine:
        first.finish(claim, outcome(0.1))
    for claim in late:
        second.finish(claim, outcome(0.2))
    assert [trial.value for trial in second.result().trials] == [0.1, 0.1, 0.1, 0.2, 0.2]


def test_what_a_dead_worker_left_is_claimed_again_and_its_late_result_dropped(worker):
    first = worker()
    (kept, lost) = next(first.batches(Pace(2, 1)))
    first.finish(kept, outcome(0.1))
    second = worker()
    first.store.study.set_user_attr(f"worker {first._workers.id}", None)
    taken = next(second.batches(Pace(9, 1)))
    assert [claim.slot.index for claim in taken] == [1, 2, 3, 4]
    for claim in taken:
        second.finish(claim, outcome(0.2))
    first.finish(lost, outcome(0.9))
    first.report(lost, 1, 0.9)
    assert [trial.value for trial in first.result().trials] == [0.1, 0.2, 0.2, 0.2, 0.2]


def test_a_worker_that_dies_between_two_steps_of_an_end_leaves_no_false_answer(worker):
    first, second = worker(), worker()
    claim, *_ = next(first.batches(Pace(9, 1)))
    # The outcome is written, the state is not.
    first.store.storage.set_trial_user_attr(
        claim.trial_id, "outcome", {"scores": [0.9], "epochs": 3, "diverged": False}
    )
    first.release()
    assert second.result().trials == ()
    assert [claim.slot.index for claim in next(second.batches(Pace(9, 1)))] == [0, 1, 2, 3, 4]


def test_a_suggested_trial_that_was_given_up_keeps_its_parameters(problem, play, tmp_path):
    curves = dict.fromkeys(CURVES, [0.5] * 3)
    play(curves)
    whole = bayesian_search(problem, 6, population=3)
    recording = play(curves)
    recording.interrupt_after = 1
    with pytest.raises(KeyboardInterrupt):
        bayesian_search(problem, 6, population=3, storage=tmp_path / "a.log")
    recording = play(curves)
    again = bayesian_search(problem, 6, population=3, storage=tmp_path / "a.log")
    assert [trial.params for trial in again.trials[:3]] == [t.params for t in whole.trials[:3]]
    assert len(recording.trained) == 6


def test_ctrl_c_keeps_finished_populations_and_gives_up_the_one_in_training(
    problem, play, tmp_path
):
    play(CURVES)
    whole = grid_search(problem)
    recording = play(CURVES)
    recording.interrupt_in, recording.interrupt_after = 2, 2
    with pytest.raises(Interrupted) as stop:
        grid_search(problem, population=2, storage=tmp_path / "a.log")
    assert stop.value.result.trials == whole.trials[:2]
    recording = play(CURVES)
    assert grid_search(problem, population=2, storage=tmp_path / "a.log") == whole
    assert recording.trained == [0.3, 0.4, 0.5]


def test_an_error_in_training_gives_up_what_was_claimed(problem, play, tmp_path):
    play({0.1: []})
    with pytest.raises(IndexError):
        grid_search(problem, storage=tmp_path / "a.log")
    play(CURVES)
    assert len(grid_search(problem, storage=tmp_path / "a.log").trials) == 5


def test_a_worker_is_known_by_its_process_and_start_or_by_its_heartbeat(worker, monkeypatch):
    watcher, other = worker()._workers, worker()._workers
    study = other._store.study

    def entry(**changed):
        study.set_user_attr(f"worker {other.id}", {**other._entry, **changed})
        return watcher.alive(other.id)

    assert watcher.alive(watcher.id)
    assert entry()
    assert not entry(started="1")
    assert not entry(pid=2**22 + 1)
    now = [100.0]
    monkeypatch.setattr(workers.time, "monotonic", lambda: now[0])
    assert entry(machine="another", beat=1)
    now[0] += workers.LEASE - 1
    assert entry(machine="another", beat=1)
    assert entry(machine="another", beat=2)
    now[0] += workers.LEASE - 1
    assert entry(machine="another", beat=2)
    now[0] += 2
    assert not entry(machine="another", beat=2)
    # A machine that cannot say when a process started is asked for its heartbeat as well.
    assert entry(started=None, beat=3)
    now[0] += workers.LEASE
    assert not entry(started=None, beat=3)
    assert not watcher.alive("never signed in")


def test_a_process_that_ended_but_was_not_waited_for_does_not_run():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert workers._started(pid) is None
    os.waitpid(pid, 0)
    assert workers._started(pid) is None
    assert workers._started(os.getpid()) is not None


def test_the_heartbeat_goes_on_while_work_is_done_and_ends_with_it(problem, tmp_path):
    with opened(tmp_path / "a.log", "grid", "maximize", {}) as store:
        worker = Workers(store, lease=0.02)
        key = f"worker {worker.id}"
        with worker:
            while store.study.user_attrs[key]["beat"] < 3:
                pass
        assert store.study.user_attrs[key] is None
        assert not worker._thread.is_alive()
