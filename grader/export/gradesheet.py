"""Grades in a column of a platform's own table: what filling it in gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.export.cells import Cell, Row, Table
from grader.export.numbers import plain
from grader.export.roster import Person, match
from grader.report import Report


@dataclass(frozen=True)
class Line:
    """One student's row of a table.

    Attributes:
        person: Whose it is.
        cell: Where the grade goes; None where the row is too short to have one.
        maximum: The grade that full marks give; None to write the points as they are.
        keep: Why the grade must stay as it is; "" where it may be written.
    """

    person: Person
    cell: Cell | None
    maximum: float | None
    keep: str = ""


@dataclass(frozen=True)
class Filled:
    """A table with grades in it.

    Attributes:
        text: The whole file, nothing but the grades changed.
        written: How many grades were written.
        replaced: How many of them took the place of another.
        late: Whose files came late, of those whose grade was written.
        scales: The maxima of points and of grades, where these differ.
        complaints: One sentence for each result that could not be written.
        without: Who has no result.
    """

    text: str
    written: int
    replaced: int
    late: tuple[str, ...]
    scales: tuple[tuple[float, float], ...]
    complaints: tuple[str, ...]
    without: tuple[str, ...]


def fill(table: Table, lines: Sequence[Line], reports: Sequence[Report]) -> Filled:
    """Write the reports' grades into their rows.

    Args:
        table: The table that the lines are of.
        lines: Its rows of students.
        reports: Reports of one topic.
    """
    found = match([line.person for line in lines], reports)
    complaints = list(found.complaints)
    changes: dict[Cell, str] = {}
    late, replaced = [], 0
    scales = set()
    for row, report in found.pairs:
        line = lines[row]
        if line.cell is None or line.keep:
            why = line.keep or "the row has no cell for a grade"
            complaints.append(f"{line.person.shown} keeps what is there: {why}.")
            continue
        grade = plain(scaled(report, line.maximum))
        replaced += line.cell.value.strip() not in ("", "-") and _differ(line.cell.value, grade)
        changes[line.cell] = grade
        if report.late:
            late.append(line.person.shown)
        if line.maximum is not None and line.maximum != report.max_score:
            scales.add((report.max_score, line.maximum))
    return Filled(
        text=table.replaced(changes),
        written=len(changes),
        replaced=replaced,
        late=tuple(late),
        scales=tuple(sorted(scales)),
        complaints=tuple(complaints),
        without=tuple(lines[row].person.shown for row in found.without),
    )


def scaled(report: Report, maximum: float | None) -> float:
    """Return a report's points, as a share of another maximum where one is given."""
    if maximum is None or not report.max_score:
        return report.score
    return report.score / report.max_score * maximum


def number(text: str) -> float | None:
    """Read a positive number, with a point or a comma before its decimals; None if it is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None


def at(row: Row, column: int | None) -> Cell | None:
    """Return a row's cell in a column, where both are there."""
    return row[column] if column is not None and column < len(row) else None


def text_at(row: Row, column: int | None) -> str:
    """Return what that cell holds, "" where it is not there."""
    cell = at(row, column)
    return cell.value.strip() if cell else ""


def _differ(before: str, after: str) -> bool:
    return number(before) != number(after)
