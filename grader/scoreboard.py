"""The scoreboard, as lines of text: pytest's last section and `hyperlings progress` show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.progress import State, TaskProgress, next_task
from grader.topics import Topic

_MARKS = {State.DONE: "[x]", State.FAILING: "[!]", State.TODO: "[ ]"}


def scoreboard(topics: Sequence[Topic], saved: Mapping[str, TaskProgress]) -> Iterator[str]:
    """Write where each task stands, and what to do next.

    Args:
        topics: The topics to show.
        saved: Findings by task.

    Yields:
        Lines of at most 80 columns, without line ends.
    """
    for topic in topics:
        found = [saved.get(task.name) for task in topic.tasks]
        done = sum(item is not None and item.state is State.DONE for item in found)
        yield f"Topic {topic.number}: {topic.title} {_bar(done, len(found))} {done} of {len(found)}"
        for task, item in zip(topic.tasks, found, strict=True):
            state = item.state if item else State.TODO
            yield f"  {_MARKS[state]} {task.name:<20} {_standing(state, item)}"
        yield ""
    todo = next_task(saved, topics) or next_task(saved)
    if todo is None:
        yield "Everything is done. Well played."
    else:
        topic, name = todo
        verb = "mend" if name in saved and saved[name].state is State.FAILING else "write"
        yield f"Next: {verb} `{name}` in exercises/{topic.module}.py"
        yield f"Check it: hyperlings check {name}"
        yield f"Stuck? hyperlings hint {name}"


def _standing(state: State, item: TaskProgress | None) -> str:
    if item is None or state is State.TODO:
        return "to do"
    if state is State.DONE:
        return f"done, {item.passed} of {item.checks} checks"
    return f"{item.passed} of {item.checks} checks pass"


def _bar(done: int, total: int) -> str:
    return "[" + "#" * done + "." * (total - done) + "]"
