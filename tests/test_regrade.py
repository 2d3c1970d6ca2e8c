"""`hyperlings regrade`: what changed is named, with the reason, and nothing else is touched."""

from __future__ import annotations

import csv
import functools
import importlib
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.batch import grade_all
from grader.commands import regrade
from grader.commands.grade import grade_command
from grader.journal import read, write_reports
from grader.judging import Setup
from grader.report import Diagnosis, Report, Status
from grader.sandbox import tiers
from grader.sandbox.tiers import Tier
from grader.submission import find

TESTS = Path(__file__).parent
needs_sandbox = pytest.mark.skipif(
    tiers.detect().tier is Tier.C,
    reason="no isolation here: run in a Linux container or WSL2 with bubblewrap installed",
)
RESULTS = Path("marks", "results.jsonl")
STUDENTS = ("ada", "bo", "cleo", "dan", "eve", "fay")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(regrade.regrade_command, ["marks", *arguments])


def rewritten(student: str, change: Callable[[Report], Report]) -> None:
    """Change what a student's report says, as if it had come from another grading."""
    reports = read(RESULTS)
    write_reports(RESULTS, [change(each) if each.student == student else each for each in reports])


def calls() -> list[str]:
    path = Path("calls")
    lines = sorted(path.read_text().split()) if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """A class graded by the fake judge; then a file edited, checks changed, a file lost."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(TESTS))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    fake = importlib.import_module("fake_judging").fake
    monkeypatch.setattr(regrade, "grade_all", functools.partial(grade_all, judging=fake))
    for student in STUDENTS:
        Path("class", student).mkdir(parents=True)
        Path("class", student, "ex02.py").write_text("pass")
    tier = str(tiers.detect().tier)
    setup = Setup(seed=0, secret=b"a secret of sixteen bytes", tier=tier)
    grade_all(find(["class"]).submissions, setup, out=Path("marks"), judging=fake)
    Path("class", "bo", "ex02.py").write_text("wrong")
    Path("class", "eve", "ex02.py").unlink()
    rewritten("cleo", lambda each: replace(with_points(each, 0.5), edition="of last year"))
    rewritten("dan", lambda each: with_points(each, 0.0))
    rewritten("fay", lambda each: with_points(each, 1.0, messages=("Well done.",)))
    assert calls() == sorted(STUDENTS)
    return read(RESULTS)


def with_points(report: Report, points: float, messages: tuple[str, ...] = ()) -> Report:
    status = Status.PASSED if points == 1 else Status.PARTIAL if points else Status.FAILED
    diagnosis = None if points else Diagnosis("sign-flipped", "You moved the wrong way.")
    (task,) = report.tasks
    task = replace(task, points=points, status=status, diagnosis=diagnosis, messages=messages)
    return replace(report, tasks=(task,))


@needs_sandbox
@pytest.mark.usefixtures("marks")
def test_every_changed_mark_is_listed_with_its_reason_and_nothing_is_written() -> None:
    before = RESULTS.read_bytes()
    done = run("--json", "changes.json")

    assert done.exit_code == 1, done.output  # a file is gone
    assert RESULTS.read_bytes() == before
    assert calls() == ["ada", "bo", "cleo", "dan", "fay"]
    said = done.stdout
    assert "bo  ex02_manual_tuning  smooth  1/1 -> 0/1  (the code changed)\n" in said
    assert "    passed -> failed\n" in said
    assert "cleo  ex02_manual_tuning  smooth  0.5/1 -> 1/1  (the checks or the libraries " in said
    assert "dan  ex02_manual_tuning  smooth  0/1 -> 1/1  (same code, same seed, same checks" in said
    assert "    sign-flipped -> none\n" in said
    assert "fay  ex02_manual_tuning  smooth  1/1  (same code" in said
    assert "    - Well done.\n" in said
    assert "ada" not in said
    assert (
        "Graded again: 5. Marks that changed: 3. Marks that did not, with other words: 1." in said
    )
    assert "Nothing was written. To keep the new marks: hyperlings regrade marks --write" in said
    assert "class/eve/ex02.py is not there any more. The old result stays." in done.stderr
    assert "class/bo/ex02.py has changed since it was graded." in done.stderr
    data = json.loads(Path("changes.json").read_text())
    assert data["written"] is False
    assert data["gone"] == [
        {"file": "class/eve/ex02.py", "why": "class/eve/ex02.py is not there any more."}
    ]
    found = {each["student"]: each for each in data["changes"]}
    assert list(found) == ["bo", "cleo", "dan", "fay"]
    assert found["dan"]["points"] == [0.0, 1.0]
    assert found["dan"]["diagnosis"] == ["sign-flipped", None]
    assert found["dan"]["status"] == ["failed", "passed"]
    assert found["bo"]["sha256"][0] != found["bo"]["sha256"][1]


@needs_sandbox
def test_what_was_found_is_written_without_grading_again_and_the_lost_file_keeps_its_mark(
    marks: list[Report],
) -> None:
    run()
    calls()
    done = run("--write", "--resume")

    assert done.exit_code == 1, done.output
    assert calls() == []
    reports = {report.student: report for report in read(RESULTS)}
    assert {name: each.score for name, each in reports.items()} == {
        **dict.fromkeys(STUDENTS, 1.0),
        "bo": 0.0,
    }
    assert {name: each.seed for name, each in reports.items()} == {
        each.student: each.seed for each in marks
    }
    assert len({each.seed for each in marks}) == len(STUDENTS)
    with Path("marks", "grades.csv").open(encoding="utf-8-sig") as file:
        assert [row["student"] for row in csv.DictReader(file)] == list(STUDENTS)
    assert not Path("marks", "regrade").exists()
    assert "Written to marks." in done.stdout
    again = run()
    assert "Marks that changed: 0." in again.stdout


@needs_sandbox
@pytest.mark.usefixtures("marks")
def test_resume_judges_anew_what_other_checks_judged_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run()
    calls()
    monkeypatch.setattr(regrade, "edition", lambda module: "of tomorrow")
    run("--resume")

    assert calls() == ["ada", "bo", "cleo", "dan", "fay"]


@needs_sandbox
@pytest.mark.usefixtures("marks")
def test_what_could_not_be_graded_keeps_its_old_mark() -> None:
    Path("class", "ada", "ex02.py").write_text("hopeless")
    done = run("--write")

    assert done.exit_code == 1
    assert "Could not be graded: 1. The old results stay" in done.stdout
    reports = {report.student: report for report in read(RESULTS)}
    assert reports["ada"].score == 1
    assert reports["bo"].score == 0


def test_a_folder_without_results_or_files_is_named_with_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("marks").mkdir()
    empty = run("--trust-submissions")
    RESULTS.write_text("")
    nothing = run("--trust-submissions")
    RESULTS.write_text("no result\n\n")
    broken = run("--trust-submissions")

    assert (empty.exit_code, nothing.exit_code, broken.exit_code) == (2, 2, 1)
    assert "holds no results.jsonl: name the --out folder" in " ".join(empty.stderr.split())
    assert "Start this in the folder where `grade` was started" in " ".join(nothing.stderr.split())
    assert "results.jsonl:1 is not a result" in broken.stderr


@needs_sandbox
def test_the_real_grader_finds_no_change_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ada").mkdir()
    Path("ada", "ex01.py").write_text("def is_tunable(*args):\n    return None\n")
    graded = CliRunner().invoke(grade_command, ["ada", "--out", "marks"])
    assert graded.exit_code == 0, graded.output
    before = RESULTS.read_bytes()
    done = run()

    assert done.exit_code == 0, done.output
    assert "Graded again: 1. Marks that changed: 0. Marks that did not, with other words: 0" in (
        done.stdout
    )
    assert RESULTS.read_bytes() == before
    shutil.rmtree("ada")
    assert run().exit_code == 2


@needs_sandbox
def test_a_file_is_read_out_of_its_archive_again_even_if_a_manifest_chose_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(TESTS))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    fake = importlib.import_module("fake_judging").fake
    monkeypatch.setattr(regrade, "grade_all", functools.partial(grade_all, judging=fake))
    with zipfile.ZipFile("canvas.zip", "w") as archive:
        archive.writestr("adalovelace_7_1001_ex02.py", "pass")
        archive.writestr("adalovelace_7_1002_ex02-1.py", "wrong")
    Path("whose.csv").write_text(
        "file,student\ncanvas.zip/adalovelace_7_1001_ex02.py,adalovelace\n"
    )
    found = find(["canvas.zip"], manifest=Path("whose.csv"))
    setup = Setup(seed=0, tier=str(tiers.detect().tier))
    grade_all(found.submissions, setup, out=Path("marks"), judging=fake)
    [report] = read(RESULTS)
    assert (report.student, report.file, report.score) == (
        "adalovelace",
        "canvas.zip/adalovelace_7_1001_ex02.py",
        1,
    )
    done = run()
    assert done.exit_code == 0, done.output
    assert "Graded again: 1." in done.stdout
    assert "not there any more" not in done.stderr
