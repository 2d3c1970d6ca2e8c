"""Topic 4's whole search: draws, scores, the running best, and the learner's answers."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats

from app.charts.coverage import hit_chance
from app.charts.random_trials import draws_map, staircase
from app.labs import own_random_search as own
from app.labs import random_trials, ridge
from app.labs.coverage import SHOWN, coverage
from app.showcases.model import WrongShapeError

RECORDED = ridge.ridge(ridge.landscape(), "epochs", random_trials.EPOCHS)


def test_trials_are_log_uniform_and_score_as_the_nearest_training() -> None:
    found = random_trials.random_trials(RECORDED, 2000, 0)
    logs = np.log10(found.lrs)
    assert stats.kstest(logs, stats.uniform(-3, 4).cdf).pvalue > 1e-3
    assert set(found.batch_sizes) == set(RECORDED.batch_sizes)
    for lr, batch, score in zip(
        found.lrs[:50], found.batch_sizes[:50], found.scores[:50], strict=True
    ):
        row = int(np.abs(np.log(RECORDED.lrs / lr)).argmin())
        column = RECORDED.batch_sizes.tolist().index(batch)
        assert score == RECORDED.scores[row, column]


def test_the_running_best_agrees_with_the_course_reference(random_search: ModuleType) -> None:
    found = random_trials.random_trials(RECORDED, 100, 1)
    theirs = random_search.best_so_far(*own.steps_call(found).args)
    np.testing.assert_allclose(found.best_so_far, theirs)
    assert "Yours: the same staircase" in staircase(found, np.array(theirs)).caption
    assert "Yours: 12.5% at the end" in staircase(found, np.full(100, 0.125)).caption


def test_one_in_twenty_of_the_space_is_good_and_the_first_hit_is_told() -> None:
    found = random_trials.random_trials(RECORDED, 59, 2)
    assert np.mean(RECORDED.scores >= found.good) == pytest.approx(0.05, abs=0.01)
    hit = found.first_hit
    assert hit is not None
    assert found.scores[hit - 1] >= found.good > found.scores[: hit - 1].max()
    assert f"first at trial {hit}" in staircase(found).caption


def test_fifty_nine_trials_hardly_ever_miss_the_best_five_percent() -> None:
    missed = [
        random_trials.random_trials(RECORDED, 59, seed).first_hit is None for seed in range(200)
    ]
    assert 0 < np.mean(missed) < 0.1
    seed = missed.index(True)
    found = random_trials.random_trials(RECORDED, 59, seed)
    assert "not once in 59 trials" in staircase(found).caption


def test_no_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="got n=0"):
        random_trials.random_trials(RECORDED, 0, 0)


def test_the_calls_name_the_space_and_the_trainings() -> None:
    draw, search = own.draw_call(RECORDED, 5, 3), own.search_call(RECORDED, 5, 3)
    assert draw.args == ((8, 16, 32, 64, 128, 256), 5)
    assert search.args[0][0] == tuple(RECORDED.lrs)  # type: ignore[index]
    assert hash(search) == hash(own.search_call(RECORDED, 5, 3))


def test_draws_and_picks_are_read() -> None:
    configs = [{"batch size": 8, "lr": 0.1}, {"lr": 1.0, "batch size": 16}]
    np.testing.assert_array_equal(own.read_draws((configs,)), [[0.1, 8], [1.0, 16]])
    pick = own.read_pick(({"result": (configs[0], 0.9, [0.9, 0.1]), "asked": []},))
    assert pick == own.Pick(0.1, 8.0, 0.9)
    found = random_trials.random_trials(RECORDED, 5, 0)
    caption = draws_map(found, own.read_draws((configs,)), pick).caption
    assert "picks 0.1 and 8: 90.0%" in caption


@pytest.mark.parametrize("wrong", [None, [{"lr": 0.0, "batch size": 8}], [{"lr": 1.0}], []])
def test_draws_that_cannot_be_drawn_are_told(wrong: Any) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        own.read_draws((wrong,))


@pytest.mark.parametrize("wrong", [None, (1, 2), ({"lr": 1.0}, 0.5, [])])
def test_picks_that_are_none_are_told(wrong: Any) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        own.read_pick(({"result": wrong, "asked": []},))


def test_own_chances_are_drawn_where_the_simulation_is(random_search: ModuleType) -> None:
    theirs = [random_search.prob_hit(*call.args) for call in own.hit_calls(0.05)]
    found = coverage(0.05, 0.95, 0)
    np.testing.assert_allclose(theirs, found.chance[np.array(SHOWN) - 1])
    needed = random_search.trials_needed(*own.needed_call(0.05, 0.95).args)
    figure = hit_chance(found, np.array(theirs), np.array([float(needed)]))
    assert figure.caption.endswith("Yours: 59.")
    assert (figure.rows["series"] == "yours").sum() == len(SHOWN)
