"""What the `submission` fixture is: the learner's functions, here or in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from grader import labs

if TYPE_CHECKING:
    from grader.sandbox.client import Worker


class MissingFunctionError(Exception):
    """The submission does not define a task's function."""

    def __init__(self, file: str, name: str) -> None:
        """Say which file lacks which function, and what to do."""
        super().__init__(
            f"{file} has no function `{name}`. Put it back, with the name and the parameters that "
            "the exercise gave it."
        )


class Subject(Protocol):
    """A learner's module as checks, probes and labs see it."""

    def __getattr__(self, name: str) -> Any:
        """Return the learner's function of that name, to be called or passed on."""

    def build(self, factory: str, **values: object) -> Any:
        """Build a lab object where the learner's code runs; see `grader.labs`."""


class LocalSubject:
    """Functions in this process, so that a debugger and a traceback reach the learner's code."""

    def __init__(self, namespace: Mapping[str, object], file: str) -> None:
        """Take a module's namespace, and the file name that messages give."""
        self._namespace = namespace
        self._file = file

    def __getattr__(self, name: str) -> Any:
        """Return the learner's function of that name.

        Raises:
            MissingFunctionError: If there is none.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        function = self._namespace.get(name)
        if not callable(function):
            raise MissingFunctionError(self._file, name)
        return function

    def build(self, factory: str, **values: object) -> Any:
        """Build a lab object in this process."""
        return labs.build(factory, **values)


class RemoteSubject:
    """The same, in a worker: only values cross, and callables cross as handles."""

    def __init__(self, worker: Worker, file: str) -> None:
        """Take a worker that has loaded the submission, and the file name that messages give."""
        self._worker = worker
        self._file = file
        self._functions: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Return a stand-in for the learner's function.

        Raises:
            MissingFunctionError: If there is none.
            GradingError: If the worker did not answer.
        """
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._functions:
            if not self._worker.has(name):
                raise MissingFunctionError(self._file, name)
            self._functions[name] = self._worker.function(name)
        return self._functions[name]

    def build(self, factory: str, **values: object) -> Any:
        """Build a lab object in the worker; plain results come back, objects as handles."""
        return self._worker.build(factory, **values)

    def substitute(self, name: str, function: Callable[..., object]) -> None:
        """Let the submission's own calls of `name` go to a trusted function instead."""
        self._worker.substitute(name, function)
