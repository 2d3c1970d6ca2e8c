"""The bytes of a submission, read without trusting them, and the Python source in them."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import stat
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MAX_SOURCE = 1 << 20
MAX_NOTEBOOK = 8 << 20  # outputs and pictures come on top of the code
MAX_CELLS = 2000
LINK = "is or lies behind a symbolic link, which is not followed; hand in what it points to."

# Names as `codecs.lookup` gives them. Others exist that are no text encodings at all ("zip").
_ENCODINGS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})

# Cell magics whose body is still Python; the body of any other is not.
_PYTHON_CELLS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})

# What can hide the start of a statement: strings (an unclosed one runs on), comments, brackets,
# a continued line, a line's end. Every alternative is linear in what it consumes.
_LEXEMES = re.compile(
    r"""(?s:'''(?:[^\\]|\\.)*?(?:'''|\Z)|\"\"\"(?:[^\\]|\\.)*?(?:\"\"\"|\Z))"""
    r"""|'(?:[^'\\\n]|\\(?s:.))*'?|"(?:[^"\\\n]|\\(?s:.))*"?"""
    r"""|\#[^\n]*|\\\n|[()\[\]{}]|\n"""
)
_MAGIC_START = re.compile(r"[ \t]*(?:[%!?]|[\w.*]+\?)")
_HELP = re.compile(r"\?{1,2}[\w.*]+|[\w.*]+\?{1,2}")


class Unreadable(Exception):
    """A file cannot be graded as it stands; the text is what to tell its author, after its name.

    Attributes:
        data: The bytes that were read; b"" where none were.
    """

    def __init__(self, problem: str, data: bytes = b"") -> None:
        """Take the rest of a sentence that starts with the file's name, and what was read."""
        super().__init__(problem)
        self.data = data


def read(path: Path) -> tuple[bytes, str]:
    """Read a submission.

    Args:
        path: A `.py` file, or an `.ipynb` notebook whose code cells are joined.

    Returns:
        The file's bytes, and its source with Unix line ends.

    Raises:
        Unreadable: If it is no regular file, too large, or holds no Python source.
    """
    data = read_bytes(path, limit_for(path.name))
    return data, source_of(path.name, data)


def limit_for(name: str) -> int:
    """Return how many bytes of a file of this name are read at most."""
    return MAX_NOTEBOOK if _is_notebook(name) else MAX_SOURCE


def source_of(name: str, data: bytes) -> str:
    """Return the Python source in a file's bytes, with Unix line ends.

    Args:
        name: The file's name, which tells a notebook.
        data: All of its bytes.

    Raises:
        Unreadable: If there is none in it.
    """
    notebook = _is_notebook(name)
    try:
        source = _from_notebook(data) if notebook else _decode(data)
    except Unreadable as problem:
        raise Unreadable(str(problem), data) from None
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    if not source.strip():
        kind = "has no code cell" if notebook and data.strip() else "is empty"
        raise Unreadable(f"{kind}; hand in the file with your functions in it.", data)
    return source


def is_link(path: Path) -> bool:
    """Tell whether a path, or the folder that holds it, is a symbolic link.

    A link in a submission may point at another student's work, or at the solutions.
    """
    holder = path.parent
    return path.is_symlink() or (holder.name not in {"", ".."} and holder.is_symlink())


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def read_bytes(path: Path, limit: int) -> bytes:
    """Read an ordinary file that lies behind no symbolic link.

    Raises:
        Unreadable: If it is anything else, or has more than `limit` bytes.
    """
    try:
        with open(open_regular(path, limit), "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}); hand it in again.") from None
    if len(data) > limit:
        raise Unreadable(too_large(len(data), limit))
    return data


def open_regular(path: Path, limit: int | None = None) -> int:
    """Open an ordinary file that lies behind no symbolic link, and return its descriptor.

    Raises:
        Unreadable: If it is anything else, or has more than `limit` bytes.
    """
    if is_link(path):
        raise Unreadable(LINK)
    # O_NONBLOCK: opening a pipe must not wait for its writer. The flags are missing on Windows.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        _require_file(os.lstat(path), limit)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise Unreadable(f"cannot be read ({error.strerror}); hand it in again.") from None
    try:
        _require_file(os.fstat(descriptor), limit)
    except Unreadable:
        os.close(descriptor)
        raise
    return descriptor


