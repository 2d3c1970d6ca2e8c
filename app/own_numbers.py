"""One of the learner's functions on a lab's inputs: numbers to draw, or why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app import own_value, panels
from app.own_code import Call
from app.showcases.model import number, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class OwnNumbers:
    """What came of one call.

    Attributes:
        values: The numbers, shape (n,), or None.
        message: Why there are none, or "".
        is_failure: Whether that is the code's fault, rather than a task that is still to do.
    """

    values: NDArray[np.float64] | None
    message: str = ""
    is_failure: bool = False

    def paired(
        self, x: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """The numbers as a curve over `x`, shape (n,), or None."""
        return None if self.values is None else (x, self.values)

    def tell(self) -> None:
        """Show the message, if there is one."""
        if self.message:
            panels.own_code_note(self.message, is_failure=self.is_failure)


def ask(call: Call, n: int) -> OwnNumbers:
    """Run a learner's function that returns `n` numbers."""
    found = own_value.ask(lambda values: np.array(numbers(values[0], n)), call)
    return OwnNumbers(found.value, found.message, found.is_failure)


def ask_each(calls: Sequence[Call]) -> OwnNumbers:
    """Run a learner's function that returns one number, once for each call.

    Args:
        calls: At least one call, all of the same function.
    """
    found = own_value.ask(lambda values: np.array([number(value) for value in values]), *calls)
    return OwnNumbers(found.value, found.message, found.is_failure)
