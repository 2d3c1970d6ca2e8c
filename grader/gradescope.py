"""Who handed in what, out of the `submission_metadata.yml` of a Gradescope export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

NAME = "submission_metadata.yml"
MAX_BYTES = 64 << 20  # the autograder's output of every submission is in it too

_FOLDER = re.compile(r"assignment_\d+_export")
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,6})?\d*\s*(Z|UTC|[+-]\d\d:?\d\d)?"
)
_DEEPEST = 5  # levels that are kept: the file, a folder, what is told of it, people, a person


class MetadataError(Exception):
    """The metadata cannot be read; the text is the rest of a sentence."""


@dataclass(frozen=True)
class Submitter:
    """One of those who handed in a submission together.

    Attributes:
        name: As Gradescope shows it.
        number: The student's number, or the e-mail address where there is none.
        handed_in: When, in microseconds; 0 where it is not told.
    """

    name: str
    number: str
    handed_in: int


def is_export(folder: str) -> bool:
    """Tell whether a folder has the name that Gradescope gives to an export."""
    return _FOLDER.fullmatch(folder) is not None


def submitters(data: bytes) -> dict[str, tuple[Submitter, ...]]:
    """Read who handed in each folder of the export.

    Args:
        data: The bytes of the file.

    Returns:
        For each folder's name those who handed it in; several where it is a group's.

    Raises:
        MetadataError: If the file is no such metadata.
    """
    found = {}
    for folder, about in _mapping(_load(data)).items():
        handed_in = _microseconds(_mapping(about).get(":created_at"))
        people = _mapping(about).get(":submitters")
        found[folder] = tuple(
            Submitter(
                name=_text(person.get(":name")),
                number=_text(person.get(":sid")) or _text(person.get(":email")),
                handed_in=handed_in,
            )
            for person in map(_mapping, people if isinstance(people, list) else [])
        )
    if not any(found.values()):
        raise MetadataError("names no submitters")
    return found


def _load(data: bytes) -> Any:
    """Build the first document out of strings, lists and dicts alone.

    No loader of PyYAML's does: the safe one refuses the tags of Ruby's objects that are in the
    file, makes 42 of a student's number 0042, and calls itself for each level of brackets.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _build(iter(yaml.parse(data, Loader=loader)))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise MetadataError(f"is no YAML{where}") from None


def _build(events: Iterator[Any]) -> Any:
    import yaml

    root: list[Any] = []
    open_: list[list[Any]] = [root]  # children of the collections around here
    anchors: dict[str, str] = {}
    for event in events:
        if isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            if isinstance(event, yaml.AliasEvent):
                value = anchors.get(event.anchor, "")
            else:
                value = event.value
                if event.anchor:
                    anchors[event.anchor] = value
            if len(open_) <= _DEEPEST:
                open_[-1].append(value)
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append([])
        elif isinstance(event, yaml.CollectionEndEvent):
            children = open_.pop()
            if len(open_) <= _DEEPEST:
                open_[-1].append(
                    _pairs(children) if isinstance(event, yaml.MappingEndEvent) else children
                )
        elif isinstance(event, yaml.DocumentEndEvent):
            break
    return root[0] if root else None


def _pairs(children: list[Any]) -> dict[str, Any]:
    pairs = zip(children[::2], children[1::2], strict=True)
    return {key: value for key, value in pairs if isinstance(key, str)}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) and value not in {"~", "null"} else ""


def _microseconds(value: Any) -> int:
    """Read a time as Ruby writes it: `2024-02-11 04:55:01.123456000 Z`, alone or in an object."""
    match = _TIME.match(_text(_mapping(value).get("utc") if isinstance(value, dict) else value))
    if not match:
        return 0
    day, time, fraction, zone = match.groups()
    zone = "+00:00" if zone in {None, "Z", "UTC"} else zone
    try:
        moment = datetime.fromisoformat(f"{day}T{time}{zone}")
    except ValueError:
        return 0
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return round(since.total_seconds()) * 1_000_000 + round(float(fraction or 0) * 1_000_000)
