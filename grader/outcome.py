"""From what a check raised to what the learner is told: the one place for that wording."""

from __future__ import annotations

import builtins
import traceback
from dataclasses import dataclass
from enum import Enum, auto

import pytest

from grader.checks import CheckFailed
from grader.deadline import DeadlineExceeded
from grader.errors import (
    UNREADABLE_RESULT,
    DeadlinePassed,
    ProtocolViolation,
    SetupFailed,
    SubmissionError,
    WorkerDied,
)
from grader.subject import MissingFunctionError
from grader.topics import Topic


class Kind(Enum):
    """How one check ended."""

    PASSED = auto()
    TODO = auto()
    FAILED = auto()
    ENDED = auto()  # the code ended or broke its process: its whole task scores nothing
    TIMEOUT = auto()
    NOT_GRADED = auto()  # nothing that the submission did


@dataclass(frozen=True)
class Check:
    """A check as declared: see `grader.checks.check`.

    Attributes:
        topic: The topic that it belongs to.
        task: The task that it judges.
        name: The test function's name.
        points: What it is worth.
        seconds: Its deadline.
    """

    topic: Topic
    task: str
    name: str
    points: float
    seconds: float

    @property
    def title(self) -> str:
        """The test's name as a sentence."""
        words = self.name.removeprefix("test_").replace("_", " ")
        return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Outcome:
    """How one check ended, and what to say about it.

    Attributes:
        kind: How it ended.
        message: What the learner reads; "" for a pass.
        waits_for: The sibling task that has to be written or mended first, if any.
    """

    kind: Kind
    message: str = ""
    waits_for: str | None = None


class UnreadableError(Exception):
    """A learner's module could not be loaded; the text is one sentence with the remedy."""


def judge(error: BaseException | None, check: Check, file: str, *, hidden: bool) -> Outcome:
    """Judge a check by what came out of it.

    Args:
        error: What it raised, or None.
        check: The check.
        file: The submission's file name, for messages and to find its frames.
        hidden: Whether inputs and expected values have to stay secret.
    """
    task = check.task
    match error:
        case None:
            return Outcome(Kind.PASSED)
        case CheckFailed() if hidden:
            return Outcome(Kind.FAILED, f"{check.title}: not so. {error.why}".strip())
        case CheckFailed():
            return Outcome(Kind.FAILED, str(error))
        case UnreadableError() if hidden:
            return Outcome(Kind.ENDED, str(error))
        case MissingFunctionError() | UnreadableError():
            return Outcome(Kind.FAILED, str(error))
        case DeadlinePassed() | DeadlineExceeded():
            return Outcome(
                Kind.TIMEOUT,
                f"`{task}` was still running after {check.seconds:g} s and was stopped. "
                "Is there a loop that never ends, or one that waits?",
            )
        case WorkerDied() | ProtocolViolation():
            return Outcome(Kind.ENDED, f"`{task}` ended the process that it ran in: {error}.")
        case SetupFailed():
            return Outcome(Kind.NOT_GRADED, f"Not graded, through no fault of the code: {error}")
        case SubmissionError():
            return _raised_in_worker(error, check)
        case pytest.skip.Exception() | pytest.fail.Exception() | pytest.exit.Exception():
            return Outcome(Kind.ENDED, f"`{task}` called pytest. Return the result instead.")
        case SystemExit():
            return Outcome(Kind.ENDED, f"`{task}` called `exit`. Return the result instead.")
        case NotImplementedError():
            frames = _own_frames(error, file)
            return _todo(check, frames[-1].name if frames else None)
        case _ if hidden:
            return Outcome(Kind.FAILED, _unfit(error, check))
        case _:
            return Outcome(Kind.FAILED, _raised_here(error, check, file))


def _todo(check: Check, function: str | None) -> Outcome:
    """A task that is not begun, or that calls one that is not."""
    siblings = {task.name for task in check.topic.tasks} - {check.task}
    if function in siblings:
        return Outcome(Kind.TODO, f"waits for `{function}`: write that first", waits_for=function)
    return Outcome(Kind.TODO, "to do")


def _raised_in_worker(error: SubmissionError, check: Check) -> Outcome:
    """An exception of untrusted code: its text may hold a hidden input, so its type is told."""
    if "NotImplementedError" in error.mro:
        return _todo(check, error.function)
    if error.type_name == "SystemExit":
        return Outcome(Kind.ENDED, f"`{check.task}` called `exit`. Return the result instead.")
    known = next((name for name in error.mro if hasattr(builtins, name)), "Exception")
    where = f" at line {error.line}" if error.line else ""
    if error.function is None and error.type_name == "TypeError":
        where = " when it was called: do its parameters still stand as in the exercise?"
        if error.message.startswith(UNREADABLE_RESULT):
            return Outcome(
                Kind.FAILED,
                f"{check.title}: not so. `{check.task}` returned something other than numbers, "
                "text, lists, tuples, dicts, arrays or tensors.",
            )
    return Outcome(
        Kind.FAILED, f"{check.title}: not so. `{check.task}` raised a {known}{where}.".strip()
    )


def _unfit(error: BaseException, check: Check) -> str:
    """An exception in a hidden check's own process, whose text and frames hold what it asked."""
    known = next((each.__name__ for each in type(error).__mro__ if _is_builtin(each)), "Exception")
    return (
        f"{check.title}: not so. `{check.task}` raised a {known}, or returned something of another "
        "kind or shape than its docstring says."
    )


def _is_builtin(kind: type) -> bool:
    return getattr(builtins, kind.__name__, None) is kind


def _raised_here(error: BaseException, check: Check, file: str) -> str:
    """An exception with the frames of the learner's own file, and none of ours."""
    frames = _own_frames(error, file)
    kind = type(error).__name__
    lines = [f"`{check.task}` raised a {kind}: {error}"]
    for frame in frames:
        lines.append(f"  {file}, line {frame.lineno}, in {frame.name}")
        lines.append(f"      {frame.line}")
    if not frames and isinstance(error, TypeError):  # its parameters differ
        lines.append("It could not be called: do its parameters still stand as in the exercise?")
    return "\n".join(lines)


def _own_frames(error: BaseException, file: str) -> list[traceback.FrameSummary]:
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if frame.filename.endswith(file)]
