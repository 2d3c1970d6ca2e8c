"""`hyperlings grade`, run as an instructor runs it: real files, real sandbox."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.commands import grade as command
from grader.commands.grade import grade_command, table
from grader.paths import exercises_dir, solutions_dir
from grader.sandbox import tiers
from grader.sandbox.tiers import Isolation, Tier
from grader.topics import TOPICS

needs_sandbox = pytest.mark.skipif(
    tiers.detect().tier is Tier.C,
    reason="no isolation here: run in a Linux container or WSL2 with bubblewrap installed",
)


COMMAND = [sys.executable, "-c", "from grader.cli import main; main()"]


def grade(*arguments: object) -> Result:
    return CliRunner().invoke(grade_command, [str(each) for each in arguments])


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


@needs_sandbox
def test_solutions_get_full_marks_and_untouched_stubs_none(tmp_path: Path) -> None:
    done = grade(solutions_dir(), exercises_dir(), "--out", tmp_path / "out", "--seed", 11)

    assert done.exit_code == 0, done.output
    by_student: dict[str, list[dict[str, Any]]] = {"solutions": [], "exercises": []}
    for result in results(tmp_path / "out"):
        by_student[result["student"]].append(result)
    assert len(by_student["solutions"]) == len(by_student["exercises"]) == len(TOPICS)
    for result in by_student["solutions"]:
        assert result["score"] == result["max_score"] > 0
        assert {task["status"] for task in result["tasks"]} == {"passed"}
    for result in by_student["exercises"]:
        assert result["score"] == 0
        assert {task["status"] for task in result["tasks"]} == {"not_attempted"}
    assert {result["seed"] for result in results(tmp_path / "out")} == {11}
    assert "Seed: 11" in done.stdout
    assert re.search(r"solutions +ex02_manual_tuning +(\d+)/\1 +6 passed", done.stdout)
    assert re.search(r"exercises +ex04_random_search +0/\d+ +6 to do", done.stdout)
    with (tmp_path / "out" / "grades.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2 * len(TOPICS)
    pages = {page.name for page in (tmp_path / "out" / "feedback").iterdir()}
    assert pages == {"exercises.html", "solutions.html"}
    assert (tmp_path / "out" / "class.html").is_file()


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty; hand in the file"),
    "nul": (b"x = 1\0", "holds NUL bytes"),
    "latin": (b"x = '\xe9'", "is not UTF-8 text; save it as UTF-8"),
    "syntax": (b"def sample_loguniform(:\n", "line 1"),
    "exits": (b"import sys\nsys.exit(0)\n", "raised a SystemExit"),
    "quits": (b"import os\nos._exit(0)\n", "ended its process"),
    "raises": (b"1 / 0\n", "ZeroDivisionError"),
    "nothing": (b"x = 1\n", "has no function `sample_loguniform`"),
}


@needs_sandbox
def test_every_kind_of_bad_file_gets_its_sentence_and_the_good_one_its_marks(
    tmp_path: Path,
) -> None:
    subs = tmp_path / "subs"
    for student, (data, _) in BAD.items():
        (subs / student).mkdir(parents=True)
        (subs / student / "ex04.py").write_bytes(data)
    for student in ("broken", "folder", "good", "large", "link", "misnamed"):
        (subs / student).mkdir()
    (subs / "broken" / "ex04.ipynb").write_text('{"cells": [')
    (subs / "folder" / "ex04.py").mkdir()
    reference = solutions_dir() / "ex04_random_search.py"
    printing = b"print('PASSED ' * 10_000)\n" + reference.read_bytes().replace(b"\n", b"\r\n")
    future = printing.replace(b"print", b"\xef\xbb\xbfprint", 1)  # a byte order mark
    (subs / "good" / "EX04 (1).py").write_bytes(
        future.replace(b"from __future__ import annotations\r\n", b"")
    )
    with (subs / "large" / "ex04.py").open("wb") as file:
        file.truncate(50 << 20)
    (subs / "link" / "ex04.py").symlink_to(reference)
    (subs / "misnamed" / "homework.py").write_text("x = 1\n")
    said = {student: sentence for student, (_, sentence) in BAD.items()} | {
        "broken": "its JSON is broken",
        "folder": "is a folder; hand in the file itself.",
        "large": "has 50.0 MiB",
        "link": "symbolic link",
    }

    done = grade(subs, "--out", tmp_path / "out", "--seed", 5)

    assert done.exit_code == 0, done.output
    graded = {result["student"]: result for result in results(tmp_path / "out")}
    good = graded.pop("good")
    assert good["score"] == good["max_score"]
    assert graded.keys() == said.keys()
    for student, result in graded.items():
        assert result["score"] == 0
        messages = [message for task in result["tasks"] for message in task["messages"]]
        assert any(said[student] in message for message in messages), (student, messages[:2])
        assert len(messages) >= len(result["tasks"])
        assert any("ex04" in message for message in messages), (student, messages[:2])
    assert "misnamed/homework.py is not a topic's file; rename it" in done.stderr


@needs_sandbox
def test_one_seed_gives_one_result_in_one_process_and_in_two(tmp_path: Path) -> None:
    for student in ("a", "b"):
        (tmp_path / student).mkdir()
        shutil.copy(solutions_dir() / "ex04_random_search.py", tmp_path / student)
    command_line = [*COMMAND, "grade", "a", "b", "--seed", "3"]
    seen = []
    for jobs in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": str(Path(command.__file__).parents[2])}
        subprocess.run(
            [*command_line, "--out", f"out{jobs}", "--jobs", jobs],
            cwd=tmp_path,
            env=environment,
            check=True,
            capture_output=True,
        )
        lines = results(tmp_path / f"out{jobs}")
        for line in lines:
            for task in line["tasks"]:
                del task["seconds"]
        seen.append(lines)

    assert seen[0] == seen[1]
    assert len(seen[0]) == 2


@needs_sandbox
def test_resume_goes_on_with_the_seed_and_leaves_what_is_graded(tmp_path: Path) -> None:
    alice, bob = tmp_path / "alice", tmp_path / "bob"
    for folder in (alice, bob):
        folder.mkdir()
        (folder / "ex04.py").write_bytes(b"\0")  # refused unrun, which is fast
    out = tmp_path / "out"
    first = grade(alice, "--out", out)
    seed = results(out)[0]["seed"]

    again = grade(alice, bob, "--out", out)
    assert again.exit_code == 2
    assert "Pass --resume to go on with it, --force to throw it away" in again.stderr
    resumed = grade(alice, bob, "--out", out, "--resume")
    forced = grade(bob, "--out", out, "--force")

    assert (first.exit_code, resumed.exit_code, forced.exit_code) == (0, 0, 0)
    assert f"Seed: {seed}," in resumed.stdout
    assert "Graded now: 1." in resumed.stdout
    assert [line["student"] for line in results(out)] == ["bob"]
    assert [page.name for page in (out / "feedback").iterdir()] == ["bob.html"]


@needs_sandbox
def test_ctrl_c_ends_with_130_keeps_what_is_graded_and_leaves_no_process(tmp_path: Path) -> None:
    for student, source in (("a", "x = 1\n"), ("b", "while True: pass\n")):
        (tmp_path / student).mkdir()
        (tmp_path / student / "ex04.py").write_text(source)
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "grade", "a", "b", "--out", "out", "--jobs", "1"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(command.__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    journal = out / "results.jsonl"
    while not (journal.exists() and journal.read_bytes()) and process.poll() is None:
        pass
    process.send_signal(signal.SIGINT)
    stdout, _ = process.communicate(timeout=60)

    assert process.returncode == 130, stdout
    assert "go on with the same command and --resume" in stdout
    assert [line["student"] for line in results(out)] == ["a"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_wrong_usage_says_what_is_there_instead(tmp_path: Path) -> None:
    out = tmp_path / "out"

    unknown = grade(tmp_path, "--out", out, "--topic", "99")
    missing = grade(tmp_path / "nowhere", "--out", out, "--tier", "B", "--trust-submissions")
    bare = grade("--out", out)

    assert (unknown.exit_code, missing.exit_code, bare.exit_code) == (2, 2, 2)
    assert "There is no topic '99'. The topics are 1 (ex01_what_is_tuning)" in unknown.stderr
    assert "nowhere does not exist" in missing.stderr
    assert "Missing argument 'PATH...'" in bare.stderr
    assert not out.exists()


def test_cuda_without_a_gpu_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    done = grade(tmp_path, "--out", tmp_path / "out", "--device", "cuda", "--trust-submissions")

    assert done.exit_code == 2
    assert "--device cuda needs a GPU" in done.stderr


@pytest.fixture
def without_isolation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that can isolate nothing."""
    found = Isolation((Tier.C,), ("bubblewrap is not installed.",), None, 0, False, False)
    monkeypatch.setattr(tiers, "detect", lambda: found)


