"""Grade one submission in one topic."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.attempts import LocalAttempts, RemoteAttempts
from grader.edition import edition
from grader.hidden_run import HiddenRun
from grader.report import Report, Status, TaskResult
from grader.submission import Submission
from grader.topics import Topic

if TYPE_CHECKING:
    from grader.sandbox.client import WarmParent


def grade(
    submission: Submission, topic: Topic, *, parent: WarmParent, seed: int, device: str = "cpu"
) -> Report:
    """Grade a submission in sandboxed workers, one a task.

    Args:
        submission: A file that could be read; see `refused` for one that could not.
        topic: The topic to grade it in.
        parent: The warm parent that forks the workers.
        seed: Seed of the fresh inputs; the same seed gives the same report.
        device: "cpu" or "cuda".

    Returns:
        The report. Nothing that the submission does raises; a sandbox that cannot be set up gives
        tasks that are `not_graded`.
    """
    file = Path(submission.path).name
    attempts = RemoteAttempts(parent, submission.source or "", topic.module, file)
    results = HiddenRun(topic, attempts, file=file, seed=seed, device=device).results()
    return _report(submission, topic, seed, device, str(parent.tier), tuple(results.values()))


def refused(submission: Submission, topic: Topic, *, seed: int, device: str, tier: str) -> Report:
    """Report a file that cannot be judged as it stands: no points, and the reason at each task."""
    said = (submission.problem or f"{submission.path} could not be read.",)
    tasks = tuple(
        TaskResult(task, 0, points, Status.ERROR, messages=said)
        for task, points in max_points(topic).items()
    )
    return _report(submission, topic, seed, device, tier, tasks)


def grade_namespace(
    topic: Topic, task: str, namespace: dict[str, Any], *, seed: int | None = None
) -> TaskResult:
    """Grade one task of code that lives in this process, as nbgrader's kernel has it.

    The same hidden checks as `grade`, without its isolation: nbgrader runs a learner's code and
    its tests in one kernel.

    Args:
        topic: The topic.
        task: The task's name.
        namespace: The notebook's globals; a wrong sibling is replaced in them meanwhile.
        seed: Seed of the fresh inputs; None draws one.
    """
    file = f"{topic.module}.ipynb"
    chosen = secrets.randbits(32) if seed is None else seed
    run = HiddenRun(topic, LocalAttempts(namespace, file), file=file, seed=chosen)
    return run.results(task)[task]


@cache
def max_points(topic: Topic) -> dict[str, float]:
    """Add up the points of each task's hidden checks, in the topic's order."""
    checks = HiddenRun(topic, LocalAttempts({}, ""), file="", seed=0).collect()
    return {
        task.name: sum(check.points for check in checks if check.task == task.name)
        for task in topic.tasks
    }


def _report(
    submission: Submission,
    topic: Topic,
    seed: int,
    device: str,
    tier: str,
    tasks: tuple[TaskResult, ...],
) -> Report:
    return Report(
        student=submission.student,
        topic=topic.module,
        file=submission.path,
        sha256=submission.sha256,
        seed=seed,
        device=device,
        tier=tier,
        tasks=tasks,
        problem=submission.problem,
        identifier=submission.identifier,
        late=submission.late,
        edition=edition(topic.module),
    )
