"""`grades.csv`: one row a submission, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from grader.export.numbers import plain
from grader.report import Report
from grader.topics import TOPICS

_BEFORE = ("student", "identifier", "topic", "file", "late", "score", "max_score")
_AFTER = ("tier", "device", "seed", "sha256", "problem")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_grades(reports: Sequence[Report], path: Path) -> None:
    """Write one row a report, with two columns a task: `<task>:points` and `<task>:status`.

    Tasks of other topics than the row's are blank. Text that a spreadsheet would take for a
    formula gets a leading apostrophe.

    Args:
        reports: In the order of the rows.
        path: The file.

    Raises:
        OSError: If it cannot be written.
    """
    tasks = _tasks(reports)
    columns = [f"{task}:{part}" for task in tasks for part in ("points", "status")]
    # A name may hold half a character, which UTF-8 cannot write.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.DictWriter(file, [*_BEFORE, *columns, *_AFTER], lineterminator="\n")
        writer.writeheader()
        for report in reports:
            writer.writerow({name: _defused(cell) for name, cell in _row(report).items()})


def _tasks(reports: Sequence[Report]) -> list[str]:
    """Name the tasks of all topics that occur, in the course's order."""
    met = {result.task for report in reports for result in report.tasks}
    known = [task.name for topic in TOPICS for task in topic.tasks if task.name in met]
    return known + sorted(met.difference(known))


def _row(report: Report) -> dict[str, str]:
    row = {
        "student": report.student,
        "identifier": report.identifier,
        "late": "late" if report.late else "",
        "topic": report.topic,
        "file": report.file,
        "score": plain(report.score),
        "max_score": plain(report.max_score),
        "tier": report.tier,
        "device": report.device,
        "seed": str(report.seed),
        "sha256": report.sha256,
        "problem": report.problem or "",
    }
    for result in report.tasks:
        row[f"{result.task}:points"] = plain(result.points)
        row[f"{result.task}:status"] = str(result.status)
    return row


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
