"""The set-up script: what it decides, and what it tells a reader whose install failed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from grader import bootstrap, install_problems
from grader.bootstrap import drop_half_installed, fingerprint, is_current, set_up
from grader.install_problems import (
    announcement,
    diagnose,
    diagnose_venv,
    disk_problem,
    version_problem,
)

PLENTY = 100 * 10**9  # bytes

# ruff: noqa: E501
# Recorded from pip 23.2 and 26.3, shortened, addresses replaced; lines as long as pip made them.
LOGS = {
    "no version fits": """\
2026-01-01T10:00:00,100 Collecting streamlit
2026-01-01T10:00:01,100 ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: 2.2.0, 2.2.1, 2.2.2)
2026-01-01T10:00:01,101 ERROR: No matching distribution found for torch==2.13.0
""",
    "nothing listed": """\
2026-01-01T10:00:01,100 ERROR: Could not find a version that satisfies the requirement optuna<6,>=5 (from versions: none)
2026-01-01T10:00:01,101 ERROR: No matching distribution found for optuna<6,>=5
""",
    "no network for the build": """\
2026-01-01T10:00:00,000 Obtaining file:///home/ada/hyperlings
2026-01-01T10:00:03,158   WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NameResolutionError("HTTPSConnection(host='index.invalid', port=443): Failed to resolve 'index.invalid'")'
2026-01-01T10:00:03,174   ERROR: Could not find a version that satisfies the requirement setuptools>=77 (from versions: none)
2026-01-01T10:00:03,177   ERROR: No matching distribution found for setuptools>=77
2026-01-01T10:00:03,397   ERROR: installing build dependencies exited with 1
""",
    "network lost during a download": """\
2026-01-01T10:00:00,000 Obtaining file:///home/ada/hyperlings
2026-01-01T10:00:01,000 Collecting torch<3,>=2.9 (from hyperlings==0.1.0)
2026-01-01T10:00:09,000 ERROR: Exception:
2026-01-01T10:00:09,000 Traceback (most recent call last):
2026-01-01T10:00:09,000 pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='index.invalid', port=443): Read timed out.
""",
    "disk full": """\
2026-01-01T10:00:09,000 Installing collected packages: numpy, torch
2026-01-01T10:00:19,000 ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device
""",
    "build failed, named": """\
2026-01-01T10:00:01,000 Collecting pyarrow>=7.0 (from streamlit)
2026-01-01T10:00:02,000 Collecting later
2026-01-01T10:00:04,777   ERROR: Building wheel for pyarrow (pyproject.toml) exited with 1
2026-01-01T10:00:04,797   ERROR: Failed building wheel for pyarrow
""",
    "build failed, named only before": """\
2026-01-01T10:00:00,000 Obtaining file:///home/ada/hyperlings
2026-01-01T10:00:44,653 Collecting pandas<3 (from streamlit)
2026-01-01T10:00:44,905   Collecting wheel
2026-01-01T10:00:49,989   ERROR: [present-rich] Getting requirements to build wheel exited with 1
""",
    "our own build failed": """\
2026-01-01T10:00:00,000 Obtaining file:///home/ada/hyperlings
2026-01-01T10:00:24,165   ERROR: Getting requirements to build editable exited with 1
2026-01-01T10:00:24,193 ERROR: Failed to build 'file:///home/ada/hyperlings' when getting requirements to build editable
""",
    "versions exclude each other": """\
2026-01-01T10:00:38,824 ERROR: Cannot install hyperlings==0.1.0 because these package versions have conflicting dependencies.
2026-01-01T10:00:38,824
2026-01-01T10:00:38,824 The conflict is caused by:
2026-01-01T10:00:38,824     hyperlings 0.1.0 depends on click>=8.1
2026-01-01T10:00:38,824     The user requested (constraint) click==7.0
""",
    "not allowed": """\
2026-01-01T10:00:37,180 ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/home/ada/hyperlings/.venv/lib/x'
""",
    "damaged download": """\
2026-01-01T10:00:37,180 ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.
""",
    "unknown": """\
