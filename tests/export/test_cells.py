"""Cells of somebody else's table are replaced, and no other byte changes."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.export.cells import Table, TableError, load, parse

TEXT = 'a,"b ""x"", y",Grade\r\n1,"two\r\nlines",\r\n\r\n"é, 2",,"9"\r\nshort\r\n'


def test_values_are_what_csv_says_and_places_are_in_the_text() -> None:
    table = parse(TEXT, ("grade",))

    assert table.names() == ["a", 'b "x", y', "Grade"]
    assert [[cell.value for cell in row] for row in table.rows] == [
        ["1", "two\r\nlines", ""],
        ["é, 2", "", "9"],
        ["short"],
    ]
    quoted = table.rows[1][0]
    assert TEXT[quoted.start : quoted.end] == '"é, 2"'


def test_a_replaced_cell_keeps_its_quotes_and_everything_else_its_bytes() -> None:
    table = parse(TEXT, ())

    text = table.replaced({table.rows[0][2]: "5", table.rows[1][2]: "10"})

    assert text == 'a,"b ""x"", y",Grade\r\n1,"two\r\nlines",5\r\n\r\n"é, 2",,"10"\r\nshort\r\n'


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_delimiters_line_ends_and_a_byte_order_mark_are_told_apart(
    delimiter: str, end: str, mark: str
) -> None:
    text = f"{mark}ID{delimiter}Grade{end}1{delimiter}{end}2{delimiter}7"

    table = parse(text, ("ID", "Grade"))

    assert table.replaced({table.rows[0][1]: "3", table.rows[1][1]: "4"}) == (
        f"{mark}ID{delimiter}Grade{end}1{delimiter}3{end}2{delimiter}4"
    )


@given(
    st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.data(),
)
def test_whatever_csv_writes_one_cell_changes_and_the_others_do_not(
    rows: list[list[str]], end: str, quoting: csv._QuotingType, data: st.DataObject
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator=end, quoting=quoting).writerows([["head"], *rows])
    text = written.getvalue()
    table = parse(text, ("head",))
    row = data.draw(st.sampled_from(range(len(table.rows)))) if table.rows else None
    if row is None:
        return
    column = data.draw(st.sampled_from(range(len(table.rows[row]))))

    assert table.replaced({}) == text
    after = parse(table.replaced({table.rows[row][column]: "42"}), ())
    expected = [[cell.value for cell in each] for each in table.rows]
    expected[row][column] = "42"
    assert [[cell.value for cell in each] for each in after.rows] == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"ID,Grade\n\xe9,1\n", r"is not UTF-8 text, as a spreadsheet program may have saved it"),
        (b"\xff\xfeI\x00D\x00", r"is not UTF-8 text"),
        (b'ID,Grade\n"1,2\n', r"line 2 is no row of a CSV table"),
        (b'ID,Grade\n"1"x,2\n', r"line 2 is no row of a CSV table"),
        (b"", r"must have the columns `ID`, but its first row holds nothing"),
        (b"Id number,Mark\n", r"first row holds `Id number`, `Mark`"),
    ],
)
def test_what_is_no_such_table_is_named_with_its_file(
    tmp_path: Path, data: bytes, said: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(data)

    with pytest.raises(TableError, match=rf"table\.csv .*{said}"):
        load(path, ("ID",))


def test_a_column_is_found_in_any_case_and_a_missing_one_is_none() -> None:
    table: Table = parse("Maximum  grade ,x\n", ())

    assert table.column("Maximum Grade") == 0
    assert table.column("Grade") is None
