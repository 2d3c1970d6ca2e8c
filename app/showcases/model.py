"""What a showcase is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from app.own_call import Call
from grader.values import show, to_array

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAX_POINTS = 400  # more than any grid on a page

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


def points(value: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """Read configurations as points, shape (n, n_names).

    Raises:
        WrongShapeError: If it is anything else than 1 to 400 dicts of numbers.
    """
    wanted = f"a list of dicts with the names {' and '.join(names)}"
    if not isinstance(value, list | tuple) or not all(
        isinstance(config, dict) and set(config) == set(names) for config in value
    ):
        raise WrongShapeError(f"The picture needs {wanted}, but got {show(value)}.")
    if not 1 <= len(value) <= _MAX_POINTS:
        raise WrongShapeError(f"The picture needs {wanted}, but got {len(value)} of them.")
    import numpy as np

    return np.array([[number(config[name]) for name in names] for config in value])
