"""Gradescope's `results.json`; the field names are Gradescope's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from grader.export.clean import spelled_out
from grader.export.names import file_names, labels
from grader.export.numbers import plain
from grader.report import Report, Status, TaskResult
from grader.topics import find_topic

_NO_FAULT = (
    "This could not be graded, through no fault of the code: it is not a mark. Please ask your "
    "instructor to run the autograder again."
)


def results(report: Report, *, leaderboard: bool = False) -> dict[str, Any]:
    """Return what Gradescope shows for a report.

    Args:
        report: The report.
        leaderboard: Whether the score goes to the assignment's leaderboard, for all to see.
    """
    return {
        "score": report.score,
        "execution_time": round(sum(task.seconds for task in report.tasks), 3),
        "output": _summary(report),
        "visibility": "visible",
        "stdout_visibility": "hidden",  # what the grader prints is for instructors
        "extra_data": {
            "topic": report.topic,
            "sha256": report.sha256,
            "seed": report.seed,
            "device": report.device,
            "tier": report.tier,
            "late": report.late,
        },
        "tests": [_test(task, number, report) for number, task in enumerate(report.tasks, start=1)],
        "leaderboard": [{"name": "Points", "value": report.score, "order": "desc"}]
        if leaderboard
        else [],
    }


def failure(message: str) -> dict[str, Any]:
    """Return what Gradescope shows where there is no report at all.

    Args:
        message: What the student reads.
    """
    return {
        "score": 0.0,
        "execution_time": 0.0,
        "output": spelled_out(message),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {},
        "tests": [],
        "leaderboard": [],
    }


def to_json(found: dict[str, Any]) -> str:
    """Write a `results.json`."""
    return json.dumps(found, indent=2) + "\n"


def places(reports: Sequence[Report]) -> list[PurePosixPath]:
    """Name each report's file, `<student>/<topic>/results.json`, such that no two are alike."""
    people = labels(reports)
    names = file_names(sorted(set(people)))
    seen: dict[PurePosixPath, int] = {}
    found = []
    for report, label in zip(reports, people, strict=True):
        folder = PurePosixPath(names[label].removesuffix(".html"), report.topic)
        seen[folder] = seen.get(folder, 0) + 1
        again = f"-{seen[folder]}" if seen[folder] > 1 else ""
        found.append(folder.with_name(f"{folder.name}{again}") / "results.json")
    return found


def _summary(report: Report) -> str:
    title = find_topic(report.topic).title
    lines = [f"{title}: {plain(report.score)} of {plain(report.max_score)} points."]
    if report.problem:
        lines.append(report.problem)
    if not report.graded:
        lines.append(_NO_FAULT)
    return spelled_out("\n".join(lines))


def _test(task: TaskResult, number: int, report: Report) -> dict[str, Any]:
    said = list(task.messages)
    if task.diagnosis:
        said.append(task.diagnosis.message)
    if task.status is Status.NOT_ATTEMPTED:
        said.insert(0, "To do: this function is still to be written.")
    if task.status is Status.NOT_GRADED:
        said = [_NO_FAULT]  # why is told to instructors: it may name what is on the machine
    return {
        "score": task.points,
        "max_score": task.max_points,
        "name": f"{task.task}: {_title(report.topic, task.task)}",
        "number": str(number),
        "output": spelled_out("\n\n".join(said)),
        "tags": [task.diagnosis.id] if task.diagnosis else [],
        "visibility": "visible",
        "status": "passed" if task.status is Status.PASSED else "failed",
        "extra_data": {"status": str(task.status), "seconds": round(task.seconds, 3)},
    }


def _title(topic: str, task: str) -> str:
    return find_topic(topic).task(task).title
