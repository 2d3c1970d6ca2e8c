"""A CSV file as a table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import TYPE_CHECKING

from engine.data.limits import MAX_COLUMNS, MAX_ROWS, TableError
from engine.data.messages import listed

if TYPE_CHECKING:
    import pandas as pd


def frame_of_csv(content: bytes) -> pd.DataFrame:
    """Read CSV with a line of column names, divided by commas, semicolons or tabs.

    Empty cells and what pandas takes for missing ("NA", "NaN", "null", ...) are missing.
    A formula of a spreadsheet is a text like any other.

    Raises:
        TableError: If it is not UTF-8 text, has no fit column names, rows of unequal length, or
            too many rows or columns.
    """
    import pandas as pd

    text = _decoded(content)
    delimiter, names = _header(text)
    try:
        frame = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            names=names,
            header=0,
            nrows=MAX_ROWS + 1,
            skipinitialspace=True,
            # One type for a whole column, not one for each of the chunks it is read in.
            low_memory=False,
        )
    except pd.errors.ParserError as error:
        reason = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise TableError(
            f"The rows do not fit the column names: {reason}; quote cells that hold "
            f"{delimiter!r} or a line break."
        ) from None
    if not isinstance(frame.index, pd.RangeIndex):
        raise TableError(
            f"The rows must have {len(names)} cells like the line of column names, but have more; "
            "name every column."
        )
    if len(frame) > MAX_ROWS:
        raise TableError(
            f"The table must have at most {MAX_ROWS:,} rows, but has more; keep a sample."
        )
    return frame


def _decoded(content: bytes) -> str:
    try:
        # An Excel file in UTF-8 starts with a byte order mark, which is no part of a name.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(
            f"The file is not UTF-8 text (byte 0x{content[error.start]:02x} at position "
            f"{error.start}); save it again as 'CSV UTF-8'."
        ) from None
    if "\0" in text:
        raise TableError("The file is not text: it holds a zero byte; save it as 'CSV UTF-8'.")
    return text


def _header(text: str) -> tuple[str, list[str]]:
    """The delimiter and the column names."""
    line = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=line.count)
    # Before the line is cut up: a name takes more memory than the delimiter before it.
    if line.count(delimiter) >= MAX_COLUMNS:
        raise TableError(f"The table must have at most {MAX_COLUMNS:,} columns, but has more.")
    try:
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
        cells = next(row for row in rows if row)
    except csv.Error as error:
        raise TableError(f"The line of column names cannot be read: {error}.") from None
    names = [cell.strip() or f"column {i}" for i, cell in enumerate(cells, start=1)]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise TableError(
            f"The columns must have different names, but {listed(repeated)} occurs more than "
            "once; rename or remove one."
        )
    return delimiter, names
