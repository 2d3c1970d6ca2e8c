"""The learner's own `EarlyStopping` on a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import own_value
from app.labs.early_stopping import Stop
from app.own_call import Call, Lab
from app.own_value import OwnValue
from app.showcases.model import WrongShapeError

_LAB = "ex07_practical_guidelines:training"


def ask(losses: Sequence[float], patience: int, min_delta: float) -> OwnValue[Stop]:
    """Feed losses to the learner's class until it says stop.

    Args:
        losses: One an epoch.
        patience: Its first argument.
        min_delta: Its second.
    """
    settings = (("patience", patience), ("min_delta", min_delta))
    call = Call("EarlyStopping", (tuple(losses),), Lab(_LAB, settings), through="run")
    return own_value.ask(lambda values: read(values[0]), call)


def read(seen: Mapping[str, Any]) -> Stop:
    """Read off what the lab saw.

    Args:
        seen: What `run` of the lab returned.

    Raises:
        WrongShapeError: If `update` gave anything but True or False.
    """
    says, state = seen["says"], seen["state"]
    if not all(isinstance(said, bool) for said in says):
        raise WrongShapeError("`update` must return True or False.")
    best = 0 if state is None else state[-1] + 1
    return Stop(len(says), early=says[-1], best=best)
