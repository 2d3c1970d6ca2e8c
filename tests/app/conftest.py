"""A home of its own for every test, with untouched stubs, and one warm worker for all of them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from app import hosted, prewarm
from grader import hosting, kit
from grader.markers import stub
from grader.paths import HOME_VARIABLE, load_module, solutions_dir
from grader.sandbox.tiers import Tier, detect
from grader.topics import TOPICS

SOLUTIONS = solutions_dir()  # before a test names another home


def reference_source(module: str) -> str:
    return (SOLUTIONS / f"{module}.py").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Put `__main__` back: AppTest leaves its script there, and spawned processes would run it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder: exercises/ with a stub a topic, and no lessons."""
    exercises = tmp_path / "exercises"
    exercises.mkdir()
    for topic in TOPICS:
        text = stub(reference_source(topic.module), f"{topic.module}.py")
        (exercises / f"{topic.module}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def tier() -> Tier:
    found = detect()
    if found.tier is Tier.C:
        pytest.skip(f"no tier locks code in here: {' '.join(found.reasons)}")
    return found.tier


@pytest.fixture
def in_class(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Host a class from a kit, which runs no code, and warm nothing up."""
    shutil.copytree(home / "exercises", home / "pristine")
    monkeypatch.setattr(kit, "PRISTINE", home / "pristine")
    hosted.stub.cache_clear()
    monkeypatch.setenv(hosting.VARIABLE, "C")
    monkeypatch.setattr(prewarm, "warm", lambda: None)
    yield
    hosted.stub.cache_clear()


@pytest.fixture(scope="session")
def manual_tuning() -> ModuleType:
    module = "ex02_manual_tuning"
    return load_module(SOLUTIONS / f"{module}.py", f"app_tests.{module}")


@pytest.fixture(scope="session")
def random_search() -> ModuleType:
    module = "ex04_random_search"
    return load_module(SOLUTIONS / f"{module}.py", f"app_tests.{module}")


@pytest.fixture(scope="session")
def bayesian_optimization() -> ModuleType:
    module = "ex05_bayesian_optimization"
    return load_module(SOLUTIONS / f"{module}.py", f"app_tests.{module}")


@pytest.fixture(scope="session")
def cross_validation() -> ModuleType:
    module = "ex06_cross_validation"
    return load_module(SOLUTIONS / f"{module}.py", f"app_tests.{module}")


@pytest.fixture(scope="session")
def practical_guidelines() -> ModuleType:
    module = "ex07_practical_guidelines"
    return load_module(SOLUTIONS / f"{module}.py", f"app_tests.{module}")


@pytest.fixture(scope="session")
def warm_runner() -> Iterator[object]:
    from app.own_code import Runner

    runner = Runner(seconds=20.0, patience=120.0)
    runner.warm(after=lambda: None)
    yield runner
    runner.close()
