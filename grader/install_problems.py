"""What can go wrong while `.venv` is made and filled, and what the reader can do about it.

Part of `grader.bootstrap`, and under its rule: the standard library only, syntax of Python 3.8.
Everything here is decided from values (a version, bytes, pip's log), so tests can replay it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

MINIMUM = (3, 11)
# Measured with torch 2.13.0, in GB. PyTorch's usual build for Linux brings NVIDIA's libraries.
DOWNLOAD_CPU, DOWNLOAD_CUDA = 0.4, 3.0
DISK_CPU, DISK_CUDA = 3.0, 9.0
GIGABYTE = 1e9

OTHER_PYTHON = "use a Python from 3.11 to 3.13 by adding, for example, PYTHON=python3.12"
AGAIN = "then run the same command again: it goes on where it stopped."

_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|Failed to resolve|name resolution|"
    r"Network is unreachable|ConnectTimeout|ReadTimeout|Read timed out|Max retries exceeded|"
    r"ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|IncompleteRead|Connection (?:reset|aborted)|"
    r"incomplete-download"
)
_NAME = r"([A-Za-z0-9][\w.-]*)"
_NO_MATCH = re.compile(rf"No matching distribution found for {_NAME}")
_CONFLICT = re.compile(
    rf"conflict is caused by:.*?(?:depends on|requested(?: \(constraint\))?) {_NAME}", re.DOTALL
)
_BUILD_FAILED = re.compile(r"Failed building|Failed to build|exited with [1-9]")
_BUILT = re.compile(
    rf"Failed building (?:wheel|editable) for {_NAME}|Failed to build '(?!file:){_NAME}"
)
# What pip was busy with: its own lines have one space after the time, those of a pip within three.
_BUSY_WITH = re.compile(rf"^\S+ (?:Collecting {_NAME}|(Obtaining|Processing) )", re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """Why the set-up cannot go on, and what the reader can do about it."""

    what: str
    remedy: str

    def __str__(self) -> str:
        """Return both, the remedy on its own line."""
        return f"{self.what}\n  {self.remedy}"


def version_problem(version: tuple[int, ...], name: str, level: str) -> Problem | None:
    """Say that this Python is too old, or None if it is not.

    Args:
        version: Its version, such as (3, 9, 2).
        name: The command that started it, as the reader would type it.
        level: What the reader asked for, one of LEVELS.
    """
    if version[:2] >= MINIMUM:
        return None
    needed, found = ".".join(map(str, MINIMUM)), ".".join(map(str, version))
    return Problem(
        f"Hyperlings needs Python {needed} or newer, but {name} is {found}.",
        f"Install Python {needed} or newer, then: make {level} PYTHON=python{needed}",
    )


def diagnose_venv(output: str, version: tuple[int, int]) -> Problem:
    """Say why `python -m venv` failed, from its output and that Python's (major, minor)."""
    if "ensurepip" in output:
        package = f"python{version[0]}.{version[1]}-venv"
        return Problem(
            "This Python cannot make virtual environments: its ensurepip is missing.",
            f"On Debian or Ubuntu: sudo apt install python3-venv (or {package}), "
            "then run the same command again.",
        )
    lines = output.strip().splitlines() or ["python -m venv failed and said nothing"]
    return Problem(
        f"Could not make .venv: {lines[-1]}",
        f"If the project's folder cannot be written, move it to one that can. Otherwise, "
        f"{OTHER_PYTHON}.",
    )


def disk_problem(free: float) -> Problem | None:
    """Say that `free` bytes are too few even for the smallest install, or None if they suffice."""
    if free >= DISK_CPU * GIGABYTE:
        return None
    return Problem(
        f"Installing needs about {DISK_CPU:.0f} GB of disk, but only {free / GIGABYTE:.1f} GB are "
        "free here.",
        "Free some or move the project to a larger disk, then run the same command again.",
    )


