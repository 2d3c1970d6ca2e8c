"""How the learning rate moves during a run: a pure function from config to one rate a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.config import TrainConfig

STEP_FACTOR = 0.1
CYCLE_CLIMB = 0.3
CYCLE_START_DIVISOR = 25.0
CYCLE_END_DIVISOR = 1e4


def learning_rates(
    config: TrainConfig, steps_per_epoch: int, *, epoch: int | None = None
) -> NDArray[np.float64]:
    """Learning rate of every optimizer step of a run, or of one epoch of it.

    With W warm-up steps and D steps after them, step k after the warm-up (k = 0 .. D-1) has:

    * constant: lr;
    * step: lr, a tenth of it from D/2 on, a hundredth from 3D/4 on;
    * cosine: lr * (1 + cos(pi * k / D)) / 2, half a cosine that would reach 0 at step D;
    * one-cycle: from lr/25 up to lr over the first 30 percent of the steps, then down to
      lr/250,000 at the last, both along half cosines.

    The warm-up's step t has lr * (t+1) / (W+1), so the first rate is never 0 and `lr` itself comes
    first at step W.

    Args:
        config: The run; `lr`, `schedule`, `warmup` and `epochs` matter.
        steps_per_epoch: Batches in one epoch, at least 1.
        epoch: Counted from 1; None is all of them.

    Returns:
        The rates in step order, shape (epochs * steps_per_epoch,), or (steps_per_epoch,) for one
        epoch.

    Source:
        The cosine is Loshchilov & Hutter 2017 without restarts; one-cycle is Smith & Topin 2018.
        Both agree with `torch.optim.lr_scheduler`.
    """
    total = config.epochs * steps_per_epoch
    first, n = (0, total) if epoch is None else ((epoch - 1) * steps_per_epoch, steps_per_epoch)
    n_warmup = round(config.warmup * total)
    steps = np.arange(first, first + n, dtype=np.float64)
    climb = (steps + 1) / (n_warmup + 1)
    decay = _decay(config, steps - n_warmup, total - n_warmup)
    return config.lr * np.where(steps < n_warmup, climb, decay)


def _decay(config: TrainConfig, steps: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    if config.schedule == "step":
        drops = (steps >= math.ceil(n / 2)).astype(int) + (steps >= math.ceil(3 * n / 4))
        return np.asarray(STEP_FACTOR**drops, dtype=np.float64)
    if config.schedule == "cosine":
        return _half_cosine(1.0, 0.0, steps / max(n, 1))
    if config.schedule == "one-cycle":
        start = 1 / CYCLE_START_DIVISOR
        peak, last = CYCLE_CLIMB * n - 1, n - 1
        rising = _half_cosine(start, 1.0, steps / peak)
        falling = _half_cosine(1.0, start / CYCLE_END_DIVISOR, (steps - peak) / (last - peak))
        return np.where(steps <= peak, rising, falling)
    return np.ones(len(steps))


def _half_cosine(start: float, end: float, progress: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(end + (start - end) * (1 + np.cos(np.pi * progress)) / 2, dtype=np.float64)
