"""What a learner types, in a course folder of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader.cli import main
from grader.kit import stub_for
from grader.paths import HOME_VARIABLE, exercises_dir, solutions_dir
from grader.progress import State, TaskProgress, save
from grader.topics import TOPICS, find_task, find_topic


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "exercises"
    folder.mkdir()
    for topic in TOPICS:
        (folder / f"{topic.module}.py").write_text(stub_for(topic), encoding="utf-8")
    for path in exercises_dir().glob("test_ex*.py"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pytest.ini").write_bytes((exercises_dir() / "pytest.ini").read_bytes())
    (tmp_path / "solutions").symlink_to(solutions_dir())
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def hyperlings(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def run_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from grader.cli import main; main()", "check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("verb", ["", "check", "hint", "progress", "reset", "play", "grade"])
def test_help_of_every_verb_has_an_example(verb: str) -> None:
    result = hyperlings(*([verb] if verb else []), "--help")
    assert result.exit_code == 0
    assert f"hyperlings {verb}".strip() in result.output.split("Example", 1)[1]


def test_hints_come_one_at_a_time_and_the_last_says_so(home: Path) -> None:
    hints = find_task("smooth")[1].hints
    for number, hint in enumerate(hints, start=1):
        said = " ".join(hyperlings("hint", "smooth").output.split())
        assert f"Hint {number} of 3 for smooth:" in said
        assert " ".join(hint.split()) in said
        assert ("last hint" in said) == (number == 3)
    assert "Hint 3 of 3" in hyperlings("hint", "smooth").output
    assert "Hint 1 of 3" in hyperlings("hint", "smooth", "--again").output
    assert hyperlings("hint", "smooth", "--all").output.count("Hint ") == 3


@pytest.mark.parametrize("verb", ["hint", "check", "reset"])
def test_an_unknown_name_lists_what_there_is(home: Path, verb: str) -> None:
    result = hyperlings(verb, "smoth")
    assert result.exit_code == 2
    assert "there is no topic or task 'smoth'" in result.output
    assert "ex02_manual_tuning" in result.output
    assert "sample_loguniform" in result.output


def test_a_hint_for_a_topic_says_that_hints_belong_to_tasks(home: Path) -> None:
    result = hyperlings("hint", "2")
    assert result.exit_code == 2
    assert "hints belong to tasks" in result.output


def test_progress_shows_the_board_and_what_is_out_of_date(home: Path) -> None:
    assert "0 of 6" in hyperlings("progress").output
    save({"smooth": TaskProgress(State.DONE, 5, 5, source="of an older file")})
    said = hyperlings("progress").output
    assert "[x] smooth               done, 5 of 5 checks" in said
    assert "\nex02_manual_tuning.py changed since the last check" in said
    checked = ("smooth", "kfold", "prob_hit")
    save({name: TaskProgress(State.DONE, 5, 5, source="of an older file") for name in checked})
    assert (
        "\nex02_manual_tuning.py, ex04_random_search.py and ex06_cross_validation.py changed since"
    ) in hyperlings("progress").output


def test_check_runs_one_task_exactly(home: Path) -> None:
    done = run_check("random_search")
    assert done.returncode == 0
    # the name is in the file's too: `-k` would have run all six tasks
    assert re.search(
        r"\b\d+ deselected, \d+ to do in |\b\d+ to do, \d+ deselected in ", done.stdout
    )
    assert "deselected" not in run_check("4").stdout


def test_check_without_a_course_folder_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "nowhere"))
    result = hyperlings("check")
    assert result.exit_code == 1
    assert "HYPERLINGS_HOME" in result.output


def test_reset_keeps_the_learners_file_and_says_where(home: Path) -> None:
    path = home / "exercises" / "ex02_manual_tuning.py"
    path.write_text("mine = 1\n", encoding="utf-8")
    said = " ".join(hyperlings("reset", "2").output.split())
    assert path.read_text(encoding="utf-8") == stub_for(find_topic("2"))
    backup = next(
        found for found in home.rglob("*") if found.is_file() and found.read_text() == "mine = 1\n"
    )
    assert backup.name in said
