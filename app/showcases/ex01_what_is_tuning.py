"""Pictures of topic 1's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.labs.network_size import WIDTHS
from app.own_call import Call, Lab, Part
from app.showcases.model import Axis, Points, Showcase, number, numbers

_N_SCORES = 60


def _scores() -> tuple[float, ...]:
    """Validation accuracies of 60 trials, as they might come: a few failed, most are good."""
    draws = np.random.default_rng(5).beta(6, 1.5, _N_SCORES)
    return tuple(round(float(draw), 4) for draw in draws)


def _trainable(values: Sequence[Any]) -> Points:
    return [float(width) for width in WIDTHS], [numbers(value, 2)[0] for value in values]


def _expected(values: Sequence[Any]) -> Points:
    return [float(n) for n in range(1, _N_SCORES + 1)], [number(value) for value in values]


SHOWCASES = (
    Showcase(
        "count_parameters",
        tuple(
            Call(
                "count_parameters",
                (Part(),),
                Lab(
                    "ex01_what_is_tuning:perceptron",
                    (("width", width), ("depth", 2), ("frozen", 1)),
                ),
            )
            for width in WIDTHS
        ),
        _trainable,
        Axis("units in each of two hidden layers", (8, 512), log=True),
        Axis("trainable parameters", (10, 1_000_000), log=True),
        "The first layer is frozen and does not count. Twice the width gives nearly four times the "
        "parameters, by the weights between the two hidden layers.",
    ),
    Showcase(
        "expected_best",
        tuple(Call("expected_best", (_scores(), n)) for n in range(1, _N_SCORES + 1)),
        _expected,
        Axis("number of trials n", (1, _N_SCORES)),
        Axis("expected best score", (0.5, 1.0)),
        "From the mean at one trial to the maximum at all of them: each trial buys less than the "
        "one before.",
    ),
)
