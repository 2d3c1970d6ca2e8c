"""What a worker needs of this machine: the interpreter, its packages, and our few modules.

Everything else stays outside, the project's checks and solutions above all, wherever the
interpreter, its environment and the project happen to lie in relation to each other.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path

_LIBRARIES = (
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/local/lib",
    "/lib",
    "/lib32",
    "/lib64",
    "/nix/store",
    "/gnu/store",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/alternatives",  # links only; a distribution's BLAS is found through it
)
_CUDA = ("/usr/local/cuda", "/opt/cuda", "/sys")
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")
_WORKER_SIDE = (
    "__init__",
    "channel",
    "decoder",
    "encoder",
    "frames",
    "kernel",
    "landlock",
    "limits",
    "lockdown",
    "output",
    "pages",
    "parent",
    "plain",
    "proxies",
    "seccomp",
    "syscalls",
    "wire",
    "worker",
)
_GRADER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Surroundings:
    """Real paths on this machine.

    Attributes:
        interpreter: The executable, its links resolved, so that no environment's `.pth` counts.
        system: Libraries, files and the interpreter's own prefix; read where they lie.
        packages: Folders of installed packages, in the order of `sys.path`.
        secret: The folder that no worker may see: the project, or our package where installed.
        devices: Device files of the GPU, if one is wanted.
        cuda: Whether one is.
    """

    interpreter: str
    system: tuple[str, ...]
    packages: tuple[str, ...]
    secret: str
    devices: tuple[str, ...]
    cuda: bool


def survey(device: str) -> Surroundings:
    """Look around this machine, for workers on `device` ("cpu" or "cuda")."""
    interpreter = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    packages = [
        os.path.realpath(path)
        for path in sys.path
        if os.path.basename(path) in _PACKAGE_FOLDERS and os.path.isdir(path)
    ]
    cuda = device == "cuda"
    wanted = [
        *_LIBRARIES,
        *(_CUDA if cuda else ()),
        *(os.path.join(os.path.realpath(sys.base_prefix), name) for name in ("lib", "lib64")),
        interpreter,
    ]
    project = str(_GRADER.parent)
    return Surroundings(
        interpreter=interpreter,
        system=tuple(_without_nested(path for path in wanted if os.path.exists(path))),
        packages=tuple(dict.fromkeys(packages)),
        secret=str(_GRADER) if project in packages else project,
        devices=tuple(sorted(glob("/dev/nvidia*"))) if cuda else (),
        cuda=cuda,
    )


def stage(folder: Path) -> None:
    """Copy the modules that the warm parent imports to `folder`, laid out as a package.

    The parent imports them there, so no module of a worker names the project's path.
    """
    package = folder / "grader"
    (package / "sandbox").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copyfile(_GRADER / "errors.py", package / "errors.py")
    for name in _WORKER_SIDE:
        shutil.copyfile(_GRADER / "sandbox" / f"{name}.py", package / "sandbox" / f"{name}.py")
    shutil.copytree(
        _GRADER / "labs", package / "labs", ignore=shutil.ignore_patterns("__pycache__")
    )


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it; both absolute."""
    return os.path.commonpath((path, folder)) == folder


def around(folder: str, secret: str) -> tuple[list[str], list[str]]:
    """What of `folder` may be shown when `secret` lies in it.

    Returns:
        The paths beside the way down to `secret`, and the folders on that way, whose names may be
        listed but whose contents are not shown as a whole.
    """
    if not is_within(secret, folder):
        return [folder], []
    shown: list[str] = []
    listed: list[str] = []
    here = folder
    while here != secret:
        listed.append(here)
        step = os.path.relpath(secret, here).split(os.sep)[0]
        shown += [entry.path for entry in os.scandir(here) if entry.name != step]
        here = os.path.join(here, step)
    return shown, listed


def _without_nested(paths: Iterator[str]) -> Iterator[str]:
    kept: list[str] = []
    for path in paths:
        if not any(is_within(path, other) for other in kept):
            kept.append(path)
            yield path
