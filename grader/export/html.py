"""Feedback pages, one a student, and a page for the class: self-contained, without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.export.excerpt import excerpt
from grader.export.names import by_student, file_name, file_names
from grader.export.numbers import correlation, percent, plain
from grader.export.student import view
from grader.export.summary import BINS, FEWEST, TopicSummary, summarize
from grader.export.text import prose, visible
from grader.report import Report, Status

if TYPE_CHECKING:
    from jinja2 import Environment

    from grader.similarity import Comparison

Sources = Mapping[tuple[str, str, str], str]  # by student, topic and file

_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST_NAME = 120  # characters of a student's or a file's name on a page

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


def write_pages(reports: Sequence[Report], out: Path, sources: Sources | None = None) -> None:
    """Write `feedback/<student>.html` for each student, and `class.html`.

    Args:
        reports: All reports of the class.
        out: The folder; it must exist.
        sources: The submissions' texts, to be compared with each other; None compares nothing.

    Raises:
        OSError: If a page cannot be written.
    """
    environment = _environment()
    students = by_student(reports)
    names = file_names(students)
    feedback = out / "feedback"
    feedback.mkdir(exist_ok=True)
    page = environment.get_template("feedback.html")
    for student, some in students.items():
        text = page.render(
            student=_name(student),
            topics=[view(report) for report in some],
            score=sum(report.score for report in some),
            max_score=sum(report.max_score for report in some),
        )
        (feedback / names[student]).write_text(text, encoding="utf-8")
    topics = summarize(reports)
    text = environment.get_template("class.html").render(
        topics=topics,
        bars={topic.topic.module: _bars(topic) for topic in topics},
        students=students,
        names=names,
        reports=reports,
        compared={
            topic.topic.module: _compared(topic.topic.module, reports, sources) for topic in topics
        },
    )
    (out / "class.html").write_text(text, encoding="utf-8")


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        plain=plain, percent=percent, correlation=correlation, prose=prose, seen=_name
    )
    environment.globals.update(
        words=WORDS, file_of=_file, excerpt=excerpt, FEWEST=FEWEST, uncertainty=_uncertainty
    )
    return environment


def _name(text: str) -> str:
    return visible(text, _LONGEST_NAME)


def _file(report: Report) -> str:
    return _name(file_name(report))


def _uncertainty(count: int) -> str:
    """Give the standard error of a correlation near 0 between `count` pairs."""
    return f"{(count - 1) ** -0.5:.2f}"


def _compared(topic: str, reports: Sequence[Report], sources: Sources | None) -> Comparison | None:
    """Compare a topic's submissions, as far as their texts are at hand."""
    from grader.paths import exercises_dir, solutions_dir
    from grader.similarity import Entry, compare

    if sources is None:
        return None
    keys = [(each.student, each.topic, each.file) for each in reports if each.topic == topic]
    entries = [Entry(key[0], key[2], sources[key]) for key in sorted(keys) if sources.get(key)]
    places = [folder / f"{topic}.py" for folder in (exercises_dir(), solutions_dir())]
    return compare(entries, [path.read_text("utf-8") for path in places if path.is_file()])


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
