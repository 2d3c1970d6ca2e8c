"""Mistakes as learners write them, one module a topic; tests/test_mistakes.py wants them named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A wrong function or class.

    Attributes:
        task: The task that it gets wrong.
        named: The misconception that it should be told of.
        function: The function or class.
    """

    task: str
    named: str
    function: Any


MISTAKES: list[Mistake] = []


def mistake(task: str, named: str) -> Callable[[Any], Any]:
    """Keep a function or class as a mistake."""

    def note(function: Any) -> Any:
        MISTAKES.append(Mistake(task, named, function))
        return function

    return note
