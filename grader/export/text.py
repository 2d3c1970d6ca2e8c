"""Text that others wrote, made fit for a page: short, visible, escaped, and without paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

LONGEST = 2000  # characters of a message; the grader's own have a few hundred
_PATH = re.compile(r"(?<![\w.:/\\~-])(?:~|[A-Za-z]:)?(?:[/\\][\w.@+~ -]*[\w.@+~-])+")
_CODE = re.compile(r"`([^`\n]+)`")


def visible(text: str, longest: int = LONGEST) -> str:
    r"""Cut a text, and write what cannot be seen in it as escapes, such as "\x1b" or "\u202e".

    Controls of a terminal and marks that turn the direction of reading make a text say something
    else than what it holds. Line breaks stay, and a tab becomes four spaces.

    Args:
        text: The text.
        longest: How many characters it may have; an ellipsis stands for the rest.
    """
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(
        char if char.isprintable() or char == "\n" else _escape(char)
        for char in cut.replace("\t", "    ")
    )


def without_paths(text: str) -> str:
    """Leave of every absolute path its last part: folders of a machine are nobody's business."""
    return _PATH.sub(lambda found: _last(found[0]), text)


def prose(text: str) -> Markup:
    """Escape a message, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    parts = _CODE.split(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _escape(char: str) -> str:
    return char if char == "\N{NO-BREAK SPACE}" else char.encode("unicode_escape").decode()


def _last(path: str) -> str:
    parts = re.split(r"[/\\]", path)
    return path if len([part for part in parts if part]) < 2 else f"…/{parts[-1]}"
