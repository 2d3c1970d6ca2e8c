"""What a showcase is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.own_code import Call
from grader.values import show, to_array

Style = Literal["line", "points"]
Points = tuple[list[float], list[float]]


class WrongShapeError(ValueError):
    """A function's result cannot be drawn; the text says what was expected."""


@dataclass(frozen=True)
class Axis:
    """One axis of a picture, the same for every learner.

    Attributes:
        title: Its label.
        domain: Its ends.
        log: Whether it is logarithmic.
    """

    title: str
    domain: tuple[float, float]
    log: bool = False


@dataclass(frozen=True)
class Showcase:
    """A task's function on fixed inputs.

    Attributes:
        task: The task's name.
        calls: The calls whose results are drawn.
        points: Turns the results, one a call, into x and y; raises `WrongShapeError`.
        x: The horizontal axis.
        y: The vertical axis.
        style: Whether the points are joined.
        look_for: One sentence on what a right picture looks like.
    """

    task: str
    calls: tuple[Call, ...]
    points: Callable[[Sequence[Any]], Points]
    x: Axis
    y: Axis
    look_for: str
    style: Style = "line"


def numbers(value: Any, n: int | None = None) -> list[float]:
    """Read a result as a list of numbers.

    Args:
        value: What the function returned.
        n: How many there have to be, or None.

    Raises:
        WrongShapeError: If it is anything else.
    """
    wanted = "a list of numbers" if n is None else f"a list of {n} numbers"
    try:
        array = to_array(value)
    except TypeError:
        raise WrongShapeError(f"The picture needs {wanted}, but got {show(value)}.") from None
    if array.ndim != 1 or (n is not None and len(array) != n):
        raise WrongShapeError(f"The picture needs {wanted}, but got shape {array.shape}.")
    return [float(item) for item in array]


def number(value: Any) -> float:
    """Read a result as one number.

    Raises:
        WrongShapeError: If it is anything else.
    """
    return numbers([value], 1)[0]
