"""Moodle's offline grading worksheet with its `Grade` column filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.export.cells import Row, Table, TableError
from grader.export.gradesheet import Filled, Line, at, fill, number, text_at
from grader.export.roster import Person
from grader.report import Report

COLUMNS = ("Grade",)  # what a worksheet must have, beside one that tells whose a row is
_WHOSE = ("Identifier", "Full name", "Email address")


def fill_worksheet(table: Table, reports: Sequence[Report]) -> Filled:
    """Fill in the grades of a worksheet as Moodle lets one download it.

    A row is known by the number in its `Identifier` ("Participant 1234567"), or else by full name
    or email address. A grade is scaled to the row's `Maximum Grade`, where there is one.

    Args:
        table: The worksheet.
        reports: Reports of one topic.

    Raises:
        TableError: If no column tells whose a row is.
    """
    places = {name: table.column(name) for name in (*_WHOSE, "Grade", "Maximum Grade")}
    if all(places[name] is None for name in _WHOSE):
        wanted = ", ".join(f"`{name}`" for name in _WHOSE)
        raise TableError(
            f"The worksheet must have one of the columns {wanted}. In Moodle, the assignment's "
            "`Download grading worksheet` makes one."
        )
    return fill(table, [_line(row, places) for row in table.rows], reports)


def _line(row: Row, places: dict[str, int | None]) -> Line:
    identifier, name, email = (text_at(row, places[each]) for each in _WHOSE)
    digits = re.search(r"\d+$", identifier)  # the word before it is in the site's language
    return Line(
        person=Person(
            shown=name or email or identifier or "A row without a name",
            identifiers=(digits[0],) if digits else (),
            names=tuple(each for each in (name, email) if each),
        ),
        cell=at(row, places["Grade"]),
        maximum=number(text_at(row, places["Maximum Grade"])),
    )
