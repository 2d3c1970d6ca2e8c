"""Pictures of topic 4's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.own_call import Call, Lab, Part
from app.showcases.model import Axis, Points, Showcase, number, numbers

_N_DRAWS = 400
_TRIALS = (1, *range(5, 205, 5))
_CHANCES = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)


def _scores() -> tuple[float, ...]:
    """Validation accuracies of 40 random trials, as they might come."""
    draws = np.random.default_rng(3).beta(5, 2, 40)
    return tuple(round(float(draw), 4) for draw in draws)


def _sorted_draws(values: Sequence[Any]) -> Points:
    draws = sorted(numbers(values[0], _N_DRAWS))
    return draws, [(i + 1) / _N_DRAWS for i in range(_N_DRAWS)]


def _chances(values: Sequence[Any]) -> Points:
    return [float(n) for n in _TRIALS], [number(value) for value in values]


def _needed(values: Sequence[Any]) -> Points:
    return list(_CHANCES), [number(value) for value in values]


def _running_best(values: Sequence[Any]) -> Points:
    return [float(i) for i in range(1, 41)], numbers(values[0], 40)


SHOWCASES = (
    Showcase(
        "sample_loguniform",
        (
            Call(
                "sample_loguniform",
                (1e-5, 1e-1, _N_DRAWS, Part()),
                Lab("common:rng", (("seed", 0),)),
            ),
        ),
        _sorted_draws,
        Axis("learning rate drawn", (1e-6, 1.0), log=True),
        Axis("share of draws up to it", (0.0, 1.0)),
        "Sorted, log-uniform draws climb in a straight line: each decade holds a quarter of them.",
    ),
    Showcase(
        "prob_hit",
        tuple(Call("prob_hit", (0.05, n)) for n in _TRIALS),
        _chances,
        Axis("number of trials", (0, 200)),
        Axis("chance of a hit", (0.0, 1.0)),
        "It rises fast, then creeps: 20 trials give 64%, 59 give 95%.",
    ),
    Showcase(
        "trials_needed",
        tuple(Call("trials_needed", (0.05, p)) for p in _CHANCES),
        _needed,
        Axis("chance asked for", (0.5, 1.0)),
        Axis("trials needed", (0, 100)),
        "Certainty is dear: the last few percent cost as much as all the rest.",
    ),
    Showcase(
        "best_so_far",
        (Call("best_so_far", (_scores(), "max")),),
        _running_best,
        Axis("trial", (1, 40)),
        Axis("best score so far", (0.0, 1.0)),
        "A staircase that never goes down.",
    ),
)