2026-01-01T10:00:37,180 ERROR: Invalid requirement: 'nump y'
""",
}


@pytest.mark.parametrize(
    ("log", "what", "remedy"),
    [
        ("no version fits", "torch: the version that constraints.txt pins", "PYTHON=python3.12"),
        ("nothing listed", "optuna: the package index offers nothing", "pip config list"),
        ("no network for the build", "could not be reached to fetch setuptools", "connection"),
        ("network lost during a download", "could not be reached to fetch torch", "connection"),
        ("disk full", "The disk is full", "Free about 3 GB"),
        ("build failed, named", "pyarrow has no ready-made build", "PYTHON=python3.12"),
        ("build failed, named only before", "pandas has no ready-made build", "PYTHON=python3.12"),
        ("our own build failed", "hyperlings itself could not be built", "pyproject.toml"),
        (
            "versions exclude each other",
            "click: versions that exclude each other",
            "constraints.txt",
        ),
        ("not allowed", "may not be written", "Remove .venv"),
        ("damaged download", "arrived damaged", "--no-cache-dir"),
        ("unknown", "pip failed: Invalid requirement: 'nump y'", "same command again"),
    ],
)
def test_a_failed_install_names_the_package_and_the_remedy(
    log: str, what: str, remedy: str
) -> None:
    problem = diagnose(LOGS[log], returncode=1, free=PLENTY)

    assert what in problem.what
    assert remedy in problem.remedy


def test_every_recorded_log_is_told_apart() -> None:
    told = {diagnose(log, returncode=1, free=PLENTY) for log in LOGS.values()}

    assert len(told) == len(LOGS)


def test_retries_that_succeeded_are_not_blamed() -> None:
    retry = "2026-01-01T09:59:59,000 WARNING: Retrying after 'ReadTimeoutError(...)'\n"

    problem = diagnose(retry + LOGS["build failed, named"], returncode=1, free=PLENTY)

    assert "pyarrow" in problem.what


def test_a_full_disk_is_named_even_when_pip_could_not_log_it() -> None:
    assert "disk is full" in diagnose("", returncode=2, free=0).what


def test_a_pip_that_was_killed_is_told_as_lack_of_memory() -> None:
    assert "memory" in diagnose("", returncode=-9, free=PLENTY).what


def test_a_pip_without_any_reason_gives_its_exit_code() -> None:
    assert diagnose("", returncode=3, free=PLENTY).what == "pip failed: exit code 3"


def test_an_old_python_is_named_with_the_command_that_helps() -> None:
    assert str(version_problem((3, 9, 2), "python3", "play")) == (
        "Hyperlings needs Python 3.11 or newer, but python3 is 3.9.2.\n"
        "  Install Python 3.11 or newer, then: make play PYTHON=python3.11"
    )


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 14, 0), (4, 0, 0)])
def test_a_new_enough_python_is_no_problem(version: tuple[int, ...]) -> None:
    assert version_problem(version, "python3", "play") is None


def test_a_python_without_ensurepip_is_told_the_debian_package() -> None:
    output = "The virtual environment was not created successfully because ensurepip is not\n"

    assert "apt install python3-venv (or python3.11-venv)" in diagnose_venv(output, (3, 11)).remedy


def test_another_failure_of_venv_repeats_its_last_line() -> None:
    output = "Traceback\nPermissionError: [Errno 13] Permission denied: '.venv'\n"

    assert diagnose_venv(output, (3, 11)).what.endswith("Permission denied: '.venv'")


def test_too_little_disk_is_told_with_both_numbers() -> None:
    problem = disk_problem(1.25e9)

    assert problem is not None
    assert "about 3 GB" in problem.what
    assert "1.2 GB are free" in problem.what
    assert disk_problem(3.1e9) is None


def test_only_linux_without_a_chosen_index_is_warned_of_the_large_build() -> None:
    assert "TORCH_INDEX" in announcement("linux", [])
    assert "NVIDIA" not in announcement("linux", ["--extra-index-url", "x"])
    assert "NVIDIA" not in announcement("darwin", [])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with what an install depends on."""
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "constraints.txt").write_text("torch==2.13.0\n")
    return tmp_path


