"""Grading again: the same files, seeds and devices, and what came out otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.archives import ArchiveSpent
from grader.candidates import Candidate
from grader.judging import Setup
from grader.report import Report, TaskResult
from grader.submission import Submission, load
from grader.topics import find_topic
from grader.walk import Walk

Key = tuple[str, str, str]  # student, topic, file


def key(report: Report) -> Key:
    """Return what a folder knows a report by."""
    return (report.student, report.topic, report.file)


@dataclass(frozen=True)
class Replay(Setup):
    """A setup in which every submission has the seed of its earlier report.

    Attributes:
        seeds: That seed, by student, topic and file.
    """

    seeds: Mapping[Key, int] = field(default_factory=dict)

    def seed_for(self, submission: Submission) -> int:
        """Seed of the earlier report."""
        return self.seeds[submission.student, submission.topic_module, submission.path]

    def without_seeds(self) -> Setup:
        """Return a plain setup; see `Setup`."""
        return Setup(seed=0, tier=self.tier, device=self.device, trusted=self.trusted)


@dataclass(frozen=True)
class Gone:
    """A report whose file is there no more.

    Attributes:
        report: The report, which stays as it is.
        why: One sentence.
    """

    report: Report
    why: str


@dataclass(frozen=True)
class Change:
    """A task that came out otherwise.

    Attributes:
        old: The earlier report.
        new: Today's.
        before: The task's earlier result; None if the topic did not have it.
        after: Today's; None if the topic has it no more.
    """

    old: Report
    new: Report
    before: TaskResult | None
    after: TaskResult | None

    @property
    def task(self) -> str:
        """The task's name."""
        result = self.after or self.before
        return result.task if result else ""

    @property
    def in_marks(self) -> bool:
        """Whether points differ, and not only what is said of them."""
        return _marks(self.before) != _marks(self.after)

    @property
    def why(self) -> str:
        """What differs between the two gradings."""
        if self.old.sha256 != self.new.sha256:
            return "the code changed"
        if self.old.edition != self.new.edition:
            return "the checks or the libraries changed"
        if self.old.tier != self.new.tier:
            return f"same code, same seed, but tier {self.old.tier} then and {self.new.tier} now"
        return "same code, same seed, same checks: this should not be, so please tell us"

    def to_json(self) -> dict[str, Any]:
        """Return a plain object; pairs are [then, now]."""
        pair = (self.before, self.after)
        return {
            "student": self.new.student,
            "topic": self.new.topic,
            "file": self.new.file,
            "task": self.task,
            "points": [each and each.points for each in pair],
            "max_points": [each and each.max_points for each in pair],
            "status": [each and str(each.status) for each in pair],
            "diagnosis": [each.diagnosis.id if each and each.diagnosis else None for each in pair],
            "messages": [list(each.messages) if each else [] for each in pair],
            "sha256": [self.old.sha256, self.new.sha256],
            "seed": self.new.seed,
            "device": self.new.device,
            "why": self.why,
        }


def load_again(reports: Sequence[Report]) -> tuple[list[Submission], list[Gone]]:
    """Read the files of reports once more, out of their archives where they came from one.

    Args:
        reports: Earlier reports; their paths are relative to where `grade` was started.

    Returns:
        What is there, under the students' names of then, and what is not.
    """
    found, gone = [], []
    with Walk() as walk:
        for place in dict.fromkeys(_to_walk(report.file) for report in reports):
            if place is not None:
                walk.path(str(place))
        entries = {entry.path: entry for entry in walk.entries.values()}
        for report in reports:
            entry = entries.get(report.file)
            if entry is None:
                gone.append(Gone(report, f"{report.file} is not there any more."))
                continue
            try:
                topic = find_topic(report.topic)
                candidate = Candidate(entry, topic, report.student, report.identifier, report.late)
                found.append(load(candidate))
            except (KeyError, ArchiveSpent) as error:
                gone.append(Gone(report, str(error.args[0])))
    return found, gone


def changes(old: Sequence[Report], new: Sequence[Report]) -> Iterator[Change]:
    """Yield every task whose points, status, diagnosis or messages differ.

    Args:
        old: The earlier reports.
        new: Today's; those that could not be graded tell nothing.
    """
    today = {key(report): report for report in new if report.graded}
    for before in old:
        after = today.get(key(before))
        if after is None:
            continue
        results = {result.task: result for result in before.tasks}
        for result in after.tasks:
            earlier = results.pop(result.task, None)
            if _said(earlier) != _said(result):
                yield Change(before, after, earlier, result)
        for earlier in results.values():
            yield Change(before, after, earlier, None)


def _to_walk(file: str) -> Path | None:
    """What a command line would name to find a report's file; None if nothing is there."""
    path = Path(file)
    if os.path.lexists(path):
        return path
    archive = next((each for each in path.parents if each.is_file()), None)
    # A name that could not be printed as it is has to be looked for in its folder.
    return archive or (path.parent if path.parent.is_dir() and "\\" in path.name else None)


def _marks(result: TaskResult | None) -> object:
    return result and (result.points, result.max_points)


def _said(result: TaskResult | None) -> TaskResult | None:
    return result and replace(result, seconds=0.0)
