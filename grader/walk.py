"""The files that a command line names: themselves, in folders, by patterns, in zip archives."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader import gradescope
from grader.archives import Archive, Member, open_archive
from grader.filenames import ZIP, printable, suffix, topic_of
from grader.platforms import Owner, Place, owners
from grader.source import LINK, Unreadable, is_link, limit_for, read, read_bytes, source_of

_MAX_DEPTH = 32
_UNKNOWN = "so its students are named by their folders; name them in a --manifest."


@dataclass(frozen=True)
class Entry:
    """A file that may be a submission.

    Attributes:
        path: As given on the command line, fit to be printed.
        place: The components of its absolute path; an archive counts as a folder.
        start: Where in `place` the file, folder or archive stands that the command line names.
        source: The archive it lies in; "" where it lies on the disk.
        modified: When it was changed, in seconds; comparable within one source.
        owners: Whose it is, as a platform's names say; several where it is a group's.
        read: Returns its bytes and the Python source in them, or raises Unreadable.
    """

    path: str
    place: Place
    start: int
    source: str
    modified: float
    owners: tuple[Owner, ...]
    read: Callable[[], tuple[bytes, str]] = field(repr=False)

    @property
    def given(self) -> bool:
        """Whether the command line names the file itself."""
        return self.start == len(self.place) - 1

    @property
    def name(self) -> str:
        """The file's name, as its author wrote it."""
        return self.owners[0].file if self.owners else self.place[-1]

    @property
    def folder(self) -> Place:
        """The components of its folder; an archive counts as one of the name before ".zip"."""
        folder = list(self.place[:-1])
        if self.source:
            folder[self.start] = folder[self.start][: -len(ZIP)] or folder[self.start]
        return tuple(folder)


class Walk:
    """One walk over the paths of a command line.

    Archives stay open, so that their members can be read, until the walk is left.

    Attributes:
        entries: The files found, by their places.
        complaints: One sentence for each thing that is left aside.
    """

    def __init__(self) -> None:
        """Start with nothing."""
        self.entries: dict[Place, Entry] = {}
        self.complaints: list[str] = []
        self._rosters: dict[Place, dict[str, tuple[gradescope.Submitter, ...]]] = {}
        self._archives: set[Place] = set()
        self._open = ExitStack()

    def __enter__(self) -> Walk:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the archives."""
        self._open.close()

    def path(self, given: str) -> None:
        """Take one path of the command line."""
        path = Path(given)
        if os.path.lexists(path):
            matches = [path]
        else:
            matches = [Path(match) for match in sorted(glob.glob(given, recursive=True))]
        if not matches:
            self.complaints.append(f"{printable(given)} does not exist; check its spelling.")
        for match in matches:
            start = len(_place(match)) - 1
            folder = match.is_dir() and not topic_of(match.name)
            if folder and is_link(match):
                self._complain(match, LINK)
            elif folder:
                self._folder(match, start)
            elif suffix(match.name) == ZIP:
                self._archive(match, start)
            else:
                self._file(match, start)

    def _folder(self, folder: Path, start: int, depth: int = 0) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._complain(folder, f"cannot be listed ({error.strerror}).")
            return
        metadata = folder / gradescope.NAME
        if depth <= 1 and gradescope.is_export(_place(folder)[-1]) and os.path.lexists(metadata):
            get = partial(read_bytes, metadata, gradescope.MAX_BYTES)
            self._roster(_place(folder), printable(metadata), get)
        for entry in entries:
            path = folder / entry.name
            if entry.name.startswith((".", "__")):
                continue
            if entry.is_symlink() and not self._has_topic(path, start):
                self._complain(path, LINK)
            elif entry.is_dir(follow_symlinks=False) and not self._has_topic(path, start):
                if depth < _MAX_DEPTH:
                    self._folder(path, start, depth + 1)
            else:
                self._file(path, start)

    def _has_topic(self, path: Path, start: int) -> bool:
        """Tell whether even a link or a folder of this name is a submission, and a refused one."""
        place = _place(path)
        owner = owners(place, start, self._rosters)
        return topic_of(owner[0].file if owner else path.name) is not None

    def _file(self, path: Path, start: int) -> None:
        try:
            modified = os.lstat(path).st_mtime
        except OSError:
            modified = 0.0  # gone meanwhile, which reading it will say
        place = _place(path)
        self._add(printable(path), place, start, "", modified, partial(read, path))

    def _archive(self, path: Path, start: int) -> None:
        place = _place(path)
        if place in self._archives:
            return
        self._archives.add(place)
        try:
            archive = self._open.enter_context(open_archive(path))
        except Unreadable as problem:
            self._complain(path, str(problem))
            return
        self.complaints += archive.complaints
        for member in archive.members:  # before the rest: it says whose they are
            *folder, name = member.parts
            if name == gradescope.NAME and (
                not folder or (len(folder) == 1 and gradescope.is_export(folder[0]))
            ):
                get = partial(archive.read, member, gradescope.MAX_BYTES)
                shown = f"{printable(path)}/{'/'.join(map(printable, member.parts))}"
                self._roster((*place, *folder), shown, get)
        for member in archive.members:
            hidden = any(part.startswith((".", "__")) for part in member.parts)
            if not hidden and len(member.parts) <= _MAX_DEPTH:
                self._add(
                    f"{printable(path)}/{'/'.join(map(printable, member.parts))}",
                    (*place, *member.parts),
                    start,
                    printable(path),
                    member.modified,
                    partial(_read_member, archive, member),
                )

    def _add(
        self,
        path: str,
        place: Place,
        start: int,
        source: str,
        modified: float,
        reader: Callable[[], tuple[bytes, str]],
    ) -> None:
        owner = owners(place, start, self._rosters)
        entry = Entry(path, place, start, source, modified, owner, reader)
        self.entries.setdefault(place, entry)

    def _roster(self, folder: Place, shown: str, get: Callable[[], bytes]) -> None:
        try:
            self._rosters[folder] = gradescope.submitters(get())
        except (Unreadable, gradescope.MetadataError) as problem:
            self.complaints.append(f"{shown} {str(problem).rstrip('.')}, {_UNKNOWN}")

    def _complain(self, path: Path, problem: str) -> None:
        self.complaints.append(f"{printable(path)} {problem}")


def _read_member(archive: Archive, member: Member) -> tuple[bytes, str]:
    name = member.parts[-1]
    data = archive.read(member, limit_for(name))
    return data, source_of(name, data)


def _place(path: Path) -> Place:
    return Path(os.path.abspath(path)).parts
