"""Some calls of one of the learner's functions, made in a worker of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.own_answer import Answer, Outcome, Source
from app.own_call import Call, argument

if TYPE_CHECKING:
    from grader.errors import SubmissionError
    from grader.sandbox.client import WarmParent, Worker

_MAX_QUOTE = 300


def run(parent: WarmParent, source: Source, calls: tuple[Call, ...], seconds: float) -> Answer:
    """Load a module in a fresh worker and call one of its functions.

    Args:
        parent: Forks the worker.
        source: The learner's module.
        calls: At least one call, all of the same function.
        seconds: Deadline of all of them together.

    Raises:
        DeadlinePassed: If they did not end in time.
        SetupFailed: If there is no worker to be had.
    """
    from grader.errors import DeadlinePassed, GradingError, SetupFailed, SubmissionError

    name = calls[0].function
    try:
        with parent.worker() as worker:
            worker.deadline(seconds)
            try:
                worker.load(source.text, source.module)
            except SubmissionError as error:
                return _not_loaded(source, error)
            if not worker.has(name):
                return Answer(Outcome.FAILED, message=f"{source.module}.py defines no `{name}`.")
            return Answer(Outcome.OK, tuple(_call(worker, call) for call in calls))
    except SubmissionError as error:
        return _raised(name, error)
    except (DeadlinePassed, SetupFailed):
        raise
    except GradingError as error:
        return Answer(Outcome.FAILED, message=f"`{name}` ended its process: {error}")


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
