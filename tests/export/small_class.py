"""One small class, graded in two topics, that the golden files are made of."""

from __future__ import annotations

from grader.report import Diagnosis, Report, Status, TaskResult

HOSTILE = "`<b>` & ]]> \x1b[31mPASSED\x00\x07 \ud800 \ufffe =1+1"


def report(
    student: str,
    *tasks: TaskResult,
    topic: str = "ex04_random_search",
    identifier: str = "",
    late: bool = False,
    file: str = "",
    problem: str | None = None,
) -> Report:
    """Make a report of some tasks."""
    return Report(
        student=student,
        topic=topic,
        file=file or f"subs/{student}/{topic}.py",
        sha256="0123456789abcdef" * 4,
        seed=20260101,
        device="cpu",
        tier="A",
        tasks=tasks,
        problem=problem,
        identifier=identifier,
        late=late,
    )


def task(
    name: str,
    points: float,
    status: Status,
    *messages: str,
    most: float = 8.0,
    diagnosis: Diagnosis | None = None,
) -> TaskResult:
    """Make a result; `most` is the task's points."""
    return TaskResult(name, points, most, status, diagnosis, messages, seconds=0.25)


def two_tasks(hit: float, needed: float) -> tuple[TaskResult, TaskResult]:
    """Make results of two tasks, of 8 and 12 points, that fit their points."""

    def status(points: float, most: float) -> Status:
        whole = Status.PASSED if points == most else Status.FAILED
        return Status.PARTIAL if 0 < points < most else whole

    return (
        task("prob_hit", hit, status(hit, 8)),
        task("trials_needed", needed, status(needed, 12), most=12.0),
    )


SMALL_CLASS = [
    report(
        "Zoë Łukasz",
        task("prob_hit", 8.0, Status.PASSED),
        task(
            "trials_needed",
            4.0,
            Status.PARTIAL,
            "A chance of one needs one trial: not so.",
            most=12.0,
            diagnosis=Diagnosis("rounds-down", "You rounded down: round up."),
        ),
        identifier="1234567",
        late=True,
    ),
    report(
        '"><script>alert(1)</script>',
        task("prob_hit", 0.0, Status.ERROR, HOSTILE),
        task("trials_needed", 0.0, Status.TIMEOUT, "Was still running.", most=12.0),
        file="subs/evil\\x1b/ex04.py",
        problem="subs/evil/ex04.py is not UTF-8 text.",
    ),
    report(
        "Ada",
        task("prob_hit", 0.0, Status.NOT_ATTEMPTED),
        task("trials_needed", 0.0, Status.NOT_GRADED, "Not graded: /srv/secret.", most=12.0),
        identifier="7",
    ),
    report(
        "Ada",
        task("smooth", 1 / 3, Status.FAILED, "Not so."),
        topic="ex02_manual_tuning",
        identifier="8",
    ),
]
