"""Whatever one of the learner's functions returned on a lab's inputs, read, or why it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app import own_code, panels, services
from app.own_call import Call
from app.own_code import Outcome
from app.showcases.model import WrongShapeError
from grader.topics import find_task

Value = TypeVar("Value")


@dataclass(frozen=True, eq=False)
class OwnValue(Generic[Value]):
    """What came of some calls of one function.

    Attributes:
        value: What was read, or None.
        message: Why there is nothing, or "".
        is_failure: Whether that is the code's fault, rather than a task that is still to do.
    """

    value: Value | None
    message: str = ""
    is_failure: bool = False

    def tell(self) -> None:
        """Show the message, if there is one."""
        if self.message:
            panels.own_code_note(self.message, is_failure=self.is_failure)


def ask(read: Callable[[tuple[Any, ...]], Value], *calls: Call) -> OwnValue[Value]:
    """Run a learner's function and read its results.

    Args:
        read: Turns the results, one a call, into what is drawn; raises `WrongShapeError`.
        calls: At least one call, all of the same function.
    """
    topic, _ = find_task(calls[0].function)
    answer = services.runner().ask(own_code.read(topic), *calls)
    if answer.outcome is not Outcome.OK:
        return OwnValue(None, answer.message, answer.outcome is Outcome.FAILED)
    try:
        return OwnValue(read(answer.values))
    except WrongShapeError as error:
        return OwnValue(None, f"`{calls[0].function}`: {error}", is_failure=True)
