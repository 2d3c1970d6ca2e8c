"""The reference of topic 4 against oracles and hand-computed values, and its labs."""

from __future__ import annotations

import math
import random
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.model_selection import ParameterGrid

from grader import labs
from grader.paths import load_module, solutions_dir

NAN = math.nan
MODULE = "ex04_random_search"
FLOATS = st.floats(-1e6, 1e6) | st.just(NAN)


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# sample_loguniform


@pytest.mark.parametrize(("low", "high"), [(1e-8, 1e3), (1e-4, 1.0), (2.0, 3.0), (50.0, 5e6)])
def test_sample_loguniform_has_the_distribution_of_scipy(low: float, high: float) -> None:
    draws = SOLUTION.sample_loguniform(low, high, 5000, rng())
    assert stats.kstest(draws, stats.loguniform(low, high).cdf).pvalue > 1e-3


def test_sample_loguniform_shares_out_the_decades_that_uniform_does_not() -> None:
    draws = SOLUTION.sample_loguniform(1e-4, 1.0, 20_000, rng())
    shares = np.histogram(draws, [1e-4, 1e-3, 1e-2, 1e-1, 1.0])[0] / 20_000
    assert shares == pytest.approx([0.25] * 4, abs=0.015)  # five standard errors
    assert np.mean(rng().uniform(1e-4, 1.0, 20_000) > 0.1) == pytest.approx(0.9, abs=0.011)


@given(
    low=st.floats(1e-300, 1e300),
    ratio=st.floats(1.0001, 1e6),
    size=st.integers(0, 20),
)
def test_sample_loguniform_stays_within_any_bounds(low: float, ratio: float, size: int) -> None:
    high = low * ratio
    draws = SOLUTION.sample_loguniform(low, high, size, rng())
    assert draws.shape == (size,)
    assert np.all(draws >= low * (1 - 1e-12))
    assert np.all(draws <= high * (1 + 1e-12))


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.0, 1.0), (-1.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, math.inf), (NAN, 1.0), (1.0, NAN)],
)
def test_sample_loguniform_names_the_bounds_that_it_refuses(low: float, high: float) -> None:
    with pytest.raises(ValueError, match=rf"got low={low}, high={high}\."):
        SOLUTION.sample_loguniform(low, high, 3, rng())


# sample_configs


@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    n=st.integers(1, 30),
    seed=st.integers(0, 2**32),
)
def test_sample_configs_draws_distinct_points_of_sklearns_grid(
    sizes: list[int], n: int, seed: int
) -> None:
    space = {f"h{i}": list(range(size)) for i, size in enumerate(sizes)}
    grid = list(ParameterGrid(space))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        configs = SOLUTION.sample_configs(space, n, rng(seed))
    assert len(configs) == min(n, len(grid))
    assert all(config in grid for config in configs)
    assert len({tuple(sorted(config.items())) for config in configs}) == len(configs)
    assert [warning.category for warning in caught] == [UserWarning] * (n > len(grid))


def test_sample_configs_warns_where_it_is_called() -> None:
    with pytest.warns(UserWarning, match="2 points, fewer than n=5") as caught:
        SOLUTION.sample_configs({"a": [1, 2]}, 5, rng())
    assert caught[0].filename == __file__


def test_sample_configs_draws_every_ordered_pair_of_points_equally_often() -> None:
    generator = rng()
    counts = np.zeros((3, 3), dtype=int)
    for _ in range(3000):
        first, second = SOLUTION.sample_configs({"a": [0, 1, 2]}, 2, generator)
        counts[first["a"], second["a"]] += 1
    assert np.trace(counts) == 0
    assert stats.chisquare(counts[~np.eye(3, dtype=bool)]).pvalue > 1e-3


def test_sample_configs_takes_a_grid_far_too_large_to_list() -> None:
    space = {f"h{i}": list(range(100)) for i in range(9)}  # 10 ** 18 points
    configs = SOLUTION.sample_configs(space, 5, rng())
    assert [sorted(config) for config in configs] == [sorted(space)] * 5


def test_sample_configs_draws_from_scipys_distributions_independently() -> None:
    space = {"x": stats.loguniform(1e-3, 1.0), "y": stats.randint(0, 3), "z": ["a", "b"]}
    configs = SOLUTION.sample_configs(space, 3000, rng())
    x, y, z = (np.array([config[name] for config in configs]) for name in "xyz")
    assert stats.kstest(x, space["x"].cdf).pvalue > 1e-3
    table = [[np.sum((y == i) & (z == name)) for name in "ab"] for i in range(3)]
    assert stats.chi2_contingency(table).pvalue > 1e-3
    assert stats.chisquare(np.ravel(table)).pvalue > 1e-3


def test_sample_configs_returns_the_very_objects_of_the_lists() -> None:
    choices: list[Any] = [(64, 64), None, "auto", object()]
    for extra in ({}, {"x": stats.uniform()}):
        configs = SOLUTION.sample_configs({"a": choices} | extra, 4, rng())
        assert all(any(config["a"] is choice for choice in choices) for config in configs)


