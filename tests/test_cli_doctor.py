"""`hyperlings doctor`: on this machine, as an ordinary user, and where something is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.sandbox import machine, tiers
from grader.sandbox.tiers import Isolation, Tier
from tests.hostile.ordinary import run_as_ordinary_user

PROJECT = Path(__file__).resolve().parents[1]
DOCTOR = [sys.executable, "-c", "from grader.cli import main; main()", "doctor"]
NAMES = {
    "kernel", "bubblewrap", "user namespaces", "landlock", "seccomp", "a worker", "cgroup", "cores",
    "torch", "gpu",
}  # fmt: skip
no_locks = pytest.mark.skipif(
    tiers.detect().tier is Tier.C, reason="nothing locks untrusted code in here"
)


def doctor(*more: str, prefix: tuple[str, ...] = (), **environment: str) -> Any:
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), **environment}
    return subprocess.run(
        [*prefix, *DOCTOR, *more], capture_output=True, text=True, check=False, env=variables
    )


def test_it_tells_what_this_machine_has_and_what_comes_of_it() -> None:
    found = tiers.detect()
    done = doctor("--json")
    said = json.loads(done.stdout)
    assert {each["name"] for each in said["findings"]} == NAMES
    assert said["tier"] == found.tier
    assert said["grades_untrusted"] is (found.tier is not Tier.C)
    assert done.returncode == (1 if found.tier is Tier.C else 0)
    values = {each["name"]: each["value"] for each in said["findings"]}
    assert os.uname().release in values["kernel"]
    assert values["cores"] == str(len(os.sched_getaffinity(0)))


@no_locks
def test_an_ordinary_user_gets_the_same_answer() -> None:
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        done = run_as_ordinary_user(
            [*DOCTOR, "--json"], [PROJECT, Path(home)], HOME=home, PYTHONPATH=str(PROJECT)
        )
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    (worker,) = [each for each in said["findings"] if each["name"] == "a worker"]
    assert worker["good"]


@pytest.mark.skipif(Tier.B not in tiers.detect().available, reason="needs Landlock version 6")
def test_without_user_namespaces_it_is_tier_b_and_says_why() -> None:
    none = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    inside = ("unshare", "--user", "--map-root-user", "sh", "-c", none, "sh")
    if subprocess.run([*inside, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("a user namespace to forbid others in cannot be made here")
    done = doctor(prefix=inside)
    assert done.returncode == 0, done.stderr
    assert "Tier B: " in done.stdout
    assert "max_user_namespaces is 0" in done.stdout
    assert "sysctl user.max_user_namespaces" in done.stdout
    if shutil.which("bwrap"):
        assert "bubblewrap cannot make its namespaces here" in done.stdout


@pytest.mark.skipif(Tier.B not in tiers.detect().available, reason="needs Landlock version 6")
def test_without_bubblewrap_it_says_what_to_install(tmp_path: Path) -> None:
    done = doctor(PATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Tier B: " in done.stdout
    assert done.stdout.count("apt install bubblewrap") == 1


def test_where_nothing_locks_code_in_it_fails_and_points_the_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing = Isolation((Tier.C,), ("Landlock is not available.",), None, 0, False, False)
    monkeypatch.setattr(machine, "detect", lambda: nothing)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    assert "Tier C: nothing locks code in." in done.output
    assert "--trust-submissions" in done.output
    assert "container" in done.output
    assert "Landlock is not available." in done.output


@no_locks
def test_a_worker_that_gets_out_makes_it_tier_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_TRIAL", "def tried():\n    return ['a socket']\n")
    done = CliRunner().invoke(main, ["doctor", "--json"])
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert said["tier"] == "C"
    assert "A worker was locked in, yet got: a socket." in said["reasons"]
