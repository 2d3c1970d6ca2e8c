"""The markers round a solution, and the stub that is left without what lies between them."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
PLACEHOLDER = "raise NotImplementedError"

# nbgrader takes these words for a marker wherever they stand, so near misses must not pass.
_MENTION = re.compile(r"\b(BEGIN|END)[ _]SOLUTION", re.IGNORECASE)


class MarkerError(ValueError):
    """A marker is nested, stray, unclosed or misspelled; the text gives place and remedy."""

    def __init__(self, filename: str, line: int, what: str) -> None:
        """Say where and what; `line` counts from 1."""
        super().__init__(f"{filename}:{line}: {what}")


@dataclass(frozen=True)
class Block:
    """What lies between a pair of markers.

    Attributes:
        begin: Line of the opening marker, from 1.
        end: Line of the closing marker, from 1.
        indent: The white space that both markers stand behind.
        body: The lines between them, with their line ends.
    """

    begin: int
    end: int
    indent: str
    body: str


def find_blocks(source: str, filename: str) -> tuple[Block, ...]:
    """Find the solution blocks of a file, in order.

    Args:
        source: The file's text.
        filename: Its name, for messages.

    Raises:
        MarkerError: If the markers do not pair up.
    """
    blocks: list[Block] = []
    lines = source.splitlines(keepends=True)
    opened: int | None = None  # line of the marker that waits for its end
    for number, line in enumerate(lines, start=1):
        marker = line.strip()
        if marker == BEGIN:
            if opened is not None:
                what = f"`{BEGIN}` inside the block opened at line {opened}. Close that first."
                raise MarkerError(filename, number, what)
            opened = number
        elif marker == END:
            if opened is None:
                what = f"`{END}` without a `{BEGIN}` before it. Add that, or remove this line."
                raise MarkerError(filename, number, what)
            blocks.append(_block(lines, opened, number, filename))
            opened = None
        elif match := _MENTION.search(line):
            right = BEGIN if match[1].upper() == "BEGIN" else END
            what = f"this looks like a marker. Write `{right}` on a line of its own, or reword it."
            raise MarkerError(filename, number, what)
    if opened is not None:
        what = f"`{BEGIN}` is never closed. Add `{END}` where the solution ends."
        raise MarkerError(filename, opened, what)
    return tuple(blocks)


def stub(source: str, filename: str) -> str:
    """Return `source` with each solution block replaced by `raise NotImplementedError`.

    Every other line stays as it is.

    Args:
        source: The text of a file in solutions/.
        filename: Its name, for messages.

    Raises:
        MarkerError: If the markers do not pair up, or if there are none.
    """
    blocks = find_blocks(source, filename)
    if not blocks:
        what = f"there is no `{BEGIN}`, so the stub would give the solution away. Add markers."
        raise MarkerError(filename, 1, what)
    lines = source.splitlines(keepends=True)
    for block in reversed(blocks):
        lines[block.begin - 1 : block.end] = [f"{block.indent}{PLACEHOLDER}\n"]
    return "".join(lines)


def _block(lines: list[str], begin: int, end: int, filename: str) -> Block:
    indent = _indent(lines[begin - 1])
    if _indent(lines[end - 1]) != indent:
        what = f"`{END}` is not indented like its `{BEGIN}` at line {begin}. Line the two up."
        raise MarkerError(filename, end, what)
    body = "".join(lines[begin : end - 1])
    if not body.strip():
        what = f"nothing stands between this `{BEGIN}` and its `{END}`. Write the solution there."
        raise MarkerError(filename, begin, what)
    return Block(begin, end, indent, body)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
