"""What is generated from solutions/: the exercises, and the recorded answers beside them.

An exercise file is also where a learner works, so it is overwritten only while it is still the
stub that was generated last; a hash of that one is kept beside the recorded answers.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from grader import fingerprints, markers
from grader.paths import exercises_dir, fingerprints_file, project_root, solutions_dir
from grader.topics import Topic

PRISTINE = Path(__file__).resolve().parent / "pristine"  # a learner's kit has its stubs there
_DIFF_LINES = 20
_DIFF_WIDTH = 140  # a line of recorded answers can be very long


class KitError(Exception):
    """Nothing can be generated; the text says why and what to do."""


@dataclass(frozen=True)
class Change:
    """A file that is not what solutions/ would make of it.

    Attributes:
        path: The file.
        before: What it holds, or None where it is missing.
        after: What it should hold.
        edited: Whether it holds someone's work, so that it must not be overwritten unasked.
    """

    path: Path
    before: str | None
    after: str
    edited: bool = False

    @property
    def name(self) -> str:
        """The path as seen from the project's root."""
        return shown(self.path)

    def diff(self) -> str:
        """Show what writing would change, as the first lines of a unified diff."""
        old = (self.before or "").splitlines()
        lines = list(difflib.unified_diff(old, self.after.splitlines(), n=1, lineterm=""))[2:]
        cut = [
            line if len(line) <= _DIFF_WIDTH else line[: _DIFF_WIDTH - 1] + "…" for line in lines
        ]
        more = len(cut) - _DIFF_LINES
        return "\n".join(cut[:_DIFF_LINES] + ([f"… and {more} more lines"] if more > 0 else []))


@dataclass(frozen=True)
class Plan:
    """What `hyperlings sync` has to do.

    Attributes:
        changes: Files to write.
        problems: What cannot be generated as it stands, and what to change.
    """

    changes: tuple[Change, ...]
    problems: tuple[str, ...]


def shown(path: Path) -> str:
    """Return a path as seen from the project's root, where it lies below it."""
    root = project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def stub_for(topic: Topic) -> str:
    """Return the exercise as a learner first finds it.

    Raises:
        KitError: If there is no solution to make it from, as in a learner's kit.
        MarkerError: If the solution's markers do not pair up.
    """
    _require_solutions()
    path = solutions_dir() / f"{topic.module}.py"
    if not path.is_file():
        raise KitError(f"{shown(path)} is missing. Write it, or take the topic off the registry.")
    text = markers.stub(path.read_text(encoding="utf-8"), shown(path))
    try:
        ast.parse(text)
    except SyntaxError as error:
        raise KitError(
            f"{shown(path)} leaves no valid stub: {error.msg} ({error.text!r})."
        ) from None
    return text


def start_of(topic: Topic) -> str:
    """Return the exercise as a learner first finds it, in a checkout or in a kit.

    Raises:
        KitError: If there is neither a solution to make it from nor a kit's own stub.
    """
    return _read(PRISTINE / f"{topic.module}.py") or stub_for(topic)


def reset(topic: Topic) -> Path | None:
    """Put a topic's exercise back to its start.

    Returns:
        Where the file that stood there is kept, or None if there was none or it was the same.

    Raises:
        KitError: If there is neither a solution to make the exercise from nor a kit's own stub.
    """
    text = start_of(topic)
    path = exercises_dir() / f"{topic.module}.py"
    if path.is_file() and _read(path) == text:
        return None
    backup = _back_up(path) if path.is_file() else None
    path.write_text(text, encoding="utf-8")
    return backup


def plan(topics: Sequence[Topic], *, step: Callable[[int], None] = lambda n: None) -> Plan:
    """Find what is not in step with solutions/; writes nothing.

    Args:
        topics: The topics to look at.
        step: Called with the number of probes recorded since the last time.

    Raises:
        KitError: If there is no solutions/ folder, as in a learner's kit.
    """
    from grader import recording  # brings what the reference imports

    _require_solutions()
    changes: list[Change] = []
    problems: list[str] = []
    sound: list[Topic] = []
    for topic in topics:
        try:
            changes += _stub_changes(topic)
            sound.append(topic)
        except (KitError, markers.MarkerError) as error:
            problems += str(error).splitlines()
    found = recording.record_each(sound, step=step)
    for topic, recorded in zip(sound, found, strict=True):
        if isinstance(recorded, recording.RecordingError):
            problems += str(recorded).splitlines()
        else:
            changes += _fingerprint_changes(topic, recorded)
    return Plan(tuple(changes), tuple(problems))


def write(changes: Iterable[Change], *, force: bool = False) -> list[Path]:
    """Write changes, leaving files with someone's work alone.

    Args:
        changes: What `plan` found.
        force: Whether to overwrite such work too, after putting a backup beside it.

    Returns:
        The backups made.
    """
    backups = []
    for change in changes:
        if change.edited and not force:
            continue
        if change.edited and change.path.is_file():
            backups.append(_back_up(change.path))
        change.path.parent.mkdir(parents=True, exist_ok=True)
        change.path.write_text(change.after, encoding="utf-8")
    return backups


def _require_solutions() -> None:
    if not solutions_dir().is_dir():
        raise KitError(
            "There is no solutions/ folder here: this is a learner's kit, and exercises are made "
            "from solutions. Do this in a full checkout."
        )


def _stub_changes(topic: Topic) -> list[Change]:
    text = stub_for(topic)
    path = exercises_dir() / f"{topic.module}.py"
    record = fingerprints_file(topic.module).with_suffix(".sha256")
    line = f"{_digest(text)}  exercises/{path.name}\n"  # as `sha256sum --check` reads it
    before, recorded = _read(path), _read(record)
    edited = before not in (None, text) and (recorded or "").split()[:1] != [_digest(before or "")]
    found = [Change(path, before, text, edited)] if before != text else []
    if recorded != line:
        found.append(Change(record, recorded, line))
    return found


def _fingerprint_changes(topic: Topic, recorded: fingerprints.Fingerprints) -> list[Change]:
    """Compare numbers within tolerance: other machines round otherwise."""
    path = fingerprints_file(topic.module)
    before = _read(path)
    if before is not None:
        try:
            if fingerprints.loads(before).agrees_with(recorded):
                return []
        except (ValueError, KeyError, TypeError):
            pass  # damaged, so written anew
    return [Change(path, before, fingerprints.dumps(recorded))]


def _back_up(path: Path) -> Path:
    folder = path.parent / ".hyperlings" / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        backup = folder / f"{path.stem}.{number}{path.suffix}"
        if not backup.exists():
            break
    backup.write_bytes(path.read_bytes())
    return backup


def _read(path: Path) -> str | None:
    """Return a file's text, or None where there is none; bytes that are no text differ from any."""
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
