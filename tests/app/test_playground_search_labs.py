"""Sweeps and searches: what is trained, what is kept of it, and what it tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.labs import playground as lab
from app.labs import playground_search as searches
from app.labs import playground_sweep as sweeps
from app.labs.playground import Setup, Source
from app.labs.playground_population import Progress, train_points
from app.labs.playground_presets import START
from app.labs.playground_ranges import Range
from app.labs.playground_sweep import Axis
from engine import TrainConfig, train

SMALL = TrainConfig(width=8, epochs=3, lr=1e-2)
MOONS = Source("moons", n=60)
RANGES = (Range("lr", 1e-4, 1.0), Range("width", 2, 32), Range("activation"))


def test_a_sweep_trains_every_pair_with_every_seed() -> None:
    setup = Setup(MOONS, SMALL, n_seeds=2)
    plan = sweeps.Plan(setup, Axis("activation", ("relu", "tanh")), Axis("depth", (1, 3)))
    reports: list[sweeps.Sweep] = []
    data = lab.load(setup.source)
    found = sweeps.run(plan, data, reports.append)
    assert found.scores.shape == (4, 2)
    assert [report.done for report in reports] == pytest.approx([1 / 3, 2 / 3, 1])
    i = plan.points.index(("tanh", 3))
    configs = [replace(SMALL, activation="tanh", depth=3, seed=seed) for seed in (0, 1)]
    expected = [history.val_score[-1] for history in train(configs, data)]
    np.testing.assert_array_equal(found.scores[i], expected)
    assert found.means[found.best] == found.means.max()


def test_a_sweep_over_epochs_and_divergence_keeps_each_members_last_score() -> None:
    setup = Setup(MOONS, replace(SMALL, optimizer="sgd", lr=1e30))
    plan = sweeps.Plan(setup, Axis("epochs", (1, 5, 50)))
    found = sweeps.run(plan, lab.load(setup.source), lambda _: None)
    assert found.scores[-1, 0] == 0
    assert found.done == 1


def test_one_cycle_is_tried_without_the_warm_up_it_does_not_take() -> None:
    setup = Setup(MOONS, replace(SMALL, warmup=0.2))
    changes = [{"schedule": "cosine"}, {"schedule": "one-cycle"}, {"warmup": 0.3}]
    found = [searches.configured(setup, change).warmup for change in changes]
    assert found == [0.2, 0.0, 0.3]
    own = Setup(MOONS, replace(SMALL, schedule="one-cycle"))
    assert searches.configured(own, {"warmup": 0.3}).warmup == 0


def test_two_axes_of_one_setting_are_refused() -> None:
    with pytest.raises(ValueError, match="must differ, but both are learning rate"):
        sweeps.Plan(START, Axis("lr", (0.1,)), Axis("lr", (0.2,)))


def test_a_sweep_that_would_take_minutes_is_refused() -> None:
    setup = Setup(Source("digits"), replace(SMALL, width=512, depth=4, epochs=100))
    plan = sweeps.Plan(setup, Axis("lr", (0.1, 0.2) * 30))
    with pytest.raises(ValueError, match="the limit is 5"):
        sweeps.run(plan, lab.load(setup.source), lambda _: None)


def test_curves_are_means_over_the_seeds_as_far_as_each_point_is_trained() -> None:
    setup = Setup(MOONS, SMALL, n_seeds=2)
    data = lab.load(MOONS)
    found = train_points(setup, [{"epochs": 2}, {"epochs": 4}], data, lambda _: None)
    histories = train([replace(SMALL, epochs=4, seed=seed) for seed in (0, 1)], data)
    expected = np.mean([history.val_score for history in histories], axis=0)
    np.testing.assert_allclose(found.curves[1], expected)
    np.testing.assert_allclose(found.curves[0, :2], expected[:2])
    assert np.isnan(found.curves[0, 2:]).all()


def test_a_diverged_trial_counts_as_0_to_its_end() -> None:
    setup = Setup(MOONS, replace(SMALL, optimizer="sgd", epochs=9))
    found = train_points(setup, [{"lr": 1e30}, {"lr": 0.1}], lab.load(MOONS), lambda _: None)
    assert found.curves.shape == (2, 9)
    assert found.curves[0, -1] == 0
    assert found.curves[1, -1] == found.scores[1, 0] > 0


def test_a_search_trains_what_it_drew_and_draws_the_same_for_the_same_seed() -> None:
    plan = searches.Plan(Setup(MOONS, SMALL), RANGES, 12, seed=3)
    data = lab.load(MOONS)
    reports: list[searches.Search] = []
    found = searches.run(plan, data, reports.append)
    assert [report.progress.done for report in reports] == pytest.approx([1 / 3, 2 / 3, 1])
    for i in (0, 7):
        (history,) = train([replace(SMALL, **plan.points[i])], data)
        assert found.means[i] == history.val_score[-1]
    assert found.means[found.order[0]] == found.means.max()
    assert found.best.config == replace(SMALL, **plan.points[int(found.means.argmax())])
    assert searches.Plan(plan.setup, RANGES, 12, seed=3).points == plan.points
    assert searches.Plan(plan.setup, RANGES, 30, seed=3).points[:12] == plan.points
    assert searches.Plan(plan.setup, RANGES, 12, seed=4).points != plan.points


def test_draws_are_log_uniform_and_shown_in_full() -> None:
    points = searches.Plan(START, (Range("lr", 1e-4, 1.0),), 200).points
    rates = np.array([point["lr"] for point in points])
    assert ((rates >= 1e-4) & (rates <= 1)).all()
    # Half of them below the geometric middle: 100 of 200, give or take 5 standard deviations.
    assert abs((rates < 1e-2).sum() - 100) < 5 * np.sqrt(200 * 0.25)
    assert all(float(f"{rate:.3g}") == rate for rate in rates)


def found_with(scores: list[float], lrs: list[float]) -> searches.Search:
    plan = searches.Plan(START, (Range("lr", 1e-4, 1.0), Range("depth", 0, 4)), len(scores))
    depths = np.resize([0, 1, 2, 3, 4], len(scores))
    plan.__dict__["points"] = [
        {"lr": lr, "depth": int(depth)} for lr, depth in zip(lrs, depths, strict=True)
    ]
    array = np.array(scores)[:, None]
    return searches.Search(plan, "accuracy", Progress(array, array, 1.0))


def test_the_best_share_is_rounded_up_and_ties_go_to_the_first_drawn() -> None:
    found = found_with([0.5, 0.9, 0.9, 0.1, 0.9, 0.2, 0.3, 0.4, 0.0, 0.6], [0.1] * 10)
    assert found.top(0.2).nonzero()[0].tolist() == [1, 2]
    assert found.top(0.21).nonzero()[0].tolist() == [1, 2, 4]
    assert found.top(0.001).nonzero()[0].tolist() == [1]
    assert found.order[:4].tolist() == [1, 2, 4, 9]


def test_importances_name_the_setting_that_decides_and_sum_to_1() -> None:
    lrs = np.geomspace(1e-4, 1.0, 60).tolist()
    found = found_with([1 - abs(np.log10(lr) + 2) / 4 for lr in lrs], lrs)
    told = found.importances(0.2)
    assert list(told) == ["lr", "depth"]
    assert told["lr"] > 0.9
    assert sum(told.values()) == pytest.approx(1)


def test_nothing_is_important_where_all_trials_are_equally_good() -> None:
    assert found_with([0.5] * 12, [0.1] * 12).importances(0.2) == {}


def test_the_table_begins_with_the_best_and_says_which_are_marked() -> None:
    scores = [0.1, 0.9, *[0.5] * 8]
    rows = searches.table(found_with(scores, [0.1] * 10), 0.1)
    assert rows[0] == {
        "rank": 1, "trial": 1, "accuracy": 0.9, "among the best": "yes",
        "learning rate": 0.1, "hidden layers": 1,
    }  # fmt: skip
    assert [row["trial"] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]
    assert [row["among the best"] for row in rows].count("yes") == 1


@pytest.mark.parametrize(
    ("ranges", "n_trials", "seed", "says"),
    [
        ((), 60, 0, "at least one setting"),
        (RANGES, 9, 0, "10 to 200 trials, but not 9"),
        (RANGES, 201, 0, "10 to 200 trials, but not 201"),
        (RANGES, 60, -1, "seed must be 0 to 20, but got -1"),
    ],
)
def test_a_search_out_of_bounds_is_refused(
    ranges: tuple[Range, ...], n_trials: int, seed: int, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        searches.Plan(START, ranges, n_trials, seed)
