"""One call of one of the learner's functions, as plain values that can be kept and compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Part:
    """Stands for an object inside the worker: an attribute of the lab, or the lab itself."""

    name: str = ""


@dataclass(frozen=True)
class Array:
    """Stands for an array of numbers.

    Attributes:
        values: Its numbers, as nested tuples.
    """

    values: tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """Stands for a dict.

    Attributes:
        items: Its keys and values as pairs; a value is whatever an argument of a call may be.
    """

    items: tuple[tuple[str | int, object], ...]

    @cached_property
    def _hash(self) -> int:
        return hash(self.items)

    def __hash__(self) -> int:
        """A long history is part of hundreds of calls, and is hashed once."""
        return self._hash


@dataclass(frozen=True)
class Lab:
    """An object to be built where the learner's code runs; see `grader.labs`.

    Attributes:
        factory: "module:name" in `grader.labs`.
        values: Its keyword arguments, as pairs.
    """

    factory: str
    values: tuple[tuple[str, int | float | str], ...] = ()


@dataclass(frozen=True)
class Call:
    """One call of one function; hashable, so that its answer can be kept.

    Attributes:
        function: The task's name.
        args: Positional arguments: numbers, strings, `Part`s of the lab, `Array`s, `Table`s, or
            tuples of all these (which arrive as lists).
        lab: What to build first, if any.
        through: A method of the lab that calls the function, and gets it in front of `args`; "" to
            call it directly. For a class, whose objects do not leave the worker.
    """

    function: str
    args: tuple[object, ...]
    lab: Lab | None = None
    through: str = ""


def argument(lab: Any, arg: object) -> Any:
    """Turn an argument of a call into what the function gets."""
    match arg:
        case Part(name):
            return getattr(lab, name) if name else lab
        case Array(values):
            import numpy as np

            return np.array(values, dtype=np.float64)
        case Table(items):
            return {key: argument(lab, value) for key, value in items}
        case tuple():
            return [argument(lab, item) for item in arg]
    return arg
