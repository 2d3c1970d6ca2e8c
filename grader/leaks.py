"""Prove that what goes to learners holds no solution, hidden check or misconception."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.withheld import (
    WORD,
    Withheld,
    collect,
    functions_of,
    is_placeholder,
    squeeze,
    statements_of,
)

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN = 80


@dataclass(frozen=True)
class Leak:
    """Something that a learner should not see.

    Attributes:
        file: Where it was found, as seen from the release's folder.
        place: Where in the file, such as "cell 4, output"; "" for the file as a whole.
        what: What it gives away.
        origin: Where that comes from, as "file:line".
    """

    file: str
    place: str
    what: str
    origin: str

    def __str__(self) -> str:
        """Say it in one line."""
        where = f"{self.file}, {self.place}" if self.place else self.file
        return f"{where} gives away {self.what} (from {self.origin})"


@dataclass(frozen=True)
class _Unit:
    """A piece of a file that is looked at by itself."""

    place: str
    text: str
    code: bool  # whether it is Python, as far as it parses


def scan(release: Path, source: Path) -> list[Leak]:
    """Look for what learners must not see.

    Args:
        release: A folder that goes to learners. Python, notebooks with their outputs, Markdown,
            HTML and every other text is read; what is no text is passed over.
        source: The project's root, with solutions/ and grader/.

    Returns:
        What was found, in the files' order; empty for a clean release.
    """
    withheld = collect(source)
    leaks: dict[Leak, None] = {}
    for path in sorted(release.rglob("*")):
        if not path.is_file():
            continue
        file = path.relative_to(release).as_posix()
        for unit in _units(path):
            found = dict(_in_text(unit.text, withheld))
            if unit.code:
                found |= _in_code(unit.text, withheld)
            for what, origin in found.items():
                leaks[Leak(file, unit.place, what, origin)] = None
    return list(leaks)


def _units(path: Path) -> Iterator[_Unit]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    if path.suffix == ".ipynb":
        yield from _cells(text)
    elif path.suffix in {".html", ".htm"}:
        yield _Unit("", _bare(text), code=False)
    else:
        yield _Unit("", text, code=path.suffix == ".py")
        if path.suffix == ".md":
            yield from _fenced(text, "")


def _cells(text: str) -> Iterator[_Unit]:
    try:
        cells = json.loads(text)["cells"]
    except (ValueError, KeyError, TypeError):
        yield _Unit("", text, code=False)
        return
    for number, cell in enumerate(cells, start=1):
        source = "".join(cell.get("source", ""))
        yield _Unit(f"cell {number}", source, code=cell.get("cell_type") == "code")
        yield from _fenced(source, f"cell {number}, ")
        rest = {key: value for key, value in cell.items() if key != "source"}
        for string in _strings(rest):
            yield _Unit(f"cell {number}, output or metadata", _bare(string), code=False)


def _strings(value: Any) -> Iterator[str]:
    """Yield all text in a value; a list of lines is one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield "\n".join(value)
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _strings(item)


def _fenced(text: str, where: str) -> Iterator[_Unit]:
    for number, match in enumerate(_FENCE.finditer(text), start=1):
        yield _Unit(f"{where}code block {number}", match[1], code=True)


def _bare(text: str) -> str:
    """Return a text without what only formats it."""
    return html.unescape(re.sub(r"</?\w[^>]*>", "", _ANSI.sub("", text)))


def _in_text(text: str, withheld: Withheld) -> Iterator[tuple[str, str]]:
    """Find pieces in any text, whatever stands round them and however it is spaced."""
    words = set(WORD.findall(text))
    squeezed = squeeze(text)
    for name, origin in withheld.names.items():
        if name in words:
            yield f"the name `{name}`", origin
    for number, origin in withheld.numbers.items():
        if number in words:
            yield f"the number {number}", origin
    for piece, origin in withheld.texts.items():
        if piece in squeezed:
            yield f"the text {_cut(piece)}", origin
    for piece, statement in withheld.squeezed.items():
        if piece in squeezed:
            yield f"the code {_cut(statement)}", withheld.statements[statement]


def _in_code(text: str, withheld: Withheld) -> Iterator[tuple[str, str]]:
    """Find statements however they are written, and tasks that are filled in."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # an IPython magic, or half a file: its text is looked at anyway
        return
    for statement, _ in statements_of(tree):
        if origin := withheld.statements.get(statement):
            yield f"the code {_cut(statement)}", origin
    for known, function in functions_of(tree):
        if known in withheld.tasks and not is_placeholder(function):
            yield f"a body for the task `{known[0]}`", withheld.tasks[known]


def _cut(text: str) -> str:
    text = " ⏎ ".join(text.splitlines())
    return f"`{text}`" if len(text) <= _SHOWN else f"`{text[: _SHOWN - 1]}…`"
