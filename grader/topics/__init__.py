"""The registry: the only list of topics anywhere. Add a topic here, then run `hyperlings sync`."""

from __future__ import annotations

from grader.topics.ex02_manual_tuning import MANUAL_TUNING
from grader.topics.ex04_random_search import RANDOM_SEARCH
from grader.topics.ex05_bayesian_optimization import BAYESIAN_OPTIMIZATION
from grader.topics.ex06_cross_validation import CROSS_VALIDATION
from grader.topics.model import Task, Topic

__all__ = ["TOPICS", "Task", "Topic", "find_task", "find_topic"]

TOPICS: tuple[Topic, ...] = (
    MANUAL_TUNING,
    RANDOM_SEARCH,
    BAYESIAN_OPTIMIZATION,
    CROSS_VALIDATION,
)


def find_topic(name: str) -> Topic:
    """Find a topic by number ("2"), module, slug or file name ("ex02_manual_tuning.py").

    Raises:
        KeyError: If there is none; the message lists what there is.
    """
    wanted = name.removesuffix(".py").removesuffix(".ipynb").lower()
    for topic in TOPICS:
        if wanted in {topic.module, topic.slug, topic.module[:4], str(topic.number)}:
            return topic
    known = ", ".join(f"{topic.number} ({topic.module})" for topic in TOPICS)
    raise KeyError(f"There is no topic {name!r}. The topics are {known}.")


def find_task(name: str) -> tuple[Topic, Task]:
    """Find a task by its function name; names are unique over the course.

    Raises:
        KeyError: If there is none; the message lists what there is.
    """
    for topic in TOPICS:
        for task in topic.tasks:
            if task.name == name:
                return topic, task
    known = ", ".join(task.name for topic in TOPICS for task in topic.tasks)
    raise KeyError(f"There is no task {name!r}. The tasks are {known}.")
