"""What a class adds up to, against numbers counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grader.export.numbers import correlation, percent, plain
from grader.export.summary import FEWEST, summarize
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
    signed = [correlation(value) for value in (0.5, -0.305, -0.001, None)]
    assert signed == ["0.50", "\u22120.30", "0.00", "\u2013"]


def test_discrimination_correlates_a_task_with_all_the_others(report: MakeReport) -> None:
    # Of topic 4's six tasks, the first goes with the second; the third goes against both.
    strong = [("passed", "passed", "failed")] * 5
    weak = [("failed", "failed", "passed")] * 5
    (topic,) = summarize([report(f"s{at}", "4", ends) for at, ends in enumerate(strong + weak)])
    first, second, third, *rest = (task.discrimination for task in topic.tasks)

    # The rest of the first is 10 + 0 + 30 for the strong and 0 + 10 + 30 for the weak: no spread.
    assert first is None
    assert second is None
    # The rest of the third is 10 + 10 + 30 against 0 + 0 + 30, and its own points the other way.
    assert third == pytest.approx(-1)
    assert rest == [None] * 3  # all passed: nothing to correlate


def test_discrimination_against_a_correlation_by_hand(report: MakeReport) -> None:
    ends = [("passed", "passed")] * 4 + [("passed", "failed")] * 2 + [("failed", "failed")] * 4
    (topic,) = summarize([report(f"s{at}", "4", each) for at, each in enumerate(ends)])
    # Phi of the table 4, 2 / 0, 4: (4 * 4 - 2 * 0) / sqrt(6 * 4 * 4 * 6) = 16 / 24.
    assert topic.tasks[0].discrimination == pytest.approx(2 / 3)


def test_few_submissions_and_those_not_judged_tell_no_discrimination(report: MakeReport) -> None:
    ends = [("passed", "passed")] * 5 + [("failed", "failed")] * 4 + [("not_graded", "failed")]
    (topic,) = summarize([report(f"s{at}", "4", each) for at, each in enumerate(ends)])
    assert len(ends) == FEWEST
    assert topic.tasks[0].discrimination is None


def test_what_is_late_not_graded_or_unreadable_is_counted(report: MakeReport) -> None:
    (topic,) = summarize(
        [
            replace(report("a", "4"), late=True),
            report("b", "4", ("not_graded",)),
            report("c", "4", ("error",) * 6, problem="c.py is empty."),
        ]
    )
    assert topic.late == 1
    assert topic.not_graded == (("b", "Not graded, through no fault of the code: no sandbox."),)
    assert topic.unreadable == (("c", "c.py is empty."),)
