"""Zip archives, read member by member without trusting them; nothing is ever extracted.

What a learner, or whoever made the archive, can put in one: names that lead out of it, links,
archives in archives, passwords, two members of one name, a few bytes that unpack to gigabytes, a
million members. Each costs its own member or its own archive a sentence, and nobody else anything.
"""

from __future__ import annotations

import calendar
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.filenames import printable
from grader.source import LINK, Unreadable, open_regular, too_large

MAX_DIRECTORY = 16 << 20  # bytes of the table of contents, about 150,000 members
MAX_MEMBERS = 100_000
MAX_TOTAL = 1 << 30  # bytes read out of one archive, all members together
MAX_RATIO = 200  # unpacked to packed: source and notebooks reach about 30
_LONGEST_NAME = 255  # characters of a file's name on a disk
_SMALL = 1 << 16  # whatever its ratio, a member of so many bytes is no bomb

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1  # bits of a member's flags
_DRIVE = re.compile(r"[A-Za-z]:")

# All that `zipfile` is known to raise for what is wrong with an archive.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,  # a UnicodeDecodeError too: a name that says it is UTF-8 and is not
)


class ArchiveSpent(Exception):
    """More was asked out of an archive than its cap; the text says so in a sentence."""


@dataclass(frozen=True)
class Member:
    """One file in an archive.

    Attributes:
        parts: The components of its name.
        modified: When it was changed, as the archive says: seconds, good only to compare.
        refusal: Why it is not read, as the rest of a sentence; "" where it is.
        info: Where it lies.
    """

    parts: tuple[str, ...]
    modified: float
    refusal: str
    info: zipfile.ZipInfo


class Archive:
    """An open zip archive.

    Attributes:
        members: Its files, in the order of their names.
        complaints: One sentence for each member whose name cannot be used at all.
    """

    def __init__(self, shown: str, opened: zipfile.ZipFile) -> None:
        """List the members of an archive that is `shown` by this name."""
        self._shown = shown
        self._zip = opened
        self._left = MAX_TOTAL
        self.members: list[Member] = []
        self.complaints: list[str] = []
        infos: dict[tuple[str, ...], list[zipfile.ZipInfo]] = {}
        for info in opened.infolist():
            parts = _parts(_name(info))
            if parts is None:
                self.complaints.append(
                    f"{shown}/{_cut(printable(_name(info)))} has a name that leads out of the "
                    "archive, or is too long for a file; it is left aside, so ask its author for "
                    "the file itself."
                )
            elif not info.is_dir():
                infos.setdefault(parts, []).append(info)
        for parts, alike in sorted(infos.items()):
            refusal = _refusal(alike[0], len(alike))
            self.members.append(Member(parts, _modified(alike[0]), refusal, alike[0]))

    def read(self, member: Member, limit: int) -> bytes:
        """Read one member, at most `limit` bytes.

        Raises:
            Unreadable: If it is refused, too large, or damaged.
            ArchiveSpent: If the archive's cap is reached.
        """
        info = member.info
        if member.refusal:
            raise Unreadable(member.refusal)
        if info.file_size > limit:
            raise Unreadable(too_large(info.file_size, limit))
        if self._left < info.file_size:
            raise ArchiveSpent(
                f"{self._shown} holds over {MAX_TOTAL >> 20} MiB of submissions, and the rest of "
                "it is left aside; split it into several archives."
            )
        try:
            with self._zip.open(info) as file:
                data = file.read(limit + 1)
        except _BROKEN:
            raise Unreadable("is damaged in the archive; download the archive anew.") from None
        self._left -= len(data)
        return data


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a zip archive to read.

    Raises:
        Unreadable: If it is none, is broken, or is too large to be listed.
    """
    with _Bounded(open_regular(path)) as file:
        try:
            opened = zipfile.ZipFile(file)
        except _Flood:
            raise Unreadable(_TOO_MANY) from None
        except UnicodeDecodeError:
            raise Unreadable(
                "holds a name that is not UTF-8; unpack it, and give the folder."
            ) from None
        except _BROKEN:
            raise Unreadable("is not a readable zip archive; download it anew.") from None
        with opened:
            if len(opened.infolist()) > MAX_MEMBERS:
                raise Unreadable(_TOO_MANY)
            yield Archive(printable(path), opened)


_TOO_MANY = f"lists more than {MAX_MEMBERS} files; make an archive of the submissions alone."


class _Flood(Exception):
    """A single read would take in more than a table of contents may have."""


class _Bounded(io.FileIO):
    """A file that gives no more than `MAX_DIRECTORY` bytes at once.

    `zipfile` reads the table of contents in one piece, and makes an object of every line, before
    anybody can ask how many there are.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = max(0, os.fstat(self.fileno()).st_size - self.tell())
        if size > MAX_DIRECTORY:
            raise _Flood
        return super().read(size) or b""


def _name(info: zipfile.ZipInfo) -> str:
    """The name, in UTF-8 where its bytes are that: not every packer says so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            return name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return name


def _parts(name: str) -> tuple[str, ...] | None:
    """Split a member's name into components; None where no folder could hold it."""
    name = name.replace("\\", "/")  # as some packers on Windows write it
    parts = tuple(part for part in name.split("/") if part not in {"", "."})
    if not parts or name.startswith("/") or ".." in parts or _DRIVE.match(name):
        return None
    return None if any(len(part) > _LONGEST_NAME for part in parts) else parts


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}..."


def _refusal(info: zipfile.ZipInfo, times: int) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if times > 1:
        return f"is in the archive {times} times; hand it in once."
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in {0, stat.S_IFREG}:
        return "is a pipe, a socket or a device; hand in an ordinary file."
    if "\0" in info.orig_filename:
        return "has a NUL character in its name; rename it and hand it in again."
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted; hand it in without a password."
    if info.compress_type not in _METHODS:
        return "is packed in an unusual way; pack the archive anew as an ordinary zip."
    if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        return (
            f"unpacks to over {MAX_RATIO} times its size, as a zip bomb does; hand in only your "
            "own code."
        )
    return ""


def _modified(info: zipfile.ZipInfo) -> float:
    year, month, *rest = info.date_time
    # Any bits may be there; only a month that is none upsets the sum.
    return float(calendar.timegm((year, month, *rest))) if 1 <= month <= 12 else 0.0
