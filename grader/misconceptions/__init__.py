"""Named wrong implementations: they test the graders, and they name a learner's mistake.

Each module here is named after its topic's and holds wrong versions of its tasks: either whole
functions, declared with `misconception`, whose names are their ids with underscores for dashes; or
tuples of `Misconception`, each of which says what to edit in the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T", bound=Callable[..., Any])
MISCONCEPTION = "__misconception__"


@dataclass(frozen=True)
class Misconception:
    """A wrong way to write one task.

    Attributes:
        id: Its name, unique in its topic.
        task: The task that it gets wrong.
        message: What was done and the way out of it, said to the learner.
        edits: What stands in the reference's body, each piece exactly once, and what the mistake
            has in its place; all applied together. Empty for a whole function.
    """

    id: str
    task: str
    message: str
    edits: Mapping[str, str] = field(default_factory=dict)


def misconception(*, task: str, message: str) -> Callable[[T], T]:
    """Declare a function or class to be a wrong version of `task`."""

    def declare(wrong: T) -> T:
        identity = wrong.__name__.replace("_", "-")
        setattr(wrong, MISCONCEPTION, Misconception(identity, task, message))
        return wrong

    return declare
