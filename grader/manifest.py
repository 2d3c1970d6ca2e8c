"""A table that says whose files are, where their names do not."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.filenames import path_of, printable, topic_of
from grader.platforms import Place
from grader.topics import Topic, find_topic
from grader.walk import Entry

_REQUIRED = ("file", "student")
_COLUMNS = (*_REQUIRED, "topic", "identifier", "late")
_YES = frozenset({"1", "yes", "true", "late", "x"})
_NO = frozenset({"0", "no", "false"})


class ManifestError(Exception):
    """A manifest cannot be used; the text names file and line, and the remedy."""


@dataclass(frozen=True)
class Row:
    """One line.

    Attributes:
        number: Which line it is, from 1.
        where: The manifest and the line, to be named in messages.
        file: As it is written.
        student: Whose the file is.
        topic: What it is for; None where the line does not say.
        identifier: The platform's number; None where the line has none.
        late: Whether it is late; None where the line does not say.
    """

    number: int
    where: str
    file: str
    student: str
    topic: Topic | None
    identifier: str | None
    late: bool | None


def read_manifest(path: Path) -> tuple[Row, ...]:
    """Read a manifest: a CSV file with the columns file, student[, topic][, identifier][, late].

    Args:
        path: The file, in UTF-8; commas or semicolons separate its columns.

    Raises:
        ManifestError: If anything in it is wrong.
    """
    shown = printable(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ManifestError(f"{shown} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ManifestError(f"{shown} is not UTF-8 text; save it as CSV UTF-8.") from None
    lines = _cells(text, shown)
    where, head = next(lines, (f"{shown}:1", []))
    columns = [name.strip().lower() for name in head]
    _require_columns(columns, where)
    rows = [
        _row(dict(zip(columns, cells, strict=False)), where)
        for where, cells in _of_length(lines, len(columns))
    ]
    return tuple(rows)


def match(
    rows: Sequence[Row], manifest: Path, entries: Iterable[Entry], forced: Topic | None
) -> dict[Place, list[tuple[Row, Topic]]]:
    """Find the files that a manifest's lines mean.

    Args:
        rows: The lines.
        manifest: Their file: paths may be relative to its folder.
        entries: The files that there are.
        forced: The topic of lines that name none; without it the file's name tells it.

    Returns:
        For the place of each file that is named its lines, and the topic that they are for;
        several where it is a group's.

    Raises:
        ManifestError: If a line means no file, or more than one, or no topic, or if two lines
            say of one thing what cannot be true together.
    """
    places: dict[str, set[Entry]] = {}
    shorter: dict[str, set[Entry]] = {}
    for entry in entries:
        places.setdefault(path_of(entry.place), set()).add(entry)
        shorter.setdefault(path_of(entry.place[entry.start + 1 :]), set()).add(entry)
    found: dict[Place, list[tuple[Row, Topic]]] = {}
    for row in rows:
        meant = _meant(row, manifest, places, shorter)
        if not meant:
            raise ManifestError(
                f"{row.where}: {row.file} is not among the files that the command line names; "
                "check its spelling, or name its folder or archive as well."
            )
        if len(meant) > 1:
            raise ManifestError(
                f"{row.where}: {row.file} may be any of {len(meant)} files; write more of its path."
            )
        entry = next(iter(meant))
        topic = row.topic or forced or topic_of(entry.name)
        if topic is None:
            raise ManifestError(
                f"{row.where}: {row.file} has no topic's name; add a column topic, or pass --topic."
            )
        found.setdefault(entry.place, []).append((row, topic))
    _require_one_file([line for lines in found.values() for line in lines])
    _require_one_topic(found)
    return found


def _meant(
    row: Row,
    manifest: Path,
    places: Mapping[str, set[Entry]],
    shorter: Mapping[str, set[Entry]],
) -> set[Entry]:
    for folder in (manifest.parent, Path()):
        meant = places.get(printable(os.path.abspath(folder / row.file)))
        if meant:
            return meant
    return shorter.get(printable(os.path.normpath(row.file)), set())


def _cells(text: str, shown: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each line that is not blank, and where it stands."""
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield f"{shown}:{line}", [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise ManifestError(f"{shown}:{line} is no line of a CSV file ({error}).") from None


def _of_length(
    lines: Iterator[tuple[str, list[str]]], length: int
) -> Iterator[tuple[str, list[str]]]:
    for where, cells in lines:
        if any(cells[length:]):
            raise ManifestError(
                f"{where} has {len(cells)} cells, but there are {length} columns; put quotes round "
                "what holds a comma."
            )
        yield where, cells


def _require_columns(columns: list[str], where: str) -> None:
    known = ", ".join(_COLUMNS)
    for name in columns:
        if name not in _COLUMNS:
            raise ManifestError(
                f"{where} has a column {printable(name)!r}, which means nothing; the columns are "
                f"{known}, and their names stand in the first line."
            )
        if columns.count(name) > 1:
            raise ManifestError(f"{where} has the column {name!r} twice; remove one.")
    for name in _REQUIRED:
        if name not in columns:
            raise ManifestError(
                f"{where} has no column {name!r}; the first line names the columns: {known}."
            )


def _row(cells: Mapping[str, str], where: str) -> Row:
    for name in _REQUIRED:
        if not cells.get(name):
            raise ManifestError(f"{where} has no {name}; fill it in, or remove the line.")
    late = cells.get("late", "").lower()
    if late and late not in _YES | _NO:
        raise ManifestError(f"{where}: late must be yes or no, but got {printable(late)!r}.")
    try:
        topic = find_topic(cells["topic"]) if cells.get("topic") else None
    except KeyError as error:
        raise ManifestError(f"{where}: {printable(error.args[0])}") from None
    return Row(
        number=int(where.rpartition(":")[2]),
        where=where,
        file=printable(cells["file"]),
        student=printable(cells["student"]),
        topic=topic,
        identifier=printable(cells.get("identifier", "")) or None,
        late=late in _YES if late else None,
    )


def _require_one_file(lines: Sequence[tuple[Row, Topic]]) -> None:
    """Refuse a student's second file for a topic: the manifest is there to say which one counts."""
    seen: dict[tuple[str, str], Row] = {}
    for row, topic in sorted(lines, key=lambda line: line[0].number):
        first = seen.setdefault((row.student, topic.module), row)
        if first is not row:
            raise ManifestError(
                f"{row.where}: {row.student} has a file for {topic.module} already, in "
                f"{first.where}; keep the line that counts."
            )


def _require_one_topic(found: Mapping[Place, Sequence[tuple[Row, Topic]]]) -> None:
    """Refuse one file for two topics; for two students of a group it may stand twice."""
    for (first, topic), *others in found.values():
        for row, other in others:
            if other is not topic:
                raise ManifestError(
                    f"{row.where}: {row.file} is for {topic.module} in {first.where}; a file is "
                    "for one topic, so keep one line."
                )
