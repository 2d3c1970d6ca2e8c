"""What grading a submission gives: frozen values, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

SCHEMA = 1


class Status(StrEnum):
    """How a task ended."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    ERROR = "error"
    TIMEOUT = "timeout"
    NOT_ATTEMPTED = "not_attempted"
    NOT_GRADED = "not_graded"


@dataclass(frozen=True)
class Diagnosis:
    """A named misconception that explains a task's outputs.

    Attributes:
        id: The misconception's name, e.g. "uniform-between-bounds".
        message: What was done, and the way out of it.
    """

    id: str
    message: str


@dataclass(frozen=True)
class TaskResult:
    """The outcome of one task.

    Attributes:
        task: The task's name.
        points: Points earned, 0 <= points <= max_points.
        max_points: Points of all its hidden checks together.
        status: How it ended.
        diagnosis: The misconception recognized, if any.
        messages: One sentence a failed check, fit to be shown to the learner.
        seconds: Wall-clock time spent on it.
    """

    task: str
    points: float
    max_points: float
    status: Status
    diagnosis: Diagnosis | None = None
    messages: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """The outcome of one submission in one topic.

    Attributes:
        student: Whose it is: the file's folder, or its stem.
        topic: The topic's module, e.g. "ex02_manual_tuning".
        file: The path as given on the command line.
        sha256: Hash of the submission's bytes, hex; "" where it could not be read.
        seed: Seed of the fresh inputs; the same seed replays them.
        device: "cpu" or "cuda".
        tier: Isolation the code ran in: "A", "B" or "C".
        tasks: One result a task, in the topic's order.
        problem: One sentence where the file as a whole could not be judged as it stands.
        identifier: The learning platform's own number of the student; "" where none is known.
        late: Whether the platform marked the file as handed in late.
        edition: Hash of the checks that judged; see `grader.edition`. "" where it is not known.
    """

    student: str
    topic: str
    file: str
    sha256: str
    seed: int
    device: str
    tier: str
    tasks: tuple[TaskResult, ...] = field(default=())
    problem: str | None = None
    identifier: str = ""
    late: bool = False
    edition: str = ""

    @property
    def score(self) -> float:
        """Points over all tasks."""
        return sum(task.points for task in self.tasks)

    @property
    def max_score(self) -> float:
        """Points that a right submission gets."""
        return sum(task.max_points for task in self.tasks)

    @property
    def graded(self) -> bool:
        """Whether every task was judged, whatever its marks."""
        return all(task.status is not Status.NOT_GRADED for task in self.tasks)

    def to_json(self) -> dict[str, Any]:
        """Return the object that one line of `results.jsonl` holds."""
        return {
            "schema": SCHEMA,
            "student": self.student,
            "identifier": self.identifier,
            "late": self.late,
            "topic": self.topic,
            "file": self.file,
            "sha256": self.sha256,
            "score": self.score,
            "max_score": self.max_score,
            "seed": self.seed,
            "device": self.device,
            "tier": self.tier,
            "edition": self.edition,
            "problem": self.problem,
            "tasks": [
                {
                    "task": task.task,
                    "points": task.points,
                    "max_points": task.max_points,
                    "status": str(task.status),
                    "diagnosis": task.diagnosis
                    and {"id": task.diagnosis.id, "message": task.diagnosis.message},
                    "messages": list(task.messages),
                    "seconds": round(task.seconds, 4),
                }
                for task in self.tasks
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """Read what `to_json` wrote.

        Raises:
            ValueError: If the object has another schema.
        """
        if data.get("schema") != SCHEMA:
            raise ValueError(f"`schema` must be {SCHEMA}, but got {data.get('schema')!r}.")
        return cls(
            student=data["student"],
            topic=data["topic"],
            file=data["file"],
            sha256=data["sha256"],
            seed=data["seed"],
            device=data["device"],
            tier=data["tier"],
            problem=data.get("problem"),
            identifier=data.get("identifier", ""),
            late=data.get("late", False),
            edition=data.get("edition", ""),
            tasks=tuple(
                TaskResult(
                    task=item["task"],
                    points=item["points"],
                    max_points=item["max_points"],
                    status=Status(item["status"]),
                    diagnosis=Diagnosis(**item["diagnosis"]) if item["diagnosis"] else None,
                    messages=tuple(item["messages"]),
                    seconds=item["seconds"],
                )
                for item in data["tasks"]
            ),
        )
