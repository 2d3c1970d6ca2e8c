"""What judges: a hash of the checks, of the grader around them and of the libraries."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.paths import solutions_dir
from grader.topics import TOPICS

_PACKAGE = Path(__file__).resolve().parent
# What decides no mark; a module that is missing here costs a needless "the checks changed".
_ASIDE = frozenset(
    {"commands", "export", "quizzes", "batch", "bootstrap", "cli", "dask_cluster", "edition"}
    | {"executors", "install_problems", "journal", "kit", "leaks", "nbgrader_course", "progress"}
    | {"regrading", "scoreboard", "ticker"}
)
_SUFFIXES = frozenset({".py", ".json", ".ini"})
_LIBRARIES = ("numpy", "scipy", "torch", "scikit-learn", "optuna", "pytest")


@cache
def edition(module: str) -> str:
    """Hash what decides a topic's marks beside the submission, its seed and its device.

    Two reports of one edition on the same code, seed and device say the same.

    Args:
        module: The topic's module, e.g. "ex02_manual_tuning".

    Returns:
        16 hex digits.
    """
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for path in _files(module):
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that marks may hang on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            # PyTorch names its build after a plus sign: "2.9.0+cpu".
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            found[name] = "none"
    return found


def _files(module: str) -> Iterator[Path]:
    """Yield the topic's own files and those that serve all topics, in a fixed order."""
    others = tuple(topic.module for topic in TOPICS if topic.module != module)
    for path in sorted(_PACKAGE.rglob("*")):
        aside = path.relative_to(_PACKAGE).parts[0].removesuffix(".py") in _ASIDE
        if path.suffix in _SUFFIXES and not aside and not path.stem.endswith(others):
            yield path
    yield from sorted((_PACKAGE.parent / "engine").rglob("*.py"))
    reference = solutions_dir() / f"{module}.py"
    if reference.is_file():
        yield reference
