"""The reference of topic 2 against oracles and calculations by hand, and its labs."""

from __future__ import annotations

import copy
import math
import subprocess
import sys
from itertools import combinations, pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import labs
from grader.paths import load_module, solutions_dir

UNTIMED = settings(deadline=None)  # the first example may import pandas
FINITE = st.floats(0.01, 100)
TOPIC = load_module(
    solutions_dir() / "ex02_manual_tuning.py", "hyperlings_tests.ex02_manual_tuning"
)


@pytest.fixture
def topic() -> ModuleType:
    return TOPIC


# --- lr_schedule ------------------------------------------------------------------------------


@UNTIMED
@given(low=st.floats(1e-8, 1e-2), factor=st.floats(1.1, 1e8), n=st.integers(2, 200))
def test_schedules_agree_with_numpy(low: float, factor: float, n: int) -> None:
    high = low * factor
    np.testing.assert_allclose(TOPIC.lr_schedule(low, high, n), np.geomspace(low, high, n), 1e-9)
    np.testing.assert_allclose(
        TOPIC.lr_schedule(low, high, n, "linear"), np.linspace(low, high, n), 1e-9
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((0.0, 1.0, 3), "`low`"),
        ((-1.0, 1.0, 3), "`low`"),
        ((math.nan, 1.0, 3), "`low`"),
        ((1.0, 1.0, 3), "`high`"),
        ((1.0, 0.1, 3), "`high`"),
        ((0.1, 1.0, 1), "`n`"),
        ((0.1, 1.0, 3, "log"), "`mode`"),
    ],
)
def test_a_schedule_names_its_bad_argument(
    topic: ModuleType, arguments: tuple[Any, ...], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        topic.lr_schedule(*arguments)


# --- smooth -----------------------------------------------------------------------------------


@UNTIMED
@given(losses=st.lists(FINITE, max_size=60), beta=st.floats(0, 0.99))
def test_smoothing_agrees_with_pandas(losses: list[float], beta: float) -> None:
    import pandas as pd

    oracle = pd.Series(losses, dtype=float).ewm(alpha=1 - beta, adjust=True).mean()
    np.testing.assert_allclose(TOPIC.smooth(losses, beta), oracle, rtol=1e-9)


def test_smoothing_agrees_with_the_first_moment_of_adam(topic: ModuleType) -> None:
    import torch

    losses = [4.0, 2.0, 8.0, 1.0]
    parameter = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([parameter], lr=1.0, betas=(0.9, 0.999))
    for loss in losses:
        parameter.grad = torch.tensor([loss], dtype=torch.float64)
        adam.step()
    moment = adam.state[parameter]["exp_avg"].item()
    assert topic.smooth(losses, 0.9)[-1] == pytest.approx(moment / (1 - 0.9**4), rel=1e-12)


def test_smoothing_matches_a_calculation_by_hand(topic: ModuleType) -> None:
    # v is 2, 2, 5; divided by 1/2, 3/4, 7/8
    assert topic.smooth([4.0, 2.0, 8.0], 0.5) == pytest.approx([4, 8 / 3, 40 / 7])


@pytest.mark.parametrize("beta", [1.0, -0.1, 2.0, math.nan])
def test_smoothing_refuses_a_weight_outside_its_range(topic: ModuleType, beta: float) -> None:
    with pytest.raises(ValueError, match="`beta`"):
        topic.smooth([1.0], beta)


# --- range_test -------------------------------------------------------------------------------


def test_a_range_test_trains_as_a_plain_loop_does(topic: ModuleType) -> None:
    import torch

    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(3, 8, 4)))
    y = torch.from_numpy(rng.normal(size=(3, 8, 1)))
    batches = list(zip(x, y, strict=True))
    model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Linear(5, 1))
    model = model.double()
    twin = copy.deepcopy(model)
    loss_fn = torch.nn.functional.mse_loss
    optimizer = torch.optim.Adam(model.parameters(), lr=0.5)
    lrs, losses = topic.range_test(model, optimizer, loss_fn, batches, 1e-4, 1e-2, 7)
    other, expected = torch.optim.Adam(twin.parameters()), []
    for i, lr in enumerate(np.geomspace(1e-4, 1e-2, 7)):
        other.param_groups[0]["lr"] = lr
        loss = loss_fn(twin(x[i % 3]), y[i % 3])
        other.zero_grad()
        loss.backward()
        other.step()
        expected.append(loss.item())
    np.testing.assert_allclose(lrs, np.geomspace(1e-4, 1e-2, 7), 1e-9)
    np.testing.assert_allclose(losses, expected, 1e-9)
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert optimizer.state_dict()["state"] == {}  # it was fresh, and is again


