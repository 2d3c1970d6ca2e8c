"""The reference of topic 3 against oracles and hand-computed values, and its labs."""

from __future__ import annotations

import copy
import itertools
import math
import warnings
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, ParameterGrid
from sklearn.neighbors import KNeighborsClassifier

from grader import labs
from grader.paths import load_module, solutions_dir

NAN = math.nan
MODULE = "ex03_grid_search"
FLOATS = st.floats(-1e6, 1e6) | st.just(NAN)
CHOICES = st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2)
GRIDS = st.dictionaries(
    st.text("abcd", min_size=1, max_size=2), st.lists(CHOICES, min_size=1, max_size=3), max_size=4
)


def load() -> ModuleType:
    return load_module(solutions_dir() / f"{MODULE}.py", f"topic_tests.{MODULE}")


SOLUTION = load()


# grid_size and expand_grid


@given(grid=GRIDS | st.lists(GRIDS, max_size=3))
@settings(max_examples=300)
def test_a_grid_is_listed_and_counted_as_sklearn_does(grid: Any) -> None:
    before = copy.deepcopy(grid)
    oracle = list(ParameterGrid(grid))
    assert SOLUTION.expand_grid(grid) == oracle
    assert SOLUTION.grid_size(grid) == len(oracle)
    assert grid == before


def test_a_grid_by_hand() -> None:
    grid = {"lr": [0.1, 0.01], "act": ["tanh", "relu"]}
    assert SOLUTION.expand_grid(grid) == [
        {"act": "tanh", "lr": 0.1},
        {"act": "tanh", "lr": 0.01},
        {"act": "relu", "lr": 0.1},
        {"act": "relu", "lr": 0.01},
    ]
    assert SOLUTION.expand_grid([grid, {}, {"n": [None]}])[-2:] == [{}, {"n": None}]
    assert SOLUTION.grid_size([grid, {}, {"n": [None]}]) == 6


def test_a_grid_beyond_64_bits_is_counted_exactly() -> None:
    grid = {f"h{i}": list(range(99)) for i in range(11)}
    size = SOLUTION.grid_size(grid)
    assert size == 99**11 > 2**64
    assert type(size) is int


