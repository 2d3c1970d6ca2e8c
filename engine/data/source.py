"""From a path, an open file or bytes to a table: the format is told by the content."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from engine.data.csv_file import frame_of_csv
from engine.data.limits import MAX_BYTES, TableError
from engine.data.npz_file import frame_of_npz

if TYPE_CHECKING:
    import pandas as pd

Source = str | os.PathLike[str] | bytes | IO[bytes] | IO[str]
"""A path, the content, or a file open in binary or text mode (an upload of Streamlit's is one)."""


def read_frame(source: Source) -> pd.DataFrame:
    """Read a CSV or npz table, one column of the frame for each of the table.

    Raises:
        TableError: If the file is missing, empty, too large or of another format.
    """
    content = _content(source)
    if len(content) > MAX_BYTES:
        raise TableError(
            f"The file must hold at most {MAX_BYTES:,} bytes, but holds more; keep fewer rows or "
            "columns."
        )
    if not content.strip():
        raise TableError("The file is empty; it must hold a line of column names and rows.")
    if content.startswith(b"\x93NUMPY"):
        raise TableError(
            "The file is a single array; save inputs and target together: "
            "np.savez('table.npz', x=x, y=y)."
        )
    return frame_of_npz(content) if content.startswith(b"PK") else frame_of_csv(content)


def name_of(source: Source) -> str:
    """What to call the table: its file's name without the ending, or "table"."""
    path: Any = source if isinstance(source, str | os.PathLike) else getattr(source, "name", None)
    # An unnamed temporary file has its descriptor, a number, for a name.
    return (Path(path).stem if isinstance(path, str | os.PathLike) else "") or "table"


def _content(source: Source) -> bytes:
    """At most one byte more than is allowed, which is enough to refuse it."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str | os.PathLike):
        try:
            with open(source, "rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise TableError(
                f"The file {os.fspath(source)!r} cannot be read: {error.strerror}; check the path."
            ) from None
    # An upload may have been read before: a page that runs again gets the same object.
    if source.seekable():
        source.seek(0)
    try:
        content = source.read(MAX_BYTES + 1)
    except UnicodeDecodeError:
        raise TableError(
            "The file is open as text but is not UTF-8; open it in binary mode ('rb')."
        ) from None
    return content.encode() if isinstance(content, str) else content
