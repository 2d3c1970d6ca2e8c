"""From the outcomes of a task's checks to its result: the one place where points are decided."""

from __future__ import annotations

from collections.abc import Sequence

from grader.outcome import Check, Kind, Outcome
from grader.report import Diagnosis, Status, TaskResult

# What ends a task, by precedence: what is no fault of the code comes first.
_ENDS = {
    Kind.NOT_GRADED: Status.NOT_GRADED,
    Kind.TIMEOUT: Status.TIMEOUT,
    Kind.ENDED: Status.ERROR,
}


def score(
    task: str,
    judged: Sequence[tuple[Check, Outcome]],
    *,
    diagnosis: Diagnosis | None = None,
    seconds: float = 0.0,
) -> TaskResult:
    """Score one task.

    A task whose code ended its process, broke the protocol or ran out of time earns nothing: what
    such a process answered before cannot be told from what it was made to answer.

    Args:
        task: The task's name.
        judged: Every check of the task with its outcome.
        diagnosis: The misconception recognized, if any.
        seconds: Wall-clock time spent on it.
    """
    most = sum(check.points for check, _ in judged)
    kinds = [outcome.kind for _, outcome in judged]
    status = next((status for kind, status in _ENDS.items() if kind in kinds), None)
    points: float = 0
    if status is None and all(kind is Kind.TODO for kind in kinds):
        status = Status.NOT_ATTEMPTED
    elif status is None:
        points = sum(check.points for check, outcome in judged if outcome.kind is Kind.PASSED)
        status = Status.PASSED if points == most else Status.PARTIAL if points else Status.FAILED
    said = [outcome.message for _, outcome in judged if outcome.kind is not Kind.PASSED]
    if status is Status.NOT_ATTEMPTED:
        said = [said[0]] if "waits for" in said[0] else []
    return TaskResult(task, points, most, status, diagnosis, tuple(dict.fromkeys(said)), seconds)
