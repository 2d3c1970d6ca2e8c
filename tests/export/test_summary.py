"""What a class adds up to, against numbers counted by hand."""

from __future__ import annotations

from collections.abc import Callable

from grader.export.numbers import percent, plain
from grader.export.summary import summarize
from grader.report import Diagnosis, Report

MakeReport = Callable[..., Report]
LOG_LATE = Diagnosis("log-after-uniform", "You took the log too late.")


def test_each_task_counts_its_outcomes_and_its_mean_share(report: MakeReport) -> None:
    ends = ["passed", "partial", "failed", "error", "timeout", "not_attempted", "not_graded"]
    (topic,) = summarize([report(f"s{place}", "4", (end,)) for place, end in enumerate(ends)])

    task = topic.tasks[0]
    assert (task.passed, task.partial, task.failed) == (1, 1, 3)
    assert (task.not_begun, task.not_graded) == (1, 1)
    # 10 and 5 of 10 points, then four times none; the one not graded counts nowhere.
    assert task.facility == 1.5 / 6


def test_the_histogram_has_full_marks_in_the_last_bin_and_exact_tenths_in_their_own(
    report: MakeReport,
) -> None:
    failed = ("failed",)
    (topic,) = summarize(
        [
            report("full", "4"),  # 60 of 60
            report("none", "4", failed * 6),
            report("half", "4", failed * 3),  # exactly 50%: in the bin from 50%
            report("lost", "4", ("not_graded",)),
        ]
    )

    assert topic.histogram == (1, 0, 0, 0, 0, 1, 0, 0, 0, 1)
    assert (topic.submissions, topic.judged, topic.median) == (4, 3, 30)


def test_misconceptions_are_counted_most_often_met_first(report: MakeReport) -> None:
    other = Diagnosis("off-by-one", "One too few.")
    (topic,) = summarize(
        [
            report("a", "4", ("failed",), diagnoses={"sample_loguniform": other}),
            report("b", "4", ("failed",), diagnoses={"sample_loguniform": LOG_LATE}),
            report("c", "4", ("failed",), diagnoses={"sample_loguniform": LOG_LATE}),
        ]
    )

    assert [(each.id, each.count) for each in topic.misconceptions] == [
        ("log-after-uniform", 2),
        ("off-by-one", 1),
    ]


def test_topics_come_in_the_courses_order_and_only_where_handed_in(report: MakeReport) -> None:
    assert [each.topic.number for each in summarize([report("a", "4"), report("b", "2")])] == [2, 4]
    assert summarize([]) == ()


def test_a_class_that_was_not_judged_has_no_median_and_no_share(report: MakeReport) -> None:
    (topic,) = summarize([report("a", "4", ("not_graded",) * 6)])

    assert topic.median is None
    assert topic.tasks[0].facility is None


def test_numbers_are_written_without_needless_zeros() -> None:
    written = [plain(value) for value in (0.0, 2.0, 12.5, 1 / 3, 100.0)]
    assert written == ["0", "2", "12.5", "0.33", "100"]
    assert [percent(value) for value in (0.0, 0.625, 1.0, None)] == ["0%", "62%", "100%", "\u2013"]
