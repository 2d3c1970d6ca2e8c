"""The source of a learner's module, and what came of calling it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grader.hosting import LIMITS

MAX_BYTES = LIMITS.source_bytes


class Outcome(StrEnum):
    """How running a learner's function ended."""

    OK = "ok"
    TODO = "to do"
    FAILED = "failed"
    RUNNING = "running"


@dataclass(frozen=True)
class Source:
    """A learner's module as it stands.

    Attributes:
        module: Its name without ".py".
        text: Its source.
        sha256: Hash of the text, hex.
    """

    module: str
    text: str
    sha256: str


@dataclass(frozen=True)
class Answer:
    """What came of some calls.

    Attributes:
        outcome: How they ended.
        values: One result a call if the outcome is OK, else empty.
        message: What to tell the learner otherwise.
    """

    outcome: Outcome
    values: tuple[Any, ...] = ()
    message: str = ""


def decoded(module: str, data: bytes) -> Source:
    """Take a file's bytes for a module's source.

    Raises:
        ValueError: If they are more than 1 MiB or no UTF-8; the text says so, and the remedy.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(
            f"That is larger than 1 MiB ({len(data) / MAX_BYTES:.1f} MiB). A module of this course "
            "has a few kilobytes: is it the right file?"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(
            "That is no text in UTF-8. Choose the Python file, and save it as UTF-8 if it has "
            "another encoding."
        ) from None
    return Source(module, text, hashlib.sha256(data).hexdigest())
