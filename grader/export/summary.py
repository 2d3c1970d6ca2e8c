"""What a class's reports add up to: pure numbers, ready to be drawn."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.report import Report, Status, TaskResult
from grader.topics import TOPICS, Topic

BINS = 10
FEWEST = 10  # submissions, below which a correlation is mostly chance


@dataclass(frozen=True)
class TaskSummary:
    """One task over a class.

    Attributes:
        task: The task's name.
        title: What it does.
        passed: How many passed it.
        partial: How many earned some of its points.
        failed: How many failed it, by an error or a timeout too.
        not_begun: How many have not begun it.
        not_graded: How many could not be judged.
        facility: Mean share of its points over those judged; None where there are none.
        discrimination: Correlation of its points with those of the topic's other tasks, over the
            submissions judged whole, -1 to 1; None below `FEWEST` of them, and where either is
            the same for all.
    """

    task: str
    title: str
    passed: int
    partial: int
    failed: int
    not_begun: int
    not_graded: int
    facility: float | None
    discrimination: float | None


@dataclass(frozen=True)
class MisconceptionCount:
    """A misconception that was recognized.

    Attributes:
        task: The task.
        id: The misconception's name.
        message: What it is, and the way out of it.
        count: How many submissions showed it.
    """

    task: str
    id: str
    message: str
    count: int


@dataclass(frozen=True)
class TopicSummary:
    """One topic over a class.

    Attributes:
        topic: The topic.
        submissions: How many there are.
        judged: How many of them were judged whole; the scores below are theirs.
        late: How many were handed in late.
        not_graded: Those not judged whole, by student, with the reason.
        unreadable: Those whose file could not be judged as it stands, likewise.
        max_score: Points that a right submission gets.
        median: Median score; None where none was judged.
        histogram: Submissions by share of the points, (BINS,): the first bin holds
            0 <= share < 0.1, the last 0.9 <= share <= 1.
        tasks: In the topic's order.
        misconceptions: Most often met first.
    """

    topic: Topic
    submissions: int
    judged: int
    late: int
    not_graded: tuple[tuple[str, str], ...]
    unreadable: tuple[tuple[str, str], ...]
    max_score: float
    median: float | None
    histogram: tuple[int, ...]
    tasks: tuple[TaskSummary, ...]
    misconceptions: tuple[MisconceptionCount, ...]


def summarize(reports: Sequence[Report]) -> tuple[TopicSummary, ...]:
    """Sum up a class, topic by topic, in the course's order."""
    by_topic = [
        (topic, [report for report in reports if report.topic == topic.module]) for topic in TOPICS
    ]
    return tuple(_topic(topic, some) for topic, some in by_topic if some)


def _topic(topic: Topic, reports: Sequence[Report]) -> TopicSummary:
    judged = [report for report in reports if report.graded]
    bins = Counter(_bin(report.score, report.max_score) for report in judged)
    results = [result for report in reports for result in report.tasks]
    return TopicSummary(
        topic=topic,
        submissions=len(reports),
        judged=len(judged),
        late=sum(report.late for report in reports),
        not_graded=tuple((each.student, _why(each)) for each in reports if not each.graded),
        unreadable=tuple((each.student, each.problem) for each in reports if each.problem),
        max_score=max(report.max_score for report in reports),
        median=statistics.median(report.score for report in judged) if judged else None,
        histogram=tuple(bins[place] for place in range(BINS)),
        tasks=tuple(_task(task.name, task.title, reports) for task in topic.tasks),
        misconceptions=_misconceptions(results),
    )


def _bin(score: float, max_score: float) -> int:
    # Rounded first: 0.3 of the points must not fall below 3 bins by a float's last bit.
    return min(int(round(BINS * score / max_score, 9)), BINS - 1) if max_score else 0


def _task(name: str, title: str, reports: Sequence[Report]) -> TaskSummary:
    results = [result for report in reports for result in report.tasks if result.task == name]
    count = Counter(result.status for result in results)
    shares = [
        result.points / result.max_points
        for result in results
        if result.status is not Status.NOT_GRADED and result.max_points
    ]
    return TaskSummary(
        task=name,
        title=title,
        passed=count[Status.PASSED],
        partial=count[Status.PARTIAL],
        failed=count[Status.FAILED] + count[Status.ERROR] + count[Status.TIMEOUT],
        not_begun=count[Status.NOT_ATTEMPTED],
        not_graded=count[Status.NOT_GRADED],
        facility=statistics.fmean(shares) if shares else None,
        discrimination=_item_rest(name, [report for report in reports if report.graded]),
    )


def _item_rest(name: str, reports: Sequence[Report]) -> float | None:
    """Correlate a task's points with those of all others: with itself, any task would correlate."""
    both = [
        (result.points, report.score - result.points)
        for report in reports
        for result in report.tasks
        if result.task == name
    ]
    if len(both) < FEWEST:
        return None
    points, rest = zip(*both, strict=True)
    try:
        return statistics.correlation(points, [round(each, 6) for each in rest])
    except statistics.StatisticsError:  # one of them is the same for all
        return None


def _why(report: Report) -> str:
    """Say why a report's first task without a judgement has none."""
    said = [each.messages for each in report.tasks if each.status is Status.NOT_GRADED]
    return said[0][0] if said and said[0] else ""


def _misconceptions(results: Sequence[TaskResult]) -> tuple[MisconceptionCount, ...]:
    met = Counter(
        (result.task, result.diagnosis.id, result.diagnosis.message)
        for result in results
        if result.diagnosis
    )
    ordered = sorted(met.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        MisconceptionCount(task, identity, message, count)
        for (task, identity, message), count in ordered
    )
