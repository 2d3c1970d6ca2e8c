"""What a student's page says of each topic and task: pure values, ready for the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.export.names import file_name
from grader.export.text import prose, visible, without_paths
from grader.report import Report, Status, TaskResult
from grader.topics import TOPICS, Task, Topic

if TYPE_CHECKING:
    from markupsafe import Markup

_MOST_MESSAGES = 20  # a task has about eight checks
_AGAIN = "Not graded, through no fault of your code. It will be graded again."


@dataclass(frozen=True)
class TaskView:
    """One task of a page.

    Attributes:
        result: How it ended.
        title: What it does.
        diagnosis: The misconception recognized, if any.
        messages: What failed, a sentence a check.
        hints: From a nudge to nearly the answer; none where there is nothing to mend.
        section: Heading in the lesson to read again; "" where none is known.
    """

    result: TaskResult
    title: str
    diagnosis: Markup | None
    messages: tuple[Markup, ...]
    hints: tuple[Markup, ...]
    section: str

    @property
    def explained(self) -> bool:
        """Whether there is more to say than that it is right."""
        return bool(self.diagnosis or self.messages or self.hints)


@dataclass(frozen=True)
class TopicView:
    """One topic of a page.

    Attributes:
        report: What grading gave.
        topic: The topic; None where the course has none of that name any more.
        title: Its number and title.
        problem: What is wrong with the file as a whole, said once instead of at every task.
        tasks: In the topic's order.
        next: The task to do now; None where all are right, or where the file comes first.
    """

    report: Report
    topic: Topic | None
    title: str
    problem: Markup | None
    tasks: tuple[TaskView, ...]
    next: TaskView | None


def view(report: Report) -> TopicView:
    """Say what a student needs to know of one report.

    Nothing goes in that only the instructor should see: no folder of the grading machine, no
    reason why a sandbox failed, no seed (whoever has the checks could draw the inputs with it).
    """
    topic = next((topic for topic in TOPICS if topic.module == report.topic), None)
    known = {task.name: task for task in topic.tasks} if topic else {}
    problem = _problem(report)
    tasks = tuple(
        _task(result, known.get(result.task), report, explain=problem is None)
        for result in report.tasks
    )
    return TopicView(
        report=report,
        topic=topic,
        title=f"{topic.number}. {topic.title}" if topic else report.topic,
        problem=shown(problem, report) if problem else None,
        tasks=tasks,
        next=None if problem else _next(tasks, known),
    )


def shown(text: str, report: Report) -> Markup:
    """Render a message for the learner, without the folders of the grading machine."""
    text = visible(text.replace(report.file, file_name(report)) if report.file else text)
    return prose(without_paths(text))


def _problem(report: Report) -> str | None:
    if not report.graded and len({result.status for result in report.tasks}) == 1:
        return _AGAIN
    if report.problem:
        return report.problem
    said = {result.messages for result in report.tasks}
    if len(report.tasks) > 1 and len(said) == 1:
        return "\n".join(*said) or None
    return None


def _task(result: TaskResult, task: Task | None, report: Report, *, explain: bool) -> TaskView:
    said: Sequence[str] = result.messages
    if result.status is Status.NOT_GRADED:
        said = [_AGAIN]
    elif len(said) > _MOST_MESSAGES:
        said = [*said[:_MOST_MESSAGES], f"… and {len(said) - _MOST_MESSAGES} more like these."]
    stuck = explain and result.status not in (Status.PASSED, Status.NOT_GRADED)
    return TaskView(
        result=result,
        title=task.title if task else visible(result.task, 100),
        diagnosis=shown(result.diagnosis.message, report) if explain and result.diagnosis else None,
        messages=tuple(shown(each, report) for each in said) if explain else (),
        hints=tuple(prose(hint) for hint in task.hints) if task and stuck else (),
        section=task.section if task else "",
    )


def _next(tasks: Sequence[TaskView], known: dict[str, Task]) -> TaskView | None:
    """Choose the first task to mend whose siblings are right, or else the first to mend."""
    right = {each.result.task for each in tasks if each.result.status is Status.PASSED}
    left = [each for each in tasks if each.hints]
    ready = [each for each in left if right.issuperset(known[each.result.task].needs)]
    return next(iter(ready or left), None)
