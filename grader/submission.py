"""A submission: one learner's file for one topic, found and read safely."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.source import LINK, Unreadable, is_link, read
from grader.topics import TOPICS, Topic, find_topic

_SUFFIXES = frozenset({".py", ".ipynb"})
_COPY = re.compile(r"\s*\(\d+\)$")  # "ex02_manual_tuning (1).py": saved twice by a browser
_MAX_DEPTH = 32


@dataclass(frozen=True)
class Submission:
    """One learner's file for one topic.

    Attributes:
        student: Whose it is: the name of the file's folder, or its stem.
        topic_module: The topic's module, e.g. "ex02_manual_tuning".
        path: The file as given on the command line, fit to be printed.
        source: Python source, or None where the file could not be read.
        sha256: Hash of the file's bytes, hex; "" where there were none to read.
        problem: One sentence that says why there is no source, and what to do.
        identifier: The learning platform's own number of the student, where the file's name
            tells it; "" otherwise.
        late: Whether the platform marked it as handed in late.
    """

    student: str
    topic_module: str
    path: str
    source: str | None
    sha256: str
    problem: str | None = None
    identifier: str = ""
    late: bool = False

    @property
    def topic(self) -> Topic:
        """The topic it is for."""
        return find_topic(self.topic_module)


@dataclass(frozen=True)
class Found:
    """What `find` found.

    Attributes:
        submissions: In the order of student, topic and path.
        complaints: One sentence for each path that is for no topic, or is left aside.
        passed_over: How many other files the folders hold.
    """

    submissions: tuple[Submission, ...]
    complaints: tuple[str, ...] = ()
    passed_over: int = 0

    @property
    def sources(self) -> dict[tuple[str, str, str], str]:
        """The texts that could be read, by student, topic and path."""
        return {
            (each.student, each.topic_module, each.path): each.source
            for each in self.submissions
            if each.source
        }


@dataclass(frozen=True)
class _Candidate:
    path: Path
    topic: Topic
    owner: tuple[str, ...]  # components of the student's folder, or of the file without suffix


class _Search:
    """One walk over the paths of a command line."""

    def __init__(self, forced: Topic | None) -> None:
        self.forced = forced
        self.candidates: dict[Path, _Candidate] = {}
        self.complaints: list[str] = []
        self.passed_over = 0

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
            if _topic_of(match) or not match.is_dir():
                self.file(match)
            elif is_link(match):
                self.complaints.append(f"{printable(match)} {LINK}")
            else:
                self.folder(match)

    def folder(self, folder: Path, depth: int = 0) -> None:
        """Take a folder, and the folders in it."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.complaints.append(f"{printable(folder)} cannot be listed ({error.strerror}).")
            return
        unnamed = []
        named = False
        for entry in entries:
            path = folder / entry.name
            topic = _topic_of(path)
            if entry.name.startswith((".", "__")):
                continue
            if topic and self.forced in {None, topic}:
                self.candidate(path, topic, named=True)
                named = True
            elif entry.is_symlink():
                self.complaints.append(f"{printable(path)} {LINK}")
            elif entry.is_dir(follow_symlinks=False) and depth < _MAX_DEPTH:
                self.folder(path, depth + 1)
            elif path.suffix.lower() in _SUFFIXES and not topic and not _is_check(path):
                unnamed.append(path)
            else:
                self.passed_over += not _is_check(path)
        # With --topic any name will do, unless a file of the right name is there as well.
        for path in unnamed:
            if self.forced and not named:
                self.candidate(path, self.forced, named=False)
            else:
                self.complaints.append(_wrong_name(path))

    def file(self, path: Path) -> None:
        """Take a file that was named itself."""
        topic = _topic_of(path)
        if self.forced and path.suffix.lower() in _SUFFIXES:
            self.candidate(path, self.forced, named=topic is not None)
        elif topic:
            self.candidate(path, topic, named=True)
        else:
            self.complaints.append(_wrong_name(path))

    def candidate(self, path: Path, topic: Topic, *, named: bool) -> None:
        """Note a file to read, and whose it is."""
        place = Path(os.path.abspath(path))
        folder = place.parent
        if folder.name == topic.module:  # nbgrader: submitted/<student>/<assignment>/<notebook>
            folder = folder.parent
        owner = folder if named else folder / place.stem
        self.candidates.setdefault(place, _Candidate(path, topic, owner.parts))


def find(paths: Sequence[str], topic: Topic | None = None) -> Found:
    """Find and read the submissions in files, folders and glob patterns.

    A file is known by its name: `ex02_manual_tuning.py`, `ex02.py`, `ex02.ipynb`, in any case.
    Folders are searched to any depth, and no symbolic link is followed. Checks (`test_*.py`,
    `conftest.py`) and hidden folders are passed over in silence.

    Args:
        paths: As on the command line.
        topic: The topic they are all for; None tells it from the names.
    """
    search = _Search(topic)
    for path in paths:
        search.path(path)
    candidates = list(search.candidates.values())
    names = _shortest_names({candidate.owner for candidate in candidates})
    submissions = sorted(
        (load(each.path, student=names[each.owner], topic=each.topic) for each in candidates),
        key=lambda each: (each.student, each.topic_module, each.path),
    )
    kept, repeated = _without_repeats(submissions)
    return Found(tuple(kept), tuple(search.complaints + repeated), search.passed_over)


def load(path: Path, *, student: str, topic: Topic) -> Submission:
    """Read one file; whatever is wrong with it becomes the submission's `problem`."""
    blank = Submission(printable(student), topic.module, printable(path), None, "")
    try:
        data, source = read(path)
    except Unreadable as error:
        digest = hashlib.sha256(error.data).hexdigest() if error.data else ""
        return replace(blank, sha256=digest, problem=f"{blank.path} {error}")
    return replace(blank, source=source, sha256=hashlib.sha256(data).hexdigest())


def printable(text: object) -> str:
    r"""Write a name from a file system so that no terminal, JSON or page is upset by it.

    Bytes that are no UTF-8 and control characters become escapes such as "\x1b".
    """
    plain = os.fsencode(str(text)).decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in plain
    )


def _topic_of(path: Path) -> Topic | None:
    if path.suffix.lower() not in _SUFFIXES:
        return None
    stem = _COPY.sub("", path.stem).lower()
    for topic in TOPICS:
        if stem in {topic.module, topic.module.partition("_")[0]}:
            return topic
    return None


def _is_check(path: Path) -> bool:
    return path.name.startswith("test_") or path.name == "conftest.py"


def _wrong_name(path: Path) -> str:
    suffix = path.suffix if path.suffix.lower() in _SUFFIXES else ".py"
    example = f"{TOPICS[0].module}{suffix.lower()}"
    return (
        f"{printable(path)} is not a topic's file; rename it to its topic's name, "
        f"such as {example}, or pass --topic."
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


def _without_repeats(
    submissions: Sequence[Submission],
) -> tuple[list[Submission], list[str]]:
    """Drop a student's second copy of the same bytes, and say where two files are different."""
    kept: list[Submission] = []
    complaints: list[str] = []
    seen: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for each in submissions:
        before = seen[each.student, each.topic_module]
        twin = next((one for one in before if one.sha256 and one.sha256 == each.sha256), None)
        if twin:
            complaints.append(f"{each.path} is the same as {twin.path}; it is graded once.")
            continue
        if before:
            complaints.append(
                f"{each.path} and {before[0].path} are both from {each.student} for "
                f"{each.topic_module}; both are graded, so remove the one that does not count."
            )
        before.append(each)
        kept.append(each)
    return kept, complaints