@pytest.mark.usefixtures("without_isolation")
def test_without_isolation_nothing_runs_unless_the_submissions_are_trusted(tmp_path: Path) -> None:
    refused = grade(solutions_dir(), "--out", tmp_path / "out")
    asked = grade(solutions_dir(), "--out", tmp_path / "out", "--tier", "A")

    assert (refused.exit_code, asked.exit_code) == (2, 2)
    assert "container or in WSL2, or pass --trust-submissions" in " ".join(refused.stderr.split())
    assert "cannot give tier A: bubblewrap is not installed." in " ".join(asked.stderr.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("without_isolation")
def test_trusted_submissions_are_graded_in_tier_c_and_it_is_written_down(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / "ex04.py").write_text("x = 1\n")

    done = grade(tmp_path / "alice", "--out", tmp_path / "out", "--trust-submissions")

    assert done.exit_code == 0, done.output
    assert "Isolation: tier C (none, as you trust the submissions" in done.stdout
    assert [line["tier"] for line in results(tmp_path / "out")] == ["C"]


def test_a_table_fits_80_columns_and_aligns_its_numbers() -> None:
    head = ("student", "topic", "score", "tasks")
    rows = [
        ("a" * 60, "ex02_manual_tuning", "7/62", "3 passed, 3 to do"),
        ("bo", "ex04_random_search", "56/56", "6 passed"),
    ]

    assert table(head, rows) == [
        "student                   topic               score  tasks",
        "aaaaaaaaaaaaaaaaaaaaa...  ex02_manual_tuning   7/62  3 passed, 3 to do",
        "bo                        ex04_random_search  56/56  6 passed",
    ]


@needs_sandbox
def test_a_platforms_zip_is_graded_as_it_is_and_earlier_attempts_are_listed(
    tmp_path: Path,
) -> None:
    right = (solutions_dir() / "ex02_manual_tuning.py").read_text()
    download = tmp_path / "submissions.zip"
    with zipfile.ZipFile(download, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("leeann_101_5001_homework.py", "x = 1\n")
        archive.writestr("leeann_LATE_101_5007_homework-1.py", right)
        archive.writestr("../evil.py", right)
    before = set(tmp_path.rglob("*"))

    done = grade(download, "--topic", 2, "--out", tmp_path / "out")

    assert done.exit_code == 0, done.output
    (result,) = results(tmp_path / "out")
    assert (result["student"], result["identifier"], result["late"]) == ("leeann", "101", True)
    assert result["score"] == result["max_score"] > 0
    assert result["file"] == f"{download}/leeann_LATE_101_5007_homework-1.py"
    assert (
        f"{download}/leeann_101_5001_homework.py passed over: an earlier attempt of leeann for "
        f"ex02_manual_tuning; {download}/leeann_LATE_101_5007_homework-1.py counts.\n"
    ) in done.stderr
    assert f"{download}/../evil.py has a name that leads out of the archive" in done.stderr
    assert re.search(r"leeann +ex02_manual_tuning +(\d+)/\1 +6 passed, late\n", done.stdout)
    written = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(tmp_path / "out") for path in written)
