"""`pytest exercises` as a learner sees it, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.kit import stub_for
from grader.paths import exercises_dir
from grader.progress import State, load
from grader.topics import find_topic

MODULE = "ex02_manual_tuning"
RIGHT_SMOOTH = """

def smooth(losses, beta):
    if not 0 <= beta < 1:
        raise ValueError("beta")
    average, out = 0.0, []
    for step, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * float(loss)
        out.append(average / (1 - beta**step))
    return out
"""
UNCORRECTED_SMOOTH = RIGHT_SMOOTH.replace(" / (1 - beta**step)", "")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "exercises"
    folder.mkdir()
    for name in (f"test_{MODULE}.py", "pytest.ini"):
        (folder / name).write_bytes((exercises_dir() / name).read_bytes())
    (folder / f"{MODULE}.py").write_text(stub_for(find_topic(MODULE)), encoding="utf-8")
    return folder


def write(course: Path, code: str) -> None:
    path = course / f"{MODULE}.py"
    path.write_text(path.read_text(encoding="utf-8") + code, encoding="utf-8")


def run(course: Path, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(course), *arguments],
        cwd=course.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "INTERNALERROR" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_untouched_stubs_are_to_do_and_nothing_passes(course: Path) -> None:
    status, said = run(course)
    assert status == 0
    assert " passed" not in said
    assert " failed" not in said
    assert " to do in " in said
    assert "Topic 2: Manual tuning [......] 0 of 6" in said
    assert "Next: write `lr_schedule`" in said
    assert {item.state for item in load(course).values()} == {State.TODO}


def test_a_right_function_passes_and_the_scoreboard_keeps_it(course: Path) -> None:
    write(course, RIGHT_SMOOTH)
    status, said = run(course, "-k", "smooth")
    assert status == 0
    assert "[x] smooth               done" in said
    saved = load(course)["smooth"]
    assert saved.state is State.DONE
    assert saved.passed == saved.checks > 0


def test_a_wrong_function_is_told_its_misconception_without_a_frame_of_ours(course: Path) -> None:
    write(course, UNCORRECTED_SMOOTH)
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert "Your average starts at zero and is never corrected for it" in said
    assert "grader" not in said
    assert "Traceback" not in said
    assert load(course)["smooth"].state is State.FAILING
    assert load(course)["smooth"].diagnosis != ""


def test_an_exception_shows_the_learners_lines_only(course: Path) -> None:
    write(course, "\n\ndef smooth(losses, beta):\n    return losses / 0\n")
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert "`smooth` raised a TypeError" in said
    assert "return losses / 0" in said
    assert "grader" not in said


def test_a_tasks_name_reads_the_checks_of_its_topic_alone(course: Path) -> None:
    other = course / "test_ex03_grid_search.py"
    other.write_text("raise RuntimeError('read')\n", encoding="utf-8")
    assert run(course, "-k", "smooth")[0] == 0
    assert "RuntimeError: read" in run(course, "-k", "smooth or grid_size")[1]
    assert "RuntimeError: read" in run(course, "-k", "grid_size")[1]


def test_a_selection_never_counts_as_the_whole_task(course: Path) -> None:
    write(course, RIGHT_SMOOTH)
    run(course, "-k", "constant and smooth")
    assert "smooth" not in load(course)


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(1e6)"])
def test_an_endless_loop_ends_with_a_message_that_names_the_task(course: Path, body: str) -> None:
    write(course, f"\n\ndef smooth(losses, beta):\n    {body}\n")
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert "`smooth` was still running after 10 s" in said


SWALLOWS = """

def smooth(losses, beta):
    while True:
        try:
            while True:
                len(losses)
        except:
            pass
"""


def test_a_loop_that_swallows_every_exception_ends_the_run_and_is_named(course: Path) -> None:
    write(course, SWALLOWS)
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert "`smooth` never ends, not even when it is interrupted" in said


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("\ndef broken(:\n", "ex02_manual_tuning.py, line"),
        ("\nraise RuntimeError('early')\n", "raised a RuntimeError while it was imported: early"),
        ("\nimport sys; sys.exit(3)\n", "raised a SystemExit while it was imported"),
        ("\ndel smooth\n", "ex02_manual_tuning.py has no function `smooth`"),
    ],
    ids=["syntax-error", "raises-at-import", "exits-at-import", "missing-function"],
)
def test_a_broken_module_gets_one_sentence_with_the_remedy(
    course: Path, code: str, expected: str
) -> None:
    write(course, code)
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert expected in said
    assert "grader" not in said


def test_a_missing_module_is_named_with_the_way_to_get_it_back(course: Path) -> None:
    (course / f"{MODULE}.py").unlink()
    status, said = run(course, "-k", "smooth")
    assert status == 1
    assert "hyperlings reset ex02_manual_tuning" in said


def test_what_a_module_prints_does_not_disturb_the_run(course: Path) -> None:
    write(course, "\nprint('5 passed, full marks')\n" + RIGHT_SMOOTH)
    status, said = run(course, "-k", "smooth")
    assert status == 0
    assert "full marks" not in said


def test_a_damaged_progress_file_counts_as_none(course: Path) -> None:
    kept = course / ".hyperlings" / "progress.json"
    kept.parent.mkdir()
    for damaged in ("", "{", "[]", json.dumps({"schema": 99}), json.dumps({"schema": 1})):
        kept.write_text(damaged, encoding="utf-8")
        assert load(course) == {}
    write(course, RIGHT_SMOOTH)
    run(course, "-k", "smooth")
    assert load(course)["smooth"].state is State.DONE
