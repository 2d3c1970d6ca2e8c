"""Which files are to be read, for which topic and whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.filenames import (
    SUFFIXES,
    copies,
    is_archive,
    is_check,
    path_of,
    printable,
    suffix,
    topic_of,
)
from grader.gradescope import NAME as METADATA
from grader.manifest import Row
from grader.platforms import Owner, Place, display_names, without_groups
from grader.topics import TOPICS, Topic
from grader.walk import Entry


@dataclass(frozen=True)
class Candidate:
    """A file to read, and whose it is.

    Attributes:
        entry: Where it lies.
        topic: What it is for.
        student: The student's name.
        identifier: The platform's number of the student, or "".
        late: Whether it was handed in late.
        chosen: Whether a manifest names it.
        order: A later attempt has a higher one: by the platform's number, then by the one that
            the platform wrote into the file's name.
        saved: The number that a browser gave to the copy.
    """

    entry: Entry
    topic: Topic
    student: str
    identifier: str = ""
    late: bool = False
    chosen: bool = False
    order: tuple[int, int] = (0, 0)
    saved: int = 0


class Search:
    """What each file is for, and whose.

    Attributes:
        complaints: One sentence for each file that is left aside.
        passed_over: How many files are nobody's submission by their kind.
    """

    def __init__(
        self, forced: Topic | None, rows: Mapping[Place, Sequence[tuple[Row, Topic]]]
    ) -> None:
        """Start with nothing.

        Args:
            forced: The topic that all files are for; None tells it from their names.
            rows: For the place of a file what a manifest says of it.
        """
        self.complaints: list[str] = []
        self.passed_over = 0
        self._forced = forced
        self._rows = rows
        self._chosen: list[Candidate] = []
        self._files: list[tuple[Entry, Topic, bool]] = []  # and whether its name says the topic
        self._unnamed: list[Entry] = []

    def entry(self, entry: Entry) -> None:
        """Take one file."""
        topic, readable = topic_of(entry.name), suffix(entry.name) in SUFFIXES
        rows = self._rows.get(entry.place)
        if rows:
            self._chosen += [_chosen(entry, row, topic) for row, topic in rows]
        elif topic and self._forced in {None, topic}:
            self._files.append((entry, topic, True))
        elif entry.given and self._forced and readable:
            self._files.append((entry, self._forced, topic is not None))
        elif is_archive(entry.name):
            self.complaints.append(_packed(entry))
        elif entry.given:
            self.complaints.append(_wrong_name(entry))
        elif readable and not topic and not is_check(entry.name):
            self._unnamed.append(entry)
        else:
            self.passed_over += not is_check(entry.name) and entry.name != METADATA

    def candidates(self) -> list[Candidate]:
        """Return the files to read, once all are taken."""
        files = list(self._files)
        named = {_whose(entry) for entry, _, by_name in files if by_name}
        # With --topic any name will do, unless a file of the right name is there as well.
        for entry in self._unnamed:
            if self._forced and _whose(entry) not in named:
                files.append((entry, self._forced, False))
            else:
                self.complaints.append(_wrong_name(entry))
        return [*self._chosen, *_candidates(files)]


def _candidates(files: Sequence[tuple[Entry, Topic, bool]]) -> list[Candidate]:
    """Name the students of files."""
    folders = _shortest_names(
        {_plain(entry, by_name) for entry, _, by_name in files if not entry.owners}
    )
    groupless = {
        source: without_groups(
            owner for entry, _, _ in files if entry.source == source for owner in entry.owners
        )
        for source in {entry.source for entry, _, _ in files}
    }
    pairs: list[tuple[Entry, Topic, Owner]] = []
    for entry, topic, by_name in files:
        if entry.owners:
            people = [groupless[entry.source][owner] for owner in entry.owners]
        else:
            place = _plain(entry, by_name)
            people = [Owner("", folders[place], path_of(place), "", entry.name)]
        pairs += [(entry, topic, owner) for owner in people]
    names = display_names([(entry.source, owner) for entry, _, owner in pairs])
    return [
        _candidate(entry, topic, owner, names[entry.source, owner]) for entry, topic, owner in pairs
    ]


def _candidate(entry: Entry, topic: Topic, owner: Owner, student: str) -> Candidate:
    again, saved = copies(entry.name)
    return Candidate(
        entry,
        topic,
        student,
        identifier=printable(owner.identifier),
        late=owner.late,
        order=(owner.order, again),
        saved=saved,
    )


def _chosen(entry: Entry, row: Row, topic: Topic) -> Candidate:
    """Take what the manifest says; what it leaves open, the names may say of the same student."""
    owner = next((each for each in entry.owners if printable(each.name) == row.student), None)
    return Candidate(
        entry,
        topic,
        row.student,
        identifier=row.identifier or printable(owner.identifier if owner else ""),
        late=any(each.late for each in entry.owners) if row.late is None else row.late,
        chosen=True,
    )


def _plain(entry: Entry, by_name: bool) -> tuple[str, ...]:
    """Whose a file is by its folder, or by its own name where that says no topic."""
    folder = entry.folder
    topic = topic_of(f"{folder[-1]}.py")
    if len(folder) > 1 and topic and folder[-1] == topic.module:
        folder = folder[:-1]  # nbgrader's <student>/<assignment>/<notebook>
    return folder if by_name else (*folder, Path(entry.name).stem)


def _whose(entry: Entry) -> object:
    """What files share that are one student's: the owner or, without one, the folder."""
    return (entry.source, entry.owners[0].key) if entry.owners else entry.folder


def _wrong_name(entry: Entry) -> str:
    ending = suffix(entry.name) if suffix(entry.name) in SUFFIXES else ".py"
    return (
        f"{entry.path} is not a topic's file; rename it to its topic's name, such as "
        f"{TOPICS[0].module}{ending}, pass --topic, or name it in a --manifest."
    )


def _packed(entry: Entry) -> str:
    if entry.given:
        return (
            f"{entry.path} is an archive of a kind that is not read; make it a zip, or unpack it."
        )
    holder = "archive" if entry.source else "folder"
    return (
        f"{entry.path} is an archive in {'an' if entry.source else 'a'} {holder}, which is not "
        "opened; unpack it and give the files."
    )


def _shortest_names(owners: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Name each student by the folder, and with the folders above it where two are alike."""
    names: dict[tuple[str, ...], str] = {}
    length = 1
    while owners:
        tails = Counter(owner[-length:] for owner in owners)
        done = {each for each in owners if tails[each[-length:]] == 1 or length >= len(each)}
        names.update({owner: "/".join(owner[-length:]) for owner in done})
        owners = owners - done
        length += 1
    return names
