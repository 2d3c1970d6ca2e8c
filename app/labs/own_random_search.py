"""Questions to the learner's functions of topic 4, and how their answers are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app.labs.coverage import SHOWN
from app.labs.random_trials import HIGH, LOW, RandomTrials
from app.labs.walk import recorded_table
from app.own_call import Call, Lab
from app.showcases.model import WrongShapeError, number, points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from app.labs.ridge import Ridge

NAMES = ("lr", "batch size")


@dataclass(frozen=True)
class Pick:
    """The winner of the learner's own search.

    Attributes:
        lr: Its learning rate.
        batch_size: Its batch size.
        score: The value that was returned with it.
    """

    lr: float
    batch_size: float
    score: float


def hit_calls(q: float) -> tuple[Call, ...]:
    """Ask for the chance of a hit after each number of trials in `SHOWN`."""
    return tuple(Call("prob_hit", (q, n)) for n in SHOWN)


def needed_call(q: float, p: float) -> Call:
    """Ask how many trials it takes."""
    return Call("trials_needed", (q, p))


def draw_call(ridge: Ridge, n: int, seed: int) -> Call:
    """Ask for configurations from the space that the lab searches."""
    sizes = tuple(ridge.batch_sizes.tolist())
    return Call("sample_configs", (sizes, n), _draws(seed), through="draw")


def read_draws(values: tuple[Any, ...]) -> NDArray[np.float64]:
    """Read pairs (learning rate, batch size), shape (n, 2).

    Raises:
        WrongShapeError: If there is anything else than configurations of positive numbers.
    """
    found = points(values[0], NAMES)
    if not (found > 0).all():
        raise WrongShapeError("The picture needs positive learning rates and batch sizes.")
    return found


def search_call(ridge: Ridge, n: int, seed: int) -> Call:
    """Ask for a whole search of that space, among the recorded trainings."""
    sizes = tuple(ridge.batch_sizes.tolist())
    table = recorded_table(ridge)
    return Call("random_search", (table, sizes, n), _draws(seed), through="search")


def read_pick(values: tuple[Any, ...]) -> Pick:
    """Read the winner.

    Raises:
        WrongShapeError: If the search returned no (best configuration, value, values).
    """
    result = values[0]["result"]
    if not isinstance(result, list | tuple) or len(result) != 3:
        raise WrongShapeError("The picture needs (best_config, best_value, values).")
    lr, batch_size = points([result[0]], NAMES)[0].tolist()
    return Pick(lr, batch_size, number(result[1]))


def steps_call(found: RandomTrials) -> Call:
    """Ask for the running best of the lab's own scores."""
    return Call("best_so_far", (tuple(found.scores.tolist()), "max"))


def _draws(seed: int) -> Lab:
    return Lab("recorded:draws", (("low", LOW), ("high", HIGH), ("seed", seed)))
