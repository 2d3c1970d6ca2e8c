"""What crosses by reference: trusted objects lent to a worker, and a worker's objects held here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from grader.errors import SubmissionError
from grader.sandbox import plain, proxies
from grader.sandbox.encoder import Encoder
from grader.sandbox.wire import DoesNotCross, Node

_ITERATOR_METHODS = ("__iter__", "__next__")


@dataclass(frozen=True, eq=False)
class Export:
    """A trusted object with what a worker may do with it; made by `export`."""

    obj: object
    methods: frozenset[str]
    attributes: frozenset[str]


def export(
    obj: object, methods: Iterable[str] = ("__call__",), attributes: Iterable[str] = ()
) -> Export:
    """Lend `obj` to the learner's code, which gets a proxy of it.

    Calls run here, on the trusted side, where they can be counted; their results cross as values,
    or must be exported themselves. Plain callables need no `export`.

    Args:
        obj: The object.
        methods: All that may be called. Of the special methods, those that make an object callable,
            a context, a container or an iterator.
        attributes: All that may be read.

    Raises:
        ValueError: If a special method is asked for that a proxy cannot have.
    """
    chosen = frozenset(methods)
    odd = {m for m in chosen if m.startswith("__")} - proxies.SPECIAL_METHODS
    if odd:
        raise ValueError(f"`methods` may not hold {', '.join(sorted(odd))}.")
    return Export(obj, chosen, frozenset(attributes))


class Exports:
    """The objects lent to one worker, by number."""

    def __init__(self) -> None:
        """Start with none."""
        self._exports: list[Export] = []
        self._numbers: dict[tuple[int, frozenset[str], frozenset[str]], int] = {}

    def lend(self, lent: Export) -> Node:
        """The node of an export; the same object lent in the same way keeps its number."""
        key = (id(lent.obj), lent.methods, lent.attributes)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._exports)
            self._exports.append(lent)
        name = getattr(lent.obj, "__name__", type(lent.obj).__name__)
        return ["h", number, str(name), sorted(lent.methods), sorted(lent.attributes)]

    def find(self, number: object) -> Export:
        """The export of a number that came from the worker.

        Raises:
            KeyError: If there is none.
        """
        if type(number) is not int or not 0 <= number < len(self._exports):
            raise KeyError("an object that was never lent")
        return self._exports[number]

    def call(self, number: object, method: str, args: list[Any], kwargs: dict[str, Any]) -> object:
        """Call a lent object.

        Raises:
            KeyError: If it was never lent.
            AttributeError: If the method was not.
        """
        lent = self.find(number)
        if method not in lent.methods:
            raise AttributeError(f"{type(lent.obj).__name__!r} has no method {method[:80]!r}")
        if method == "__call__":
            return lent.obj(*args, **kwargs)  # type: ignore[operator]
        result: object = getattr(lent.obj, method)(*args, **kwargs)
        return export(result, _ITERATOR_METHODS) if method == "__iter__" else result

    def read(self, number: object, name: str) -> object:
        """Read an attribute of a lent object.

        Raises:
            KeyError: If it was never lent.
            AttributeError: If the attribute was not.
        """
        lent = self.find(number)
        if name not in lent.attributes:
            raise AttributeError(f"{type(lent.obj).__name__!r} has no attribute {name[:80]!r}")
        result: object = getattr(lent.obj, name)
        return result


class Requester(Protocol):
    """The part of a worker that a handle needs."""

    def request(
        self,
        operation: str,
        name: str | None = None,
        args: Sequence[object] = (),
        kwargs: dict[str, object] | None = None,
    ) -> Any:
        """Have the worker do one thing and return its answer."""


class Handle:
    """An object that lives in a worker.

    Passed back as an argument, it arrives as that very object. Attributes, calls, items, `len` and
    iteration ask the worker; what comes back is a value, or again a handle.
    """

    __slots__ = ("_name", "_number", "_type_name", "_worker")

    def __init__(self, worker: Requester, number: int, type_name: str) -> None:
        """Stand for object `number` of `worker`."""
        self._worker = worker
        self._number = number
        self._type_name = type_name
        self._name = type_name

    def named(self, name: str) -> Self:
        """Take the name under which the object was asked for, and return the handle."""
        self._name = name
        return self

    @property
    def __name__(self) -> str:
        """The name under which the object was asked for, or its type's."""
        return self._name

    def get(self, name: str) -> Any:
        """The attribute of that name."""
        return self._worker.request("get", name, (self,))

    def call(self, method: str, *args: object, **kwargs: object) -> Any:
        """Call the method of that name."""
        return self._worker.request("call_object", method, (self, *args), kwargs)

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Call the object."""
        return self.call("__call__", *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        """The attribute of that name; special ones are never looked up in the worker."""
        if name.startswith("__"):
            raise AttributeError(name)
        return self.get(name)

    def __len__(self) -> int:
        """The object's length, as it tells it."""
        length = self.call("__len__")
        if type(length) is not int or length < 0:
            raise TypeError(f"the length of a {self._type_name} is not a number")
        return length

    def __getitem__(self, key: object) -> Any:
        """The object's item."""
        return self.call("__getitem__", key)

    def __iter__(self) -> Iterator[Any]:
        """The object's items, one request each."""
        iterator = self.call("__iter__")
        if not isinstance(iterator, Handle):
            yield from iterator
            return
        while True:
            try:
                item = iterator.call("__next__")
            except SubmissionError as error:
                if error.type_name == "StopIteration":
                    return
                raise
            yield item

    def __bool__(self) -> bool:
        """True: a handle is something, whatever its length."""
        return True

    def __repr__(self) -> str:
        """Name the type, as the worker tells it."""
        return f"<a {self._type_name} object>"


class TrustedEncoder(Encoder):
    """Lends exports and callables, and sends a worker's own objects back to it."""

    def __init__(self, worker: Requester, exports: Exports) -> None:
        """Start an empty frame for `worker`."""
        super().__init__()
        self._worker = worker
        self._exports = exports

    def other(self, value: object, depth: int) -> Node:
        """The node of a value that is not plain."""
        if isinstance(value, Handle):
            if value._worker is not self._worker:
                raise DoesNotCross("a handle of another worker does not cross")
            return ["o", value._number]
        if isinstance(value, Export):
            return self._exports.lend(value)
        if plain.is_reducible(value):
            return self.encode(plain.reduce(value), depth)
        if callable(value):
            return self._exports.lend(export(value))
        raise DoesNotCross(
            f"a value of type {type(value).__name__} does not cross; lend it with `export`, "
            "or build it in the worker"
        )
