"""A learner's progress: what the last run of the visible checks found, beside the exercises."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from grader.paths import exercises_dir
from grader.topics import TOPICS, Topic

_SCHEMA = 1


class State(StrEnum):
    """Where a task stands on the learner's machine."""

    DONE = "done"
    FAILING = "failing"
    TODO = "to do"


@dataclass(frozen=True)
class TaskProgress:
    """What the visible checks found of one task.

    Attributes:
        state: Where it stands.
        passed: Checks that passed.
        checks: Checks that there are.
        message: The first failure's text, or "".
        diagnosis: The misconception recognized, as told to the learner, or "".
        source: Hash of the module that was checked.
    """

    state: State
    passed: int
    checks: int
    message: str = ""
    diagnosis: str = ""
    source: str = ""


def source_hash(path: Path) -> str:
    """Hash a module's bytes; "" where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def load(exercises: Path | None = None) -> dict[str, TaskProgress]:
    """Read the saved progress by task; an unreadable file counts as none."""
    try:
        data = json.loads(_file(exercises or exercises_dir()).read_text(encoding="utf-8"))
        if data["schema"] != _SCHEMA:
            return {}
        return {
            name: TaskProgress(**{**item, "state": State(item["state"])})
            for name, item in data["tasks"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def save(found: Mapping[str, TaskProgress], exercises: Path | None = None) -> None:
    """Merge new findings into the saved progress, in one step, so that a kill loses nothing.

    Raises:
        OSError: If the folder cannot be written.
    """
    folder = exercises or exercises_dir()
    tasks = {name: asdict(item) for name, item in {**load(folder), **found}.items()}
    target = _file(folder)
    target.parent.mkdir(exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=target.parent, prefix="progress-", delete=False, encoding="utf-8"
    ) as draft:
        json.dump({"schema": _SCHEMA, "tasks": tasks}, draft, indent=1)
    os.replace(draft.name, target)


def stale(topic: Topic, exercises: Path | None = None) -> bool:
    """Tell whether a topic's module has changed since its tasks were last checked."""
    folder = exercises or exercises_dir()
    current = source_hash(folder / f"{topic.module}.py")
    saved = load(folder)
    return any(task.name not in saved or saved[task.name].source != current for task in topic.tasks)


def recheck(topic: Topic, exercises: Path | None = None, *, seconds: float = 120) -> bool:
    """Run a topic's visible checks in a process of their own, which saves what it finds.

    Returns:
        Whether the run came to its end; False if it was killed after `seconds`.
    """
    folder = exercises or exercises_dir()
    command = [sys.executable, "-m", "pytest", f"test_{topic.module}.py"]
    try:
        subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return True


def next_task(
    saved: Mapping[str, TaskProgress], topics: Sequence[Topic] = TOPICS
) -> tuple[Topic, str] | None:
    """Return a task begun and not done, or else the first not begun; None at the end."""
    tasks = [(topic, task.name) for topic in topics for task in topic.tasks]
    for wanted in (State.FAILING, State.TODO):
        for topic, name in tasks:
            state = saved[name].state if name in saved else State.TODO
            if state is wanted:
                return topic, name
    return None


def _file(exercises: Path) -> Path:
    return exercises / ".hyperlings" / "progress.json"
