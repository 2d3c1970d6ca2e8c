"""The learner's own `EarlyStopping` on a curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import own_code, services
from app.labs.early_stopping import Stop
from app.own_code import Call, Lab, Outcome
from grader.topics import find_task

_LAB = "ex07_practical_guidelines:training"


@dataclass(frozen=True)
class OwnStop:
    """What came of it.

    Attributes:
        stop: Where it stopped and what it kept, or None.
        message: Why there is none, or "".
        is_failure: Whether that is the code's fault, rather than a task that is still to do.
    """

    stop: Stop | None
    message: str = ""
    is_failure: bool = False


def ask(losses: Sequence[float], patience: int, min_delta: float) -> OwnStop:
    """Feed losses to the learner's class until it says stop.

    Args:
        losses: One an epoch.
        patience: Its first argument.
        min_delta: Its second.
    """
    settings = (("patience", patience), ("min_delta", min_delta))
    call = Call("EarlyStopping", (tuple(losses),), Lab(_LAB, settings), through="run")
    topic, _ = find_task("EarlyStopping")
    answer = services.runner().ask(own_code.read(topic), call)
    if answer.outcome is not Outcome.OK:
        return OwnStop(None, answer.message, answer.outcome is Outcome.FAILED)
    return read(answer.values[0])


def read(seen: Mapping[str, Any]) -> OwnStop:
    """Read off what the lab saw.

    Args:
        seen: What `run` of the lab returned.
    """
    says, state = seen["says"], seen["state"]
    if not all(isinstance(said, bool) for said in says):
        return OwnStop(None, "`update` must return True or False.", is_failure=True)
    best = 0 if state is None else state[-1] + 1
    return OwnStop(Stop(len(says), early=says[-1], best=best))
