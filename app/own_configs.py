"""The learner's own list of configurations, as points to draw, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from app import own_code, panels, services
from app.own_code import Call, Outcome
from app.showcases.model import WrongShapeError, number
from grader.topics import find_task
from grader.values import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_POINTS = 400  # more than any grid on a page


@dataclass(frozen=True, eq=False)
class OwnPoints:
    """What came of one call.

    Attributes:
        points: The configurations, in their order, shape (n, n_names), or None.
        message: Why there are none, or "".
        is_failure: Whether that is the code's fault, rather than a task that is still to do.
    """

    points: NDArray[np.float64] | None
    message: str = ""
    is_failure: bool = False

    def tell(self) -> None:
        """Show the message, if there is one."""
        if self.message:
            panels.own_code_note(self.message, is_failure=self.is_failure)


def ask(call: Call, names: Sequence[str]) -> OwnPoints:
    """Run a learner's function that returns a list of dicts with these names."""
    topic, _ = find_task(call.function)
    answer = services.runner().ask(own_code.read(topic), call)
    if answer.outcome is not Outcome.OK:
        return OwnPoints(None, answer.message, answer.outcome is Outcome.FAILED)
    try:
        return OwnPoints(points(answer.values[0], names))
    except WrongShapeError as error:
        return OwnPoints(None, f"`{call.function}`: {error}", is_failure=True)


def points(value: Any, names: Sequence[str]) -> NDArray[np.float64]:
    """Read configurations as points, shape (n, n_names).

    Raises:
        WrongShapeError: If it is anything else than 1 to `MAX_POINTS` dicts of numbers.
    """
    wanted = f"a list of dicts with the names {' and '.join(names)}"
    if not isinstance(value, list | tuple) or not all(
        isinstance(config, dict) and set(config) == set(names) for config in value
    ):
        raise WrongShapeError(f"The picture needs {wanted}, but got {show(value)}.")
    if not 1 <= len(value) <= MAX_POINTS:
        raise WrongShapeError(f"The picture needs {wanted}, but got {len(value)} of them.")
    return np.array([[number(config[name]) for name in names] for config in value])
