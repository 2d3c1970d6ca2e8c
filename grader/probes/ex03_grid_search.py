"""What topic 3's misconceptions answer differently."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from grader.checks import spy
from grader.probes import outcome
from grader.subject import Subject

_NAN = math.nan
_LABS = "ex03_grid_search"
_REFUSED: dict[str, Any] = {
    "a string": {"act": "relu"},
    "a string in a second grid": [{"lr": [1]}, {"act": "tanh"}],
    "a number": {"lr": [1, 2], "depth": 3},
    "no choice": {"lr": [1, 2], "depth": []},
}


def grid_size(submission: Subject) -> dict[str, object]:
    """Small grids, several grids, nothing, a grid beyond all bounds, and what is refused."""
    grids: dict[str, Any] = {
        "one name": {"a": [7, 8, 9, 7, 8]},
        "two names": {"a": [1, 2, 3], "b": [4, 5]},
        "three names": {"a": [1, 2, 3], "b": [4, 5, 6, 7], "c": [8, 9]},
        "one grid in a list": [{"a": [1, 2, 3], "b": [4, 5]}],
        "several grids": [{"a": [1, 2, 3], "b": [4, 5]}, {"c": [1, 2, 3, 4]}, {"a": [1, 2]}],
        "no name": {},
        "no grid": [],
        **_REFUSED,
    }

    def huge() -> object:
        lengths = [{f"h{i}": 100 for i in range(10)}]
        return submission.build(f"{_LABS}:huge_grid", lengths=lengths).count(submission.grid_size)

    sizes = {name: outcome(submission.grid_size, grid) for name, grid in grids.items()}
    return {**sizes, "huge": outcome(huge)}


def expand_grid(submission: Subject) -> dict[str, object]:
    """Order, kinds and copies of what is listed, what becomes of the grid, what is refused."""
    grids: dict[str, Any] = {
        "one name": {"a": [3, 1, 2]},
        "two names": {"b": [3, 1], "a": [2, 5, 4]},
        "three names": {"c": [1, 2], "a": [3, 4], "b": [5, 6]},
        "repeated": {"a": [1, 2, 1], "b": [0]},
        "one grid in a list": [{"b": [3, 1], "a": [2, 5]}],
        "several grids": [{"b": [3, 1], "a": [2, 5]}, {"a": [7], "c": [8, 6]}],
        "no name": {},
        "no grid": [],
        **_REFUSED,
    }

    def kinds() -> list[str]:
        configs = submission.expand_grid({"m": [3, "auto", 0.5]})
        return [type(config["m"]).__name__ for config in configs]

    def afterwards() -> object:
        lab = submission.build(f"{_LABS}:watched_grid", grid={"b": [3, 1], "a": [2, 4]})
        lab.size_or_list(submission.expand_grid)
        return lab.now()

    listed = {name: outcome(submission.expand_grid, grid) for name, grid in grids.items()}
    return {**listed, "kinds": outcome(kinds), "afterwards": outcome(afterwards)}


def grid_search(submission: Subject) -> dict[str, object]:
    """Which combination wins for given values, how often it is asked, and what comes back."""

    def search(values: list[float], *mode: str) -> dict[str, object]:
        objective = spy(lambda config: values[config["a"]])
        grid = {"a": list(range(len(values)))}
        config, value, history = submission.grid_search(objective, grid, *mode)
        calls = len(objective.calls)
        return {"winner": config, "value": value, "values": history, "calls": calls}

    def together() -> list[object]:
        """A minimum that no change of one setting leads to."""
        losses = {(0, 0): 2.0, (1, 1): 1.0}
        objective = spy(lambda config: losses.get((config["a"], config["b"]), 3.0))
        config, value, history = submission.grid_search(objective, {"b": [0, 1], "a": [0, 1]})
        return [config, value, history]

    def afterwards() -> object:
        lab = submission.build(f"{_LABS}:watched_grid", grid={"b": [3, 1], "a": [2]})
        lab.search(submission.grid_search)
        return lab.now()

    cases: dict[str, tuple[list[float], tuple[str, ...]]] = {
        "default": ([3.0, 1.0, 2.0], ()),
        "min": ([3.0, 1.0, 2.0], ("min",)),
        "max": ([1.0, 3.0, 2.0], ("max",)),
        "ties": ([4.0, 2.0, 2.0, 4.0], ("min",)),
        "ties at the top": ([2.0, 4.0, 4.0, 2.0], ("max",)),
        "zero": ([5.0, 0.0, 3.0, 6.0], ("min",)),
        "below zero": ([-1.0, -5.0, -2.0], ("max",)),
        "nan first": ([_NAN, 3.0, 2.0], ("min",)),
        "nan within": ([3.0, _NAN, 5.0], ("max",)),
        "nan only": ([_NAN, _NAN], ("min",)),
        "unknown mode": ([1.0, 3.0, 2.0], ("maximum",)),
    }
    answers = {name: outcome(search, values, *mode) for name, (values, mode) in cases.items()}
    return {**answers, "together": outcome(together), "afterwards": outcome(afterwards)}


def grid_search_cv(submission: Subject) -> dict[str, object]:
    """What is fitted on which rows by which copy, and what is made of scripted scores."""
    cv = [([0, 1, 2, 3, 4], [5, 6]), ([3, 4, 5, 6], [0, 1, 2]), ([0, 5, 6], [1, 3])]
    scores: list[tuple[int, int, list[float]]] = [
        (1, 1, [0.0, 3.0, 6.0]),  # mean 3
        (1, 2, [6.0, 6.0, 3.0]),  # mean 5
        (2, 1, [5.0, 4.0, 6.0]),  # mean 5
        (2, 2, [9.0, 0.0, 3.0]),  # mean 4, with the best single score
        (3, 1, [3.0, 3.0, 3.0]),  # mean 3
        (3, 2, [2.0, 1.0, 0.0]),  # mean 1
    ]
    failed: list[tuple[int, int, list[float]]] = [
        (1, 1, [1.0, 2.0, 3.0]),
        (1, 2, [9.0, _NAN, 9.0]),
        (2, 1, [2.0, 3.0, 4.0]),
        (2, 2, [_NAN, 8.0, 0.0]),
    ]
    nothing: list[tuple[int, int, list[float]]] = [
        (1, 1, [_NAN, 1.0, 2.0]),
        (1, 2, [3.0, 4.0, _NAN]),
    ]

    def run(script: list[tuple[int, int, list[float]]]) -> dict[str, Any]:
        lab = submission.build(f"{_LABS}:spy_lab", scores=script, n=7, cv=cv)
        grid = {"b": [1, 2], "a": sorted({a for a, _, _ in script})}
        seen: dict[str, Any] = lab.run(submission.grid_search_cv, grid)
        return seen

    def copies(seen: dict[str, Any]) -> list[object]:
        spies = [fit["spy"] for fit in seen["fits"]]
        return [len(spies), len(set(spies)), 0 in spies, seen["given"]]

    def rows(seen: dict[str, Any], noted: str) -> list[object]:
        return [entry["rows"] for entry in seen[noted][:3]]

    views: dict[str, Callable[[dict[str, Any]], object]] = {
        "params": lambda seen: seen["found"]["params"],
        "means": lambda seen: seen["found"]["mean_test_score"],
        "stds": lambda seen: seen["found"]["std_test_score"],
        "ranks": lambda seen: seen["found"]["rank_test_score"],
        "best": lambda seen: seen["found"]["best_params"],
        "copies": copies,
        "fitted rows": lambda seen: rows(seen, "fits"),
        "scored rows": lambda seen: rows(seen, "scored"),
        "model": lambda seen: seen["fitted"] and [seen["fitted"][k] for k in ("rows", "params")],
    }
    whole, holed = outcome(run, scores), outcome(run, failed)
    answers = {name: _view(whole, view) for name, view in views.items()}
    for name in ("means", "ranks", "best"):
        answers[f"{name} with nan"] = _view(holed, views[name])
    return {**answers, "nan only": outcome(lambda: run(nothing)["found"])}


def _view(seen: object, view: Callable[[dict[str, Any]], object]) -> object:
    """Read one thing off a run; where the run failed, that is what is read."""
    if not isinstance(seen, dict) or "raises" in seen:
        return seen
    return outcome(view, seen)
