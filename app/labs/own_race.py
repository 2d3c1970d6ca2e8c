"""The learner's own search in the race: the capstone, `tune`, or topic 4's `random_search`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np

from app import own_value
from app.labs.race import Lane, Run, follow, lane_of
from app.labs.track import Name, Track, track
from app.own_call import Array, Call, Lab, Table
from app.own_value import OwnValue
from app.showcases.model import WrongShapeError

Own = Literal["tune", "random_search"]
OWN: tuple[Own, ...] = get_args(Own)
_MANY, _FEW = 18, 6  # runs: each seed of a landscape in turn
_SMALL = 16  # whole trainings; a search that fits a model to its trials takes long beyond


def ask(own: Own, name: Name, budget: int) -> OwnValue[Lane]:
    """Race the learner's function.

    Args:
        own: Which one.
        name: The track.
        budget: Whole trainings.
    """
    return own_value.ask(read(name, budget), call(own, name, budget))


@lru_cache(maxsize=32)
def call(own: Own, name: Name, budget: int) -> Call:
    """The call that runs it as often as `runs_of` says."""
    lab = Lab("race:course", (("trainings", budget),))
    return Call(own, (_course(name), runs_of(budget)), lab, through=own)


def runs_of(budget: int) -> int:
    """How many runs there is time for."""
    return _MANY if budget <= _SMALL else _FEW


@lru_cache(maxsize=2)
def _course(name: Name) -> Table:
    """The track as plain values; see `grader.labs.race.Course`."""
    on = track(name)
    return Table(
        (
            ("axes", Table(tuple(on.axes.items()))),
            ("start", Table(tuple(on.config(on.start).items()))),
            ("validation", tuple(_array(of_seed) for of_seed in on.validation)),
            ("test", tuple(_array(of_seed) for of_seed in on.test)),
        )
    )


def _array(values: np.ndarray[Any, np.dtype[np.float64]]) -> Array:
    return Array(tuple(tuple(v) if isinstance(v, list) else v for v in values.tolist()))


def read(name: Name, budget: int) -> Callable[[tuple[Any, ...]], Lane]:
    """Return what reads the answer to `call`."""

    def lane(values: tuple[Any, ...]) -> Lane:
        on = track(name)
        runs = [_run(on, number, found) for number, found in enumerate(values[0])]
        return lane_of("yours", runs, budget, on.max_epochs)

    return lane


def _run(on: Track, number: int, found: dict[str, Any]) -> Run:
    """One run as the race reads it, which ends with what the learner's function chose.

    Raises:
        WrongShapeError: If it chose nothing, or nothing that it had trained.
    """
    moves = [(int(at), int(n), int(epochs), score) for at, n, epochs, score in found["moves"]]
    chosen = found["chosen"]
    scores = [(epochs, score) for _, n, epochs, score in moves if n == chosen]
    if chosen < 0:
        raise WrongShapeError(
            "The race needs a tuple that begins with a configuration of the space."
        )
    if not scores:
        raise WrongShapeError("The race needs a configuration that was trained.")
    end = (moves[-1][0], chosen, max(scores)[1])
    return follow(on, number % len(on.test), moves, end)
