"""A gradebook CSV exported from Canvas, with one assignment's column filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.export.cells import Row, Table, TableError
from grader.export.gradesheet import Filled, Line, at, fill, number, text_at
from grader.export.roster import Person, plain
from grader.report import Report

COLUMNS = ("ID",)  # what a gradebook must have; the names of students may be in one column or two
_NUMBERED = re.compile(r"(.*\S)\s*\(\d+\)")
_KEPT = {"EX": "this student is excused", "N/A": "the assignment is not this student's"}
_TEST_STUDENT = "studenttest"


def fill_gradebook(table: Table, assignment: str, reports: Sequence[Report]) -> Filled:
    """Fill in the grades of an assignment.

    A row is known by its `ID`, else by `SIS User ID` or `SIS Login ID`, or by the student's name.
    A grade is scaled to the assignment's points possible, where the gradebook gives them.

    Args:
        table: The gradebook.
        assignment: The assignment's name, with or without the number in brackets.
        reports: Reports of one topic.

    Raises:
        TableError: If there is no such assignment, or more than one.
    """
    column = _column(table, assignment)
    names = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID")
    places = {name: table.column(name) for name in names}
    maximum = None
    lines = []
    for row in table.rows:
        if row[0].value.strip() == "Points Possible":
            maximum = number(text_at(row, column))
            if "read only" in text_at(row, column):
                raise TableError(f"Canvas computes the column `{table.names()[column]}` itself.")
        elif text_at(row, places["ID"]):  # others tell of posting, and hold no student
            lines.append((row, _person(row, places)))
    return fill(
        table,
        [
            Line(person, at(row, column), maximum, _KEPT.get(text_at(row, column).upper(), ""))
            for row, person in lines
            if plain(person.names[0]) != _TEST_STUDENT
        ],
        reports,
    )


def _column(table: Table, assignment: str) -> int:
    titles = [" ".join(name.split()) for name in table.names()]
    wanted = " ".join(assignment.split())
    found = [place for place, title in enumerate(titles) if title == wanted]
    bare = {place: m[1] for place, title in enumerate(titles) if (m := _NUMBERED.fullmatch(title))}
    found = found or [place for place, name in bare.items() if name.casefold() == wanted.casefold()]
    if len(found) == 1 and found[0] in bare:
        return found[0]
    known = ", ".join(f"`{titles[place]}`" for place in bare) or "none"
    if len(found) > 1:
        raise TableError(
            f"`{assignment}` is the name of {len(found)} assignments: give one with its number. "
            f"The gradebook has {known}."
        )
    raise TableError(f"`{assignment}` is no assignment of the gradebook, which has {known}.")


def _person(row: Row, places: dict[str, int | None]) -> Person:
    last, _, first = text_at(row, places["Student"]).partition(",")
    if places["Student"] is None:
        last, first = text_at(row, places["LastName"]), text_at(row, places["FirstName"])
    numbers = [text_at(row, places[name]) for name in ("ID", "SIS User ID", "SIS Login ID")]
    shown = ", ".join(each.strip() for each in (last, first) if each.strip())
    return Person(
        shown=shown or f"ID {numbers[0]}",
        identifiers=tuple(numbers),
        names=tuple(each for each in (f"{last}{first}", f"{first} {last}", *numbers[1:]) if each),
    )
