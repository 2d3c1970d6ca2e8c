"""What the name of a file says: its topic, whether it is a copy, and how it is printed."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import PurePath

from grader.topics import TOPICS, Topic

SUFFIXES = frozenset({".py", ".ipynb"})
ZIP = ".zip"
_OTHER_ARCHIVES = frozenset({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz"})

# Canvas names a file that is handed in again "ex02-1.py", a browser one that is saved again
# "ex02 (1).py"; either may happen to the other's file.
_COPY = re.compile(
    r"(?P<stem>.*?)(?:-(?P<before>\d{1,6}))?(?:\s*\((?P<saved>\d{1,6})\))?(?:-(?P<after>\d{1,6}))?"
)
_LONGEST = 100  # characters of a stem that may be a topic's


def suffix(name: str) -> str:
    """Return the suffix of a file's name, in lower case."""
    return PurePath(name).suffix.lower()


def topic_of(name: str) -> Topic | None:
    """Tell a topic from the name of its file, in any case, a copy's number left out."""
    if suffix(name) not in SUFFIXES:
        return None
    stem = _without_copies(PurePath(name).stem)[0].lower()
    for topic in TOPICS:
        if stem in {topic.module, topic.module.partition("_")[0]}:
            return topic
    return None


def copies(name: str) -> tuple[int, int]:
    """Number a copy, by Canvas ("ex02-2.py" is 2) and by a browser ("ex02 (1).py" is 1)."""
    _, again, saved = _without_copies(PurePath(name).stem)
    return again, saved


def is_check(name: str) -> bool:
    """Tell whether a file is one of the course's own, which nobody hands in."""
    return name.startswith("test_") or name == "conftest.py"


def is_archive(name: str) -> bool:
    """Tell whether a file is an archive, of whatever kind."""
    return suffix(name) in _OTHER_ARCHIVES | {ZIP}


def printable(text: object) -> str:
    r"""Write a name from a file system so that no terminal, JSON or page is upset by it.

    Bytes that are no UTF-8 and control characters become escapes such as "\x1b".
    """
    return "".join(map(_printable, str(text)))


def path_of(place: Sequence[str]) -> str:
    """Write the components of a path as one, fit to be compared and printed."""
    return printable(os.path.join(*place)) if place else ""


def _printable(char: str) -> str:
    if "\udc80" <= char <= "\udcff":  # how Python writes a byte that is no UTF-8
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char if char.isprintable() else char.encode("unicode_escape").decode()


def _without_copies(stem: str) -> tuple[str, int, int]:
    match = _COPY.fullmatch(stem) if len(stem) <= _LONGEST else None
    if not match:
        return stem, 0, 0
    again = int(match["after"] or match["before"] or 0)
    return match["stem"], again, int(match["saved"] or 0)