def test_a_range_test_leaves_no_trace_on_a_network(topic: ModuleType) -> None:
    for options in ({}, {"training": False}, {"frozen": True}, {"fails_at": 2}):
        seen = labs.build("ex02_manual_tuning:network_range_test", seed=1, **options).run(
            topic.range_test, 1e-3, 1.0, 8
        )
        assert seen["raised"] is ("fails_at" in options)
        assert seen["before"]["moments"].any()
        assert seen["before"]["buffers"].any()
        for part, value in seen["before"].items():
            np.testing.assert_array_equal(seen["after"][part], value, err_msg=part)


def test_a_range_test_sets_every_group_and_trains_in_training_mode(topic: ModuleType) -> None:
    lab = labs.build("ex02_manual_tuning:network_range_test", seed=1, training=False)
    seen = lab.run(topic.range_test, 0.01, 1.0, 3)
    np.testing.assert_allclose(seen["rates"], [[0.01] * 2, [0.1] * 2, [1.0] * 2])
    assert seen["training"] == [True] * 3
    assert seen["before"]["rates"] == [0.003, 0.007]


@pytest.mark.parametrize(
    ("script", "recorded"),
    [
        # Smoothed with beta = 0.5: 1, 1, 1, 3.13, 3.84, 6.46: the last is above 4 times the lowest.
        ([1.0, 1.0, 1.0, 5.0, 4.5, 9.0, 9.0], 6),
        ([1.0, 1.0, math.nan, 1.0], 2),
        ([1.0, 1.0, math.inf, 1.0], 2),
        ([math.nan, 1.0], 0),
        ([4.0, 3.0, 2.0, 1.0, 0.0, 0.0], 6),
    ],
)
def test_a_range_test_stops_where_its_rule_says(
    topic: ModuleType, script: list[float], recorded: int
) -> None:
    lab = labs.build(
        "ex02_manual_tuning:linear_range_test", x=np.ones((1, 1, 1)), y=[[1.0]], script=script
    )
    seen = lab.run(topic.range_test, 0.01, 0.1, len(script), beta=0.5)
    lrs, losses = seen["result"]
    assert losses == script[:recorded]
    assert len(lrs) == recorded


def test_a_range_test_without_batches_says_so(topic: ModuleType) -> None:
    import torch

    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="`batches`"):
        topic.range_test(model, optimizer, torch.nn.functional.mse_loss, [], 0.1, 1.0, 3)


# --- suggest_lr -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("losses", "index"),
    [
        (range(99, 0, -1), 48),  # length 99, end 98, start -1: -1 + 33 + 16
        ([2.0] * 9, 0),  # length 1, end 0, start -1: -1, which becomes 0
        ([2, 1, 3, 4], 0),  # length 2, end 1, start -1: -1, which becomes 0
        ([5, 5, 4.5, 4, 3, 2, 1, 2, 3, 9], 3),  # length 6, end 6, start 0: 0 + 2 + 1
        ([5, 5, 4.5, 4.7, 4, 3, 2, 1, 3, 9], 4),  # length 6, end 7, start 1: 1 + 2 + 1
    ],
)
def test_the_valley_of_known_curves(topic: ModuleType, losses: Any, index: int) -> None:
    lrs = [10.0**-6 * 1.1**i for i in range(len(losses))]
    assert topic.suggest_lr(lrs, list(losses), "valley") == lrs[index]


