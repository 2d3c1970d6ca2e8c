"""A hostile submission as data: `cases/<group>/<name>.py`, whose head says what must come out.

    # expected_best -> error: exited with status 0
    import os
    def expected_best(scores, n): os._exit(0)

The file is appended to the topic's reference, so every task that it does not write over is right
and must get full marks. Lines of its head, each a comment:

    # TASK -> STATUS: FRAGMENT   the task's status, and a piece of one of its messages; "*" is every
                                 task. A status other than passed and partial means no points.
    # topic: ex03_grid_search    another topic than the first
    # uses: forge                put `helpers/forge.py` before it
    # seconds: 1                 a shorter deadline for the first task named, which loops
    # callbacks: 500             fewer calls to the check's objects for that task
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.paths import solutions_dir
from grader.report import Status

HERE = Path(__file__).parent
_EXPECTED = re.compile(r"# (\w+|\*) -> (\w+)(?:: (.+))?")
_OPTION = re.compile(r"# (topic|uses|seconds|callbacks): (\S+)")


@dataclass(frozen=True)
class Expected:
    """What must become of a task.

    Attributes:
        status: Its status.
        fragment: A piece of one of its messages, "" where nothing need be said.
    """

    status: Status
    fragment: str = ""


@dataclass(frozen=True)
class Case:
    """One hostile submission.

    Attributes:
        name: Its folder and file, e.g. "exits/hard_exit_in_a_call".
        topic: The topic's module.
        source: The whole submission.
        expected: By task; "*" stands for every task.
        seconds: The longest deadline of the first task in `expected`, None for the real ones.
        callbacks: The most calls to the check's objects in that task, None for the real limit.
    """

    name: str
    topic: str
    source: str
    expected: Mapping[str, Expected]
    seconds: float | None
    callbacks: int | None

    def outcome(self, task: str) -> Expected:
        """What must become of one task: full marks unless the head says otherwise."""
        fallback = self.expected.get("*", Expected(Status.PASSED))
        return self.expected.get(task, fallback)


def read_cases() -> list[Case]:
    """All of them, in the order of their names."""
    return [read_case(path) for path in sorted(HERE.glob("cases/*/*.py"))]


def read_case(path: Path) -> Case:
    """Read one.

    Raises:
        ValueError: If its head says nothing, or something unknown.
    """
    expected: dict[str, Expected] = {}
    options = {"topic": "ex01_what_is_tuning", "uses": ""}
    text = path.read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if found := _EXPECTED.fullmatch(line):
            task, status, fragment = found.groups()
            expected[task] = Expected(Status(status), fragment or "")
        elif found := _OPTION.fullmatch(line):
            options[found[1]] = found[2]
    if not expected:
        raise ValueError(f"{path} must begin with a line such as '# expected_best -> error'.")
    helper = f"{HERE / 'helpers' / options['uses']}.py"
    parts = [solutions_dir() / f"{options['topic']}.py", *([helper] if options["uses"] else [])]
    return Case(
        name=f"{path.parent.name}/{path.stem}",
        topic=options["topic"],
        source="\n\n".join([*(Path(part).read_text(encoding="utf-8") for part in parts), text]),
        expected=expected,
        seconds=float(options["seconds"]) if "seconds" in options else None,
        callbacks=int(options["callbacks"]) if "callbacks" in options else None,
    )
