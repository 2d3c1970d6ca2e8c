"""The autograder's zip, unpacked and run as Gradescope does, but for the place and the Python."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

from grader.export import gradescope_zip
from grader.export.gradescope_zip import PYTHON_VARIABLE, ROOT_VARIABLE, build, requirements
from grader.paths import project_root, solutions_dir
from grader.run import max_points
from grader.sandbox import tiers
from grader.sandbox.tiers import Tier
from grader.topics import find_topic
from tests.export.test_gradescope import require_valid

TOPIC = find_topic("4")
needs_tier_b = pytest.mark.skipif(
    Tier.B not in tiers.detect().available,
    reason="tier B needs Linux 6.12 or newer: what a Gradescope container has, without namespaces",
)
BROKEN = """
import os

def prob_hit(q, n):
    if not 0 <= q <= 1 or n < 0:
        raise ValueError("q or n")
    return float(1 - (1 - q) ** n)

def sample_loguniform(low, high, size, seed):
    for folder in ("/autograder", os.getcwd(), "ROOT"):
        for found in os.walk(folder):
            if any("solutions" in name for name in found[1]):
                return open(os.path.join(folder, "source/solutions/ex04_random_search.py"))
    os._exit(0)
"""


@pytest.fixture(scope="module")
def autograder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as /autograder, with only what a container's script may call on PATH."""
    root = tmp_path_factory.mktemp("autograder")
    with zipfile.ZipFile(io.BytesIO(build(TOPIC))) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, root / "source"))
            path.chmod(member.external_attr >> 16 & 0o777)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "bin").mkdir()
    for name in ("bash", "cat", "env", "mkdir"):  # and no bubblewrap
        found = shutil.which(name)
        assert found
        (root / "bin" / name).symlink_to(found)
    return root


def run(root: Path, python: str = sys.executable, **files: str) -> dict[str, Any]:
    """Hand in files, by name without ".py"; return the results.json."""
    shutil.rmtree(root / "submission", ignore_errors=True)
    shutil.rmtree(root / "results", ignore_errors=True)
    (root / "submission").mkdir()
    for name, text in files.items():
        (root / "submission" / f"{name}.py").write_text(text, encoding="utf-8")
    environment = {
        "PATH": str(root / "bin"),
        ROOT_VARIABLE: str(root),
        PYTHON_VARIABLE: python,
    }
    done = subprocess.run(
        [root / "run_autograder"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return require_valid((root / "results" / "results.json").read_text(encoding="utf-8"))


@needs_tier_b
def test_the_reference_gets_full_marks_without_namespaces(autograder: Path) -> None:
    source = (solutions_dir() / f"{TOPIC.module}.py").read_text("utf-8")

    found = run(autograder, ex04_random_search=source)

    assert {each["name"].partition(":")[0]: each["score"] for each in found["tests"]} == max_points(
        TOPIC
    )
    assert found["score"] == sum(max_points(TOPIC).values())
    assert found["extra_data"]["tier"] == "B"
    assert {each["status"] for each in found["tests"]} == {"passed"}


@needs_tier_b
def test_a_broken_file_under_another_name_gets_what_it_earns_and_sees_no_solution(
    autograder: Path,
) -> None:
    found = run(autograder, homework=BROKEN.replace("ROOT", str(autograder)))

    scores = {each["name"].partition(":")[0]: each for each in found["tests"]}
    assert found["score"] == scores["prob_hit"]["score"] == max_points(TOPIC)["prob_hit"]
    assert "exited with status 0" in scores["sample_loguniform"]["output"]
    assert "has no function `best_so_far`" in scores["best_so_far"]["output"]


def test_nothing_and_too_much_are_told_what_to_hand_in(autograder: Path) -> None:
    assert run(autograder)["output"] == (
        "Hand in one file, named ex04_random_search.py or ex04_random_search.ipynb: there is no "
        "such file."
    )
    assert "more than one that could be it (a.py, b.py)" in run(autograder, a="", b="")["output"]


@pytest.mark.parametrize("python", ["/nonexistent", "false"])
def test_a_grader_that_does_not_start_leaves_a_result_that_says_so(
    autograder: Path, python: str
) -> None:
    found = run(autograder, python=shutil.which(python) or python, ex04_random_search="")

    assert "The autograder came to an early end, through no fault" in found["output"]


def test_a_machine_that_cannot_isolate_code_says_so_to_the_instructor_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from grader.export.gradescope_run import main

    none = tiers.Isolation((Tier.C,), ("Landlock is not available.",), None, 0, False, False)
    monkeypatch.setattr(tiers, "detect", lambda: none)

    main([str(tmp_path), TOPIC.module])

    found = require_valid((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert "The autograder failed, through no fault of your code" in found["output"]
    assert "Landlock" not in found["output"]
    assert "Landlock is not available." in capsys.readouterr().out


def test_the_zip_holds_one_topics_secrets_and_its_scripts_at_the_root() -> None:
    with zipfile.ZipFile(io.BytesIO(build(TOPIC, trusted=True))) as archive:
        names = set(archive.namelist())
        assert b"ex04_random_search --trust-submissions" in archive.read("run_autograder")
        assert archive.getinfo("run_autograder").external_attr >> 16 == 0o100755

    assert {"setup.sh", "run_autograder", "requirements.txt", "constraints.txt"} <= names
    secret = {
        name for name in names if re.search(r"solutions/|/hidden/test_|misconceptions/ex", name)
    }
    assert secret == {
        "solutions/ex04_random_search.py",
        "grader/hidden/test_ex04_random_search.py",
    }
    assert not [name for name in names if name.startswith(("app/", "tests/", "exercises/"))]
    assert not [name for name in names if "__pycache__" in name]


def test_the_same_checkout_makes_the_same_zip() -> None:
    assert build(TOPIC) == build(TOPIC)
    assert build(TOPIC) != build(find_topic("2"))


@pytest.mark.parametrize("index", ["", "https://pytorch.invalid/cpu; rm -rf ~"])
def test_both_scripts_are_bash_and_setup_installs_what_grading_needs(
    tmp_path: Path, index: str
) -> None:
    with zipfile.ZipFile(io.BytesIO(build(TOPIC, torch_index=index))) as archive:
        archive.extractall(tmp_path)
    for name in ("setup.sh", "run_autograder"):
        assert subprocess.run(["bash", "-n", tmp_path / name], check=False).returncode == 0

    setup = (tmp_path / "setup.sh").read_text("utf-8")
    assert ("--extra-index-url 'https://pytorch.invalid/cpu; rm -rf ~'" in setup) == bool(index)
    assert '--requirement "$here/requirements.txt" --constraint "$here/constraints.txt"' in setup
    needed = (tmp_path / "requirements.txt").read_text("utf-8").splitlines()
    declared = tomllib.loads((project_root() / "pyproject.toml").read_text("utf-8"))["project"]
    left_out = set(declared["dependencies"]) - set(needed)
    assert {re.split(r"\W", each)[0] for each in left_out} == {"altair", "streamlit"}
    assert requirements('[project]\ndependencies = ["streamlit>=1", "a-b[c]>=2"]') == "a-b[c]>=2\n"


def test_outside_a_full_checkout_the_reason_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERLINGS_HOME", str(tmp_path))

    with pytest.raises(gradescope_zip.AutograderError, match="built in a full checkout"):
        build(TOPIC)
    assert json.dumps(os.listdir(tmp_path)) == "[]"
