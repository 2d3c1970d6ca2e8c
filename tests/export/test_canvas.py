"""A Canvas gradebook comes back as it was, but for one assignment's grades."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.export.canvas import COLUMNS, fill_gradebook
from grader.export.cells import TableError, parse
from tests.export.small_class import report, two_tasks

GOLDEN = Path(__file__).parent / "golden"
NAME = 'Random "search"'
REPORTS = [
    report("lukaszzoe", *two_tasks(8, 4), identifier="101", late=True),  # 12 of 20
    report("lovelaceada", *two_tasks(8, 12), identifier="102"),
    report("eve", *two_tasks(8, 12), identifier="103"),
    report("ada2", *two_tasks(1, 0)),  # by login
    report("Ada Lovelace", *two_tasks(8, 12)),  # one of two of that name
]


def test_a_gradebook_is_filled_byte_for_byte() -> None:
    text = (GOLDEN / "canvas-before.csv").read_bytes().decode("utf-8")

    filled = fill_gradebook(parse(text, COLUMNS), NAME, REPORTS)

    assert filled.text.encode() == (GOLDEN / "canvas-after.csv").read_bytes()
    assert (filled.written, filled.replaced) == (3, 1)
    assert filled.scales == ((20.0, 50.0),)
    assert filled.late == ("Łukasz, Zoë",)
    assert filled.without == ("Away, Max",)  # and not the test student
    assert sorted(filled.complaints) == [
        "Ada Lovelace (subs/Ada Lovelace/ex04_random_search.py) may be any of 2 rows of that name.",
        "Excused, Eve keeps what is there: this student is excused.",
    ]


@pytest.mark.parametrize(
    ("student", "number"),
    [("Zoë Łukasz", ""), ("Łukasz, Zoë", ""), ("zoe", ""), ("s101", ""), ("who", "s101")],
)
def test_a_student_is_known_by_name_in_both_orders_login_and_the_schools_number(
    student: str, number: str
) -> None:
    text = (GOLDEN / "canvas-before.csv").read_text("utf-8")

    filled = fill_gradebook(
        parse(text, COLUMNS),
        f"{NAME} (4712)",
        [report(student, *two_tasks(8, 12), identifier=number)],
    )

    assert 'c",9.50,50,95.00' in filled.text
    assert filled.complaints == ()


def test_last_and_first_names_in_two_columns_and_no_points_possible_give_plain_points() -> None:
    text = "LastName;FirstName;ID;Section;T (1)\r\nLovelace;Ada;7;A;\r\n"

    filled = fill_gradebook(parse(text, COLUMNS), "t", [report("Ada Lovelace", *two_tasks(8, 4))])

    assert filled.text == text.replace("A;\r", "A;12\r")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Tuning", r"is no assignment .* which has `Tuning 1 \(4711\)`, `Random"),
        ("Notes, private", "is no assignment"),
        ("Current Score", "is no assignment"),
        ("Section", "is no assignment"),
    ],
)
def test_what_is_no_assignment_is_refused_with_those_there_are(name: str, said: str) -> None:
    text = (GOLDEN / "canvas-before.csv").read_text("utf-8")

    with pytest.raises(TableError, match=said):
        fill_gradebook(parse(text, COLUMNS), name, REPORTS)


def test_two_assignments_of_one_name_need_the_number() -> None:
    table = parse("Student,ID,T (1),T (2)\nA,7,,\n", COLUMNS)
    ada = [report("A", *two_tasks(8, 4), identifier="7")]

    with pytest.raises(TableError, match="name of 2 assignments: give one with its number"):
        fill_gradebook(table, "T", ada)
    assert fill_gradebook(table, "T (2)", ada).text.endswith("A,7,,12\n")


def test_a_column_that_canvas_computes_is_refused() -> None:
    table = parse("Student,ID,T (1)\n    Points Possible,,(read only)\nA,7,\n", COLUMNS)

    with pytest.raises(TableError, match=r"Canvas computes the column `T \(1\)` itself"):
        fill_gradebook(table, "T", REPORTS)
