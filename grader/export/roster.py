"""Whose result is whose: reports beside the rows of a learning platform's table."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.export.names import labels
from grader.report import Report


@dataclass(frozen=True)
class Person:
    """One row of a platform's table.

    Attributes:
        shown: Name, as complaints give it.
        identifiers: The platform's numbers of this person, the one to trust most first.
        names: What else this person may be called: full name, email address, login.
    """

    shown: str
    identifiers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matched:
    """Who belongs to whom.

    Attributes:
        pairs: The place of a row, and its report.
        complaints: One sentence for each report that no row gets, and for each row that two or
            more reports claim.
        without: Places of the rows that no report is for.
    """

    pairs: tuple[tuple[int, Report], ...]
    complaints: tuple[str, ...]
    without: tuple[int, ...]


def match(people: Sequence[Person], reports: Sequence[Report]) -> Matched:
    """Find each report's row: by number, or by name where one of the two has no number.

    A name counts only if it is one row's alone. Nobody gets a mark on a guess: what is not plain
    is left out and complained about. So is what could not be graded, as that is no mark.

    Args:
        people: The rows.
        reports: Reports of one topic.
    """
    numbers = [_index(p.identifiers[n : n + 1] for p in people) for n in range(_most(people))]
    names = _index([key for name in p.names if (key := plain(name))] for p in people)
    claims: dict[int, list[Report]] = defaultdict(list)
    complaints = []
    for report in reports:
        rows, why = _rows_for(report, people, numbers, names)
        if len(rows) == 1:
            claims[rows[0]].append(report)
        else:
            complaints.append(f"{_who(report)} {why}")
    pairs = []
    for row, some in sorted(claims.items()):
        if len(some) > 1:
            files = " and ".join(report.file for report in some)
            complaints.append(
                f"{people[row].shown} has {len(some)} results, from {files}: left alone. Grade "
                "only the file that counts."
            )
        elif not some[0].graded:
            complaints.append(
                f"{_who(some[0])} could not be graded: left alone. `hyperlings grade` with "
                "--resume tries again."
            )
        else:
            pairs.append((row, some[0]))
    without = tuple(row for row in range(len(people)) if row not in claims)
    return Matched(tuple(pairs), tuple(complaints), without)


def repeated(reports: Sequence[Report]) -> set[tuple[str, str]]:
    """Find the labels and topics that more than one report is for."""
    topics = (report.topic for report in reports)
    count = Counter(zip(labels(reports), topics, strict=True))
    return {each for each, n in count.items() if n > 1}


def plain(name: str) -> str:
    """Leave of a name its letters and digits, in lower case: "Lovelace, Ada" as "lovelaceada"."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum())


def _rows_for(
    report: Report,
    people: Sequence[Person],
    numbers: Sequence[dict[str, list[int]]],
    names: dict[str, list[int]],
) -> tuple[list[int], str]:
    """Return the rows that a report may be for, and what to say unless that is one."""
    for index in numbers if report.identifier else ():
        if found := index.get(report.identifier):
            return found, f"is in {len(found)} rows with the number {report.identifier}."
    rows = names.get(plain(report.student), [])
    if not rows:
        return [], "is in no row."
    if len(rows) > 1:
        return rows, f"may be any of {len(rows)} rows of that name."
    if report.identifier and people[rows[0]].identifiers:
        return [], "is in no row: the row of that name has another number."
    return rows, ""


def _index(keys: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for row, some in enumerate(keys):
        for key in dict.fromkeys(some):
            found[key].append(row)
    return found


def _most(people: Sequence[Person]) -> int:
    return max((len(person.identifiers) for person in people), default=0)


def _who(report: Report) -> str:
    number = f", number {report.identifier}," if report.identifier else ""
    return f"{report.student}{number} ({report.file})"
