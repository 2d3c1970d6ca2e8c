from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from scipy import stats
from sklearn.model_selection import ParameterGrid

from engine import TrainConfig
from engine.search import space
from engine.search.space import distributions, draw, grid_points

BASE = TrainConfig()


def points_of(**lists):
    return grid_points(distributions(lists, BASE))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "`space` must name at least one field of TrainConfig, but got none."),
        ({"learning_rate": [0.1]}, "(lr, batch_size, "),
        ({"learning_rate": [0.1]}, "but got 'learning_rate'."),
        ({"lr": []}, "`space` must give `lr` at least one choice, but got none."),
        ({"lr": 0.1}, "`space` must give `lr` a list of choices or an Optuna distribution"),
        ({"optimizer": "adam"}, "`space` must give `optimizer` a list of choices"),
        ({"lr": [0.1, 0.2, 0.1]}, "`space` must list each choice once, but got lr=0.1 twice."),
        ({"lr": [0.1, None]}, "`space` must give `lr` numbers or strings, but got None"),
        ({"lr": [0.1, 0.0]}, "`lr` must be greater than 0 and finite, but got lr=0."),
        ({"width": [8, 513]}, "`width` must be a whole number, between 1 and 512, but got width="),
        ({"optimizer": ["adam", "lion"]}, "`optimizer` must be one of 'sgd', "),
        ({"lr": FloatDistribution(0.0, 1.0)}, "`lr` must be greater than 0 and finite, but got"),
        ({"depth": IntDistribution(1, 9)}, "`depth` must be a whole number, between 0 and 4"),
        ({"width": FloatDistribution(1, 8)}, "`width` must be a whole number, between 1 and 512"),
        ({"dropout": CategoricalDistribution([0.0, 1.0])}, "`dropout` must be at least 0 and less"),
        (
            {"schedule": ["constant", "one-cycle"], "warmup": [0.0, 0.1]},
            "`space` allows {'schedule': 'one-cycle', 'warmup': 0.1}, which cannot be trained",
        ),
    ],
)
def test_an_impossible_space_is_refused_by_name_bounds_and_value(asked, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        distributions(asked, BASE)


def test_a_field_that_the_base_makes_impossible_is_refused():
    with pytest.raises(ValueError, match="one-cycle"):
        distributions({"schedule": ["constant", "one-cycle"]}, replace(BASE, warmup=0.1))
    found = distributions({"schedule": ["one-cycle"], "warmup": [0.0]}, replace(BASE, warmup=0.1))
    assert list(found) == ["schedule", "warmup"]


def test_numbers_from_numpy_become_plain_choices():
    (found,) = distributions({"width": np.array([8, 16])}, BASE).values()
    assert found == CategoricalDistribution([8, 16])
    assert [type(choice) for choice in found.choices] == [int, int]


@pytest.mark.parametrize(
    "lists",
    [
        {"lr": [0.3, 0.1, 0.2]},
        {"width": [16, 8], "lr": [0.1, 0.01], "optimizer": ["sgd", "adam", "adamw"]},
        {"seed": [2, 0, 1], "dropout": [0.5, 0.0], "batch_size": [64]},
    ],
)
def test_grid_points_come_in_the_order_of_scikit_learns_parameter_grid(lists):
    expected = list(ParameterGrid(lists))
    found = points_of(**lists)
    assert found == expected
    assert [list(point) for point in found] == [list(point) for point in expected]


def test_a_whole_number_range_in_a_grid_is_the_list_of_its_numbers():
    assert points_of(depth=IntDistribution(0, 4, step=2)) == [{"depth": d} for d in (0, 2, 4)]


@pytest.mark.parametrize(
    "continuous",
    [FloatDistribution(0.1, 0.9), FloatDistribution(0.1, 0.9, step=0.1)],
)
def test_a_grid_over_a_range_of_real_numbers_is_refused(continuous):
    with pytest.raises(ValueError, match="A grid must have a list of values for `lr`, but got Fl"):
        points_of(lr=continuous)


def test_a_grid_of_too_many_points_is_refused_with_its_size():
    with pytest.raises(ValueError, match="at most 1,000,000 points, but got 1,001,000"):
        points_of(seed=IntDistribution(1, 1001), batch_size=IntDistribution(1, 1000))


def test_draws_from_lists_are_a_shuffled_grid_without_repeats():
    found = distributions({"lr": [0.1, 0.2, 0.3], "width": [4, 8], "depth": [0, 1]}, BASE)
    drawn = draw(found, 100, seed=3)
    grid = grid_points(found)
    assert len(drawn) == 12
    assert sorted(map(str, drawn)) == sorted(map(str, grid))
    assert drawn != grid
    assert draw(found, 5, seed=3) == drawn[:5]
    assert draw(found, 12, seed=4) != drawn


def test_every_order_of_a_small_grid_is_drawn_equally_often():
    found = distributions({"depth": [0, 1, 2]}, BASE)
    orders = Counter(tuple(p["depth"] for p in draw(found, 3, seed=s)) for s in range(1200))
    assert len(orders) == 6
    assert stats.chisquare(list(orders.values())).pvalue > 1e-3


def test_draws_with_replacement_may_repeat_and_do_not_end():
    found = distributions({"depth": [0, 1]}, BASE)
    assert len(draw(found, 9, seed=0, replacement=True)) == 9


def test_draws_from_ranges_are_uniform_on_their_scale_and_the_first_stay_the_first():
    found = distributions(
        {
            "lr": FloatDistribution(1e-4, 1e-1, log=True),
            "dropout": FloatDistribution(0.0, 0.5),
            "depth": IntDistribution(0, 3),
            "optimizer": ["sgd", "adam"],
        },
        BASE,
    )
    drawn = draw(found, 600, seed=1)
    assert draw(found, 7, seed=1) == drawn[:7]
    logs = np.log10([point["lr"] for point in drawn])
    assert stats.kstest(logs, stats.uniform(-4, 3).cdf).pvalue > 1e-3
    dropouts = [point["dropout"] for point in drawn]
    assert stats.kstest(dropouts, stats.uniform(0, 0.5).cdf).pvalue > 1e-3
    for field, n in (("depth", 4), ("optimizer", 2)):
        counts = Counter(point[field] for point in drawn)
        assert len(counts) == n
        assert stats.chisquare(list(counts.values())).pvalue > 1e-3


def test_drawing_leaves_global_random_state_alone():
    random.seed(5)
    np.random.seed(5)
    before = (random.getstate(), np.random.get_state()[1].copy())
    draw(distributions({"depth": [0, 1, 2]}, BASE), 3, seed=0)
    draw(distributions({"dropout": FloatDistribution(0.0, 0.5)}, BASE), 3, seed=0)
    assert random.getstate() == before[0]
    assert np.array_equal(np.random.get_state()[1], before[1])


def test_a_grid_too_large_to_list_can_be_drawn_from():
    found = distributions({"seed": list(range(2000)), "batch_size": list(range(1, 2001))}, BASE)
    assert space.grid_size(found) == 4_000_000
    assert len(draw(found, 3, seed=0)) == 3
