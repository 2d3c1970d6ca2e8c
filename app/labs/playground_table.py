"""A table that someone uploads to the playground."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from app.labs.playground import Source

if TYPE_CHECKING:
    from engine import Dataset

Task = Literal["auto", "classification", "regression"]
TASKS: tuple[Task, ...] = get_args(Task)
MAX_MEGABYTES = 20
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~$:&-])")
_MAX_WORDS = 600
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


@dataclass(frozen=True, eq=False)
class Table:
    """An upload that the engine has read.

    Attributes:
        name: The file's name.
        content: Its bytes.
        digest: A hash of them.
        columns: Its columns, in the file's order.
    """

    name: str
    content: bytes
    digest: str
    columns: tuple[str, ...]


def read(name: str, content: bytes) -> Table:
    """Read the column names of a CSV or npz file.

    Raises:
        TableError: If it is none, or too large; the message says what to do.
    """
    from engine.data import TableError
    from engine.data.source import read_frame

    if name.lower().endswith(_WORKBOOKS):
        raise TableError("A workbook cannot be read; save its sheet as 'CSV UTF-8' and take that.")
    columns = tuple(map(str, read_frame(content).columns))
    return Table(name, content, hashlib.sha256(content).hexdigest(), columns)


def dataset(table: Table, target: str, task: Task) -> tuple[Source, Dataset]:
    """Split and standardize a table.

    Raises:
        TableError: If it cannot be learned from; the message says why and what to do.
    """
    from engine.data import from_table

    stem = table.name.rpartition(".")[0] or "table"
    made = from_table(table.content, target, task=task, name=stem)
    return Source(table.name, table=table.digest, target=target, task=task), made


def plain(text: str) -> str:
    """Text of a stranger's file as it is, not as Markdown: a name could be an image's address."""
    short = text if len(text) <= _MAX_WORDS else text[:_MAX_WORDS] + " …"
    return _MARKUP.sub(r"\\\1", " ".join(short.split()))
