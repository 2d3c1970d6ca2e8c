"""What the learner's code holds of a trusted object: a proxy that asks for everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

# Methods that Python looks up on the class; a proxy's class has those that its object lends.
SPECIAL_METHODS = frozenset(
    (
        "__call__",
        "__contains__",
        "__enter__",
        "__exit__",
        "__getitem__",
        "__iter__",
        "__len__",
        "__next__",
        "__setitem__",
    )
)

Ask = Callable[[int, str, tuple[object, ...], dict[str, object]], Any]
Read = Callable[[int, str], Any]


class Proxy:
    """Base of all proxies; `number` names the object on the trusted side."""

    __slots__ = ("__name__", "_ask", "_attributes", "_methods", "_number", "_read")

    def __init__(
        self,
        number: int,
        name: str,
        methods: Sequence[str],
        attributes: Sequence[str],
        ask: Ask,
        read: Read,
    ) -> None:
        """Stand in for object `number`, whose calls go through `ask` and reads through `read`."""
        self.__name__ = name
        self._number = number
        self._methods = frozenset(methods)
        self._attributes = frozenset(attributes)
        self._ask = ask
        self._read = read

    def __getattr__(self, name: str) -> Any:
        """A lent method or attribute."""
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__!r} has no attribute {name!r}")
        if name in self._attributes:
            return self._read(self._number, name)
        if name in self._methods:
            return lambda *args, **kwargs: self._ask(self._number, name, args, kwargs)
        raise AttributeError(f"{self.__name__!r} has no attribute {name!r}")

    def __repr__(self) -> str:
        """Name what it stands for."""
        return f"<{self.__name__}>"


def make_proxy(
    number: int,
    name: str,
    methods: Sequence[str],
    attributes: Sequence[str],
    ask: Ask,
    read: Read,
) -> Proxy:
    """A proxy whose class has exactly the special methods among `methods`."""
    special = {method: _forward(method) for method in SPECIAL_METHODS.intersection(methods)}
    kind: type[Proxy] = type(name, (Proxy,), {"__slots__": (), **special})
    return kind(number, name, methods, attributes, ask, read)


def number_of(value: object) -> int | None:
    """The number of the trusted object that `value` stands for, None if it is no proxy."""
    if Proxy not in type.mro(type(value)):
        return None
    number: int = object.__getattribute__(value, "_number")
    return number


def _forward(method: str) -> Callable[..., Any]:
    def forward(self: Proxy, *args: object, **kwargs: object) -> Any:
        return self._ask(self._number, method, args, kwargs)

    forward.__name__ = method
    return forward
