"""Which of a student's files for a topic counts: the newest, where that can be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from grader.candidates import Candidate

_SAME_TIME = 2.0  # seconds: how finely a zip archive dates its members
_MOST_TIED = 4  # files: grading takes time, and no student may claim it without end


@dataclass(frozen=True)
class Choice:
    """What `choose` chose.

    Attributes:
        counted: The files that count.
        superseded: Each earlier attempt, with the file that counts instead.
        left: As new as the counted ones, but one too many.
    """

    counted: tuple[Candidate, ...]
    superseded: tuple[tuple[Candidate, Candidate], ...]
    left: tuple[Candidate, ...]


def choose(candidates: Sequence[Candidate]) -> Choice:
    """Choose the newest file of each student for each topic.

    A manifest decides before anything else. Dates and numbers are compared within one archive, or
    among the files on the disk: an archive may have been made by a student, with any date in it.
    Where it cannot be told which one is newer, both count.
    """
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for each in candidates:
        groups[each.student, each.topic.module].append(each)
    counted: list[Candidate] = []
    superseded: list[tuple[Candidate, Candidate]] = []
    left: list[Candidate] = []
    for group in groups.values():
        newest = [each for each in group if each.chosen] or _newest_of_each_source(group)
        newest.sort(key=lambda each: each.entry.path)
        counted += newest[:_MOST_TIED]
        left += newest[_MOST_TIED:]
        ids = {id(each) for each in newest}
        superseded += [(each, newest[0]) for each in group if id(each) not in ids]
    return Choice(tuple(counted), tuple(superseded), tuple(left))


def _newest_of_each_source(group: Sequence[Candidate]) -> list[Candidate]:
    sources: dict[str, list[Candidate]] = defaultdict(list)
    for each in group:
        sources[each.entry.source].append(each)
    return [each for some in sources.values() for each in _newest(some)]


def _newest(group: Sequence[Candidate]) -> list[Candidate]:
    order = max(each.order for each in group)
    group = [each for each in group if each.order == order]
    modified = max(each.entry.modified for each in group)
    group = [each for each in group if modified - each.entry.modified < _SAME_TIME]
    saved = max(each.saved for each in group)
    return [each for each in group if each.saved == saved]
