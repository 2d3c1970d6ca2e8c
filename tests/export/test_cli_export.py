"""`hyperlings export`, run as an instructor runs it, on the folder that grading wrote."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from grader.report import Report
from tests.export.small_class import SMALL_CLASS, report, two_tasks
from tests.export.test_gradescope import require_valid as require_results
from tests.export.test_junit import require_valid as require_junit

MOODLE = "Identifier,Full name,Grade\r\nParticipant 7,Ada,\r\nParticipant 9,Ben,3\r\n"
CANVAS = "Student,ID,Week 4 (12)\nAda,7,\nBen,9,\n"
ADA = report("Ada", *two_tasks(8, 4), identifier="7", late=True)
BEN = report("Ben", *two_tasks(8, 12), identifier="9")


def export(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


def marks(folder: Path, *reports: Report) -> Path:
    """Write results as grading does."""
    lines = [json.dumps(each.to_json()) for each in reports]
    (folder / "results.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder


def table(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode())
    return path


def test_junit_and_gradescope_take_a_folder_with_several_topics(tmp_path: Path) -> None:
    marks(tmp_path, *SMALL_CLASS)

    done = export("junit", tmp_path, "--to", tmp_path / "sub" / "report.xml")

    assert done.exit_code == 0, done.output
    assert "holds 4 test suites." in done.stdout
    assert len(require_junit((tmp_path / "sub" / "report.xml").read_text("utf-8"))) == 4
    assert export("junit", tmp_path, "--topic", "2").exit_code == 0
    assert len(require_junit((tmp_path / "junit.xml").read_text("utf-8"))) == 1
    assert export("gradescope", tmp_path).exit_code == 0
    found = sorted((tmp_path / "gradescope").rglob("results.json"))
    assert len(found) == 4
    for path in found:
        require_results(path.read_text("utf-8"))


def test_gradescope_for_one_student_by_name_or_number(tmp_path: Path) -> None:
    marks(tmp_path, ADA, BEN)

    done = export("gradescope", tmp_path, "--student", "9", "--leaderboard")

    assert done.exit_code == 0, done.output
    (only,) = (tmp_path / "gradescope").rglob("results.json")
    assert only.parts[-3:] == ("Ben", "ex04_random_search", "results.json")
    assert json.loads(only.read_text())["leaderboard"][0]["value"] == 20
    missing = export("gradescope", tmp_path, "--student", "Eve")
    assert missing.exit_code == 2
    assert "There is no result of Eve. There are those of Ada, Ben." in missing.stderr


def test_moodle_writes_a_copy_and_leaves_the_worksheet_alone(tmp_path: Path) -> None:
    marks(tmp_path, ADA, BEN)
    worksheet = table(tmp_path, MOODLE)

    done = export("moodle", tmp_path, "--worksheet", worksheet)

    assert done.exit_code == 0, done.output
    assert worksheet.read_bytes() == MOODLE.encode()
    assert (tmp_path / "moodle-ex04_random_search.csv").read_bytes() == (
        MOODLE.replace("Ada,", "Ada,12").replace("Ben,3", "Ben,20").encode()
    )
    assert "2 grades written." in done.stdout
    assert "1 grade of them replaced another." in done.stdout
    assert "Handed in late, with nothing taken off (1):\n  Ada" in done.stdout


def test_a_table_is_overwritten_only_when_asked(tmp_path: Path) -> None:
    marks(tmp_path, ADA, BEN)
    gradebook = table(tmp_path, CANVAS)
    command = ("canvas", tmp_path, "--gradebook", gradebook, "--assignment", "Week 4")

    refused = export(*command, "--to", gradebook)

    assert refused.exit_code == 2
    assert "Pass --in-place to fill that in." in refused.stderr
    assert gradebook.read_text() == CANVAS
    assert export(*command, "--in-place", "--to", tmp_path / "x.csv").exit_code == 2
    assert export(*command, "--in-place").exit_code == 0
    assert gradebook.read_text() == "Student,ID,Week 4 (12)\nAda,7,12\nBen,9,20\n"


def test_who_was_not_matched_is_listed_on_both_sides_and_the_rest_is_written(
    tmp_path: Path,
) -> None:
    marks(tmp_path, ADA, replace(BEN, identifier="99"))

    done = export("moodle", tmp_path, "--worksheet", table(tmp_path, MOODLE))

    assert done.exit_code == 1
    assert "No result for 1 row, left alone:\n  Ben\n" in done.stdout
    assert "Left out:\n  Ben, number 99, (subs/Ben/ex04_random_search.py) is in no row" in (
        done.stderr
    )
    assert b"Ada,12" in (tmp_path / "moodle-ex04_random_search.csv").read_bytes()


def test_where_nothing_matches_no_file_is_written(tmp_path: Path) -> None:
    marks(tmp_path, replace(ADA, identifier="1"))

    done = export("moodle", tmp_path, "--worksheet", table(tmp_path, MOODLE))

    assert done.exit_code == 1
    assert "No grade could be written, so no file was." in done.stderr
    assert not list(tmp_path.glob("moodle*"))


@pytest.mark.parametrize(
    "command",
    [
        ("moodle", "--worksheet"),
        ("canvas", "--assignment", "Week 4", "--gradebook"),
    ],
)
def test_several_topics_are_listed_where_a_column_holds_one(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    marks(tmp_path, *SMALL_CLASS)
    verb, *options = command

    done = export(verb, tmp_path, *options, table(tmp_path, MOODLE))

    assert done.exit_code == 2
    assert "Choose one:\n  --topic ex02_manual_tuning\n  --topic ex04_random_search" in done.stderr


def test_the_last_of_two_results_of_one_file_counts(tmp_path: Path) -> None:
    marks(tmp_path, ADA, replace(ADA, tasks=two_tasks(8, 12)))

    assert export("moodle", tmp_path, "--worksheet", table(tmp_path, MOODLE)).exit_code == 0
    assert b"Ada,20\r\n" in (tmp_path / "moodle-ex04_random_search.csv").read_bytes()


def test_nbgrader_writes_a_gradebook_beside_the_results(tmp_path: Path) -> None:
    pytest.importorskip("nbgrader")
    marks(tmp_path, ADA, BEN)

    done = export("nbgrader", tmp_path, "--assignment", "Week 4")

    assert done.exit_code == 0, done.output
    assert "2 submissions written, to Week 4." in done.stdout
    assert "(1):\n  Ada" in done.stdout
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as base:
        assert base.execute("select sum(auto_score) from grade").fetchall() == [(32.0,)]
        assert base.execute("select name from assignment").fetchall() == [("Week 4",)]
        assert base.execute("select count(*) from alembic_version").fetchall() == [(1,)]


def test_wrong_usage_is_said_in_a_sentence(tmp_path: Path) -> None:
    nowhere = export("junit", tmp_path)
    assert nowhere.exit_code == 2
    assert "has no results.jsonl. DIR is the folder that `hyperlings grade" in nowhere.stderr
    marks(tmp_path, ADA)
    assert "There is no topic '99'." in export("junit", tmp_path, "--topic", "99").stderr
    other = export("junit", tmp_path, "--topic", "2")
    assert "has no such results; it has ex04_random_search." in other.stderr
    torn = tmp_path / "results.jsonl"
    torn.write_text(f"nonsense\n{torn.read_text()}")
    assert "results.jsonl:1 is not a result" in export("junit", tmp_path).stderr


def test_the_autograder_is_written_where_asked_and_unknown_topics_are_not(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "autograder.zip"

    done = export("gradescope-autograder", "--topic", "2", "--to", target)

    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"PK")
    assert "grades ex02_manual_tuning." in done.stdout
    assert export("gradescope-autograder", "--topic", "x", "--to", target).exit_code == 2
