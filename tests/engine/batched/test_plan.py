"""Every member is in one chunk of its shape, whatever sizes and processes are chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine import TrainConfig, data
from engine.batched import plan as plan_module
from engine.batched.plan import Plan
from engine.batched.shape import Member, Shape
from engine.batched.sizing import Size

CPU = torch.device("cpu")
CONFIG = TrainConfig(width=16, epochs=2)


@pytest.fixture(scope="module")
def moons():
    return data.load("moons", n=120)


@pytest.fixture
def size(monkeypatch):
    """Chunks of at most 10 members, a millisecond a step and member."""

    def best_size(shape, n_members, device):
        return Size(min(10, n_members), 1e-3)

    monkeypatch.setattr(plan_module, "best_size", best_size)


def members_of(configs, *datasets):
    return [Member(i, config, datasets[i % len(datasets)]) for i, config in enumerate(configs)]


def lengths(plan):
    return [len(chunk) for _, chunk in plan.chunks]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_member_is_in_one_chunk_of_its_shape(moons, jobs):
    configs = [
        replace(CONFIG, seed=i, width=(16, 17, 40)[i % 3], epochs=1 + i % 4) for i in range(97)
    ]
    members = members_of(configs, moons)
    plan = Plan.of(members, CPU, jobs)
    assert sorted(m.index for _, chunk in plan.chunks for m in chunk) == list(range(97))
    for shape, chunk in plan.chunks:
        assert {Shape.of(member.config, member.data) for member in chunk} == {shape}
        assert 1 <= len(chunk) <= 10
    assert plan.n_processes == jobs
    assert plan.device == CPU


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(
    ("n", "jobs", "expected"),
    [(10, 1, [10]), (11, 1, [5, 6]), (25, 1, [8, 8, 9]), (10, 2, [5, 5]), (3, 8, [1, 1, 1])],
)
def test_chunks_are_nearly_equal_and_as_many_for_each_process(moons, n, jobs, expected):
    plan = Plan.of(members_of([CONFIG] * n, moons), CPU, jobs)
    assert sorted(lengths(plan)) == expected


@pytest.mark.usefixtures("size")
def test_a_group_smaller_than_the_number_of_processes_makes_no_empty_chunks(moons):
    configs = [CONFIG] * 2 + [replace(CONFIG, depth=0)] * 8
    plan = Plan.of(members_of(configs, moons), CPU, 4)
    assert sorted(lengths(plan)) == [1, 1, 2, 2, 2, 2]


@pytest.mark.usefixtures("size")
def test_the_longest_work_comes_first(moons):
    configs = [CONFIG, replace(CONFIG, depth=3, epochs=9), replace(CONFIG, depth=1, epochs=4)]
    plan = Plan.of(members_of(configs, moons), CPU, 1)
    assert [shape.depth for shape, _ in plan.chunks] == [3, 1, 2]


@pytest.mark.usefixtures("size")
def test_members_of_one_data_set_and_seed_stand_together_and_the_short_ones_first(moons):
    # Two data sets, two seeds and two lengths, five members each, all mixed.
    other = data.load("moons", n=120, seed=1)
    configs = [replace(CONFIG, seed=i // 2 % 2, epochs=1 + i // 4 % 2) for i in range(40)]
    plan = Plan.of(members_of(configs, moons, other), CPU, 1)
    assert lengths(plan) == [10] * 4
    for _, chunk in plan.chunks:
        assert len({(id(member.data), member.config.seed) for member in chunk}) == 1
        assert [member.config.epochs for member in chunk] == [1] * 5 + [2] * 5


def test_for_one_member_nothing_is_timed(moons, monkeypatch):
    def refuse(*arguments):
        raise AssertionError(arguments)

    monkeypatch.setattr(plan_module, "best_size", refuse)
    (member,) = members_of([CONFIG], moons)
    plan = Plan.of([member], CPU, 8)
    assert list(plan.chunks) == [(Shape.of(CONFIG, moons), [member])]
    assert plan.n_processes == 1


@pytest.mark.usefixtures("size")
def test_a_gpu_is_driven_from_this_process(moons):
    assert Plan.of(members_of([CONFIG] * 30, moons), torch.device("cuda"), 4).n_processes == 1


@pytest.mark.usefixtures("size")
def test_the_rule_for_processes_is_asked_with_all_the_work_in_seconds(moons, monkeypatch):
    asked = []

    def processes_for(seconds, n_tasks, jobs):
        asked.append((seconds, n_tasks, jobs))
        return 3

    monkeypatch.setattr(plan_module, "processes_for", processes_for)
    configs = [CONFIG, CONFIG, replace(CONFIG, epochs=5, batch_size=10)]
    plan = Plan.of(members_of(configs, moons), CPU, None)
    # 67 training examples: 3 steps of 32 or 7 of 10; 2 * 2 * 3 + 5 * 7 = 47 ms.
    assert len(moons.x_train) == 67
    assert asked == [(pytest.approx(0.047), 3, None)]
    assert plan.n_processes == 3


def test_no_members_make_no_chunks():
    assert list(Plan.of([], CPU, None).chunks) == []
