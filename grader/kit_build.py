"""The learner's kit: what a learner needs and nothing that gives an answer away."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from grader import leaks
from grader.kit import PRISTINE, KitError, stub_for
from grader.paths import exercises_dir, project_root
from grader.topics import TOPICS

# Files, and folders with all that is in them, as seen from the project's root.
_PARTS = (
    *("LICENSE", "Makefile", "constraints.txt", "pyproject.toml", ".gitignore", ".streamlit"),
    *("app", "engine", "grader", "docs", "notebooks/optuna_tuning.ipynb"),
)
# Beside the secrets: what only makes them, and kits.
_LEFT_OUT = (
    *("grader/hidden/", "grader/misconceptions/", "grader/pristine/"),
    *("grader/recording.py", "grader/kit_build.py", "grader/kit_allowed.toml"),
    "grader/commands/kit.py",
)
_ALLOWED = Path(__file__).resolve().parent / "kit_allowed.toml"
_OUR_OWN = frozenset({"__pycache__", ".hyperlings", ".ipynb_checkpoints"})

_README = """\
# Hyperlings

Learn hyperparameter tuning by doing it: write small functions, let checks tell you what is wrong
and why, and watch your own code in the sandbox.

You need Python 3.11 or newer, and make. On Linux, add `TORCH_INDEX=` and the address that PyTorch's
"Get started" page shows for pip and CPU: it saves gigabytes.

```
make play                      # creates .venv, installs, opens the sandbox; minutes at first
source .venv/bin/activate
pytest exercises -k smooth     # the checks of one task; `pytest exercises` runs all
hyperlings hint smooth         # one hint at a time
hyperlings progress            # where you stand, and what to do next
hyperlings reset 2             # topic 2's exercise as it was; yours is kept as a backup
```

The exercises are in `exercises/`: one file a topic, one function a task. Start with
`exercises/{first}`. The lessons are in [docs/](docs/README.md), and in the sandbox.
Hand in the file of a topic under the name that it has.
"""


def build(target: Path, *, step: Callable[[str], None] = lambda doing: None) -> None:
    """Write the kit into a folder, once nothing in it is found to give an answer away.

    The exercises are written anew from the solutions, whatever was done in this checkout.

    Args:
        target: The folder; it must be missing or empty.
        step: Called with what is done next.

    Raises:
        KitError: If the folder holds something, if there are no solutions, or if the kit would
            give something away; nothing is written then.
        MarkerError: If a solution's markers do not pair up.
        OSError: If a file cannot be read or written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise KitError(f"{target} holds something already. Name another folder, or empty it.")
    stubs = {topic.module: stub_for(topic) for topic in TOPICS}
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
        kit = Path(folder) / "kit"
        step("Copying files")
        _fill(kit, stubs)
        step("Looking for anything that gives an answer away")
        _require_clean(kit)
        if target.exists():
            target.rmdir()
        kit.rename(target)


def pack(kit: Path, path: Path) -> None:
    """Write a kit's folder into a zip, below a folder of its name.

    Raises:
        OSError: If it cannot be written.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(kit.rglob("*")):
            if file.is_file():
                archive.write(file, Path(kit.name) / file.relative_to(kit))


def _require_clean(kit: Path) -> None:
    """Search a kit for leaks, but for those that somebody looked at and gave a reason for.

    Raises:
        KitError: If there are others, or if a reason is given for one that is not there.
    """
    listed = tomllib.loads(_ALLOWED.read_text(encoding="utf-8"))["allowed"]
    allowed = {(each["file"], each["what"]) for each in listed}
    found = {(leak.file, leak.what): leak for leak in leaks.scan(kit, project_root())}
    if new := [f"  {leak}" for key, leak in found.items() if key not in allowed]:
        raise KitError(
            "\n".join(["The kit would give something away, so it was not written:", *new])
        )
    if old := [f"  {file}: {what}" for file, what in sorted(allowed - found.keys())]:
        raise KitError("\n".join([f"Take off grader/{_ALLOWED.name} what is no leak (now):", *old]))


def _fill(kit: Path, stubs: dict[str, str]) -> None:
    root = project_root()
    for part in _PARTS:
        for path in _files(root / part):
            name = path.relative_to(root).as_posix()
            draws = part == "docs" and path.suffix == ".py"  # lessons' pictures, which are there
            if not draws and not name.startswith(_LEFT_OUT):
                _copy(path, kit / name)
    checks = exercises_dir()
    for path in (checks / "pytest.ini", *sorted(checks.glob("test_*.py"))):
        _copy(path, kit / "exercises" / path.name)
    pristine = kit / PRISTINE.relative_to(PRISTINE.parents[1])
    pristine.mkdir(parents=True)
    for module, text in stubs.items():
        for folder in (kit / "exercises", pristine):
            (folder / f"{module}.py").write_text(text, encoding="utf-8")
    readme = _README.format(first=f"{TOPICS[0].module}.py")
    (kit / "README.md").write_text(readme, encoding="utf-8")


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or the files below a folder, leaving out what tools remember."""
    if path.is_file():
        yield path
        return
    for each in sorted(path.rglob("*")):
        if each.is_file() and not _OUR_OWN & set(each.relative_to(path).parts):
            yield each


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
