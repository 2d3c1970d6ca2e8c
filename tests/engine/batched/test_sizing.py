"""The number of members in a pass, from a clock that the tests set."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine import TrainConfig, data
from engine.batched import sizing
from engine.batched.shape import Shape
from engine.batched.sizing import best_size

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def shape():
    return Shape.of(TrainConfig(width=16, batch_size=16), data.load("moons", n=120))


@pytest.fixture(autouse=True)
def nothing_measured_yet():
    sizing._measured.cache_clear()
    yield
    sizing._measured.cache_clear()


class Clock:
    """Stands in for timing a step: its cost is a function of the number of members."""

    def __init__(self, monkeypatch, seconds):
        self.asked = []
        self._seconds = seconds
        monkeypatch.setattr(sizing, "_step_seconds", self)

    def __call__(self, shape, n_members, device):
        self.asked.append(n_members)
        return self._seconds(n_members)


def test_members_are_added_while_calling_the_operations_costs_more_than_they_do(monkeypatch, shape):
    # 1 ms a call and 10 microseconds a member: doubling pays to the end, which is 256.
    clock = Clock(monkeypatch, lambda n: 1e-3 + 1e-5 * n)
    size = best_size(shape, 10_000, CPU)
    assert size.n_members == 256
    assert size.seconds == pytest.approx(1e-3 / 256 + 1e-5)
    assert clock.asked == [1, 2, 4, 8, 16, 32, 64, 128, 256]


def test_members_that_no_longer_fit_the_cache_are_kept_out(monkeypatch, shape):
    Clock(monkeypatch, lambda n: 1e-4 + 1e-5 * n * (1 if n <= 16 else 3))
    assert best_size(shape, 10_000, CPU).n_members == 16


def test_a_gain_too_small_to_show_is_none(monkeypatch, shape):
    Clock(monkeypatch, lambda n: 1e-5 * n * (1 if n == 1 else 0.97))
    assert best_size(shape, 10_000, CPU).n_members == 1


def test_a_long_step_is_not_made_longer(monkeypatch, shape):
    clock = Clock(monkeypatch, lambda n: 5e-3 * n**0.9)
    assert best_size(shape, 10_000, CPU).n_members == clock.asked[-1] == 8


def test_a_larger_pass_is_timed_although_a_smaller_one_did_not_gain(monkeypatch, shape):
    Clock(monkeypatch, lambda n: 1e-3 * (n if n < 8 else 2))
    assert best_size(shape, 8, CPU).n_members == 8


@pytest.mark.parametrize("n_members", [1, 2, 3, 5, 37, 64])
def test_no_pass_is_larger_than_the_group(monkeypatch, shape, n_members):
    clock = Clock(monkeypatch, lambda n: 1e-3)
    assert best_size(shape, n_members, CPU).n_members == n_members
    assert max(clock.asked) < 2 * n_members


def test_a_question_asked_again_is_not_measured_again(monkeypatch, shape):
    clock = Clock(monkeypatch, lambda n: 1e-3)
    first = best_size(shape, 64, CPU)
    n_asked = len(clock.asked)
    # Neither a few members nor a few examples more are a new question.
    longer = replace(shape, n_train=10 * shape.n_train, n_val=5)
    assert best_size(shape, 64, CPU) == best_size(longer, 64, CPU) == first
    assert best_size(shape, 61, CPU).n_members == 61
    assert len(clock.asked) == n_asked
    best_size(replace(shape, width=32), 64, CPU)
    assert len(clock.asked) == 2 * n_asked


@pytest.mark.parametrize(("n_members", "expected"), [(7, 7), (1024, 1024), (10_000, 1024)])
def test_a_gpu_takes_up_to_1024_members_and_is_not_timed(monkeypatch, shape, n_members, expected):
    clock = Clock(monkeypatch, lambda n: 1e-3)
    assert best_size(shape, n_members, torch.device("cuda")).n_members == expected
    assert clock.asked == []


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(width=16, dropout=0.2, weight_decay=1e-3),
        TrainConfig(depth=0, optimizer="sgd"),
        TrainConfig(width=16, batch_size=1, optimizer="nesterov", activation="gelu"),
    ],
)
def test_a_real_step_of_any_shape_can_be_timed(config, task):
    dataset = data.load("diabetes") if task == "regression" else data.load("moons", n=120)
    size = best_size(Shape.of(config, dataset), 4, CPU)
    assert size.n_members in (1, 2, 4)
    assert size.seconds > 0
    assert best_size(Shape.of(config, dataset), 4, CPU) == size
