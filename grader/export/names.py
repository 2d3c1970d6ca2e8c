"""How students and their pages are named, so that no two share one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from grader.report import Report

_LONGEST = 100  # characters of a file name; UTF-8 may take four bytes each, file systems 255
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows
_DIGITS = 8


def labels(reports: Sequence[Report]) -> list[str]:
    """Name each report's student; two of one name have the platform's numbers in theirs."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        numbers[report.student].add(report.identifier)
    return [
        f"{report.student} ({report.identifier})"
        if report.identifier and len(numbers[report.student] - {""}) > 1
        else report.student
        for report in reports
    ]


def by_student(reports: Sequence[Report]) -> dict[str, list[Report]]:
    """Group reports by student's label, in the order of these."""
    found: dict[str, list[Report]] = defaultdict(list)
    for report, label in zip(reports, labels(reports), strict=True):
        found[label].append(report)
    return dict(sorted(found.items(), key=lambda item: (item[0].casefold(), item[0])))


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Name each student's page so that every file system takes it and no two are alike.

    A plain name is kept: "alice" has "alice.html". One that had to be changed, or that differs
    from another only in case, gets a few digits of its hash.
    """
    safe = {student: _safe(student) for student in students}
    alike = Counter(name.casefold() for name in safe.values())
    names = {
        student: name
        if name == student and alike[name.casefold()] == 1
        else f"{name}-{_hash(student)[:_DIGITS]}"
        for student, name in safe.items()
    }
    # A plain name may be just what another one was changed to.
    taken = Counter(name.casefold() for name in names.values())
    return {
        student: f"{name}.html"
        if taken[name.casefold()] == 1
        else f"{safe[student]}-{_hash(student)}.html"
        for student, name in names.items()
    }


def file_name(report: Report) -> str:
    """Return the name of a report's file, without its folders."""
    return report.file.replace("\\", "/").rpartition("/")[2]


def _hash(student: str) -> str:
    return hashlib.sha256(student.encode(errors="surrogatepass")).hexdigest()[:32]


def _safe(name: str) -> str:
    normal = unicodedata.normalize("NFC", name)
    kept = "".join(char if char.isalnum() or char in " ._-" else "_" for char in normal)
    kept = kept.strip(" .")[:_LONGEST].encode()[:200].decode(errors="ignore").rstrip(" .")
    return f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept
