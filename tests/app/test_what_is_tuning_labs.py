"""Topic 1's labs: parameters counted by torch, and luck computed from the binomial distribution."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from app.labs.network_size import SETTINGS, WIDTHS, network_size
from app.labs.optimism import SEARCHES, SHOWN, TRIALS, TRUTH, optimism
from engine import TrainConfig
from grader import labs


def by_torch(width: int, depth: int, frozen: int) -> tuple[int, int]:
    values = {"width": width, "depth": depth, "frozen": frozen}
    model: Any = labs.build("ex01_what_is_tuning:perceptron", **values)
    parameters = list(model.parameters())
    trainable = sum(p.numel() for p in parameters if p.requires_grad)
    return trainable, sum(p.numel() for p in parameters)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("frozen", [0, 1, 4])
def test_parameters_are_those_of_the_network_that_the_learner_gets(depth: int, frozen: int) -> None:
    size = network_size(48, depth, frozen)
    assert size.frozen == min(frozen, depth)
    assert (size.counts.trainable, size.counts.total) == by_torch(48, depth, size.frozen)
    for width, counts in zip(WIDTHS[:4], size.by_width, strict=False):
        assert (counts.trainable, counts.total) == by_torch(width, depth, size.frozen)


def test_every_setting_of_a_configuration_but_the_seed_counts() -> None:
    assert {*SETTINGS, "seed"} == {field.name for field in fields(TrainConfig)}
    assert len(SETTINGS) == 12


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0, 1, 0), "`width` must be at least 1, but got width=0"),
        ((8, 0, 0), "`depth` must be between 1 and 4, but got depth=0"),
        ((8, 5, 0), "`depth` must be between 1 and 4, but got depth=5"),
        ((8, 1, -1), "`frozen` must be at least 0, but got frozen=-1"),
    ],
)
def test_networks_out_of_range_are_refused(values: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        network_size(*values)


@pytest.mark.parametrize("n_val", [50, 337, 2000])
def test_luck_alone_is_what_the_binomial_distribution_says(n_val: int) -> None:
    found = optimism(n_val, 0.0, 3)
    assert found.true == pytest.approx([TRUTH] * len(SHOWN))
    at_most = binom.cdf(np.arange(n_val), n_val, TRUTH)
    exact = [np.sum(1 - at_most**n) / n_val for n in SHOWN]
    error = np.sqrt(TRUTH * (1 - TRUTH) / n_val / SEARCHES)  # of one trial; a maximum varies less
    np.testing.assert_allclose(found.best, exact, atol=5 * error)


def test_a_real_difference_makes_a_part_of_the_climb_true() -> None:
    found = optimism(337, 0.01, 0)
    assert np.all(np.diff(found.best) > 0)
    assert found.true[0] == pytest.approx(TRUTH, abs=0.003)
    assert TRUTH + 0.01 < found.true[-1] < found.best[-1]
    # More samples, less luck: the winner is better, and its score closer to the truth.
    careful = optimism(5000, 0.01, 0)
    assert careful.true[-1] > found.true[-1]
    assert careful.gap(TRIALS) < found.gap(TRIALS) / 3


def test_one_search_lends_its_scores() -> None:
    found = optimism(100, 0.0, 0)
    assert found.scores.shape == (TRIALS,)
    np.testing.assert_allclose(found.scores * 100, np.round(found.scores * 100))
    assert not np.array_equal(optimism(100, 0.0, 1).scores, found.scores)


@pytest.mark.parametrize(("n_val", "spread"), [(0, 0.0), (10, -0.1), (10, float("nan"))])
def test_searches_that_cannot_be_simulated_are_refused(n_val: int, spread: float) -> None:
    with pytest.raises(ValueError, match="must be at least"):
        optimism(n_val, spread, 0)
