"""Numbers and configurations that one of the learner's functions gives on a lab's inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from app import own_value
from app.own_call import Call
from app.own_value import OwnValue
from app.showcases.model import number, numbers, points

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ask(call: Call, n: int) -> OwnValue[NDArray[np.float64]]:
    """Run a function that returns `n` numbers; the value has shape (n,)."""
    return own_value.ask(lambda values: np.array(numbers(values[0], n)), call)


def ask_each(calls: Sequence[Call]) -> OwnValue[NDArray[np.float64]]:
    """Run a function that returns one number, once for each call; shape (len(calls),).

    Args:
        calls: At least one call, all of the same function.
    """
    return own_value.ask(lambda values: np.array([number(value) for value in values]), *calls)


def ask_points(call: Call, names: Sequence[str]) -> OwnValue[NDArray[np.float64]]:
    """Run a function that returns a list of dicts with these names; shape (n, len(names))."""
    return own_value.ask(lambda values: points(values[0], names), call)
