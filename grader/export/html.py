"""Feedback pages, one a student, and a page for the class: self-contained, without scripts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.export.numbers import percent, plain
from grader.export.summary import BINS, TopicSummary, summarize
from grader.report import Report, Status
from grader.topics import TOPICS

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_NAME = 100  # characters of a file name; UTF-8 may take four bytes each, file systems 255
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows

WORDS = {
    Status.PASSED: "Passed",
    Status.PARTIAL: "Partly right",
    Status.FAILED: "Not yet right",
    Status.ERROR: "Error",
    Status.TIMEOUT: "Out of time",
    Status.NOT_ATTEMPTED: "To do",
    Status.NOT_GRADED: "Not graded",
}


@dataclass(frozen=True)
class _Bar:
    """One bar of the score histogram, in the units of its picture."""

    label: str
    count: int
    x: float
    height: float


def write_pages(reports: Sequence[Report], out: Path) -> None:
    """Write `feedback/<student>.html` for each student, and `class.html`.

    Args:
        reports: All reports of the class, in the order to list them in.
        out: The folder; it must exist.

    Raises:
        OSError: If a page cannot be written.
    """
    environment = _environment()
    students: dict[str, list[Report]] = {}
    for report in reports:
        students.setdefault(report.student, []).append(report)
    names = file_names(students)
    feedback = out / "feedback"
    feedback.mkdir(exist_ok=True)
    page = environment.get_template("feedback.html")
    for student, some in students.items():
        text = page.render(student=student, reports=some, titles=_titles(), **_totals(some))
        (feedback / names[student]).write_text(text, encoding="utf-8")
    topics = summarize(reports)
    text = environment.get_template("class.html").render(
        topics=topics,
        bars={topic.topic.module: _bars(topic) for topic in topics},
        students=students,
        names=names,
        submissions=len(reports),
    )
    (out / "class.html").write_text(text, encoding="utf-8")


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Name each student's page so that every file system takes it and no two are alike.

    A plain name is kept: "alice" has "alice.html". One that had to be changed, or that differs
    from another only in case, gets a few digits of its hash.
    """
    safe = {student: _safe(student) for student in students}
    alike = Counter(name.casefold() for name in safe.values())
    return {
        student: f"{name}.html"
        if name == student and alike[name.casefold()] == 1
        else f"{name}-{hashlib.sha256(student.encode()).hexdigest()[:8]}.html"
        for student, name in safe.items()
    }


def file_name(report: Report) -> str:
    """Return the name of a report's file, without its folders."""
    return report.file.replace("\\", "/").rpartition("/")[2]


def prose(text: str) -> Markup:
    """Escape a message, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = re.split(r"`([^`\n]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(plain=plain, percent=percent, prose=prose)
    environment.globals.update(words=WORDS, problem_of=_problem, shown=_shown, file_of=file_name)
    return environment


def _safe(name: str) -> str:
    normal = unicodedata.normalize("NFC", name)
    kept = "".join(char if char.isalnum() or char in " ._-" else "_" for char in normal)
    kept = kept.strip(" .")[:_LONGEST_NAME].encode()[:200].decode(errors="ignore").rstrip(" .")
    return f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept


def _titles() -> dict[str, str]:
    """Give every topic's and task's title by its name."""
    topics = {topic.module: f"{topic.number}. {topic.title}" for topic in TOPICS}
    return topics | {task.name: task.title for topic in TOPICS for task in topic.tasks}


def _totals(reports: Sequence[Report]) -> dict[str, float]:
    return {
        "score": sum(report.score for report in reports),
        "max_score": sum(report.max_score for report in reports),
    }


def _problem(report: Report) -> str | None:
    """Return what is wrong with the file as a whole, said once instead of at every task."""
    if report.problem:
        return report.problem
    said = {result.messages for result in report.tasks}
    if len(report.tasks) > 1 and len(said) == 1:
        return "\n".join(*said) or None
    return None


def _shown(text: str, report: Report) -> Markup:
    """Render a message for the learner, without the folders of the instructor's machine."""
    return prose(text.replace(report.file, file_name(report)))


def _bars(topic: TopicSummary) -> list[_Bar]:
    """Lay out a histogram in a picture of 500 by 100."""
    most = max([*topic.histogram, 1])
    width = 100 // BINS
    return [
        _Bar(
            label=f"{place * width} to {(place + 1) * width}%",
            count=count,
            x=place * 500 / BINS,
            height=round(100 * count / most, 2),
        )
        for place, count in enumerate(topic.histogram)
    ]
