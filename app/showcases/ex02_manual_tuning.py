"""Pictures of topic 2's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.own_call import Call, Lab, Part
from app.showcases.model import Axis, Points, Showcase, WrongShapeError, number, numbers

_LR = Axis("learning rate", (1e-5, 10.0), log=True)
_LOSS = Axis("loss", (0.0, 4.0))
_N_LRS = 25
_BATCHES = (8, 16, 32, 64, 128, 256, 512)
_METHODS = ("steep", "minimum", "valley")


def _noisy_losses() -> tuple[float, ...]:
    """A falling curve with the jitter of small batches, 80 steps."""
    jitter = np.random.default_rng(0).normal(0, 0.35, 80)
    falling = 2.3 * np.exp(-np.arange(80) / 25) + 0.6
    return tuple(round(float(loss), 6) for loss in np.clip(falling + jitter, 0.05, None))


def _valley() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """A smooth range-test curve: flat, falling, then exploding; 60 steps."""
    exponents = np.linspace(-5, 1, 60)
    falling = 2.3 - 1.9 / (1 + np.exp(-3 * (exponents + 1.8)))
    exploding = 0.4 * np.exp(2.6 * (exponents - 0.2))
    lrs = tuple(float(f"{10**exponent:.8g}") for exponent in exponents)
    return lrs, tuple(round(float(loss), 8) for loss in falling + exploding)


def _steps(values: Sequence[Any]) -> Points:
    rates = numbers(values[0], _N_LRS)
    return [float(step) for step in range(_N_LRS)], rates


def _smoothed(values: Sequence[Any]) -> Points:
    losses = numbers(values[0], 80)
    return [float(step) for step in range(1, 81)], losses


def _swept(values: Sequence[Any]) -> Points:
    try:
        lrs, losses = values[0]
    except (TypeError, ValueError):
        raise WrongShapeError("The picture needs a pair: learning rates and losses.") from None
    lrs = numbers(lrs)
    return lrs, numbers(losses, len(lrs))


def _suggested(values: Sequence[Any]) -> Points:
    lrs, losses = _valley()
    suggested = [number(value) for value in values]
    return suggested, [float(np.interp(np.log(lr), np.log(lrs), losses)) for lr in suggested]


def _scaled(values: Sequence[Any]) -> Points:
    return [float(batch) for batch in _BATCHES], [number(value) for value in values]


SHOWCASES = (
    Showcase(
        "lr_schedule",
        (Call("lr_schedule", (1e-5, 10.0, _N_LRS)),),
        _steps,
        Axis("step", (0, _N_LRS - 1)),
        _LR,
        "On a log scale, even spacing is a straight line from the first rate to the last.",
    ),
    Showcase(
        "smooth",
        (Call("smooth", (_noisy_losses(), 0.9)),),
        _smoothed,
        Axis("step", (1, 80)),
        Axis("smoothed loss", (0.0, 3.5)),
        "The curve starts as high as the first loss; without the correction it starts near 0.",
    ),
    Showcase(
        "range_test",
        (
            Call(
                "range_test",
                (
                    Part("model"),
                    Part("optimizer"),
                    Part("loss_fn"),
                    Part("batches"),
                    1e-5,
                    10.0,
                    100,
                ),
                Lab("digits:bench", (("batch_size", 64), ("seed", 0))),
            ),
        ),
        _swept,
        _LR,
        _LOSS,
        "Flat while the rate is too small, then down into a valley, then up as training blows up.",
    ),
    Showcase(
        "suggest_lr",
        tuple(Call("suggest_lr", (*_valley(), method)) for method in _METHODS),
        _suggested,
        _LR,
        _LOSS,
        "From left to right: valley, steep, and a tenth of the minimum, all on one smooth curve.",
        style="points",
    ),
    Showcase(
        "scale_lr",
        tuple(Call("scale_lr", (0.1, 32, batch, "linear")) for batch in _BATCHES),
        _scaled,
        Axis("batch size", (8, 512), log=True),
        Axis("learning rate", (0.01, 2.0), log=True),
        "The linear rule: twice the batch, twice the rate.",
    ),
)
