"""The shared parts of a submission, with the lines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.export.text import visible

AROUND = 1  # lines shown before and after a shared part
MOST_LINES = 80
_WIDTH = 160  # characters of a line


@dataclass(frozen=True)
class Line:
    """A line of an excerpt.

    Attributes:
        number: Counted from 1; None where lines are left out.
        pieces: Its text in pieces, each with whether it is shared.
    """

    number: int | None
    pieces: tuple[tuple[str, bool], ...] = ()


def excerpt(source: str, spans: Sequence[tuple[int, int]]) -> tuple[Line, ...]:
    """Cut out the lines that hold shared parts.

    Args:
        source: The submission's text.
        spans: The shared parts as (start, end), in order and apart from each other.

    Returns:
        At most `MOST_LINES` lines, and one without a number wherever some are left out.
    """
    texts = source.split("\n")
    parts: dict[int, list[tuple[int, int]]] = {}
    place = start = 0
    for number, text in enumerate(texts, start=1):
        end = start + len(text)
        while place < len(spans) and spans[place][1] <= start:
            place += 1
        here = place
        while here < len(spans) and spans[here][0] < end:
            inside = (max(spans[here][0], start) - start, min(spans[here][1], end) - start)
            parts.setdefault(number, []).append(inside)
            here += 1
        start = end + 1
    near = {
        number
        for center in parts
        for number in range(center - AROUND, center + AROUND + 1)
        if 1 <= number <= len(texts)
    }
    lines: list[Line] = []
    last = 0
    for number in sorted(near):
        if number != last + 1:
            lines.append(Line(None))
        if len(lines) >= MOST_LINES:
            return (*lines, Line(None))
        lines.append(Line(number, _pieces(texts[number - 1], parts.get(number, []))))
        last = number
    return (*lines, Line(None)) if last < len(texts) else tuple(lines)


def _pieces(text: str, shared: Sequence[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    """Cut a line into what is shared and what is not; indentation counts as not."""
    blank = len(text) - len(text.lstrip())
    cuts: list[tuple[int, int, bool]] = []
    done = 0
    for start, end in shared:
        start = max(start, blank)
        if start < end <= _WIDTH:
            cuts += [(done, start, False), (start, end, True)]
            done = end
        elif start < _WIDTH:
            cuts += [(done, start, False), (start, _WIDTH, True)]
            done = _WIDTH
            break
    cuts.append((done, _WIDTH, False))
    pieces = tuple((visible(text[a:b]), is_shared) for a, b, is_shared in cuts if text[a:b])
    return (*pieces, ("…", False)) if len(text) > _WIDTH else pieces
