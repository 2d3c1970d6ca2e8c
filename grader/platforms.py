"""Whose a file is, by the names that Moodle, Canvas, Gradescope and nbgrader give to downloads.

A name is read from its outer folder inwards, and the first one that a platform has made decides:
what lies further in was named by the student, who may have written somebody else's name there.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.filenames import SUFFIXES, printable, suffix
from grader.gradescope import Submitter

# Moodle takes underscores out of people's names, so the first two of them are its own.
_MOODLE = re.compile(r"([^_]+)_([0-9]{1,20})_assignsubmission_file(?:_(?P<file>.*))?", re.DOTALL)
_CANVAS = re.compile(
    r"(?P<name>[^_].*?)(?P<late>_LATE)?_(?P<user>[0-9]{1,20})_(?P<attachment>[0-9]{1,20})_(?P<file>.+)",
    re.DOTALL,
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<user>[0-9A-Za-z]{1,20})_(?:(?P<attachment>[0-9]{1,20})_)?(?P<file>.+)",
    re.DOTALL,
)
_BLIND = "Participant"  # Moodle's name for everybody where marking is blind
_SUBMITTED = "submitted"  # nbgrader's folder
_LONGEST = 120  # characters of a name that are shown

Place = tuple[str, ...]
Rosters = Mapping[Place, Mapping[str, tuple[Submitter, ...]]]


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as its platform says.

    Attributes:
        platform: Which platform says so; "" where none does, and the folders' names are all.
        name: The student's name; not unique.
        key: Tells two students of one name apart.
        identifier: The platform's number of the student; "" where it gives none.
        file: The name that the student gave to the file.
        late: Whether the platform marked it as late.
        order: A later attempt has a higher number, where the platform has an order; else 0.
    """

    platform: str
    name: str
    key: str
    identifier: str
    file: str
    late: bool = False
    order: int = 0


def owners(place: Place, start: int, rosters: Rosters) -> tuple[Owner, ...]:
    """Tell whose a file is.

    Args:
        place: The components of its path.
        start: Where in it the file or folder stands that the command line names.
        rosters: For the folder of each Gradescope export, who handed in the folders in it.

    Returns:
        Its student, or all of a group; empty where no platform has named it.
    """
    last = len(place) - 1
    for here, component in enumerate(place):
        people = rosters.get(place[:here], {}).get(component, ()) if here < last else ()
        if people:
            return tuple(
                Owner(
                    platform="Gradescope",
                    name=each.name or component,
                    key=each.number or component,
                    identifier=each.number,
                    file=place[-1],
                    order=each.handed_in,
                )
                for each in people
            )
        if here >= start and component == _SUBMITTED and last - here >= 3:
            name = place[here + 1]
            return (Owner("nbgrader", name, name, "", place[-1]),)
        owner = _moodle(component, place[-1] if here < last else None)
        if owner:
            return (owner,)
    owner = _canvas(place[-1])
    return (owner,) if owner else ()


def _moodle(component: str, file: str | None) -> Owner | None:
    match = _MOODLE.fullmatch(component)
    file = file or (match and match["file"])
    if not match or not file:
        return None
    name, number = match[1].strip(), match[2]
    if name.endswith(_BLIND):
        name = f"{name} {number}"
    return Owner("Moodle", name, number, number, file)


def _canvas(name: str) -> Owner | None:
    if suffix(name) not in SUFFIXES:
        return None
    match = _CANVAS_ANONYMOUS.fullmatch(name) or _CANVAS.fullmatch(name)
    if not match:
        return None
    return Owner(
        "Canvas",
        name=match.groupdict().get("name") or f"anon {match['user']}",
        key=match["user"],
        identifier=match["user"],
        file=match["file"],
        late=match["late"] is not None,
        order=int(match["attachment"] or 0),
    )


def without_groups(people: Iterable[Owner]) -> dict[Owner, Owner]:
    """Take the group's name off, which Moodle puts before every name where one group is shown.

    It is known by being there for all of them: "Lab 1-Ann Lee" alone may be a double name.

    Args:
        people: The owners that one download names.
    """
    distinct = set(people)
    names = {each.name for each in distinct if each.platform == "Moodle"}
    prefix = os.path.commonprefix(sorted(names)) if len(names) > 1 else ""  # noqa: RUF071 no paths
    length = prefix.rfind("-") + 1
    return {
        each: replace(each, name=each.name[length:].strip() or each.name)
        if each.platform == "Moodle"
        else each
        for each in distinct
    }


def display_names(people: Sequence[tuple[str, Owner]]) -> dict[tuple[str, Owner], str]:
    """Name students so that no two of one download have one name.

    A name that is one student's in each download is the same student's in all of them: Moodle
    gives everybody another number in each assignment. A folder's name is never lengthened here, so
    that a student who writes a platform's name on a file takes nobody's place.

    Args:
        people: Pairs of a download and an owner that it names.

    Returns:
        The name of each pair.
    """
    names = {pair: _shown(pair[1].name) or _shown(pair[1].key) for pair in people}
    for _ in range(3):  # once more where somebody is called "Ann (12)"
        keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (download, owner), name in names.items():
            keys[download, name].add(owner.key)
        alike = {name for (_, name), some in keys.items() if len(some) > 1}
        names = {
            pair: f"{name} ({_shown(pair[1].key)})" if name in alike and pair[1].platform else name
            for pair, name in names.items()
        }
    return names


def _shown(text: str) -> str:
    text = " ".join(printable(text).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