def test_an_install_is_current_for_its_level_and_those_it_contains(project: Path) -> None:
    stamp, digest = project / "installed", fingerprint(project, (3, 11, 7))
    stamp.write_text(f"test {digest}\n")

    assert [is_current(stamp, level, digest) for level in ("play", "test", "dev")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("text", ["", "test", "more abc", "test a b", "\x00"])
def test_a_damaged_stamp_is_not_trusted(project: Path, text: str) -> None:
    stamp = project / "installed"
    stamp.write_text(text)

    assert not is_current(stamp, "play", "abc")
    assert not is_current(project / "missing", "play", "abc")


def test_changed_pins_ranges_python_or_folder_call_for_a_new_install(project: Path) -> None:
    digests = [fingerprint(project, (3, 11, 7)), fingerprint(project, (3, 12, 1))]
    (project / "constraints.txt").write_text("torch==2.13.1\n")
    digests.append(fingerprint(project, (3, 11, 7)))
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    digests.append(fingerprint(project, (3, 11, 7)))
    moved = project.rename(project.with_name("moved"))
    digests.append(fingerprint(moved, (3, 11, 7)))

    assert len(set(digests)) == 5


def test_only_packages_that_pip_did_not_finish_lose_their_metadata(tmp_path: Path) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    files = {"whole": ["METADATA", "INSTALLER", "RECORD"], "half": ["METADATA"], "bare": []}
    for name, names in files.items():
        info = packages / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        for file in names:
            (info / file).touch()

    assert drop_half_installed(tmp_path) == ["bare-1.0.dist-info", "half-1.0.dist-info"]
    assert [path.name for path in packages.iterdir()] == ["whole-1.0.dist-info"]


@pytest.fixture
def installs(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The levels that `set_up` asks pip for, in a project whose .venv starts; pip does nothing."""
    asked: list[str] = []
    (project / ".venv").mkdir()

    def install(root: Path, venv: Path, level: str, pip_args: object) -> None:
        asked.append(level)

    monkeypatch.setattr(bootstrap, "venv_version", lambda venv: sys.version_info[:3])
    monkeypatch.setattr(bootstrap, "install", install)
    monkeypatch.setattr(bootstrap, "disk_problem", lambda free: None)
    return asked


def test_a_second_call_installs_nothing_and_a_higher_level_once(
    project: Path, installs: list[str]
) -> None:
    for level in ("play", "play", "test", "play", "test"):
        assert set_up(project, level) is None

    assert installs == ["play", "test"]


def test_a_failed_or_interrupted_update_is_not_trusted_afterwards(
    project: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(project, "play")
    old_pins = (project / "constraints.txt").read_text()
    (project / "constraints.txt").write_text("torch==9\n")
    with monkeypatch.context() as interrupted:

        def stopped(*_: object) -> None:
            raise KeyboardInterrupt

        interrupted.setattr(bootstrap, "install", stopped)
        with pytest.raises(KeyboardInterrupt):
            set_up(project, "play")
    (project / "constraints.txt").write_text(old_pins)

    set_up(project, "play")

    assert installs == ["play", "play"]


def test_a_venv_of_another_python_is_replaced_only_if_that_was_asked_for(
    project: Path, installs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    monkeypatch.setattr(bootstrap, "venv_version", lambda venv: (3, 99, 0))
    monkeypatch.setattr(bootstrap, "make_venv", made.append)

    set_up(project, "play")
    assert made == []

    set_up(project, "play", chosen=True)
    assert made == [project / ".venv"]


def test_a_venv_that_does_not_start_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    assert bootstrap.venv_version(tmp_path) is None

    (tmp_path / "bin" / "python").symlink_to(tmp_path / "removed")
    assert bootstrap.venv_version(tmp_path) is None


@pytest.mark.parametrize("module", [bootstrap, install_problems, "grader/__init__.py"])
def test_an_old_python_can_read_the_script_and_needs_nothing_installed(module: object) -> None:
    file = module if isinstance(module, str) else module.__file__  # type: ignore[attr-defined]
    tree = ast.parse(
        (bootstrap.ROOT / str(file)).read_text(encoding="utf-8"), feature_version=(3, 8)
    )

    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    ours = {"grader.install_problems"}
    assert {name.split(".")[0] for name in imported - ours} <= sys.stdlib_module_names


def test_a_wrong_call_shows_the_usage_and_fails() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader.bootstrap", "everything"],
        cwd=bootstrap.ROOT,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 2
    assert "play|test|dev" in done.stderr


def test_constraints_pin_exact_versions_and_name_no_build_or_address() -> None:
    lines = (bootstrap.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert "torch==2.13.0" in pins
    assert all(pin.count("==") == 1 and not set(pin) & set("+@/ ") for pin in pins)
    assert not [pin for pin in pins if pin.startswith(("nvidia", "cuda", "triton", "hyperlings"))]


def test_every_pin_that_is_installed_fits_the_oldest_python_too() -> None:
    lines = (bootstrap.ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {_normalized(line.split("==")[0]) for line in lines if not line.startswith("#")}
    installed = {_normalized(found.name): found.metadata for found in distributions()}
    ranges = {
        name: SpecifierSet(installed[name].get("Requires-Python", ""))
        for name in pins & installed.keys()
    }

    assert {"torch", "streamlit", "pytest"} <= ranges.keys()
    assert [name for name, fits in ranges.items() if "3.11.0" not in fits] == []


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
