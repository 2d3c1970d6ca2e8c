"""A worksheet comes back as Moodle made it, but for its grades."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.export.cells import TableError, parse
from grader.export.moodle import COLUMNS, fill_worksheet
from tests.export.small_class import report, two_tasks

GOLDEN = Path(__file__).parent / "golden"
REPORTS = [
    report("Zoë Łukasz", *two_tasks(8, 4), identifier="1234567", late=True),  # 12 of 20
    report("anyone", *two_tasks(8, 12), identifier="1234568"),  # 20 of 20
    report("o'brien@example.org", *two_tasks(1, 0)),  # 1 of 20
    report("Nobody's", *two_tasks(0, 0), identifier="5"),
]


def test_a_worksheet_is_filled_byte_for_byte() -> None:
    text = (GOLDEN / "moodle-before.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeff")

    filled = fill_worksheet(parse(text, COLUMNS), REPORTS)

    assert filled.text.encode() == (GOLDEN / "moodle-after.csv").read_bytes()
    assert (filled.written, filled.replaced) == (3, 1)
    assert filled.late == ("Łukasz, Zoë",)
    assert filled.scales == ((20.0, 30.0), (20.0, 100.0))
    assert filled.without == ("Without Result",)
    assert len(filled.complaints) == 1
    assert (
        "Nobody's, number 5, (subs/Nobody's/ex04_random_search.py) is in no row."
        in (filled.complaints[0])
    )


@pytest.mark.parametrize(
    ("maximum", "grade"), [("100,00", "60"), ("50.00", "30"), ("", "12"), ("-", "12"), ("0", "12")]
)
def test_a_grade_is_scaled_to_the_rows_maximum(maximum: str, grade: str) -> None:
    table = parse(f'Identifier,Grade,Maximum Grade\nParticipant 1,,"{maximum}"\n', COLUMNS)

    filled = fill_worksheet(table, [report("x", *two_tasks(8, 4), identifier="1")])

    assert filled.text.splitlines()[1] == f'Participant 1,{grade},"{maximum}"'


def test_without_a_maximum_the_points_are_the_grade() -> None:
    table = parse("Full name;Grade\nAda L;\n", COLUMNS)

    assert fill_worksheet(table, [report("ada l", *two_tasks(1 / 3, 0))]).text == (
        "Full name;Grade\nAda L;0.33\n"
    )


def test_a_row_too_short_for_a_grade_is_left_alone_and_named() -> None:
    table = parse("Full name,Status,Grade\nAda\n", COLUMNS)

    filled = fill_worksheet(table, [report("Ada", *two_tasks(8, 12))])

    assert filled.text == table.text
    assert filled.complaints == ("Ada keeps what is there: the row has no cell for a grade.",)


def test_a_table_that_names_nobody_is_refused() -> None:
    with pytest.raises(TableError, match="must have one of the columns `Identifier`"):
        fill_worksheet(parse("Nobody,Grade\n", COLUMNS), REPORTS)
