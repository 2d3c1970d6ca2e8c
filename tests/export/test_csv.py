"""`grades.csv` as a spreadsheet reads it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.export.csv import write_grades
from grader.report import Report

MakeReport = Callable[..., Report]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_holds_the_score_and_each_tasks_points_and_status(
    tmp_path: Path, report: MakeReport
) -> None:
    write_grades([report("alice", "4", ("partial", "not_attempted"))], tmp_path / "grades.csv")

    (row,) = rows(tmp_path / "grades.csv")
    assert row["student"] == "alice"
    assert row["topic"] == "ex04_random_search"
    assert (row["score"], row["max_score"]) == ("45", "60")
    assert row["sample_loguniform:points"] == "5"
    assert row["sample_loguniform:status"] == "partial"
    assert row["sample_configs:status"] == "not_attempted"
    assert row["best_so_far:points"] == "10"
    assert (row["tier"], row["device"], row["seed"]) == ("A", "cpu", "20260101")


def test_topics_share_a_table_and_leave_each_others_tasks_blank(
    tmp_path: Path, report: MakeReport
) -> None:
    write_grades([report("a", "2"), report("a", "4")], tmp_path / "grades.csv")

    first, second = rows(tmp_path / "grades.csv")
    assert (first["smooth:points"], first["prob_hit:points"]) == ("10", "")
    assert (second["smooth:points"], second["prob_hit:points"]) == ("", "10")
    names = list(first)
    assert names.index("lr_schedule:points") < names.index("sample_loguniform:points")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x","y")'])
def test_names_that_a_spreadsheet_would_run_are_defused(
    tmp_path: Path, report: MakeReport, name: str
) -> None:
    write_grades([report(name)], tmp_path / "grades.csv")

    assert rows(tmp_path / "grades.csv")[0]["student"] == f"'{name}"


def test_commas_quotes_and_umlauts_come_back_whole(tmp_path: Path, report: MakeReport) -> None:
    write_grades([report('Zoë, "Z"')], tmp_path / "grades.csv")

    assert rows(tmp_path / "grades.csv")[0]["student"] == 'Zoë, "Z"'
