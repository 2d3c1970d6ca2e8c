from __future__ import annotations

import math

import pytest

from engine import TrainConfig, landscape
from engine.clock import BudgetExceeded, VirtualClock

POINT = {"lr": 0.1, "batch_size": 32, "seed": 0}
OTHER = POINT | {"seed": 1}


@pytest.fixture(scope="module")
def recorded():
    return landscape.load("digits_lr_batch")


def test_a_fresh_point_is_charged_every_epoch_and_scores_as_recorded(recorded):
    clock = VirtualClock(recorded, budget=30)
    assert clock.train(POINT, epochs=5) == recorded.score(POINT, 5)
    assert (clock.budget, clock.spent, clock.remaining) == (30, 5, 25)


def test_going_on_with_a_point_is_charged_for_the_epochs_beyond(recorded):
    clock = VirtualClock(recorded, budget=30)
    clock.train(POINT, epochs=5)
    clock.train(OTHER, epochs=2)
    clock.train(POINT, epochs=20)
    assert clock.spent == 22


def test_asking_again_for_what_was_paid_is_free(recorded):
    clock = VirtualClock(recorded, budget=10)
    clock.train(POINT, epochs=10)
    assert clock.train(POINT, epochs=3) == recorded.score(POINT, 3)
    assert clock.train(POINT, epochs=10) == recorded.score(POINT, 10)
    assert clock.remaining == 0


def test_a_call_can_be_made_to_cost_something_at_least(recorded):
    clock = VirtualClock(recorded, budget=7, least=2)
    clock.train(POINT, 4)
    clock.train(POINT, 5)  # one epoch beyond, charged as two
    assert (clock.spent, clock.remaining) == (6, 1)
    with pytest.raises(BudgetExceeded, match="2 more epochs were asked for, but 1 of 7 are left"):
        clock.train(POINT, 3)
    assert clock.spent == 6
    with pytest.raises(ValueError, match="`least` must be at least 0 epochs, but got least=-1"):
        VirtualClock(recorded, budget=7, least=-1)


def test_a_configuration_and_its_point_are_the_same_training(recorded):
    clock = VirtualClock(recorded, budget=30)
    config = recorded.config(POINT)
    assert isinstance(config, TrainConfig)
    clock.train(config, epochs=8)
    clock.train(dict(reversed(POINT.items())), epochs=9)
    assert clock.spent == 9


def test_more_than_the_budget_is_refused_and_not_charged(recorded):
    clock = VirtualClock(recorded, budget=10)
    clock.train(POINT, epochs=8)
    message = "3 more epochs were asked for, but 2 of 10 are left. Train fewer epochs"
    with pytest.raises(BudgetExceeded, match=message):
        clock.train(OTHER, epochs=3)
    assert clock.spent == 8
    clock.train(OTHER, epochs=2)
    assert clock.remaining == 0


def test_what_was_not_recorded_is_refused_and_not_charged(recorded):
    clock = VirtualClock(recorded, budget=100)
    with pytest.raises(ValueError, match="`lr` must be one of the recorded values"):
        clock.train(POINT | {"lr": 0.3}, epochs=1)
    with pytest.raises(ValueError, match="`epoch` must be a whole number from 1 to 20"):
        clock.train(POINT, epochs=21)
    assert clock.spent == 0


def test_a_diverged_network_costs_its_epochs_and_scores_nan(recorded):
    clock = VirtualClock(recorded, budget=20)
    assert math.isnan(clock.train({"lr": 10.0, "batch_size": 8, "seed": 0}, epochs=20))
    assert clock.spent == 20


@pytest.mark.parametrize("budget", [0, -1])
def test_a_budget_below_one_epoch_is_refused(recorded, budget):
    with pytest.raises(ValueError, match=f"`budget` must be at least 1 epoch, but got .*{budget}"):
        VirtualClock(recorded, budget=budget)
