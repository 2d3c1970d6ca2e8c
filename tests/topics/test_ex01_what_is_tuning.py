"""The reference of topic 1 against oracles and hand-computed values, and its labs."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grader import labs
from grader.paths import load_module, solutions_dir

NAN = math.nan
MODULE = "ex01_what_is_tuning"


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


def network(**values: Any) -> Any:
    return labs.build(f"{MODULE}:network", **values)


def lab(layers: list[Any], **values: Any) -> Any:
    return network(layers=layers, **values)


# count_parameters


def test_count_parameters_by_hand() -> None:
    # Linear 4 * 3 + 3, BatchNorm1d 3 + 3 (its 3 + 3 + 1 buffers are none), Linear 3 * 2 + 2
    layers = [("Linear", 4, 3), ("BatchNorm1d", 3), ("ReLU",), ("Linear", 3, 2)]
    assert lab(layers).count(SOLUTION.count_parameters) == (29, 29)
    frozen = ["0.weight", "1.bias"]
    assert lab(layers, frozen=frozen).count(SOLUTION.count_parameters) == (14, 29)
    assert lab([]).count(SOLUTION.count_parameters) == (0, 0)


@settings(max_examples=30, deadline=None)
@given(
    widths=st.lists(st.integers(1, 9), min_size=2, max_size=5),
    frozen=st.sets(st.integers(0, 3)),
)
def test_count_parameters_is_what_the_optimizer_and_a_vector_of_all_hold(
    widths: list[int], frozen: set[int]
) -> None:
    import torch

    model = torch.nn.Sequential(*map(torch.nn.Linear, widths, widths[1:]))
    for number, layer in enumerate(model):
        layer.requires_grad_(number not in frozen)
    trainable, total = SOLUTION.count_parameters(model)
    assert total == torch.nn.utils.parameters_to_vector(model.parameters()).numel()
    left = [p for p in model.parameters() if p.requires_grad]
    assert trainable == sum(math.prod(p.shape) for p in left)
    assert type(trainable) is type(total) is int


def test_count_parameters_counts_what_layers_share_once() -> None:
    import torch

    layer = torch.nn.Linear(5, 5)
    assert SOLUTION.count_parameters(torch.nn.Sequential(layer, layer, layer)) == (30, 30)
    transformer = torch.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16)
    # attention 3 * 8 * 8 + 24 and 8 * 8 + 8, two layers 8 * 16 + 16 and 16 * 8 + 8, two norms 16
    assert SOLUTION.count_parameters(transformer) == (600, 600)


# split_settings


@pytest.mark.parametrize("kind", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad"])
def test_split_settings_lists_all_that_an_optimizer_of_torch_was_told(kind: str) -> None:
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.PReLU())
    optimizer = getattr(torch.optim, kind)(model.parameters(), lr=0.25)
    hyperparameters, parameters = SOLUTION.split_settings(model, optimizer)
    assert hyperparameters == optimizer.defaults
    assert hyperparameters["lr"] == 0.25
    assert parameters == {"0.weight": (2, 3), "0.bias": (2,), "1.weight": (1,)}
    assert all(type(shape) is tuple for shape in parameters.values())


def test_split_settings_follows_a_scheduler_and_names_none_of_its_notes() -> None:
    import torch

    model = torch.nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.named_parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    model(torch.ones(1, 2)).sum().backward()
    for rate in (0.5, 0.25):
        optimizer.step()
        scheduler.step()
        hyperparameters, _ = SOLUTION.split_settings(model, optimizer)
        assert hyperparameters["lr"] == rate
        assert hyperparameters.keys() == optimizer.defaults.keys()
        assert {"params", "initial_lr", "param_names"}.isdisjoint(hyperparameters)


def test_split_settings_lists_the_values_of_groups_that_differ() -> None:
    groups = [
        {"params": ["0.bias"], "lr": 0.5},
        {"params": ["1.weight"], "betas": (0.5, 0.5)},
        {"params": ["1.bias"], "lr": 0.5},
    ]
    hyperparameters, parameters = lab(
        [("Linear", 3, 2), ("Linear", 2, 1)],
        defaults={"lr": 0.1, "betas": (0.9, 0.99), "decay": 0.0},
        groups=groups,
        frozen=["1.bias"],
    ).split(SOLUTION.split_settings)
    assert hyperparameters == {
        "lr": [0.5, 0.1, 0.5],
        "betas": [(0.9, 0.99), (0.5, 0.5), (0.9, 0.99)],
        "decay": 0.0,
    }
    assert parameters == {"0.bias": (2,), "1.weight": (1, 2)}


def test_split_settings_lists_exactly_what_a_step_moves() -> None:
    import torch

    embedding, decoder = torch.nn.Embedding(6, 4), torch.nn.Linear(4, 6)
    decoder.weight = embedding.weight
    extra = torch.nn.Linear(6, 2)
    model = torch.nn.Sequential(embedding, decoder, torch.nn.Tanh(), extra)
    decoder.bias.requires_grad_(False)
    optimizer = torch.optim.SGD([embedding.weight, decoder.bias, extra.bias], lr=0.1)
    before = {name: tensor.detach().clone() for name, tensor in model.named_parameters()}
    model(torch.tensor([1, 3])).square().sum().backward()
    optimizer.step()
    moved = {
        name: tuple(tensor.shape)
        for name, tensor in model.named_parameters()
        if not torch.equal(tensor, before[name])
    }
    assert SOLUTION.split_settings(model, optimizer)[1] == moved
    assert moved == {"0.weight": (6, 4), "3.bias": (2,)}


# three_way_split


@st.composite
def splits(draw: st.DrawFn) -> tuple[int, tuple[float, float, float]]:
    n = draw(st.integers(3, 300))
    counts = sorted(draw(st.sets(st.integers(1, n - 1), min_size=2, max_size=2)))
    # Shares of whole samples, in floats that may be a hair off.
    return n, (counts[0] / n, (counts[1] - counts[0]) / n, 1 - counts[1] / n)


@settings(max_examples=400)
@given(split=splits(), seed=st.integers(0, 2**32))
def test_three_way_split_deals_every_sample_out_once(
    split: tuple[int, tuple[float, float, float]], seed: int
) -> None:
    n, fractions = split
    if min(n * fraction for fraction in fractions) < 1:  # by rounding
        with pytest.raises(ValueError, match="No set may be empty"):
            SOLUTION.three_way_split(n, fractions, seed)
        return
    parts = SOLUTION.three_way_split(n, fractions, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    for part, fraction in zip(parts, fractions, strict=True):
        assert len(part) >= 1
        assert abs(len(part) - n * fraction) <= 2 + 1e-9
    again = SOLUTION.three_way_split(n, fractions, seed)
    assert all(np.array_equal(one, two) for one, two in zip(parts, again, strict=True))


@pytest.mark.parametrize(
    ("n", "fractions", "sizes"),
    [
        (10, (0.6, 0.2, 0.2), [6, 2, 2]),
        (101, (0.6, 0.2, 0.2), [61, 20, 20]),  # 60.6, 20.2 and 20.2: the rest goes to training
        (4, (0.25, 0.375, 0.375), [2, 1, 1]),
        (3, (1 / 3, 1 / 3, 1 / 3), [1, 1, 1]),
        (1797, [0.5625, 0.1875, 0.25], [1012, 336, 449]),
    ],
)
def test_three_way_split_rounds_two_sizes_down(n: int, fractions: Any, sizes: list[int]) -> None:
    assert [len(part) for part in SOLUTION.three_way_split(n, fractions, 0)] == sizes


def test_three_way_split_sends_each_sample_everywhere_equally_often() -> None:
    where = np.zeros((8, 3), dtype=int)
    for seed in range(2000):
        for part, indices in enumerate(SOLUTION.three_way_split(8, (0.5, 0.25, 0.25), seed)):
            where[indices, part] += 1
    assert where.sum(axis=0).tolist() == [8000, 4000, 4000]
    for counts in where:
        assert stats.chisquare(counts, [1000, 500, 500]).pvalue > 1e-4


def test_three_way_split_leaves_the_global_state_alone() -> None:
    state: Any = labs.build("common:global_state")
    before = state.digest()
    first = SOLUTION.three_way_split(50, (0.5, 0.25, 0.25), 7)
    assert state.digest() == before
    state.seed(3)
    second = SOLUTION.three_way_split(50, (0.5, 0.25, 0.25), 7)
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("n", "fractions", "message"),
    [
        (10, (0.8, 0.2), "must be three numbers, but got 2"),
        (10, (0.6, 0.2, 0.1), r"must add up to 1, but got \(0.6, 0.2, 0.1\)"),
        (10, (0.6, 0.3, 0.2), "must add up to 1"),
        (10, (60, 20, 20), "must add up to 1"),
        (10, (NAN, 0.5, 0.5), "must add up to 1"),
        (10, (0.5, 0.5, 0.0), r"No set may be empty, but got n=10 and fractions=\(0.5, 0.5, 0.0\)"),
        (7, (0.75, 0.125, 0.125), "No set may be empty"),
        (10, (1.5, -1.0, 0.5), "No set may be empty"),
    ],
)
def test_three_way_split_names_what_it_refuses(n: int, fractions: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SOLUTION.three_way_split(n, fractions, 0)


# expected_best


def test_expected_best_by_hand() -> None:
    scores = [0.9, 0.5, 0.7]
    for n, expected in ((1, 0.7), (2, (0.7 + 0.9 + 0.9) / 3), (3, 0.9)):
        assert SOLUTION.expected_best(scores, n) == pytest.approx(expected, abs=1e-15)
    assert scores == [0.9, 0.5, 0.7]
    assert type(SOLUTION.expected_best(np.array(scores), 2)) is float


@settings(max_examples=300)
@given(scores=st.lists(st.integers(-50, 50), min_size=1, max_size=9), data=st.data())
def test_expected_best_is_the_mean_over_all_subsets(scores: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(scores)))
    best = [max(drawn) for drawn in combinations(scores, n)]
    exact = Fraction(sum(best), len(best))
    assert SOLUTION.expected_best(scores, n) == pytest.approx(float(exact), abs=1e-12)


@settings(max_examples=200)
@given(scores=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60), data=st.data())
def test_expected_best_never_falls_with_more_trials(
    scores: list[float], data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(scores) - 1))
    slack = 1e-9 * max(1.0, *map(abs, scores))
    assert SOLUTION.expected_best(scores, n) <= SOLUTION.expected_best(scores, n + 1) + slack
    assert SOLUTION.expected_best(scores, 1) == pytest.approx(np.mean(scores), abs=slack)
    assert SOLUTION.expected_best(scores, len(scores)) == pytest.approx(max(scores), abs=slack)


def test_expected_best_of_the_numbers_to_1000_is_known() -> None:
    # The mean of the maximum of n drawn from 1 … B is n * (B + 1) / (n + 1).
    for n in (1, 7, 500, 1000):
        expected = n * 1001 / (n + 1)
        assert SOLUTION.expected_best(range(1, 1001), n) == pytest.approx(expected, rel=1e-12)


def test_expected_best_is_what_many_searches_find() -> None:
    rng = np.random.default_rng(0)
    scores = rng.beta(5, 2, 40)
    drawn = rng.permuted(np.tile(scores, (20_000, 1)), axis=1)[:, :6].max(axis=1)
    standard_error = drawn.std() / math.sqrt(len(drawn))
    assert SOLUTION.expected_best(scores, 6) == pytest.approx(drawn.mean(), abs=5 * standard_error)


def test_expected_best_is_above_the_estimate_with_replacement() -> None:
    scores = [0.5, 0.7, 0.9]
    ranks = np.arange(1, 4)
    plug_in = [float(np.dot((ranks / 3) ** n - ((ranks - 1) / 3) ** n, scores)) for n in (1, 2, 3)]
    assert plug_in == pytest.approx([0.7, 0.7889, 0.8333], abs=5e-5)
    ours = [SOLUTION.expected_best(scores, n) for n in (1, 2, 3)]
    assert ours == pytest.approx([0.7, 0.8333, 0.9], abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "n", "message"),
    [
        ([0.5, 0.7], 0, "`n` must be at least 1 and at most 2, but got n=0"),
        ([0.5, 0.7], 3, "at most 2, but got n=3"),
        ([], 1, "at most 0, but got n=1"),
        ([0.5, NAN], 1, "one is NaN"),
    ],
)
def test_expected_best_names_what_it_refuses(scores: list[float], n: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SOLUTION.expected_best(scores, n)


# The labs


def test_network_builds_what_it_is_told() -> None:
    seen: list[Any] = []

    def look(model: Any, optimizer: Any) -> None:
        seen.extend([model, optimizer])

    layers = [("Embedding", 5, 3), [("Linear", 3, 2), ("ReLU",)], ("Linear", 3, 5)]
    network(
        layers=layers,
        ties=[(2, 0)],
        frozen=["1.0.bias"],
        kind="SGD",
        defaults={"lr": 0.5, "momentum": 0.25},
        groups=[{"params": ["0.weight"]}, {"params": ["1.0.weight"], "lr": 2.0}],
        later=[{"lr": 0.125}],
    ).split(look)
    model, optimizer = seen
    assert model[2].weight is model[0].weight
    assert [type(layer).__name__ for layer in model] == ["Embedding", "Sequential", "Linear"]
    assert not model[1][0].bias.requires_grad
    assert [group["lr"] for group in optimizer.param_groups] == [0.125, 2.0]
    assert [group["params"] for group in optimizer.param_groups] == [
        [model[0].weight],
        [model[1][0].weight],
    ]
    assert type(optimizer).__name__ == "SGD"


def test_the_state_of_a_network_lab_notices_every_change() -> None:
    def changes(act: Any) -> list[str]:
        built = lab([("Linear", 2, 1)], kind="SGD", defaults={"lr": 0.5})
        before = built.state()
        built.split(act)
        after = built.state()
        return [name for name in before if before[name] != after[name]]

    assert changes(lambda model, optimizer: None) == []
    assert changes(lambda model, _: model.eval()) == ["modes"]
    assert changes(lambda model, _: model.requires_grad_(False)) == ["trainable"]
    assert changes(lambda model, _: model[0].bias.data.add_(1)) == ["sums"]
    assert changes(lambda _, optimizer: optimizer.param_groups[0].pop("params")) == ["groups"]
    assert changes(lambda _, optimizer: optimizer.param_groups[0].update(lr=1.0)) == ["groups"]


def test_a_perceptron_freezes_layers_from_the_input_on() -> None:
    model: Any = labs.build(f"{MODULE}:perceptron", width=5, depth=2, frozen=1)
    shapes = {name: (tuple(p.shape), p.requires_grad) for name, p in model.named_parameters()}
    assert shapes == {
        "0.weight": ((5, 64), False),
        "0.bias": ((5,), False),
        "2.weight": ((5, 5), True),
        "2.bias": ((5,), True),
        "4.weight": ((10, 5), True),
        "4.bias": ((10,), True),
    }
    assert [type(layer).__name__ for layer in model] == ["Linear", "ReLU"] * 2 + ["Linear"]
