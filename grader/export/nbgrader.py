"""nbgrader's gradebook: points and comments, in the cells that `hyperlings nbgrader build` makes.

A score given by hand, extra credit and an instructor's own comment stay as they are.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader.export.clean import spelled_out
from grader.export.names import labels
from grader.export.roster import repeated
from grader.report import Report, TaskResult

_COURSE = "hyperlings"  # as in the configuration of the courses that we build
_LONGEST = 128  # characters of a student's id that every database keeps
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


class GradebookError(Exception):
    """A gradebook cannot be opened or written; the text says why and what to do."""


@dataclass(frozen=True)
class Kept:
    """What was written.

    Attributes:
        written: How many submissions.
        late: Whose files came late.
        by_hand: How many scores given by hand stand over ours.
        complaints: One sentence for each report that was left out.
    """

    written: int
    late: tuple[str, ...]
    by_hand: int
    complaints: tuple[str, ...]


def write(
    reports: Sequence[Report],
    url: str,
    *,
    assignment: str | None = None,
    step: Callable[[int], None] = lambda n: None,
) -> Kept:
    """Write reports into a gradebook, made where there is none; doing it again changes nothing.

    A topic is an assignment with a notebook of its name. What could not be graded is left out, as
    is a student with two files for a topic.

    Args:
        reports: The reports.
        url: The gradebook's SQLAlchemy URL, such as "sqlite:///gradebook.db".
        assignment: Name of the assignment, for reports of one topic; None takes the topic's module.
        step: Called with 1 after each report.

    Raises:
        GradebookError: If it cannot be opened or written, or its cells have other points.
    """
    with _opened(url) as book:
        cells = {}
        for topic in dict.fromkeys(report.topic for report in reports):
            some = [report for report in reports if report.topic == topic]
            cells[topic] = _make_cells(book, assignment or topic, topic, some)
        twice = repeated(reports)
        complaints, late, by_hand, written = [], [], 0, 0
        for report, student in zip(reports, labels(reports), strict=True):
            if complaint := _complaint(report, student, twice):
                complaints.append(complaint)
            else:
                by_hand += _submit(
                    book, assignment or report.topic, report, student, cells[report.topic]
                )
                written += 1
                if report.late:
                    late.append(student)
            step(1)
        return Kept(written, tuple(late), by_hand, tuple(complaints))


def _complaint(report: Report, student: str, twice: set[tuple[str, str]]) -> str:
    """Say why a report must be left out; "" where it need not."""
    if (student, report.topic) in twice:
        return (
            f"{student} has more than one result for {report.topic}, one from {report.file}: left "
            "out. Grade only the file that counts."
        )
    if not report.graded:
        return (
            f"{student} could not be graded ({report.file}): left out. `hyperlings grade` with "
            "--resume tries again."
        )
    if len(student) > _LONGEST:
        return f"{student[:40]}... has a name of more than {_LONGEST} characters: left out."
    return ""


def _make_cells(
    book: Any, assignment: str, topic: str, reports: Sequence[Report]
) -> dict[str, str]:
    """Make the assignment, its notebook and its cells; submissions mirror what is there then.

    Returns:
        The database's id of each cell.

    Raises:
        GradebookError: If the points of a cell differ from those of the reports.
    """
    from nbgrader.api import MissingEntry

    points: dict[str, float] = {}
    for report in reports:
        for task in report.tasks:
            known = points.setdefault(task.task, task.max_points)
            _require_same(task.task, task.max_points, known, "another result")
    book.update_or_create_assignment(assignment)
    book.update_or_create_notebook(topic, assignment)
    ids: dict[str, str] = {}
    for name, most in points.items():
        try:
            cell = book.find_grade_cell(name, topic, assignment)
        except MissingEntry:
            cell = book.add_grade_cell(name, topic, assignment, max_score=most, cell_type="code")
        else:
            _require_same(name, most, cell.max_score, "the gradebook")
        solution = book.update_or_create_solution_cell(f"{name}-solution", topic, assignment)
        ids |= {cell.name: cell.id, solution.name: solution.id}
    return ids


def _require_same(task: str, points: float, known: float, where: str) -> None:
    if points != known:
        raise GradebookError(
            f"`{task}` is worth {points:g} points in the results, but {known:g} in "
            f"{where}: they come from different versions. Grade anew, or build the course and run "
            "`nbgrader generate_assignment` anew."
        )


def _submit(
    book: Any, assignment: str, report: Report, student: str, cells: Mapping[str, str]
) -> int:
    """Write one report; return how many scores given by hand stand over ours."""
    from nbgrader.api import Comment, Grade, MissingEntry

    known = {"lms_user_id": report.identifier} if report.identifier else {}
    book.update_or_create_student(student, **known)
    try:
        book.find_submission(assignment, student)
    except MissingEntry:
        with warnings.catch_warnings():  # SQLAlchemy's, about the order in which nbgrader does it
            warnings.simplefilter("ignore")
            book.add_submission(assignment, student)
    notebook = book.find_submission_notebook(report.topic, assignment, student)
    # At once: nbgrader's search for a single grade joins six tables. What is not there is of a
    # submission that is older than the cell.
    grades = {grade.cell_id: grade for grade in notebook.grades}
    comments = {comment.cell_id: comment for comment in notebook.comments}
    by_hand = 0
    for task in report.tasks:
        place = cells[task.task]
        grade = grades.get(place) or Grade(cell_id=place, notebook_id=notebook.id)
        grade.auto_score = float(task.points)
        grade.needs_manual_grade = False
        by_hand += grade.manual_score is not None
        place = cells[f"{task.task}-solution"]
        comment = comments.get(place) or Comment(cell_id=place, notebook_id=notebook.id)
        comment.auto_comment = _said(task, report) or None
        book.db.add_all([grade, comment])
    book.db.commit()
    return by_hand


def _said(task: TaskResult, report: Report) -> str:
    """Return a task's messages, fit for nbgrader's feedback, which takes comments for Markdown."""
    said = [*task.messages, *([task.diagnosis.message] if task.diagnosis else [])]
    if report.problem and report.problem not in said:
        said.append(report.problem)
    return _TAG.sub("&lt;", spelled_out("\n\n".join(said)))


@contextmanager
def _opened(url: str) -> Iterator[Any]:
    """Open a gradebook, making it where it is missing."""
    if find_spec("nbgrader") is None:
        raise GradebookError(
            "nbgrader is not installed. In the project's folder: pip install -e '.[nbgrader]'"
        )
    from nbgrader.api import Gradebook, InvalidEntry
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        shown = make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        raise GradebookError(
            "This is no database URL. One reads sqlite:///folder/gradebook.db, "
            "sqlite:////absolute/path/gradebook.db or postgresql://user@host/name."
        ) from None
    try:
        with _alembic_on_path():
            book = Gradebook(url, course_id=_COURSE)
        with book:
            yield book
    except ImportError as error:
        raise GradebookError(
            f"{shown} needs a database driver that is not installed ({error}). pip installs it."
        ) from None
    except (SQLAlchemyError, InvalidEntry, OSError) as error:
        why = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise GradebookError(
            f"{shown} cannot be used as a gradebook: {why}. Check the address and that it may be "
            "written; if an older nbgrader made it, run `nbgrader db upgrade` first."
        ) from None


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by name, beside the Python that runs this."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
