"""A table that another program wrote: single cells replaced, every other byte left as it is.

Writing a parsed table anew would change quotes and line ends, or lose a byte order mark; a
platform's import, or a look at what changed, may mind. So the text stays; cells know their place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_DELIMITERS = (",", ";", "\t")
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # what a byte order mark decodes to


class TableError(Exception):
    """A table cannot be read or filled; the text says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        start: Where it begins in the text, its opening quote included.
        end: Where it ends, its closing quote included.
        value: What it holds, without the quotes.
    """

    start: int
    end: int
    value: str


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table with named columns.

    Attributes:
        text: The whole file.
        header: The cells of its first row.
        rows: The rows below it; one may be shorter than the header.
    """

    text: str
    header: Row
    rows: tuple[Row, ...]

    def column(self, name: str) -> int | None:
        """Return a column's place by its name, in any case; None where there is none."""
        names = [_plain(cell.value) for cell in self.header]
        return names.index(_plain(name)) if _plain(name) in names else None

    def names(self) -> list[str]:
        """Return the columns' names."""
        return [cell.value for cell in self.header]

    def replaced(self, changes: Mapping[Cell, str]) -> str:
        """Return the text with some cells replaced.

        A cell that is quoted stays quoted.

        Args:
            changes: The new values of cells of this table: plain ones, without quotes, delimiters
                and line ends, as numbers are.
        """
        parts, done = [], 0
        for cell, value in sorted(changes.items(), key=lambda item: item[0].start):
            quoted = self.text[cell.start : cell.start + 1] == '"'
            parts += [self.text[done : cell.start], f'"{value}"' if quoted else value]
            done = cell.end
        return "".join([*parts, self.text[done:]])


def load(path: Path, needed: Sequence[str]) -> Table:
    """Read a table from a file, whichever of comma, semicolon and tab parts its cells.

    Args:
        path: The file.
        needed: Columns that it must have.

    Raises:
        TableError: If it cannot be read, is no such table, or lacks a column.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise TableError(f"{path} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise TableError(
            f"{path} is not UTF-8 text, as a spreadsheet program may have saved it. Download it "
            "again and pass that file as it is."
        ) from None
    try:
        return parse(text, needed)
    except TableError as error:
        raise TableError(f"{path} {error}") from None


def parse(text: str, needed: Sequence[str]) -> Table:
    """Read a table from text; see `load`."""
    refused: list[TableError] = []
    for delimiter in _DELIMITERS:
        try:
            rows = _rows(text, delimiter)
        except TableError as error:
            refused.append(error)
            continue
        table = Table(text, rows[0], rows[1:]) if rows else Table(text, (), ())
        if all(table.column(name) is not None for name in needed):
            return table
    if refused:
        raise refused[0]
    wanted = ", ".join(f"`{name}`" for name in needed)
    table = parse(text, ())
    there = ", ".join(f"`{name}`" for name in table.names()[:20]) or "nothing"
    raise TableError(f"must have the columns {wanted}, but its first row holds {there}.")


def _rows(text: str, delimiter: str) -> tuple[Row, ...]:
    """Find every cell's place; Python's own reader has to agree with each value.

    Raises:
        TableError: If it is no table, or the two do not agree.
    """
    body = text.removeprefix(_MARK)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        expected = [row for row in reader if row]
    except csv.Error as error:
        raise TableError(f"line {reader.line_num} is no row of a CSV table ({error}).") from None
    found = tuple(_scan(text, len(text) - len(body), delimiter))
    if [[cell.value for cell in row] for row in found] != expected:
        raise TableError("is quoted in a way that is no CSV; save it anew as a CSV file.")
    return found


def _scan(text: str, place: int, delimiter: str) -> Iterator[Row]:
    """Yield the rows that are not blank lines."""
    row: list[Cell] = []
    size = len(text)
    while place < size or row:
        cell = _cell(text, place, delimiter)
        place = cell.end
        after = text[place : place + 1]
        if after == delimiter:
            row.append(cell)
            place += 1
            if place < size:
                continue
            row.append(Cell(place, place, ""))  # the text ends with a delimiter
        elif row or cell.end > cell.start:
            row.append(cell)
        place += 2 if text.startswith("\r\n", place) else 1
        if row:
            yield tuple(row)
        row = []


def _cell(text: str, start: int, delimiter: str) -> Cell:
    if text[start : start + 1] != '"':
        stop = re.compile(f"[\r\n{delimiter}]").search(text, start)
        end = stop.start() if stop else len(text)
        return Cell(start, end, text[start:end])
    end = start + 1
    while True:
        close = text.find('"', end)
        if close < 0:  # never closed; Python's reader has refused that already
            return Cell(start, len(text), text[start + 1 :])
        if text[close + 1 : close + 2] != '"':
            return Cell(start, close + 1, text[start + 1 : close].replace('""', '"'))
        end = close + 2


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
