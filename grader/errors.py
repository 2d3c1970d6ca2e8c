"""What can go wrong while a submission runs, and what the grader makes of each."""

from __future__ import annotations

UNREADABLE_RESULT = "the result cannot be read"  # how a worker begins to say so


class GradingError(Exception):
    """Base of everything that running a submission can raise."""


class SubmissionError(GradingError):
    """The learner's code raised an exception; the trusted side holds only bounded plain text.

    Raised by every call into a worker. The grader counts it as a failed check, unless the check
    expected it; `SystemExit` fails the whole task. All fields come from the untrusted side: they
    serve messages, never decisions about trust.

    Attributes:
        type_name: Name of the exception's class, such as "ValueError".
        mro: Names of the class and its bases, nearest first.
        message: Text of the exception, cut to a bounded length.
        function: Innermost function of the learner's file that was running, if any.
        line: Line in the learner's file, counted from 1, if any.
    """

    def __init__(
        self,
        type_name: str,
        mro: tuple[str, ...],
        message: str,
        function: str | None = None,
        line: int | None = None,
    ) -> None:
        """Keep the fields; `str()` reads like the last line of a traceback."""
        super().__init__(f"{type_name}: {message}" if message else type_name)
        self.type_name = type_name
        self.mro = mro
        self.message = message
        self.function = function
        self.line = line


class WorkerDied(GradingError):
    """The worker ended in the middle of a check: `os._exit`, a segmentation fault, a kill.

    The grader fails the task that was running.

    Attributes:
        reason: How it ended, such as "exited with status 0" or "crashed (SIGSEGV)".
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason; the sentence is for instructors and learners alike."""
        super().__init__(f"the code's process {reason}")
        self.reason = reason


class DeadlinePassed(GradingError):
    """The submission used up its wall-clock budget and was killed.

    The grader gives the task the status `timeout`.

    Attributes:
        seconds: The budget that was used up.
    """

    def __init__(self, seconds: float) -> None:
        """Keep the budget, in seconds."""
        super().__init__(f"still running after {seconds:g} seconds, so it was stopped")
        self.seconds = seconds


class ProtocolViolation(GradingError):
    """The worker sent what no honest worker sends; it was killed.

    A forged or malformed frame, a value beyond the bounds, a flood of callbacks. The grader fails
    the task.

    Attributes:
        reason: What was wrong with it.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason, one short phrase."""
        super().__init__(f"the code's process broke the protocol: {reason}")
        self.reason = reason


class SetupFailed(GradingError):
    """The sandbox itself could not be made: nothing is known about the submission.

    The grader retries, then reports `not_graded`, never zero.

    Attributes:
        reason: What failed and, where there is one, the remedy.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason, one or two sentences."""
        super().__init__(reason)
        self.reason = reason
