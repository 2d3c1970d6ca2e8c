"""Reports as grading makes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.report import Diagnosis, Report, Status, TaskResult
from grader.topics import find_topic

MakeReport = Callable[..., Report]

POINTS = {
    Status.PASSED: 10.0,
    Status.PARTIAL: 5.0,
    Status.FAILED: 0.0,
    Status.ERROR: 0.0,
    Status.TIMEOUT: 0.0,
    Status.NOT_ATTEMPTED: 0.0,
    Status.NOT_GRADED: 0.0,
}
SAID = {
    Status.PARTIAL: (
        "A constant curve stays constant: not so. At step 0 the mean starts at zero.",
    ),
    Status.FAILED: ("`smooth` raised a ValueError at line 12.",),
    Status.ERROR: ("`smooth` called `exit`. Return the result instead.",),
    Status.TIMEOUT: ("`smooth` was still running after 10 s and was stopped.",),
    Status.NOT_GRADED: ("Not graded, through no fault of the code: no sandbox.",),
}


@pytest.fixture
def report() -> MakeReport:
    """Make a report whose six tasks, of 10 points each, end as given; "passed" fills up."""

    def make(
        student: str = "alice",
        topic: str = "4",
        statuses: tuple[str, ...] = (),
        *,
        diagnoses: dict[str, Diagnosis] | None = None,
        problem: str | None = None,
        file: str = "",
    ) -> Report:
        found = find_topic(topic)
        ends = [Status(each) for each in statuses]
        ends += [Status.PASSED] * (len(found.tasks) - len(ends))
        return Report(
            student=student,
            topic=found.module,
            file=file or f"submissions/{student}/{found.module}.py",
            sha256="0123456789abcdef" * 4,
            seed=20260101,
            device="cpu",
            tier="A",
            problem=problem,
            tasks=tuple(
                TaskResult(
                    task=task.name,
                    points=POINTS[end],
                    max_points=10.0,
                    status=end,
                    diagnosis=(diagnoses or {}).get(task.name),
                    messages=(problem,) if problem else SAID.get(end, ()),
                    seconds=0.01,
                )
                for task, end in zip(found.tasks, ends, strict=True)
            ),
        )

    return make
