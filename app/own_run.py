"""Some calls of one of the learner's functions, made in a worker of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from app.own_answer import Answer, Outcome, Source
from app.own_call import Call, argument

if TYPE_CHECKING:
    from grader.errors import SubmissionError
    from grader.sandbox.client import Worker

_MAX_QUOTE = 300
_MAX_SIZE = 4 << 20


def run(worker: Worker, source: Source, calls: tuple[Call, ...], seconds: float) -> Answer:
    """Load a module in a fresh worker and call one of its functions.

    Args:
        worker: Has nothing loaded yet.
        source: The learner's module.
        calls: At least one call, all of the same function.
        seconds: Deadline of all of them together.

    Raises:
        DeadlinePassed: If they did not end in time.
    """
    from grader.errors import DeadlinePassed, GradingError, SubmissionError

    name = calls[0].function
    worker.deadline(seconds)
    try:
        try:
            worker.load(source.text, source.module)
        except SubmissionError as error:
            return _not_loaded(source, error)
        if not worker.has(name):
            return Answer(Outcome.FAILED, message=f"{source.module}.py defines no `{name}`.")
        values = tuple(_call(worker, call) for call in calls)
    except SubmissionError as error:
        return _raised(name, error)
    except DeadlinePassed:
        raise
    except GradingError as error:
        return Answer(Outcome.FAILED, message=f"`{name}` ended its process: {error}")
    if _is_large(values):
        return Answer(Outcome.FAILED, message=f"`{name}` returned more than can be drawn.")
    return Answer(Outcome.OK, values)


def endless(name: str, seconds: float) -> Answer:
    """What is said of a function that did not end in time."""
    return Answer(
        Outcome.FAILED,
        message=f"`{name}` was still running after {seconds:g} s and was stopped. Is there a loop "
        "that never ends? It runs again when your code has changed.",
    )


def _call(worker: Worker, call: Call) -> Any:
    lab = worker.build(call.lab.factory, **dict(call.lab.values)) if call.lab else None
    args = [argument(lab, arg) for arg in call.args]
    if lab is not None and call.through:
        return lab.call(call.through, worker.function(call.function), *args)
    return worker.call(call.function, *args)


def _is_large(values: tuple[Any, ...]) -> bool:
    """Whether answers take more memory than hundreds of them could be kept in."""
    size, left = 0, list(values)
    while left and size <= _MAX_SIZE:
        value = left.pop()
        if isinstance(value, dict):
            left += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            left += value
        size += getattr(value, "nbytes", 0) or sys.getsizeof(value)
    return size > _MAX_SIZE


def _not_loaded(source: Source, error: SubmissionError) -> Answer:
    where = f", line {error.line}," if error.line else ""
    return Answer(
        Outcome.FAILED,
        message=f"{source.module}.py{where} does not load: {error.type_name}: {_quoted(error)}",
    )


def _raised(name: str, error: SubmissionError) -> Answer:
    if "NotImplementedError" in error.mro:
        if error.function == name or error.function not in _every_task():
            return Answer(
                Outcome.TODO, message=f"`{name}` is still to do: write it, and it is drawn here."
            )
        return Answer(
            Outcome.TODO, message=f"`{name}` waits for `{error.function}`: write that first."
        )
    where = f" (line {error.line})" if error.line else ""
    return Answer(
        Outcome.FAILED, message=f"`{name}` raised a {error.type_name}{where}: {_quoted(error)}"
    )


def _every_task() -> set[str]:
    """The names of all tasks; a class's methods are none of them."""
    from grader.topics import TOPICS

    return {task.name for topic in TOPICS for task in topic.tasks}


def _quoted(error: SubmissionError) -> str:
    """An error's text on one line of code, so that no character of it counts as Markdown."""
    text = " ".join(error.message.replace("`", "'").split())
    return f"`{text[:_MAX_QUOTE]}`" if text else "no message"
