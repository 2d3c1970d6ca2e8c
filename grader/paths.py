"""Where things lie in a checkout, and how a module is loaded from a path."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

HOME_VARIABLE = "HYPERLINGS_HOME"
_CHECKOUT = Path(__file__).resolve().parent.parent


def project_root() -> Path:
    """Return the folder that holds `exercises/` and `docs/`: the checkout or a learner's kit.

    The environment variable HYPERLINGS_HOME names another one.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    return _resolved(chosen, os.getcwd()) if chosen else _CHECKOUT


@cache
def _resolved(chosen: str, _working: str) -> Path:
    """A folder's real path: pages ask for it many times a run, and each time walked all of it."""
    return Path(chosen).expanduser().resolve()


def exercises_dir() -> Path:
    """Return the folder of the stubs that learners fill in, with their visible checks."""
    return project_root() / "exercises"


def solutions_dir() -> Path:
    """Return the folder of the references; a learner's kit has none."""
    return project_root() / "solutions"


def docs_dir() -> Path:
    """Return the folder of the lessons."""
    return project_root() / "docs"


def fingerprints_file(module: str) -> Path:
    """Return the file of a topic's recorded answers.

    It ships inside the package, so HYPERLINGS_HOME does not move it.

    Args:
        module: The topic's module, e.g. "ex02_manual_tuning".
    """
    return Path(__file__).resolve().parent / "fingerprint_data" / f"{module}.json"


def load_module(path: Path, name: str) -> ModuleType:
    """Run the Python file at `path` as a new module, leaving `sys.path` alone.

    The module is registered in `sys.modules`, replacing one loaded before under the same name:
    dataclasses and pickle look their module up there.

    Args:
        path: The file.
        name: The module's name, private to us, e.g. "hyperlings_solutions.ex02_manual_tuning".

    Raises:
        FileNotFoundError: If there is no such file.
        Exception: Whatever running the file raises; then nothing stays registered.
    """
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {path}.")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file: its name must end in .py.")
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
        raise
    return module
