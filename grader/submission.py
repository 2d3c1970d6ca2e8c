"""A submission: one learner's file for one topic, found and read safely."""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.archives import ArchiveSpent
from grader.candidates import Candidate, Search
from grader.filenames import printable
from grader.manifest import match, read_manifest
from grader.newest import Choice, choose
from grader.source import Unreadable
from grader.topics import Topic, find_topic
from grader.walk import Walk

__all__ = ["Found", "Submission", "Superseded", "find", "printable"]


@dataclass(frozen=True)
class Submission:
    """One learner's file for one topic.

    Attributes:
        student: Whose it is: the name that a manifest or the platform gives, or that of the
            file's folder, or its stem.
        topic_module: The topic's module, e.g. "ex02_manual_tuning".
        path: The file as given on the command line, fit to be printed; a member of an archive
            reads as if the archive were a folder.
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
class Superseded:
    """An earlier attempt, which is not graded.

    Attributes:
        student: Whose it is.
        topic_module: The topic's module.
        path: The file, as in `Submission`.
        counted: The file that counts instead.
        why: Why that one does.
    """

    student: str
    topic_module: str
    path: str
    counted: str
    why: str


@dataclass(frozen=True)
class Found:
    """What `find` found.

    Attributes:
        submissions: In the order of student, topic and path.
        complaints: One sentence for each path that is for no topic, or is left aside.
        passed_over: How many other files the folders and archives hold.
        superseded: The attempts that a later one of the same student replaces.
    """

    submissions: tuple[Submission, ...]
    complaints: tuple[str, ...] = ()
    passed_over: int = 0
    superseded: tuple[Superseded, ...] = ()

    @property
    def sources(self) -> dict[tuple[str, str, str], str]:
        """The texts that could be read, by student, topic and path."""
        return {
            (each.student, each.topic_module, each.path): each.source
            for each in self.submissions
            if each.source
        }


def find(paths: Sequence[str], topic: Topic | None = None, manifest: Path | None = None) -> Found:
    """Find and read the submissions in files, folders, glob patterns and zip archives.

    A file is known by its name: `ex02_manual_tuning.py`, `ex02.py`, `ex02.ipynb`, in any case.
    Folders are searched to any depth, and no symbolic link is followed. Checks (`test_*.py`,
    `conftest.py`) and hidden folders are passed over in silence. The names that Moodle, Canvas,
    Gradescope and nbgrader give to downloads tell the student, in a zip and in a folder alike.

    Args:
        paths: As on the command line.
        topic: The topic they are all for; None tells it from the names.
        manifest: A CSV file that says whose files are, where their names do not.

    Raises:
        ManifestError: If the manifest is wrong, or names a file that is not there.
    """
    rows = read_manifest(manifest) if manifest else ()
    with Walk() as walk:
        for path in paths:
            walk.path(path)
        named = match(rows, manifest, walk.entries.values(), topic) if manifest else {}
        search = Search(topic, named)
        for entry in walk.entries.values():
            if manifest is None or entry.place != Path(os.path.abspath(manifest)).parts:
                search.entry(entry)
        choice = choose(search.candidates())
        submissions, unread = _load_all(choice.counted)
    kept, repeated = _without_repeats(submissions)
    complaints = [*walk.complaints, *search.complaints, *unread, *_left(choice), *repeated]
    return Found(tuple(kept), tuple(complaints), search.passed_over, _superseded(choice))


def _load_all(candidates: Sequence[Candidate]) -> tuple[list[Submission], list[str]]:
    from tqdm import tqdm

    submissions = []
    complaints: dict[str, None] = {}
    bar = tqdm(
        candidates,
        desc="Reading",
        unit="file",
        delay=1,
        mininterval=0.1 if sys.stderr.isatty() else 10,
    )
    for each in bar:
        try:
            submissions.append(load(each))
        except ArchiveSpent as problem:
            complaints[str(problem)] = None
    submissions.sort(key=lambda each: (each.student, each.topic_module, each.path))
    return submissions, list(complaints)


def load(candidate: Candidate) -> Submission:
    """Read one file; whatever is wrong with it becomes the submission's `problem`.

    Raises:
        ArchiveSpent: If so much was read from its archive that no more is.
    """
    path = candidate.entry.path
    blank = Submission(
        candidate.student,
        candidate.topic.module,
        path,
        None,
        "",
        identifier=candidate.identifier,
        late=candidate.late,
    )
    try:
        data, source = candidate.entry.read()
    except Unreadable as error:
        digest = hashlib.sha256(error.data).hexdigest() if error.data else ""
        return replace(blank, sha256=digest, problem=f"{path} {error}")
    return replace(blank, source=source, sha256=hashlib.sha256(data).hexdigest())


def _left(choice: Choice) -> list[str]:
    count = Counter((each.student, each.topic.module) for each in choice.left)
    return [
        f"{student} has {some} more files for {topic} of the same date, which are left aside; name "
        "the one that counts in a --manifest."
        for (student, topic), some in count.items()
    ]


def _superseded(choice: Choice) -> tuple[Superseded, ...]:
    return tuple(
        Superseded(
            each.student,
            each.topic.module,
            each.entry.path,
            counted.entry.path,
            "the manifest names another file" if counted.chosen else "an earlier attempt",
        )
        for each, counted in choice.superseded
    )


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
                f"{each.topic_module}, and it cannot be told which is newer; both are graded, so "
                "remove one, or name the one that counts in a --manifest."
            )
        before.append(each)
        kept.append(each)
    return kept, complaints
