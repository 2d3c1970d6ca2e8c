"""The tuning order, walked on recorded trainings: what each setting buys when its turn comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.landscape import Value

Order = Literal["as advised", "learning rate last"]
ORDERS: tuple[Order, ...] = get_args(Order)
STAGES: Mapping[Order, tuple[str, ...]] = {
    "as advised": ("lr", "width", "depth", "batch_size", "dropout", "weight_decay"),
    "learning rate last": ("width", "depth", "batch_size", "dropout", "weight_decay", "lr"),
}
LRS = ("0.1", "0.03", "0.01", "0.003", "0.001", "0.0003", "0.0001")
_LANDSCAPE = "digits"


@dataclass(frozen=True)
class Stage:
    """Where a walk stands.

    Attributes:
        tuned: The setting that was just chosen, or "" at the start.
        value: What was chosen, None at the start.
        score: Validation accuracy there, 0 to 1, mean over the recorded seeds.
        trials: Configurations looked at so far.
    """

    tuned: str
    value: Value | None
    score: float
    trials: int


def walk(order: Order, lr: float) -> tuple[Stage, ...]:
    """Tune one setting at a time, from the course's starting point but for the learning rate.

    Each stage tries every recorded value of its setting, with the others as they stand, and keeps
    the best; of equal ones, what it had.

    Args:
        order: In which order.
        lr: The learning rate to start with, one that was recorded.

    Returns:
        The start, and one stage a setting.

    Raises:
        ValueError: If `order` is not known or `lr` was not recorded.
    """
    if order not in ORDERS:
        raise ValueError(f"`order` must be one of {ORDERS}, but got {order!r}.")
    axes, scores = _scores()
    start = {"lr": lr, "width": 128, "depth": 2, "batch_size": 32, "dropout": 0.0}
    start["weight_decay"] = 0.0
    return _walk(axes, scores, start, STAGES[order])


def bought(stages: Sequence[Stage], name: str) -> float:
    """How much accuracy a walk gained in the stage that tuned `name`, 0 to 1."""
    at = [stage.tuned for stage in stages].index(name)
    return stages[at].score - stages[at - 1].score


def _walk(
    axes: Mapping[str, Sequence[Value]],
    scores: NDArray[np.float64],
    start: Mapping[str, Value],
    order: Sequence[str],
) -> tuple[Stage, ...]:
    names = list(axes)
    for name, value in start.items():
        if value not in axes[name]:
            raise ValueError(f"`{name}` must be one of {list(axes[name])}, but got {value}.")
    at = [list(axes[name]).index(start[name]) for name in names]
    stages = [Stage("", None, float(scores[tuple(at)]), 1)]
    for name in order:
        axis = names.index(name)
        others = tuple(at[:axis] + at[axis + 1 :])
        line: NDArray[np.float64] = np.moveaxis(scores, axis, -1)[others]
        if line.max() > line[at[axis]]:
            at[axis] = int(line.argmax())
        trials = stages[-1].trials + len(line) - 1
        stages.append(Stage(name, axes[name][at[axis]], float(scores[tuple(at)]), trials))
    return tuple(stages)


@lru_cache(maxsize=1)
def _scores() -> tuple[Mapping[str, tuple[Value, ...]], NDArray[np.float64]]:
    """The axes but the seed, and the accuracy after all epochs, shape (*axes); 0 if diverged."""
    from engine import landscape

    recorded = landscape.load(_LANDSCAPE)
    every = recorded.after_epochs(recorded.epoch_budgets[-1])
    seed = list(recorded.axes).index("seed")
    axes = {name: values for name, values in recorded.axes.items() if name != "seed"}
    return axes, np.nan_to_num(every, nan=0.0).mean(axis=seed)
