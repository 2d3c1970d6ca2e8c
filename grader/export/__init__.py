"""From reports to what instructors and learners open: one file a format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.report import Report

__all__ = ["write_exports"]


def write_exports(
    reports: Sequence[Report],
    out: Path,
    sources: Mapping[tuple[str, str, str], str] | None = None,
) -> None:
    """Write `grades.csv`, `feedback/<student>.html` and `class.html` into a folder.

    Args:
        reports: All reports of the folder, in the order to list them in.
        out: The folder; it must exist.
        sources: The submissions' texts by student, topic and file, so that the class page can show
            those that share much; None compares nothing.

    Raises:
        OSError: If a file cannot be written.
    """
    from grader.export.csv import write_grades
    from grader.export.html import write_pages

    write_grades(reports, out / "grades.csv")
    write_pages(reports, out, sources)
