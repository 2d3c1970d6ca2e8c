"""The learner's progress as pages show it: what the checks saved, kept up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app import hosted
from grader import hosting, progress
from grader.progress import State, TaskProgress
from grader.topics import TOPICS, Task, Topic

# Shape and words carry the state; nothing rests on color.
MARKS = {State.DONE: "●", State.FAILING: "▲", State.TODO: "○"}
WORDS = {State.DONE: "done", State.FAILING: "needs work", State.TODO: "to do"}


@dataclass(frozen=True)
class TopicProgress:
    """How far a learner is in one topic.

    Attributes:
        topic: The topic.
        tasks: Each task with what its last check found; None if it was never checked.
    """

    topic: Topic
    tasks: tuple[tuple[Task, TaskProgress | None], ...]

    @property
    def done(self) -> int:
        """Number of tasks done."""
        return sum(state(found) is State.DONE for _, found in self.tasks)

    @property
    def summary(self) -> str:
        """Progress in words and shapes, e.g. "●●▲○○○  2 of 6 tasks done"."""
        marks = "".join(MARKS[state(found)] for _, found in self.tasks)
        return f"{marks}  {self.done} of {len(self.tasks)} tasks done"


@dataclass(frozen=True)
class NextStep:
    """What to do next.

    Attributes:
        topic: The topic it belongs to.
        task: The task.
        file: The file to open, from the project's folder.
        command: The command that checks it.
        how: Where to write it and how to check it, in a sentence; "then run" is the last of it
            where the command does that.
    """

    topic: Topic
    task: Task
    file: str
    command: str
    how: str


def state(found: TaskProgress | None) -> State:
    """The state of a task; one that was never checked is to do."""
    return State.TODO if found is None else found.state


def of_topic(topic: Topic, found: Mapping[str, TaskProgress]) -> TopicProgress:
    """Join a topic's tasks with what the checks found."""
    return TopicProgress(topic, tuple((task, found.get(task.name)) for task in topic.tasks))


def saved() -> Mapping[str, TaskProgress]:
    """What the checks found last, by task: on the disk, or in this session of a class."""
    session = hosted.session()
    return progress.load() if session is None else session.progress


def of_course() -> tuple[TopicProgress, ...]:
    """Read the progress in every topic."""
    found = saved()
    return tuple(of_topic(topic, found) for topic in TOPICS)


def next_step() -> NextStep | None:
    """The first task that is not done, or None at the end of the course."""
    found = progress.next_task(saved())
    if found is None:
        return None
    topic, name = found
    file = f"exercises/{topic.module}.py"
    if hosting.is_hosted():
        how = f"Write `{name}` under **Build**, and check it there."
    else:
        how = f"Write `{name}` in `{file}`, then run"
    return NextStep(topic, topic.task(name), file, command(name), how)


def command(task: str) -> str:
    """The command that runs a task's checks."""
    return f"hyperlings check {task}"


@dataclass
class Rechecker:
    """Runs the checks of topics whose file has changed since, one at a time, in the background.

    The checks run in a process of their own, which saves what it finds; pages see the saved file
    change (see `app.watch`).

    Attributes:
        after: Called before each run, in the background; returns when the machine has time for it.
    """

    after: Callable[[], object]
    _tried: set[tuple[str, str]] = field(default_factory=set)
    _running: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def refresh_all(self) -> None:
        """Refresh every topic; see `refresh`."""
        for topic in TOPICS:
            self.refresh(topic)

    def refresh(self, topic: Topic) -> bool:
        """Begin to re-check a topic if its file has changed since it was last checked.

        A file that was tried once is not tried again until it changes: checks that cannot be saved
        would otherwise run for ever.

        Returns:
            Whether a re-check is running now.
        """
        if hosting.is_hosted():  # no file here is a learner's
            return False
        from app.own_code import module_path

        if not progress.stale(topic):
            return topic.module in self._running
        key = (topic.module, progress.source_hash(module_path(topic)))
        with self._lock:
            if topic.module in self._running:
                return True
            if key in self._tried or not key[1]:
                return False
            self._tried.add(key)
            self._running.add(topic.module)
        threading.Thread(target=self._run, args=(topic,), name="recheck", daemon=True).start()
        return True

    def _run(self, topic: Topic) -> None:
        try:
            self.after()
            with self._turn:
                progress.recheck(topic)
        finally:
            with self._lock:
                self._running.discard(topic.module)
