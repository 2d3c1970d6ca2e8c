"""How many mutants the hidden checks notice, and which of the others nobody could."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.graders import Key, Verdict

EQUIVALENTS = Path(__file__).with_name("equivalent_mutants.toml")
ENOUGH = 0.95


@dataclass(frozen=True)
class Equivalent:
    """A mutant that behaves as the task asks.

    Attributes:
        key: Which one.
        reason: Why.
    """

    key: Key
    reason: str


class EquivalentsError(ValueError):
    """The file of equivalents cannot be used; the text says where and what to do."""


def read_equivalents(path: Path = EQUIVALENTS) -> dict[Key, Equivalent]:
    """Read which mutants are known to be equivalent, and why.

    Raises:
        EquivalentsError: If the file is not TOML, or an entry lacks a field or comes twice.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", [])
    except tomllib.TOMLDecodeError as error:
        raise EquivalentsError(f"{path.name} is not TOML: {error}. Mend that line.") from None
    found: dict[Key, Equivalent] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{path.name}, entry {number}"
        lacking = [name for name in ("task", "line", "changes", "reason") if not entry.get(name)]
        if lacking or not isinstance(entry["changes"], list):
            what = ", ".join(lacking) or "a list of changes"
            raise EquivalentsError(f"{where}: it lacks {what}. Copy them from the report.")
        for change in entry["changes"]:
            key = (entry["task"], entry["line"], change)
            if key in found:
                raise EquivalentsError(
                    f"{where}: {change!r} is listed already. Remove one of them."
                )
            found[key] = Equivalent(key, entry["reason"])
    return found


def explained(
    verdicts: Iterable[Verdict], equivalents: dict[Key, Equivalent]
) -> tuple[Verdict, ...]:
    """Give the survivors that are known to be equivalent their reason."""
    return tuple(
        replace(verdict, reason=equivalents[verdict.case.key].reason)
        if not verdict.killed and verdict.case.key in equivalents
        else verdict
        for verdict in verdicts
    )


def stale(
    verdicts: Iterable[Verdict], equivalents: dict[Key, Equivalent], owners: Iterable[str]
) -> list[str]:
    """Say which entries of the file no longer hold, among those of `owners`."""
    ends = {verdict.case.key: verdict.end for verdict in verdicts}
    said = []
    for key in sorted(key for key in equivalents if key[0] in set(owners)):
        if key not in ends:
            said.append(f"{_of_key(key)}: there is no such mutant any more. Remove the entry.")
        elif ends[key]:
            said.append(f"{_of_key(key)}: a check notices it ({ends[key]}). Remove the entry.")
    return said


def _of_key(key: Key) -> str:
    owner, line, change = key
    return f"{owner}: {line!r}, {change!r}"


@dataclass(frozen=True)
class Rate:
    """How many of some mutants were noticed.

    Attributes:
        killed: Noticed by a check.
        total: All of them, without those explained as equivalent.
        equivalent: Those.
        timeouts: How many of the killed ran out of time.
    """

    killed: int
    total: int
    equivalent: int
    timeouts: int

    @classmethod
    def of(cls, verdicts: Iterable[Verdict]) -> Rate:
        """Count."""
        every = tuple(verdicts)
        equivalent = sum(bool(verdict.reason) for verdict in every)
        return cls(
            killed=sum(verdict.killed for verdict in every),
            total=len(every) - equivalent,
            equivalent=equivalent,
            timeouts=sum(verdict.end == "timeout" for verdict in every),
        )

    @property
    def share(self) -> float:
        """Noticed share of those that are not equivalent; 1 where there are none."""
        return self.killed / self.total if self.total else 1.0

    def __str__(self) -> str:
        """Say it on one line."""
        return (
            f"{self.killed:4} of {self.total:4} noticed ({self.share:.1%}), "
            f"{self.timeouts} by their deadline; {self.equivalent} equivalent"
        )


def by_topic(verdicts: Iterable[Verdict]) -> dict[str, dict[str, Rate]]:
    """Count by topic and owner, both in the order of their first mutant in the files.

    Returns:
        The topic's module -> the function or class -> its rate; "" stands for the whole topic.
    """
    found: dict[str, dict[str, list[Verdict]]] = {}
    order = sorted(verdicts, key=lambda v: (v.case.module, v.case.mutant.number))
    for verdict in order:
        topic = found.setdefault(verdict.case.module, {"": []})
        topic[""].append(verdict)
        topic.setdefault(verdict.case.mutant.owner, []).append(verdict)
    return {
        module: {owner: Rate.of(every) for owner, every in topic.items()}
        for module, topic in found.items()
    }


def report(verdicts: Sequence[Verdict], notes: Sequence[str] = ()) -> str:
    """Write what was found: rates, survivors with the changed line, stale entries.

    Args:
        verdicts: All of them, explained.
        notes: What `stale` says.
    """
    lines = []
    for module, topic in by_topic(verdicts).items():
        lines.append(f"{module:<28} {topic['']}")
        lines += [f"  {owner:<26} {rate}" for owner, rate in topic.items() if owner]
    left = [verdict for verdict in verdicts if not verdict.killed and not verdict.reason]
    if left:
        lines += ["", "Survivors that nothing explains:"]
    for verdict in sorted(left, key=lambda v: (v.case.module, v.case.mutant.number)):
        mutant = verdict.case.mutant
        lines += [
            f"  {verdict.case.module}.py:{mutant.number} ({mutant.owner})",
            f"    {mutant.line}",
            f"    {mutant.change}",
        ]
    if notes:
        lines += ["", f"Stale in {EQUIVALENTS.name}:", *(f"  {note}" for note in notes)]
    return "\n".join(lines)


def figures(verdicts: Sequence[Verdict]) -> dict[str, object]:
    """The same as plain data, for JSON."""
    return {
        "rates": {
            module: {
                owner or "all": {
                    "killed": rate.killed,
                    "total": rate.total,
                    "equivalent": rate.equivalent,
                    "timeouts": rate.timeouts,
                    "share": rate.share,
                }
                for owner, rate in topic.items()
            }
            for module, topic in by_topic(verdicts).items()
        },
        "survivors": [
            {
                "topic": verdict.case.module,
                "task": verdict.case.mutant.owner,
                "number": verdict.case.mutant.number,
                "line": verdict.case.mutant.line,
                "change": verdict.case.mutant.change,
                "reason": verdict.reason,
            }
            for verdict in verdicts
            if not verdict.killed
        ],
    }


def enough(verdicts: Sequence[Verdict]) -> bool:
    """Whether the checks of every topic notice enough of the mutants that they can."""
    return all(topic[""].share >= ENOUGH for topic in by_topic(verdicts).values())
