"""What a topic and a task are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One function (or class) that a learner writes.

    Attributes:
        name: The name the learner defines, which is also what `pytest -k` and the CLI take.
        title: What it does, as a short imperative line.
        hints: Three hints, from a nudge to nearly the answer; shown one at a time.
        needs: Tasks of the same topic that a natural solution calls.
        section: Heading in the topic's lesson of what it is about.
    """

    name: str
    title: str
    hints: tuple[str, str, str]
    needs: tuple[str, ...] = ()
    section: str = ""


@dataclass(frozen=True)
class Topic:
    """One lesson with its module of tasks.

    Attributes:
        number: Position in the course, from 1.
        slug: The page's address in the app, e.g. "manual-tuning".
        module: The module's name without ".py", e.g. "ex02_manual_tuning".
        title: The page's title.
        summary: One sentence on what the learner takes away.
        lesson: File name of the lesson in docs/.
        tasks: The tasks, in the order in which they are best done.
        menu: What the app's menu calls it, where the title would take too much of the row.
    """

    number: int
    slug: str
    module: str
    title: str
    summary: str
    lesson: str
    tasks: tuple[Task, ...]
    menu: str = ""

    @property
    def menu_title(self) -> str:
        """What the app's menu calls it."""
        return self.menu or self.title

    def task(self, name: str) -> Task:
        """Return the task of that name.

        Raises:
            KeyError: If this topic has no such task.
        """
        for task in self.tasks:
            if task.name == name:
                return task
        raise KeyError(f"{self.module} has no task {name!r}")