def _require_file(status: os.stat_result, limit: int | None) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable("is a folder; hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("is a pipe, a socket or a device; hand in an ordinary file.")
    if limit is not None and status.st_size > limit:
        raise Unreadable(too_large(status.st_size, limit))


def too_large(size: int, limit: int) -> str:
    """Say that a file is too large, as the rest of a sentence."""
    have, most = size / (1 << 20), limit >> 20
    return f"has {have:.1f} MiB, but at most {most} MiB is read; hand in only your own code."


def _decode(data: bytes) -> str:
    """Decode Python source as PEP 263 says, from a short list of encodings."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("is UTF-16 text; save it as UTF-8.")
    if b"\0" in data:
        raise Unreadable("holds NUL bytes, so it is no Python source; hand in the .py file itself.")
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        name = codecs.lookup(declared).name
        if name not in _ENCODINGS | {"utf-8-sig"}:
            raise Unreadable(f"declares the encoding {name}; save it as UTF-8.")
        return data.removeprefix(codecs.BOM_UTF8).decode(name.removesuffix("-sig"))
    except (SyntaxError, UnicodeDecodeError):
        raise Unreadable(
            "is not UTF-8 text; save it as UTF-8, or name its encoding in the first line "
            "(# -*- coding: latin-1 -*-)."
        ) from None


def _from_notebook(data: bytes) -> str:
    """Join a notebook's code cells, without nbgrader's test cells."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(
            "is not a readable notebook (its JSON is broken); open it in Jupyter, save it and "
            "hand it in again."
        ) from None
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("is not a notebook of format 4; save it anew with a current Jupyter.")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"has {len(cells)} cells, but at most {MAX_CELLS} are read.")
    source = "\n\n".join(_code_cells(cells))
    if "\0" in source or any("\ud800" <= char <= "\udfff" for char in source):
        raise Unreadable("holds characters that are no text; remove them and hand it in again.")
    if len(source) > MAX_SOURCE:
        raise Unreadable(too_large(len(source), MAX_SOURCE))
    return source


def _code_cells(cells: list[Any]) -> Iterator[str]:
    for cell in cells:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code" or _is_test(cell):
            continue
        source = cell.get("source")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str) and source.strip():
            yield without_magics(source)


def _is_test(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return isinstance(marks, dict) and bool(marks.get("grade")) and not marks.get("solution")


def without_magics(cell: str) -> str:
    """Put `pass` in the place of IPython's own lines, so that line numbers and blocks stay.

    Only a line that starts a statement counts: a `%` in a string or in a continued expression is
    the learner's.

    Args:
        cell: Source of one code cell.
    """
    lines = cell.replace("\r\n", "\n").split("\n")
    first = cell.split(maxsplit=1)[0] if cell.strip() else ""
    if first.startswith("%%") and first not in _PYTHON_CELLS:
        return "\n" * (len(lines) - 1)
    for number in _magic_lines(lines):
        lines[number] = lines[number][: -len(lines[number].lstrip())] + "pass"
    return "\n".join(lines)


def _magic_lines(lines: list[str]) -> list[int]:
    """Number the lines, from 0, that are IPython's and start a statement."""
    cell = "\n".join(lines)
    found = []
    number = depth = position = 0
    starts_statement = True
    while position < len(cell):
        if starts_statement and lines[number].lstrip().startswith(("%", "!")):
            # Whatever quotes and brackets it holds are not Python's: scan on after it.
            found.append(number)
            position = cell.find("\n", position) + 1 or len(cell)
            number += 1
            continue
        if starts_statement and _HELP.fullmatch(lines[number].strip()):
            found.append(number)
        for lexeme in _LEXEMES.finditer(cell, position):
            text = lexeme.group()
            number += text.count("\n")
            position = lexeme.end()
            if text in "([{":
                depth += 1
            elif text in ")]}":
                depth = max(depth - 1, 0)
            starts_statement = text == "\n" and depth == 0
            if starts_statement and _MAGIC_START.match(cell, position):
                break
        else:
            break
    return found