@pytest.mark.parametrize(
    ("space", "n", "error", "match"),
    [
        ({"a": [1]}, 0, ValueError, "`n` must be at least 1, but got n=0"),
        ({"a": [1], "b": []}, 1, ValueError, r"space\['b'\] must hold at least one choice"),
        ({"a": "relu"}, 1, TypeError, r"space\['a'\] must be a list or have `rvs`.*a str"),
        ({"a": stats.uniform(), "b": 3}, 1, TypeError, r"space\['b'\].*an? int"),
    ],
)
def test_sample_configs_names_what_it_cannot_draw(
    space: dict[str, Any], n: int, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        SOLUTION.sample_configs(space, n, rng())


@pytest.mark.parametrize("space", [{"a": list(range(30))}, {"a": [1, 2], "x": stats.uniform()}])
def test_random_functions_leave_the_global_state_alone(space: dict[str, Any]) -> None:
    state: Any = labs.build("common:global_state")
    before = state.digest()
    SOLUTION.sample_loguniform(1e-3, 1.0, 5, rng())
    SOLUTION.random_search(lambda config: 1.0, space, 5, rng())
    assert state.digest() == before


# random_search


@given(values=st.lists(FLOATS, min_size=1, max_size=20), mode=st.sampled_from(["min", "max"]))
def test_random_search_picks_what_numpy_picks(values: list[float], mode: str) -> None:
    rest, seen = iter(values), []

    def objective(config: dict[str, int]) -> float:
        seen.append(config)
        return next(rest)

    space = {"a": list(range(20))}
    if np.isnan(values).all():
        with pytest.raises(ValueError, match=f"All {len(values)} trials returned NaN"):
            SOLUTION.random_search(objective, space, len(values), rng(), mode)
        return
    config, value, history = SOLUTION.random_search(objective, space, len(values), rng(), mode)
    winner = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    assert (config, value) == (seen[winner], values[winner])
    np.testing.assert_array_equal(history, values)


def test_random_search_checks_its_mode_before_the_first_trial() -> None:
    def objective(config: dict[str, Any]) -> float:
        raise AssertionError("a trial was run")

    with pytest.raises(ValueError, match='`mode` must be "min" or "max", but got \'minimum\''):
        SOLUTION.random_search(objective, {"a": [1]}, 1, rng(), "minimum")


def test_random_search_keeps_its_winner_from_an_objective_that_writes_into_it() -> None:
    def objective(config: dict[str, Any]) -> float:
        return float(config.pop("a"))

    assert SOLUTION.random_search(objective, {"a": [3, 1, 2]}, 3, rng())[0] == {"a": 1}


def test_random_search_lets_the_objectives_errors_through() -> None:
    def objective(config: dict[str, Any]) -> float:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        SOLUTION.random_search(objective, {"a": [1]}, 1, rng())


# prob_hit and trials_needed


@given(q=st.floats(0, 1), n=st.integers(0, 300))
def test_prob_hit_is_the_binomial_chance_of_at_least_one_hit(q: float, n: int) -> None:
    assert SOLUTION.prob_hit(q, n) == pytest.approx(stats.binom.sf(0, n, q), abs=1e-12)


@pytest.mark.parametrize(
    ("q", "n", "message"),
    [(1.5, 1, "q=1.5"), (-0.1, 1, "q=-0.1"), (NAN, 1, "q=nan"), (0.5, -1, "n=-1")],
)
def test_prob_hit_names_what_it_refuses(q: float, n: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SOLUTION.prob_hit(q, n)


@pytest.mark.parametrize(
    ("q", "p", "expected"),
    [
        (0.05, 0.95, 59),  # 0.95^58 = 0.0510 is too much, 0.95^59 = 0.0485 is not
        (0.01, 0.95, 299),
        (0.5, 0.75, 2),  # exactly
        (0.1, 0.19, 2),  # 1 - 0.9^2 = 0.19, and the quotient of the logs is 1.9999999999999998
        (0.2, 0.36, 2),  # 1 - 0.8^2 = 0.36, and the plain logs give 2.0000000000000004
        (0.1, 0.271, 3),
        (0.3, 0.0, 0),
        (1.0, 0.0, 0),
        (1.0, 0.5, 1),
        (0.9, 1e-15, 1),
    ],
)
def test_trials_needed_is_exact(q: float, p: float, expected: int) -> None:
    got = SOLUTION.trials_needed(q, p)
    assert got == expected
    assert type(got) is int


@given(q=st.floats(1e-4, 1), p=st.floats(0, 0.9999))
def test_trials_needed_is_the_smallest_number_that_suffices(q: float, p: float) -> None:
    n = SOLUTION.trials_needed(q, p)
    slack = 1e-9  # of a whole quotient, which rounding may move to either side
    assert SOLUTION.prob_hit(q, n) >= p - slack
    assert n == 0 or SOLUTION.prob_hit(q, n - 1) < p + slack


@pytest.mark.parametrize(
    ("q", "p", "message"),
    [
        (0.0, 0.5, "`q` must be above 0 and at most 1, but got q=0.0"),
        (1.1, 0.5, "q=1.1"),
        (0.5, 1.0, "`p` must be at least 0 and below 1, but got p=1.0"),
        (0.5, -0.1, "p=-0.1"),
        (NAN, 0.5, "q=nan"),
        (0.5, NAN, "p=nan"),
    ],
)
def test_trials_needed_names_what_it_refuses(q: float, p: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SOLUTION.trials_needed(q, p)


# best_so_far


def test_best_so_far_by_hand() -> None:
    values = [NAN, 5.0, 7.0, NAN, 3.0, 4.0]
    down, up = [NAN, 5.0, 5.0, 5.0, 3.0, 3.0], [NAN, 5.0, 7.0, 7.0, 7.0, 7.0]
    np.testing.assert_array_equal(SOLUTION.best_so_far(values), down)
    np.testing.assert_array_equal(SOLUTION.best_so_far(values, "max"), up)
    assert SOLUTION.best_so_far([]) == []


@given(values=st.lists(FLOATS), mode=st.sampled_from(["min", "max"]))
def test_best_so_far_is_the_best_of_every_prefix(values: list[float], mode: str) -> None:
    pick = min if mode == "min" else max
    expected = [
        pick((v for v in values[: i + 1] if not math.isnan(v)), default=NAN)
        for i in range(len(values))
    ]
    np.testing.assert_array_equal(SOLUTION.best_so_far(values, mode), expected)


def test_best_so_far_refuses_an_unknown_mode() -> None:
    with pytest.raises(ValueError, match='`mode` must be "min" or "max", but got \'best\''):
        SOLUTION.best_so_far([1.0], "best")


# The labs


def space_lab(space: dict[str, object], seed: int = 0) -> Any:
    return labs.build("ex04_random_search:space_lab", space=space, seed=seed)


def test_space_lab_makes_distributions_of_tuples_and_choices_of_lists() -> None:
    seen: list[dict[str, Any]] = []

    def sample_configs(space: dict[str, Any], n: int, generator: np.random.Generator) -> None:
        seen.append(space)

    space_lab({"a": [1, 2], "x": ("uniform", 2.0, 3.0), "s": "text"}).draw(sample_configs, 1)
    assert (seen[0]["a"], seen[0]["s"]) == ([1, 2], "text")
    assert seen[0]["x"].support() == (2.0, 5.0)


def test_space_lab_reports_warnings_by_category_and_raises_none() -> None:
    class OwnWarning(UserWarning):
        pass

    def sample_configs(space: object, n: int, generator: object) -> int:
        warnings.warn("one", OwnWarning, stacklevel=1)
        warnings.warn("two", RuntimeWarning, stacklevel=1)
        return n

    lab = space_lab({"a": [1]})
    assert lab.draw(sample_configs, 3, 2) == [3, 3]
    assert lab.warned() == ["UserWarning", "RuntimeWarning"] * 2


def test_space_lab_shows_what_became_of_the_space() -> None:
    def sample_configs(space: dict[str, Any], n: int, generator: object) -> None:
        space["a"].reverse()
        space["b"] = [0]

    lab = space_lab({"a": [1, 2]})
    lab.draw(sample_configs, 1)
    assert (lab.lists(), lab.names()) == ({"a": [2, 1], "b": [0]}, ["a", "b"])


def test_space_lab_searches_with_sklearns_sampler_and_puts_the_learners_own_back() -> None:
    module = load()

    def broken(*arguments: object) -> None:
        raise NotImplementedError

    module.sample_configs = broken  # type: ignore[attr-defined]
    space = {"a": [1, 2, 3], "b": [1, 2]}
    config, value, values = space_lab(space).search(
        module.random_search, lambda config: config["a"] * config["b"], 6, "max"
    )
    assert (config, value) == ({"a": 3, "b": 2}, 6.0)
    assert sorted(values) == [1, 2, 2, 3, 4, 6]
    assert module.sample_configs is broken


def test_space_lab_leaves_mode_out_where_it_is_none() -> None:
    def random_search(*arguments: object) -> int:
        return len(arguments)

    assert space_lab({"a": [1]}).search(random_search, len, 1) == 4
    assert space_lab({"a": [1]}).search(random_search, len, 1, "min") == 5


def test_global_state_notices_draws_and_seeds() -> None:
    state: Any = labs.build("common:global_state")
    digests = [state.digest()]
    for act in (np.random.random, random.random, lambda: state.seed(3)):
        act()
        digests.append(state.digest())
    assert len(set(digests)) == 4
    state.seed(3)
    assert state.digest() == digests[-1]