def announcement(platform: str, pip_args: Sequence[str]) -> str:
    """Return what is said before a first install: what comes, how large, and the smaller way.

    Args:
        platform: Such as sys.platform.
        pip_args: An index or folder named here is taken for the choice of a PyTorch build.
    """
    chosen = any("index" in arg or "find-links" in arg for arg in pip_args)
    what = "First install: PyTorch, scikit-learn, Optuna, Streamlit and what they need"
    small = f"about {DOWNLOAD_CPU} GB to download and {DISK_CPU:.0f} GB of disk"
    if chosen or platform != "linux":
        return f"{what}, {small}."
    return (
        f"{what}.\nPyTorch's usual build for Linux brings NVIDIA's libraries: about "
        f"{DOWNLOAD_CUDA:.0f} GB to download and {DISK_CUDA:.0f} GB of disk.\n"
        f"Its CPU build is all this course needs: {small}. To have that one,\n"
        'press Ctrl-C and add TORCH_INDEX=<its address>, from PyTorch\'s "Get started" page.'
    )


def diagnose(log: str, returncode: int, free: int) -> Problem:
    """Say why pip failed: the package, where one is to blame, and the remedy.

    Args:
        log: What pip logged, including what it printed.
        returncode: Its exit status; negative if a signal ended it.
        free: Bytes now free on the disk installed to.
    """
    # Before the first error there may be retries that succeeded; they explain nothing.
    start = log.find("ERROR")
    errors = log[start:] if start >= 0 else ""
    if "No space left" in errors or "Disk quota exceeded" in errors or free < 50e6:
        return Problem(
            "The disk is full.",
            f"Free about {DISK_CPU:.0f} GB ({DISK_CUDA:.0f} GB for PyTorch's usual build for "
            f"Linux), {AGAIN}",
        )
    if returncode in {-9, 137}:
        return Problem(
            "Something ended pip: most likely the machine ran out of memory.",
            "Close other programs, then run the same command again with PIP_ARGS=--no-cache-dir",
        )
    if "DO NOT MATCH THE HASHES" in errors:
        return Problem(
            "A downloaded file arrived damaged.",
            "Run the same command again with PIP_ARGS=--no-cache-dir",
        )
    nothing_listed = "(from versions: none)" in errors
    if _NETWORK.search(log if nothing_listed else errors):
        missing = _NO_MATCH.search(errors)
        package = missing.group(1) if missing else _busy_with(log)
        return Problem(
            f"The package index could not be reached to fetch {package}.",
            f"Check the connection, and a proxy or firewall if there is one, {AGAIN}",
        )
    if "Permission denied" in errors:
        return Problem(
            "A file in .venv or pip's cache may not be written; another user made it, perhaps.",
            "Remove .venv (as that user, if need be), then run the same command without sudo.",
        )
    if match := _CONFLICT.search(errors):
        return Problem(
            f"{match.group(1)}: versions that exclude each other are asked for.",
            "Restore constraints.txt and pyproject.toml as they were released, and look for a "
            "constraint in pip's own settings: pip config list",
        )
    if match := _NO_MATCH.search(errors):
        return _no_match(match.group(1), nothing_listed)
    if _BUILD_FAILED.search(errors):
        named = _BUILT.search(errors)
        return _build_failed((named[1] or named[2]) if named else _busy_with(log[:start]))
    said = [line for line in errors.splitlines() if "ERROR" in line]
    reason = said[-1].split("ERROR:")[-1].strip() if said else f"exit code {returncode}"
    return Problem(f"pip failed: {reason}", f"Mend that, {AGAIN}")


def _busy_with(log: str) -> str:
    """Return the package that pip named last; the project itself is installed from a folder."""
    names = [match[1] for match in _BUSY_WITH.finditer(log)]
    return (names[-1] if names else None) or "hyperlings"


def _no_match(package: str, nothing_listed: bool) -> Problem:
    here = f"Python {sys.version_info[0]}.{sys.version_info[1]} on {sys.platform}"
    if nothing_listed:
        return Problem(
            f"{package}: the package index offers nothing for {here}.",
            "If this machine reaches the internet through a mirror or proxy, check pip's settings "
            f"(pip config list). Otherwise, {OTHER_PYTHON}.",
        )
    return Problem(
        f"{package}: the version that constraints.txt pins does not exist for {here}.",
        f"What helps: {OTHER_PYTHON}. (Macs with an Intel processor get no new PyTorch.)",
    )


def _build_failed(package: str) -> Problem:
    if package == "hyperlings":
        return Problem(
            "hyperlings itself could not be built; the lines above say why.",
            "If you changed pyproject.toml, undo it; README.md and LICENSE must exist.",
        )
    return Problem(
        f"{package} has no ready-made build for this machine, and building it here failed.",
        f"What helps: {OTHER_PYTHON}.",
    )
