"""The learner's kit, built from this checkout and used as a learner uses it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader import kit_build, leaks
from grader.cli import main
from grader.kit import stub_for
from grader.leaks import Leak
from grader.topics import TOPICS, find_topic

PYTHON = [sys.executable]
HYPERLINGS = [sys.executable, "-c", "from grader.cli import main; main()"]


def build(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["kit", "build", *map(str, arguments)])


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("handed-out") / "kit"
    done = build(folder, "--zip")
    assert done.exit_code == 0, done.output
    return folder


def learner(kit: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the kit, where nothing of this checkout can be imported."""
    environment = {name: value for name, value in os.environ.items() if "HYPERLINGS" not in name}
    environment |= {"PYTHONPATH": str(kit), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, cwd=kit, env=environment, capture_output=True, text=True, check=False
    )


def test_nothing_in_it_is_a_solution_a_hidden_check_or_a_misconception(kit: Path) -> None:
    names = {path.relative_to(kit).as_posix() for path in kit.rglob("*") if path.is_file()}

    secret = ("solutions/", "tests/", "grader/hidden/", "grader/misconceptions/", "benchmarks/")
    assert not [name for name in names if name.startswith(secret)]
    assert not [name for name in names if "__pycache__" in name or "kit_allowed" in name]
    for topic in TOPICS:
        for folder in ("exercises", "grader/pristine"):
            assert (kit / folder / f"{topic.module}.py").read_text("utf-8") == stub_for(topic)
        assert {f"exercises/test_{topic.module}.py", f"docs/{topic.lesson}"} <= names
    assert {"README.md", "pyproject.toml", "Makefile", "exercises/pytest.ini"} <= names


def test_what_the_lessons_and_the_readme_point_at_is_there(kit: Path) -> None:
    for page in [kit / "README.md", *(kit / "docs").glob("*.md")]:
        links = re.findall(r"\]\(([^)#:]+)[)#]", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link.strip()).exists()] == [], page
    assert list((kit / "docs" / "figures").glob("*.svg"))
    assert (kit / "notebooks" / "optuna_tuning.ipynb").is_file()


def test_a_learner_solves_a_task_and_resets_it_with_the_kit_alone(kit: Path) -> None:
    where = learner(kit, *PYTHON, "-c", "import grader; print(grader.__file__)")
    assert where.stdout.strip() == str(kit / "grader" / "__init__.py")
    begun = learner(kit, *PYTHON, "-m", "pytest", "exercises", "-k", "smooth")
    assert "5 to do" in begun.stdout
    exercise = kit / "exercises" / "ex02_manual_tuning.py"
    text = exercise.read_text("utf-8")
    head, _, rest = text.partition("def smooth(")
    wrong = rest.replace("raise NotImplementedError", "return [x for x in losses]", 1)
    exercise.write_text(f"{head}def smooth({wrong}", encoding="utf-8")

    checked = learner(kit, *HYPERLINGS, "check", "smooth")
    reset = learner(kit, *HYPERLINGS, "reset", "2")

    assert checked.returncode == 1
    assert "failed" in checked.stdout
    assert reset.returncode == 0, reset.stderr
    assert exercise.read_text("utf-8") == text
    (backup,) = (kit / "exercises" / ".hyperlings" / "backups").iterdir()
    assert "return [x for x in losses]" in backup.read_text("utf-8")


def test_instructors_verbs_say_that_they_need_a_checkout_and_are_not_listed(kit: Path) -> None:
    refused = learner(kit, *HYPERLINGS, "grade", "exercises", "--out", "marks")

    assert refused.returncode == 1
    assert refused.stderr == (
        "Error: This is a learner's kit, and `hyperlings grade` needs a full checkout: the "
        "solutions and hidden checks that it takes are not here.\n"
    )
    listed = learner(kit, *HYPERLINGS, "--help").stdout
    assert "reset" in listed
    assert "nbgrader" not in listed


def test_the_zip_holds_the_same_below_one_folder(kit: Path) -> None:
    with zipfile.ZipFile(kit.with_name("kit.zip")) as archive:
        names = archive.namelist()
        assert archive.read("kit/README.md") == (kit / "README.md").read_bytes()
    assert {name.partition("/")[0] for name in names} == {"kit"}
    assert f"kit/exercises/test_{TOPICS[0].module}.py" in names


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")

    refused = build(tmp_path)

    assert refused.exit_code == 1
    assert "holds something already. Name another folder, or empty it." in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_leak_nobody_gave_a_reason_for_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Leak] = []
    monkeypatch.setattr(kit_build, "_PARTS", ("LICENSE",))
    monkeypatch.setattr(kit_build, "_ALLOWED", tmp_path / "allowed.toml")
    monkeypatch.setattr(leaks, "scan", lambda kit, root: found)
    (tmp_path / "allowed.toml").write_text("allowed = []\n", encoding="utf-8")
    assert build(tmp_path / "clean").exit_code == 0
    found.append(Leak("app/x.py", "", "the code `2 * x`", "solutions/x.py:1"))

    refused = build(tmp_path / "kit")

    assert refused.exit_code == 1
    assert "app/x.py gives away the code `2 * x` (from solutions/x.py:1)" in refused.stderr
    assert not (tmp_path / "kit").exists()
    entry = '[[allowed]]\nfile = "app/x.py"\nwhat = "the code `2 * x`"\nwhy = "Tested."\n'
    (tmp_path / "allowed.toml").write_text(entry, encoding="utf-8")
    assert build(tmp_path / "kit").exit_code == 0
    found.clear()
    stale = build(tmp_path / "again")
    assert "Take off grader/allowed.toml what is no leak (now):\n  app/x.py: the code" in (
        stale.stderr
    )


def test_a_solution_that_strays_into_the_lessons_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real search, on a kit with one file more than the real one."""
    fill = kit_build._fill

    def careless(kit: Path, stubs: dict[str, str]) -> None:
        fill(kit, stubs)
        solution = kit_build.project_root() / "solutions" / f"{find_topic('4').module}.py"
        (kit / "docs" / "notes.txt").write_text(solution.read_text("utf-8"), encoding="utf-8")

    monkeypatch.setattr(kit_build, "_fill", careless)

    refused = build(tmp_path / "kit")

    assert refused.exit_code == 1
    assert "docs/notes.txt gives away the code" in refused.stderr
    assert list(tmp_path.iterdir()) == []
