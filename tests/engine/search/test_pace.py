from __future__ import annotations

from engine.search import grid_search, pace, run
from engine.search.pace import Pace
from engine.search.problem import Problem

CURVES = {lr / 100: [0.5] * 3 for lr in range(1, 81)}


def test_a_population_that_was_quick_grows_and_one_that_was_slow_shrinks():
    sizes = Pace(None, n_folds=4)
    assert sizes.limit == pace.FIRST_NETWORKS // 4 == 8
    sizes.took(8, pace.TARGET_SECONDS / 4)
    assert sizes.limit == 32
    sizes.took(32, pace.TARGET_SECONDS * 2)
    assert sizes.limit == 16
    sizes.took(5, pace.TARGET_SECONDS)
    assert sizes.limit == 5


def test_one_measurement_changes_the_size_by_no_more_than_eight_times():
    sizes = Pace(None, n_folds=1)
    sizes.took(32, 0.0)
    assert sizes.limit == 256
    sizes.took(256, 1e9)
    assert sizes.limit == 32
    sizes.took(1, 1e9)
    assert sizes.limit == 1


def test_more_folds_than_networks_at_first_still_train_one_configuration():
    assert Pace(None, n_folds=100).limit == 1


def test_a_size_that_was_asked_for_stays():
    sizes = Pace(5, n_folds=4)
    sizes.took(5, 1e9)
    assert sizes.limit == 5


def test_a_search_goes_by_the_clock(moons, small, play, monkeypatch):
    recording = play(CURVES)
    sizes = []

    def clock():
        # Each reading is half a target later than the last: every population is as quick.
        sizes.append(len(recording.trained))
        return len(sizes) * pace.TARGET_SECONDS / 2

    monkeypatch.setattr(run.time, "perf_counter", clock)
    grid_search(Problem(space={"lr": list(CURVES)}, data=moons, base=small))
    assert sizes[1::2] == [32, 80]
    assert len(recording.trained) == 80