def test_expand_grid_returns_the_very_objects_of_the_lists_in_dicts_of_their_own() -> None:
    choices: list[Any] = [(64, 64), [1], None, object()]
    configs = SOLUTION.expand_grid({"a": choices, "b": [1, 2]})
    assert all(config["a"] is choices[i // 2] for i, config in enumerate(configs))
    assert len({id(config) for config in configs}) == 8


@pytest.mark.parametrize("function", ["grid_size", "expand_grid"])
@pytest.mark.parametrize(
    ("grid", "error", "match"),
    [
        ({"a": [1], "b": []}, ValueError, r"grid\['b'\] must hold at least one choice"),
        ({"a": "relu"}, TypeError, r"grid\['a'\] must be a list, but it is a str\."),
        ([{"a": [1]}, {"a": 3}], TypeError, r"grid\['a'\] must be a list, but it is a int\."),
        ({"a": None}, TypeError, "NoneType"),
    ],
)
def test_what_is_no_grid_is_named(
    function: str, grid: Any, error: type[Exception], match: str
) -> None:
    with pytest.raises(error, match=match):
        getattr(SOLUTION, function)(grid)
    with pytest.raises(error):  # as there
        ParameterGrid(grid)


# grid_search


@given(values=st.lists(FLOATS, min_size=1, max_size=20), mode=st.sampled_from(["min", "max"]))
@settings(max_examples=300)
def test_grid_search_picks_what_numpy_picks(values: list[float], mode: str) -> None:
    grid = {"i": list(range(len(values)))}
    if np.isnan(values).all():
        with pytest.raises(ValueError, match=f"All {len(values)} trials returned NaN"):
            SOLUTION.grid_search(lambda config: values[config["i"]], grid, mode)
        return
    config, value, history = SOLUTION.grid_search(lambda config: values[config["i"]], grid, mode)
    winner = int(np.nanargmin(values) if mode == "min" else np.nanargmax(values))
    assert (config, value) == ({"i": winner}, values[winner])
    np.testing.assert_array_equal(history, values)


def test_grid_search_by_hand() -> None:
    # depth:      1        1        2        2
    # lr:         0.1      0.01     0.1      0.01
    losses = iter([0.5, NAN, 0.25, 0.25])
    grid = {"lr": [0.1, 0.01], "depth": [1, 2]}
    config, value, values = SOLUTION.grid_search(lambda config: next(losses), grid)
    assert (config, value) == ({"depth": 2, "lr": 0.1}, 0.25)
    np.testing.assert_array_equal(values, [0.5, NAN, 0.25, 0.25])


@given(table=st.lists(st.integers(-5, 5), min_size=6, max_size=6))
def test_grid_search_visits_in_the_order_of_the_grid(table: list[int]) -> None:
    grid = {"b": [0, 1, 2], "a": [0, 1]}
    seen: list[dict[str, int]] = []

    def objective(config: dict[str, int]) -> float:
        seen.append(dict(config))
        return table[3 * config["a"] + config["b"]]

    _, value, values = SOLUTION.grid_search(objective, grid)
    assert seen == list(ParameterGrid(grid))
    assert (value, values) == (min(table), table)


def test_grid_search_checks_its_mode_before_the_first_trial() -> None:
    def objective(config: dict[str, Any]) -> float:
        raise AssertionError("a trial was run")

    with pytest.raises(ValueError, match='`mode` must be "min" or "max", but got \'minimum\''):
        SOLUTION.grid_search(objective, {"a": [1]}, "minimum")


def test_grid_search_keeps_its_winner_from_an_objective_that_writes_into_it() -> None:
    def objective(config: dict[str, Any]) -> float:
        return float(config.pop("a"))

    assert SOLUTION.grid_search(objective, {"a": [3, 1, 2]})[0] == {"a": 1}


def test_grid_search_lets_the_objectives_errors_through() -> None:
    def objective(config: dict[str, Any]) -> float:
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        SOLUTION.grid_search(objective, {"a": [1]})


def test_grid_search_of_no_grid_has_no_winner() -> None:
    with pytest.raises(ValueError, match="All 0 trials"):
        SOLUTION.grid_search(lambda config: 1.0, [])


# grid_search_cv


def data(seed: int, n: int = 30) -> tuple[Any, Any]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    return x, x @ [1.0, -2.0, 0.0] + rng.normal(size=n)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [1, 2, 5])
def test_grid_search_cv_agrees_with_sklearns_search(seed: int, k: int) -> None:
    x, y = data(seed)
    cv = list(KFold(5, shuffle=True, random_state=seed).split(x))[:k]
    grid = [
        {"fit_intercept": [True, False], "alpha": [10.0, 0.01, 1.0]},
        {"alpha": [1.0, 100.0]},  # 1.0 once more: equal means, equal ranks
    ]
    oracle = GridSearchCV(Ridge(), grid, cv=cv).fit(x, y)
    best, results, fitted = SOLUTION.grid_search_cv(Ridge(), grid, x, y, cv)
    assert best == oracle.best_params_
    assert results["params"] == oracle.cv_results_["params"]
    for key in ("mean_test_score", "std_test_score"):
        np.testing.assert_allclose(results[key], oracle.cv_results_[key], rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(results["rank_test_score"], oracle.cv_results_["rank_test_score"])
    np.testing.assert_array_equal(fitted.coef_, oracle.best_estimator_.coef_)


def test_grid_search_cv_by_hand() -> None:
    # One neighbor: rows 2 and 3 are told wrong by the nearest training row, 1 and 4.
    x, y = np.arange(6.0)[:, None], np.array([0, 0, 1, 0, 1, 1])
    cv = [(np.array([0, 1, 4, 5]), np.array([2, 3])), (np.array([1, 2, 3, 4]), np.array([0, 5]))]
    best, results, fitted = SOLUTION.grid_search_cv(
        KNeighborsClassifier(), {"n_neighbors": [1, 3]}, x, y, cv
    )
    # k=1: row 2 -> 1 (class 0, wrong), row 3 -> 4 (class 1, wrong); rows 0 -> 1, 5 -> 4 (right).
    # k=3: row 2 -> 1, 0, 4 (0, wrong), row 3 -> 4, 5, 1 (1, wrong);
    #      row 0 -> 1, 2, 3 (0, right), row 5 -> 4, 3, 2 (1, right).
    np.testing.assert_array_equal(results["mean_test_score"], [0.5, 0.5])
    np.testing.assert_array_equal(results["std_test_score"], [0.5, 0.5])
    np.testing.assert_array_equal(results["rank_test_score"], [1, 1])
    assert best == {"n_neighbors": 1}
    assert fitted.n_samples_fit_ == 6


class Scripted(BaseEstimator):  # type: ignore[misc]
    """Scores what its setting says, in each split."""

    def __init__(self, scores: tuple[float, ...] = ()) -> None:
        self.scores = scores

    def fit(self, x: Any, y: Any) -> Scripted:
        return self

    def score(self, x: Any, y: Any) -> float:
        return self.scores[int(x[0, 0])]


@given(
    table=st.lists(
        st.tuples(*[st.integers(-3, 3).map(float) | st.just(NAN)] * 2), min_size=1, max_size=7
    )
)
@settings(max_examples=100, deadline=None)
def test_grid_search_cv_ranks_ties_and_nan_as_sklearn_does(table: list[tuple[float, ...]]) -> None:
    x, y = np.arange(2.0)[:, None], np.zeros(2)
    cv = [(np.array([0, 1]), np.array([i])) for i in range(2)]
    grid = {"scores": table}
    if np.isnan(np.mean(table, axis=1)).all():
        with pytest.raises(ValueError, match=f"All {len(table)} means are NaN"):
            SOLUTION.grid_search_cv(Scripted(), grid, x, y, cv)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of NaN
        oracle = GridSearchCV(Scripted(), grid, cv=cv).fit(x, y)
    best, results, _ = SOLUTION.grid_search_cv(Scripted(), grid, x, y, cv)
    np.testing.assert_array_equal(results["rank_test_score"], oracle.cv_results_["rank_test_score"])
    np.testing.assert_array_equal(results["mean_test_score"], oracle.cv_results_["mean_test_score"])
    assert best is results["params"][oracle.best_index_]


def test_grid_search_cv_leaves_the_given_estimator_as_it_was() -> None:
    x, y = data(0)
    given_one = Ridge(alpha=7.0)
    cv = [(np.arange(20), np.arange(20, 30))]
    _, _, fitted = SOLUTION.grid_search_cv(given_one, {"alpha": [1.0, 2.0]}, x, y, cv)
    assert vars(given_one) == vars(clone(given_one))
    assert given_one.alpha == 7.0
    assert fitted is not given_one


# The labs


def lab(factory: str, **values: object) -> Any:
    return labs.build(f"{MODULE}:{factory}", **values)


def strict(grid: dict[str, list[int]]) -> int:
    """Takes nothing but a list itself, not even what is derived from it."""
    if any(type(choices) is not list for choices in grid.values()):
        raise TypeError("no list")
    return math.prod(map(len, grid.values()))


def test_a_huge_grid_tells_who_would_list_it_and_lists_nothing() -> None:
    huge = lab("huge_grid", lengths=[{f"h{i}": 100 for i in range(10)}])
    assert huge.count(SOLUTION.grid_size) == {"size": 10**20, "listed": False}
    assert huge.count(strict) == {"size": 10**20, "listed": False}
    for listing in (
        lambda grid: len(list(itertools.product(*grid.values()))),
        lambda grid: strict(grid) and len(list(itertools.product(*grid.values()))),
        lambda grid: sum(1 for _ in itertools.product(*grid.values())),
        lambda grid: math.prod(len(choices[:]) for choices in grid.values()),
    ):
        assert huge.count(listing) == {"size": None, "listed": True}


def test_huge_grids_may_be_several() -> None:
    huge = lab("huge_grid", lengths=[{"a": 3}, {"b": 4, "c": 5}], several=True)
    assert huge.count(SOLUTION.grid_size)["size"] == 23
    assert lab("huge_grid", lengths=[{"a": 3}, {"b": 4}]).count(SOLUTION.grid_size)["size"] == 3


def test_a_watched_grid_shows_what_became_of_it() -> None:
    watched = lab("watched_grid", grid={"a": [2, 1], "b": [0]})
    assert watched.size_or_list(SOLUTION.grid_size) == 2
    assert watched.now() == {"a": [2, 1], "b": [0]}
    watched.size_or_list(lambda grid: grid["a"].sort())
    watched.search(lambda objective, grid, mode: grid.pop("b"))
    assert watched.now() == {"a": [1, 2]}


CV = [([0, 1, 2], [3, 4]), ([3, 4], [0, 1])]
SCORES = [(1, 1, [0.25, 0.75]), (2, 1, [1.0, 0.0])]


def test_the_spy_notes_fits_and_scores_of_all_its_copies() -> None:
    def search(spy: Any, grid: Any, x: Any, y: Any, cv: Any) -> tuple[Any, Any, Any]:
        copies = [clone(spy).set_params(a=2, b=1), copy.deepcopy(spy).set_params(a=1, b=1)]
        scores = [
            one.fit(x[train], y[train]).score(x[test], y[test])
            for one, (train, test) in zip(copies, cv, strict=True)
        ]
        spy.set_params(a=1).fit(x, y)
        return {"a": 1}, {"mean_test_score": scores, "more": spy}, copies[1]

    seen = lab("spy_lab", scores=SCORES, n=5, cv=CV).run(search, {"a": [1, 2], "b": [1]})
    assert seen["found"]["mean_test_score"] == [1.0, 0.75]
    assert set(seen["found"]) == {
        "best_params", "params", "mean_test_score", "std_test_score", "rank_test_score"
    }  # fmt: skip
    assert [fit["spy"] for fit in seen["fits"]] == [1, 2, 0]
    assert [fit["rows"] for fit in seen["fits"]] == [[0, 1, 2], [3, 4], [0, 1, 2, 3, 4]]
    assert seen["fits"][1]["targets"] == [103, 104]
    assert [entry["rows"] for entry in seen["scored"]] == [[3, 4], [0, 1]]
    assert seen["given"] == {"a": 1, "b": -1}
    assert seen["fitted"]["rows"] == [3, 4]
    assert seen["fitted"]["params"] == {"a": 1, "b": 1}


def test_the_spy_scores_far_off_on_rows_of_no_split() -> None:
    def search(spy: Any, grid: Any, x: Any, y: Any, cv: Any) -> tuple[Any, Any, Any]:
        return {}, {"mean_test_score": [spy.score(x, y)]}, None

    seen = lab("spy_lab", scores=SCORES, n=5, cv=CV).run(search, {})
    assert seen["found"]["mean_test_score"] == [1000.0]
    assert seen["fitted"] is None


@pytest.mark.parametrize("result", [None, 3, ({}, {}), ({}, [], None)])
def test_results_of_another_shape_are_no_results(result: object) -> None:
    spied = lab("spy_lab", scores=SCORES, n=5, cv=CV)
    assert spied.run(lambda *_: result, {})["found"] is None


def test_the_spys_search_agrees_with_sklearns() -> None:
    def search(spy: Any, grid: Any, x: Any, y: Any, cv: Any) -> tuple[Any, Any, Any]:
        found = GridSearchCV(spy, grid, cv=cv).fit(x, y)
        return found.best_params_, found.cv_results_, found.best_estimator_

    grid = {"a": [1, 2], "b": [1]}
    ours, theirs = (
        lab("spy_lab", scores=SCORES, n=5, cv=CV).run(function, grid)
        for function in (SOLUTION.grid_search_cv, search)
    )
    for name, value in ours["found"].items():
        np.testing.assert_array_equal(value, theirs["found"][name], err_msg=name)
    assert [fit["rows"] for fit in ours["fits"]] == [fit["rows"] for fit in theirs["fits"]]
    assert ours["fitted"]["params"] == theirs["fitted"]["params"]


@pytest.mark.parametrize(("kind", "prefix"), [("ridge", ""), ("pipeline", "ridge__")])
def test_the_cv_lab_searches_real_estimators(kind: str, prefix: str) -> None:
    x, y = data(1)
    cv = [(list(range(20)), list(range(20, 30)))]
    grid = {f"{prefix}alpha": [0.1, 10.0]}
    made = lab("cv_lab", kind=kind, x=x, y=y, cv=cv)
    seen = made.run(SOLUTION.grid_search_cv, grid, x[:4])
    oracle = GridSearchCV(lab("make_estimator", kind=kind), grid, cv=cv).fit(x, y)
    np.testing.assert_allclose(seen["predicted"], oracle.predict(x[:4]))
    assert seen["found"]["best_params"] == oracle.best_params_
    assert made.run(lambda *_: None, grid, x[:4]) == {"found": None, "predicted": None}


def test_the_cv_lab_knows_no_other_estimator() -> None:
    with pytest.raises(ValueError, match="got 'forest'"):
        lab("make_estimator", kind="forest")
