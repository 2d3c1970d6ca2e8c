"""Nothing heavy is imported before it is needed: a learner's `pytest -k smooth` stays quick."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "sklearn", "optuna", "pandas", "scipy", "streamlit", "altair", "nbformat")
LOAD_ALL = """
import importlib, json, pkgutil, sys
import {package}
for found in pkgutil.walk_packages({package}.__path__, "{package}."):
    if found.name.rpartition(".")[2] != "__main__" and ".hidden." not in found.name:
        importlib.import_module(found.name)
print(json.dumps(sorted({heavy!r} & set(sys.modules))))
"""


@pytest.mark.parametrize("package", ["grader", "engine"])
def test_importing_every_module_of_a_package_loads_nothing_heavy(package: str) -> None:
    code = LOAD_ALL.format(package=package, heavy=set(HEAVY))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []


def test_checking_a_task_without_torch_does_not_load_torch() -> None:
    code = (
        "import pytest, sys\n"
        "from grader.paths import exercises_dir\n"
        "pytest.main([str(exercises_dir()), '--task', 'smooth', '-p', 'no:cacheprovider'])\n"
        "print(sorted({'torch', 'sklearn', 'optuna', 'pandas', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
