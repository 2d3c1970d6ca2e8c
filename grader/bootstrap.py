"""Make `.venv` and install Hyperlings into it: what `make play` and `make test` call first.

Runs under whatever `python3` is, before anything is installed. So it and `install_problems` use
the standard library only, in syntax that Python 3.8 parses; else an old one could not be told so.

    python3 -m grader.bootstrap play|test|dev [--chosen] [pip arguments …]

A second call is quick: `.venv/installed` records what the last *finished* install was made from.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.install_problems import (
    MINIMUM,
    Problem,
    announcement,
    diagnose,
    diagnose_venv,
    disk_problem,
    version_problem,
)

ROOT = Path(__file__).resolve().parent.parent
# What each level installs; every level contains the ones before it.
LEVELS = {"play": ".", "test": ".[test]", "dev": ".[dev]"}


def newer_python() -> str | None:
    """Return the command of a Python on this machine that is new enough and does start."""
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        if shutil.which(name) and _output([name, "-c", ""]) is not None:
            return name
    return None


def venv_version(venv: Path) -> tuple[int, ...] | None:
    """Return the version of the Python in `venv`, or None if it or its pip does not start.

    None covers a `.venv` whose making was interrupted, and one whose Python was since removed.
    """
    probe = "import pip, sys; print(*sys.version_info[:3])"
    out = _output([str(venv / "bin" / "python"), "-I", "-c", probe])
    return None if out is None else tuple(int(part) for part in out.split())


def make_venv(venv: Path) -> Problem | None:
    """Make `venv` anew with the Python that runs this, replacing what is there."""
    print(f"Making {venv.name} with Python {sys.version.split()[0]}.", flush=True)
    done = subprocess.run(
        [sys.executable, "-I", "-m", "venv", "--clear", str(venv)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return diagnose_venv(done.stdout, sys.version_info[:2]) if done.returncode else None


def fingerprint(root: Path, version: tuple[int, ...]) -> str:
    """Return a digest of all an install depends on; any change of it calls for a new one.

    It includes the folder, since an editable install points at it and breaks when it is moved.
    """
    digest = hashlib.sha256(f"{root}\n{version}\n".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def is_current(stamp: Path, level: str, digest: str) -> bool:
    """Tell whether a finished install from `digest` holds `level` or more."""
    try:
        had, made_from = stamp.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return False
    order = list(LEVELS)
    return made_from == digest and had in order and order.index(had) >= order.index(level)


def drop_half_installed(venv: Path) -> list[str]:
    """Remove the metadata of packages that an interrupted pip left half copied.

    pip takes a package for installed once its METADATA is there, but writes INSTALLER and RECORD
    last; without them files may be missing, and pip would never put them back.

    Returns:
        The names of the removed `.dist-info` folders, sorted.
    """
    dropped = []
    for info in sorted(venv.glob("lib/python3*/site-packages/*.dist-info")):
        if not ((info / "INSTALLER").is_file() and (info / "RECORD").is_file()):
            shutil.rmtree(info)
            dropped.append(info.name)
    return dropped


def install(root: Path, venv: Path, level: str, pip_args: Sequence[str]) -> Problem | None:
    """Install `level` into `venv`; pip writes to the terminal itself, so its progress shows."""
    log = venv / "install.log"
    with contextlib.suppress(FileNotFoundError):
        log.unlink()
    pip = [str(venv / "bin" / "python"), "-I", "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run(
        [
            *pip,
            "install",
            "--log",
            str(log),
            "-e",
            LEVELS[level],
            "-c",
            "constraints.txt",
            *pip_args,
        ],
        cwd=str(root),
        check=False,
    )
    if done.returncode == 0:
        return None
    print("\nThe install failed; pip's whole log is .venv/install.log", file=sys.stderr)
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return diagnose(text, done.returncode, shutil.disk_usage(str(venv)).free)


def set_up(
    root: Path, level: str, pip_args: Sequence[str] = (), chosen: bool = False
) -> Problem | None:
    """Bring `.venv` to `level`, doing only what is missing.

    Args:
        root: The project's folder.
        level: One of LEVELS.
        pip_args: Passed on to `pip install`.
        chosen: Whether the reader named the Python that runs this; then a `.venv` of another
            version is made anew. Otherwise a working one is kept.
    """
    venv = root / ".venv"
    stamp = venv / "installed"
    version = venv_version(venv)
    other = version is not None and chosen and version[:2] != sys.version_info[:2]
    if version is None or version[:2] < MINIMUM or other:
        problem = version_problem(sys.version_info[:3], Path(sys.executable).name, level)
        problem = problem or make_venv(venv)
        if problem:
            return problem
        version = sys.version_info[:3]
    digest = fingerprint(root, version)
    if is_current(stamp, level, digest):
        return None
    if stamp.exists():
        print("Bringing .venv up to date.", flush=True)
        stamp.unlink()  # from here until pip has finished, .venv is not to be trusted
    else:
        problem = disk_problem(shutil.disk_usage(str(root)).free)
        if problem:
            return problem
        unfinished = (venv / "install.log").exists()
        said = "Going on with an unfinished install." if unfinished else None
        print(said or announcement(sys.platform, pip_args), flush=True)
    drop_half_installed(venv)
    problem = install(root, venv, level, pip_args)
    if problem is None:
        stamp.write_text(f"{level} {digest}\n", encoding="utf-8")
    return problem


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold a lock on the folder, so that `make play` and `make test` do not install at once."""
    folder = os.open(str(root), os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another install is running in this folder; waiting for it.", flush=True)
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            pass  # a network disk without locks: as good as it gets
        yield
    finally:
        os.close(folder)


def _output(command: Sequence[str]) -> str | None:
    """Return what a command prints, or None if it does not start or fails."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def main(argv: Sequence[str]) -> int:
    """Run as a script: `argv` is a level, perhaps `--chosen`, then arguments for pip.

    Returns:
        The exit code: 0, 1 after a problem (told on stderr), 2 for a wrong call, 130 on Ctrl-C.
    """
    if not argv or argv[0] not in LEVELS:
        print(
            f"Usage: python3 -m grader.bootstrap {'|'.join(LEVELS)} [--chosen] [pip …]",
            file=sys.stderr,
        )
        return 2
    level, chosen = argv[0], "--chosen" in argv[1:2]
    try:
        if sys.version_info[:2] < MINIMUM and not chosen:
            newer = newer_python()
            if newer:
                print(f"This python3 is too old; going on with {newer}.", flush=True)
                again = [newer, "-E", "-s", "-m", "grader.bootstrap", *argv]
                return subprocess.run(again, cwd=str(ROOT)).returncode
        with _alone(ROOT):
            problem = set_up(ROOT, level, argv[1 + chosen :], chosen)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    if problem:
        print(f"\n{problem}", file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