@UNTIMED
@given(losses=st.lists(st.integers(0, 6).map(float), min_size=2, max_size=9))
def test_the_valley_agrees_with_a_search_over_all_subsequences(losses: list[float]) -> None:
    best: tuple[int, ...] = ()
    for size in range(1, len(losses) + 1):
        falling = [
            indices
            for indices in combinations(range(len(losses)), size)
            if all(losses[a] > losses[b] for a, b in pairwise(indices))
        ]
        best = min(falling, key=lambda indices: indices[-1], default=best)
    index = max(0, best[-1] - len(best) + len(best) // 3 + len(best) // 6)
    lrs = [float(i + 1) for i in range(len(losses))]
    assert TOPIC.suggest_lr(lrs, losses, "valley") == lrs[index]


def test_steep_depends_on_the_gaps_between_rates(topic: ModuleType) -> None:
    lrs, losses = [0.01, 0.1, 0.2, 2.0], [9.0, 7.0, 6.0, 6.5]
    assert topic.suggest_lr(lrs, losses, "steep") == 0.1  # -1 over log(2), against -2 over log(10)
    assert topic.suggest_lr(lrs, losses, "steep", skip_start=2) == 0.2


def test_minimum_takes_the_first_of_equal_ones(topic: ModuleType) -> None:
    assert topic.suggest_lr([0.1, 1.0, 2.0, 4.0], [3, 1, 1, 2], "minimum") == 0.1
    assert topic.suggest_lr([0.1, 1.0, 2.0, 4.0], [3, 1, 1, 2], "minimum", skip_end=2) == 0.1


@pytest.mark.parametrize(
    ("lrs", "losses", "options"),
    [
        ([0.1, 1.0], [1.0], {}),
        ([0.1], [1.0], {}),
        ([], [], {}),
        ([0.1, 1.0, 2.0], [1.0, 2.0, 3.0], {"skip_start": 1, "skip_end": 1}),
        ([0.1, 1.0, 2.0], [1.0, 2.0, 3.0], {"skip_start": 2, "skip_end": 9}),
        ([0.1, 1.0], [1.0, 2.0], {"skip_start": -1}),
        ([0.1, 1.0], [1.0, 2.0], {"skip_end": -1}),
        ([0.1, 1.0], [1.0, 2.0], {"method": "best"}),
    ],
)
def test_a_curve_that_cannot_be_read_is_refused(
    topic: ModuleType, lrs: list[float], losses: list[float], options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"must|remain"):
        topic.suggest_lr(lrs, losses, **options)


# --- scale_lr ---------------------------------------------------------------------------------


@UNTIMED
@given(lr=st.floats(1e-6, 10), old=st.integers(1, 4096), new=st.integers(1, 4096))
def test_scaling_there_and_back_is_no_change(lr: float, old: int, new: int) -> None:
    for rule in ("linear", "sqrt"):
        there = TOPIC.scale_lr(lr, old, new, rule)
        assert TOPIC.scale_lr(there, new, old, rule) == pytest.approx(lr)
    twice = TOPIC.scale_lr(TOPIC.scale_lr(lr, old, new, "sqrt"), old, new, "sqrt")
    assert twice == pytest.approx(TOPIC.scale_lr(lr, old, new, "linear"))


def test_a_batch_of_256_grown_to_8192_takes_a_rate_of_3_point_2(topic: ModuleType) -> None:
    assert topic.scale_lr(0.1, 256, 8192) == pytest.approx(3.2)


@pytest.mark.parametrize("arguments", [(0.0, 1, 1), (0.1, 0, 1), (0.1, 1, 0), (0.1, 1, 1, "none")])
def test_scaling_refuses_what_makes_no_sense(topic: ModuleType, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="must be"):
        topic.scale_lr(*arguments)


# --- coordinate_search ------------------------------------------------------------------------


@UNTIMED
@given(st.data())
def test_each_setting_ends_at_its_best_given_the_ones_before(data: st.DataObject) -> None:
    values = st.integers(0, 4)
    table = data.draw(st.lists(values.map(float), min_size=25, max_size=25))
    start = {"a": data.draw(values), "b": data.draw(values)}
    candidates = {
        name: data.draw(st.lists(values, max_size=5)) for name in data.draw(st.permutations("ab"))
    }
    calls: list[tuple[int, int]] = []

    def objective(config: dict[str, int]) -> float:
        calls.append((config["a"], config["b"]))
        return table[5 * config["a"] + config["b"]]

    def value(config: dict[str, int]) -> float:
        return table[5 * config["a"] + config["b"]]

    best, lowest, count = TOPIC.coordinate_search(objective, start, candidates)
    assert len(calls) == len(set(calls)) == count
    assert calls[0] == (start["a"], start["b"])
    expected = dict(start)
    for name, choices in candidates.items():
        # min() keeps the first of equal ones: the current value, then the order given.
        options = [expected, *({**expected, name: choice} for choice in choices)]
        expected = min(options, key=value)
    assert (best, lowest) == (expected, value(expected))


def test_separable_losses_are_solved_in_one_round_and_others_in_more(topic: ModuleType) -> None:
    def ridge(config: dict[str, int]) -> float:  # a narrow diagonal valley, lowest at (3, 3)
        return 10 * abs(config["a"] - config["b"]) + abs(config["a"] - 3)

    grid = {"a": range(5), "b": range(5)}
    # Alone, no setting can move along the diagonal: that is what interactions do.
    assert topic.coordinate_search(ridge, {"a": 0, "b": 0}, grid)[0] == {"a": 0, "b": 0}

    def bowl(config: dict[str, int]) -> float:
        return (config["a"] - 3) ** 2 + (config["b"] - 1) ** 2

    assert topic.coordinate_search(bowl, {"a": 0, "b": 0}, grid) == ({"a": 3, "b": 1}, 0, 9)
    # A second round looks at the row of the new b: 4 more points, none of them better.
    assert topic.coordinate_search(bowl, {"a": 0, "b": 0}, grid, rounds=5)[2] == 13


def test_nan_neither_wins_nor_stays(topic: ModuleType) -> None:
    def search(losses: list[float]) -> tuple[Any, ...]:
        result: tuple[Any, ...] = topic.coordinate_search(
            lambda config: losses[config["a"]], {"a": 0}, {"a": [1, 2]}
        )
        return result

    assert search([2.0, math.nan, 3.0]) == ({"a": 0}, 2.0, 3)
    assert search([math.nan, 5.0, math.nan]) == ({"a": 1}, 5.0, 3)
    config, value, calls = search([math.nan] * 3)
    assert config == {"a": 0}
    assert math.isnan(value)
    assert calls == 3


def test_an_objective_that_changes_its_argument_does_no_harm(topic: ModuleType) -> None:
    start = {"a": 0, "b": 0}
    best, value, _ = topic.coordinate_search(
        lambda config: -config.pop("a") - config.pop("b"), start, {"a": [1, 2], "b": [1]}
    )
    assert (best, value, start) == ({"a": 2, "b": 1}, -3, {"a": 0, "b": 0})


def test_a_search_refuses_settings_it_does_not_know(topic: ModuleType) -> None:
    with pytest.raises(ValueError, match="`candidates`"):
        topic.coordinate_search(lambda _: 0.0, {"a": 0}, {"b": [1]})
    with pytest.raises(ValueError, match="`rounds`"):
        topic.coordinate_search(lambda _: 0.0, {"a": 0}, {"a": [1]}, rounds=0)


# --- labs and the module ----------------------------------------------------------------------


def test_the_arguments_lab_sees_a_change() -> None:
    lab = labs.build("ex02_manual_tuning:arguments", losses=[1.0, 2.0], beta=0.5)
    assert lab.after(lambda losses, beta: losses.clear()) == {"losses": [], "beta": 0.5}
    assert lab.after(lambda losses, beta: None) == {"losses": [1.0, 2.0], "beta": 0.5}


def test_the_range_test_lab_lets_the_learners_own_errors_through() -> None:
    def broken(*_: object) -> None:
        raise KeyError("a learner's slip")

    lab = labs.build("ex02_manual_tuning:network_range_test", seed=0)
    with pytest.raises(KeyError, match="slip"):
        lab.run(broken, 0.1, 1.0, 3)


def test_the_range_test_lab_reports_what_is_left_changed() -> None:
    def careless(model: Any, optimizer: Any, loss_fn: Any, batches: Any, *_: object) -> None:
        model.eval()
        for group in optimizer.param_groups:
            group["lr"] = 9.0
        for x, y in batches:
            loss_fn(model.train()(x), y).backward()
            optimizer.step()

    lab = labs.build("ex02_manual_tuning:network_range_test", seed=0, training=False)
    seen = lab.run(careless, 0.1, 1.0, 3)
    for part, value in seen["before"].items():
        assert not np.array_equal(seen["after"][part], value), part
    assert seen["rates"] == [[9.0, 9.0]] * 3


def test_the_module_and_its_light_labs_do_not_import_torch() -> None:
    code = (
        "import sys; from grader import labs; from grader.paths import load_module, solutions_dir; "
        "m = load_module(solutions_dir() / 'ex02_manual_tuning.py', 'reference'); "
        "lab = labs.build('ex02_manual_tuning:arguments', losses=[1.0], beta=0.5); "
        "lab.after(m.smooth); assert 'torch' not in sys.modules, 'torch'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
