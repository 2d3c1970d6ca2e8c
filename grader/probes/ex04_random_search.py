"""What topic 4's misconceptions answer differently.

Random functions are asked for shares and facts that survive another order or number of draws.
Shares are counted in tenths, of bins whose true share is far from the edge of a tenth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from grader.checks import spy
from grader.labs.common import GlobalState
from grader.probes import outcome
from grader.subject import Subject
from grader.values import to_plain

_NAN = math.nan
_LAB = "ex04_random_search:space_lab"


def sample_loguniform(submission: Subject) -> dict[str, object]:
    """Where draws from six decades fall, what decides them, and which bounds are refused."""

    def draws(
        low: float = 1e-3, high: float = 1e3, size: int = 20_000, seed: int = 0
    ) -> list[list[float]]:
        rng = submission.build("common:rng", seed=seed)
        calls = [submission.sample_loguniform(low, high, size, rng) for _ in range(2)]
        return [np.ravel(np.asarray(call, dtype=float)).tolist() for call in calls]

    def shares() -> list[int]:
        edges = [-math.inf, 0.999e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1001.0, math.inf]
        return _tenths(np.histogram(draws()[0], edges)[0])

    def facts() -> dict[str, bool]:
        first, second = draws()
        return {
            "whole": all(value == int(value) for value in first),
            "ascending": first == sorted(first),
            "same again": first == second,
        }

    return {
        "shape": outcome(lambda: list(np.shape(draws(size=7)[0]))),
        "shares": outcome(shares),
        "facts": outcome(facts),
        "global": outcome(lambda: _follows_global_state(submission, lambda: draws(size=5))),
        "other seed": outcome(lambda: draws(1e-3, 1.0, 5, 0) == draws(1e-3, 1.0, 5, 1)),
        "low 0": outcome(lambda: len(draws(0.0, 1.0, 3)[0])),
        "negative low": outcome(lambda: len(draws(-1.0, 1.0, 3)[0])),
        "bounds swapped": outcome(lambda: len(draws(2.0, 1.0, 3)[0])),
        "bounds equal": outcome(lambda: len(draws(2.0, 2.0, 3)[0])),
    }


def sample_configs(submission: Subject) -> dict[str, object]:
    """How grids, mixed spaces and their edges are drawn, and what decides the draws."""

    def draw(space: Mapping[str, object], n: int, times: int = 1, seed: int = 0) -> list[Any]:
        lab = submission.build(_LAB, space=space, seed=seed)
        drawn: list[Any] = lab.draw(submission.sample_configs, n, times)
        return drawn

    def different(space: Mapping[str, object], n: int) -> list[int]:
        """Sizes of twenty draws, and the smallest number of different points in one."""
        calls = draw(space, n, 20)
        return [
            min(map(len, calls)),
            max(map(len, calls)),
            min(len({repr(sorted(config.items())) for config in call}) for call in calls),
        ]

    def warned(n: int) -> list[str]:
        lab = submission.build(_LAB, space={"a": [1, 2], "b": [1, 2, 3]}, seed=0)
        lab.draw(submission.sample_configs, n)
        names: list[str] = lab.warned()
        return names

    def in_order(space: Mapping[str, object]) -> bool:
        """Tell whether the lists of a space are still sorted afterwards."""
        lab = submission.build(_LAB, space=space, seed=0)
        lab.draw(submission.sample_configs, 5, 3)
        lists: dict[str, list[int]] = lab.lists()
        return all(sorted(items) == items for items in lists.values())

    def pairs() -> list[int]:
        """How often each point of a grid is among 2 of 4, in tenths of the calls."""
        calls = draw({"a": [0, 1], "b": [0, 1]}, 2, 2000)
        drawn = [2 * config["a"] + config["b"] for call in calls for config in call]
        return _tenths(np.bincount(drawn, minlength=4), of=len(calls))

    def mixed() -> dict[str, object]:
        configs = draw({"x": ("uniform", 0.0, 1.0), "y": [0, 1]}, 400)[0]
        return {
            "n": len(configs),
            "x": len({config["x"] for config in configs}),
            "y": len({config["y"] for config in configs}),
        }

    def kinds(space: Mapping[str, object], n: int) -> list[str]:
        return sorted({type(to_plain(config["m"])).__name__ for config in draw(space, n)[0]})

    def seeded(space: Mapping[str, object]) -> list[bool]:
        first, same, other = (draw(space, 5, 2, seed) for seed in (0, 0, 1))
        return [first == same, first == other, first[0] == first[1]]

    grid: dict[str, object] = {"a": [1, 2, 3], "b": [1, 2, 3, 4]}
    wide: dict[str, object] = {"a": list(range(99)), "b": list(range(99))}
    number: dict[str, object] = {"x": ("uniform", 0.0, 1.0)}
    choices: dict[str, object] = {"m": [1, "relu", 0.5]}
    return {
        "grid": outcome(lambda: different(grid, 8)),
        "whole grid": outcome(lambda: different(grid, 12)),
        "beyond grid": outcome(lambda: different(grid, 30)),
        "pairs": outcome(pairs),
        "warned": outcome(lambda: [warned(3), warned(9)]),
        "mixed": outcome(mixed),
        "kinds": outcome(lambda: kinds(choices, 3)),
        "kinds mixed": outcome(lambda: kinds(choices | number, 200)),
        "grid seeds": outcome(lambda: seeded(wide)),
        "mixed seeds": outcome(lambda: seeded(number | wide)),
        "global": outcome(
            lambda: _follows_global_state(submission, lambda: draw(number | wide, 5))
        ),
        "global, grid": outcome(lambda: _follows_global_state(submission, lambda: draw(wide, 5))),
        "in order": outcome(lambda: in_order({"a": list(range(20))})),
        "in order, mixed": outcome(lambda: in_order({"a": list(range(20))} | number)),
        "n 0": outcome(lambda: len(draw(grid, 0)[0])),
        "no choice": outcome(lambda: len(draw({"a": [], "b": [1]}, 1)[0])),
        "a string": outcome(lambda: len(draw({"a": "relu"}, 2)[0])),
    }


def random_search(submission: Subject) -> dict[str, object]:
    """Which trial wins for given values, how often the objective is asked, and what comes back."""

    def search(values: Iterable[float], mode: str | None, n: int) -> dict[str, object]:
        rest = iter(values)
        objective = spy(lambda config: next(rest))
        lab = submission.build(_LAB, space={"a": list(range(50))}, seed=0)
        config, value, history = lab.search(submission.random_search, objective, n, mode)
        tried = [arguments[0] for arguments in objective.calls]
        winner = tried.index(config) if config in tried else None
        return {"winner": winner, "value": value, "values": history, "calls": len(tried)}

    def tried(seed: int) -> list[Any]:
        objective = spy(lambda config: 0.0)
        lab = submission.build(_LAB, space={"x": ("uniform", 0.0, 1.0)}, seed=seed)
        lab.search(submission.random_search, objective, 4, "min")
        return [arguments[0] for arguments in objective.calls]

    spare = [7.0] * 10  # for one that asks more often than it should
    cases: dict[str, tuple[list[float], str | None]] = {
        "default": ([3.0, 1.0, 2.0], None),
        "min": ([3.0, 1.0, 2.0], "min"),
        "max": ([1.0, 3.0, 2.0], "max"),
        "ties": ([4.0, 2.0, 2.0, 4.0], "min"),
        "ties at the top": ([2.0, 4.0, 4.0, 2.0], "max"),
        "zero": ([5.0, 0.0, 3.0, 6.0], "min"),
        "below zero": ([-1.0, -5.0, -2.0], "max"),
        "nan first": ([_NAN, 3.0, 2.0], "min"),
        "nan within": ([3.0, _NAN, 5.0], "max"),
        "nan only": ([_NAN, _NAN], "min"),
        "unknown mode": ([1.0, 3.0, 2.0], "maximum"),
    }
    answers: dict[str, object] = {}
    for name, (values, mode) in cases.items():
        answers[name] = outcome(search, values + spare, mode, len(values))
    answers["seeds"] = outcome(lambda: [tried(0) == tried(0), tried(0) == tried(1)])
    return answers


def prob_hit(submission: Subject) -> dict[str, object]:
    """Values inside the ranges, at their ends and beyond them."""
    pairs = [(0.05, 50), (0.1, 3), (0.5, 2), (0.3, 1), (0.3, 0), (0.0, 5), (1.0, 5), (0.4, 4)]
    beyond = [(5, 10), (-0.1, 10), (0.1, -1)]
    return {f"{q}, {n}": outcome(submission.prob_hit, q, n) for q, n in pairs + beyond}


def trials_needed(submission: Subject) -> dict[str, object]:
    """Values inside the ranges, at their ends and beyond them."""
    pairs = [(0.05, 0.95), (0.05, 0.8), (0.1, 0.9), (0.5, 0.75), (0.01, 0.5), (0.3, 0.1)]
    ends = [(0.05, 0.0), (1.0, 0.5), (1.0, 0.0), (0.0, 0.5), (0.05, 1.0), (5, 0.95), (0.05, -0.5)]
    return {f"{q}, {p}": outcome(submission.trials_needed, q, p) for q, p in pairs + ends}


def best_so_far(submission: Subject) -> dict[str, object]:
    """Curves up and down, below zero, with NaN at every place, and without a trial."""
    curves = {
        "plain": [5.0, 7.0, 3.0, 4.0],
        "negative": [-3.0, -1.0, -2.0],
        "nan within": [2.0, _NAN, 1.0, 4.0, _NAN],
        "nan first": [_NAN, 2.0, 1.0, 3.0],
        "nan only": [_NAN, _NAN],
        "none": [],
    }
    return {
        f"{name}, {mode}": outcome(submission.best_so_far, values, mode)
        for name, values in curves.items()
        for mode in ("min", "max", "maximum")
    }


def _tenths(counts: Iterable[int], of: int | None = None) -> list[int]:
    whole = np.asarray(list(counts), dtype=float)
    return [round(10 * float(count) / (of or whole.sum())) for count in whole]


def _follows_global_state(submission: Subject, call: Callable[[], object]) -> bool:
    """Tell whether the draws change with NumPy's or Python's global seed."""
    state: GlobalState = submission.build("common:global_state")
    answers = []
    for seed in (1, 2):
        state.seed(seed)
        answers.append(call())
    return answers[0] != answers[1]
