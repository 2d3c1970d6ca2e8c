"""Topic 3's labs against hand-computed values: the contest of grid and random, and the cost."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.model_selection import ParameterGrid

from app.labs import grid_or_random
from app.labs import own_grid_search as own
from app.labs.combinations import cost
from app.labs.grid_or_random import Search, Surface, contest
from app.own_call import argument
from app.showcases.model import WrongShapeError, points
from grader import labs
from grader.labs import peak
from grader.paths import load_module, solutions_dir


def test_the_surface_scores_one_on_its_peak_and_follows_the_ratio() -> None:
    surface = Surface(0.5, 0.25, ratio=3)
    # On the peak, one width off in x, one width off in y.
    off = peak.WIDTH
    got = surface.score(np.array([0.5, 0.5 + off, 0.5]), np.array([0.25, 0.25, 0.25 - off]))
    np.testing.assert_allclose(got, [1.0, (3 / np.e + 1) / 4, (3 + 1 / np.e) / 4])


@pytest.mark.parametrize("budget", grid_or_random.BUDGETS)
def test_the_grid_stands_in_the_order_of_sklearns_and_of_the_learners_lab(budget: int) -> None:
    x, y = grid_or_random.grid_points(budget)
    plane = labs.build("peak:plane", k=round(budget**0.5), x=0.5, y=0.5, ratio=1)
    oracle = [(config["x"], config["y"]) for config in ParameterGrid(plane.grid)]
    np.testing.assert_allclose(np.stack([x, y], axis=1), oracle)


def test_nine_trials_try_three_values_or_nine() -> None:
    found = contest(9, 10, seed=0)
    assert (len(found.grid.x), found.grid.values_tried) == (9, 3)
    assert (len(found.random.x), found.random.values_tried) == (9, 9)
    for search in (found.grid, found.random):
        np.testing.assert_array_equal(search.scores, found.surface.score(search.x, search.y))
        assert search.scores[search.best] == search.scores.max()


def test_a_contest_follows_from_its_seed() -> None:
    first, again, other = contest(16, 3, 1), contest.__wrapped__(16, 3, 1), contest(16, 3, 2)
    np.testing.assert_array_equal(first.random.x, again.random.x)
    assert first.surface == again.surface
    assert first.surface != other.surface


def test_random_search_wins_more_often_the_less_the_other_setting_matters() -> None:
    wins = [grid_or_random.random_wins(9, ratio) for ratio in grid_or_random.RATIOS]
    assert wins[0] < 0.45, "where both matter alike, even spacing is better"
    assert wins[-1] > 0.6
    assert wins == sorted(wins)


def test_the_preset_shows_a_peak_that_random_search_finds_and_the_grid_misses() -> None:
    found = contest(9, 30, seed=12)
    assert found.random.scores.max() > found.grid.scores.max() + 0.1


def test_the_equal_preset_shows_a_peak_that_the_grid_finds() -> None:
    found = contest(9, 1, seed=12)
    assert found.grid.scores.max() > found.random.scores.max()


@pytest.mark.parametrize(
    ("budget", "ratio", "message"), [(10, 3, "got budget=10"), (9, 0.5, "got ratio=0.5")]
)
def test_a_contest_that_cannot_be_is_named(budget: int, ratio: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        contest(budget, ratio, 0)


def test_own_points_are_compared_with_the_grid() -> None:
    x, y = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    search, own = Search(x, y, np.zeros(4)), np.stack([x, y], axis=1)
    assert "same points in the same order" in search.compared_with(own)
    assert "another order" in search.compared_with(own[[0, 2, 1, 3]])
    assert "3 points, and 1 of the grid's 4" in search.compared_with(own[:3])
    assert "8 points, and 0 of the grid's 4" in search.compared_with(np.concatenate([own, own]))


def test_the_course_reference_searches_the_grid_of_the_lab() -> None:
    module = load_module(solutions_dir() / "ex03_grid_search.py", "app_tests.ex03_grid_search")
    found = contest(16, 10, seed=3)
    plane = labs.build(
        own.search_call(found).lab.factory, **dict(own.search_call(found).lab.values)
    )
    answer = module.grid_search(plane.score, plane.grid, "max")
    best = own.read_best((answer,))
    assert answer[1] == pytest.approx(found.grid.scores.max())
    np.testing.assert_allclose(answer[2], found.grid.scores)
    assert own.told(found, None, best) == "Your search picks the diamond."
    worst = np.array([found.grid.x[0], found.grid.y[0]])
    assert f"which score {found.grid.scores[0]:.2f}" in own.told(found, None, worst)
    sizes = cost(3, 1, 1, 1)
    counted = [module.grid_size(argument(None, call.args[0])) for call in own.size_calls(sizes)]
    assert tuple(counted) == sizes.combinations


@pytest.mark.parametrize("wrong", [None, ({}, 1), ({"x": 1.0}, 1.0, []), ([], 1.0, [])])
def test_picks_that_are_none_are_told(wrong: object) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        own.read_best((wrong,))


def test_configurations_are_read_as_points_and_anything_else_is_told() -> None:
    configs = [{"y": 2.0, "x": 1}, {"x": 3.0, "y": 4.0}]
    np.testing.assert_array_equal(points(configs, ("x", "y")), [[1, 2], [3, 4]])
    for wrong in (None, [], [1], [{"x": 1.0}], [{"x": 1.0, "y": "a"}], configs * 300):
        with pytest.raises(WrongShapeError, match="The picture needs"):
            points(wrong, ("x", "y"))


def test_the_cost_of_a_grid_by_hand() -> None:
    found = cost(choices=3, settings=5, folds=5, minutes=2)
    assert found.combinations == (3, 9, 27, 81, 243, 729, 2187, 6561)
    assert found.size == 243
    assert found.hours == pytest.approx(243 * 5 * 2 / 60)
    assert found.affordable == 4
    assert cost(10, 1, 1, 1).affordable == 2


@pytest.mark.parametrize(
    ("values", "message"), [((0, 1, 1, 1), "`choices`.*got choices=0"), ((2, 9, 1, 1), "most 8")]
)
def test_a_cost_without_sense_is_named(values: tuple[int, int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cost(*values)
