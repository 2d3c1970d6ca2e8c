from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest

from engine import TrainConfig


def test_the_defaults_are_the_courses_starting_point():
    config = TrainConfig()
    assert (config.optimizer, config.lr, config.batch_size) == ("adam", 1e-3, 32)
    assert (config.depth, config.width, config.activation) == (2, 128, "relu")
    assert (config.dropout, config.weight_decay, config.warmup) == (0.0, 0.0, 0.0)
    assert (config.schedule, config.epochs, config.seed) == ("constant", 10, 0)


@pytest.mark.parametrize(
    ("field", "value", "bounds"),
    [
        ("lr", 0.0, "greater than 0 and finite"),
        ("lr", -1.0, "greater than 0 and finite"),
        ("lr", math.inf, "greater than 0 and finite"),
        ("lr", math.nan, "greater than 0 and finite"),
        ("lr", "1e-3", "greater than 0 and finite"),
        ("lr", None, "greater than 0 and finite"),
        ("lr", True, "greater than 0 and finite"),
        ("batch_size", 0, "a whole number, at least 1"),
        ("batch_size", 32.0, "a whole number, at least 1"),
        ("batch_size", True, "a whole number, at least 1"),
        ("depth", -1, "a whole number, between 0 and 4"),
        ("depth", 5, "a whole number, between 0 and 4"),
        ("width", 0, "a whole number, between 1 and 512"),
        ("width", 513, "a whole number, between 1 and 512"),
        ("width", math.nan, "a whole number, between 1 and 512"),
        ("dropout", -0.1, "at least 0 and less than 1"),
        ("dropout", 1.0, "at least 0 and less than 1"),
        ("dropout", math.nan, "at least 0 and less than 1"),
        ("weight_decay", -0.5, "at least 0 and finite"),
        ("weight_decay", math.inf, "at least 0 and finite"),
        ("warmup", 1.0, "at least 0 and less than 1"),
        ("epochs", 0, "a whole number, between 1 and 1000"),
        ("epochs", 1001, "a whole number, between 1 and 1000"),
        ("epochs", False, "a whole number, between 1 and 1000"),
        ("seed", -1, f"a whole number, between 0 and {2**63 - 1}"),
        ("seed", 2**63, f"a whole number, between 0 and {2**63 - 1}"),
        ("activation", "ReLU", "one of 'relu', 'tanh', 'gelu'"),
        ("init", "kaiming", "one of 'default', 'xavier', 'he', 'normal', 'zeros'"),
        ("optimizer", "rmsprop", "one of 'sgd', 'momentum', 'nesterov', 'adam', 'adamw'"),
        ("schedule", None, "one of 'constant', 'step', 'cosine', 'one-cycle'"),
        ("schedule", ["step"], "one of 'constant', 'step', 'cosine', 'one-cycle'"),
    ],
)
def test_an_invalid_value_is_refused_by_field_bounds_and_what_came(field, value, bounds):
    with pytest.raises(
        ValueError, match=re.escape(f"`{field}` must be {bounds}, but got {field}=")
    ):
        TrainConfig(**{field: value})


def test_the_message_shows_the_value_as_the_learner_wrote_it():
    with pytest.raises(ValueError, match=r"but got lr=-1\.$"):
        TrainConfig(lr=-1.0)
    with pytest.raises(ValueError, match=r"but got width=0\.5\.$"):
        TrainConfig(width=np.float64(0.5))


def test_one_cycle_brings_its_own_climb_and_refuses_a_warmup():
    with pytest.raises(ValueError, match="`warmup` must be 0 with schedule='one-cycle'"):
        TrainConfig(schedule="one-cycle", warmup=0.1)
    assert TrainConfig(schedule="one-cycle", warmup=0).warmup == 0.0


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("depth", 0, 4), ("width", 1, 512), ("epochs", 1, 1000), ("seed", 0, 2**63 - 1)],
)
def test_both_ends_of_a_range_are_accepted(field, low, high):
    assert getattr(TrainConfig(**{field: low}), field) == low
    assert getattr(TrainConfig(**{field: high}), field) == high


def test_numpy_numbers_become_plain_ones_so_that_equal_configs_look_equal():
    config = TrainConfig(lr=np.float64(0.5), width=np.int64(8), dropout=0)
    assert config == TrainConfig(lr=0.5, width=8)
    assert repr(config) == repr(TrainConfig(lr=0.5, width=8))
    assert [type(config.lr), type(config.width), type(config.dropout)] == [float, int, float]
    assert hash(config) == hash(TrainConfig(lr=0.5, width=8))


def test_a_config_is_frozen_and_a_changed_copy_is_checked_again():
    config = TrainConfig()
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.lr = 1.0
    with pytest.raises(ValueError, match="`epochs` must be"):
        dataclasses.replace(config, epochs=0)
