"""How well this machine can lock a worker in: found out by trying, not by version numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from grader.sandbox import landlock, seccomp, shell, surroundings

_PROBE_SECONDS = 20
_CLONE_NEWUSER = 0x10000000  # include/uapi/linux/sched.h


class Tier(StrEnum):
    """How a worker is locked in; written into every report.

    A: bubblewrap round the parent, Landlock and seccomp in each worker.
    B: Landlock (version 6 or later) and seccomp in each worker, no folder to write in.
    C: neither; only code that the user trusts runs.
    """

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class Isolation:
    """What was found.

    Attributes:
        available: The tiers this machine can give, best first; C is always among them.
        reasons: Why each better tier is out of reach, one sentence each with its remedy.
        bwrap: The bubblewrap executable, if installed.
        landlock_abi: Landlock's version, 0 if absent.
        userns: Whether user namespaces may be made.
        seccomp: Whether the kernel filters system calls and our tables cover this machine.
    """

    available: tuple[Tier, ...]
    reasons: tuple[str, ...]
    bwrap: Path | None
    landlock_abi: int
    userns: bool
    seccomp: bool

    @property
    def tier(self) -> Tier:
        """The best available tier."""
        return self.available[0]


@cache
def detect() -> Isolation:
    """Try this machine's isolation, once a process (about 0.1 s)."""
    if sys.platform != "linux":
        reason = f"{sys.platform} has neither Landlock nor seccomp: use a Linux container or WSL2."
        return Isolation((Tier.C,), (reason,), None, 0, False, False)
    filters = _has_seccomp()
    version = landlock.abi()
    found = shutil.which("bwrap")
    shell_error = _try_shell(found) if found else None
    shell_works = found is not None and shell_error is None
    reasons: list[str] = []
    if not filters:
        reasons.append(f"seccomp filters are not available on this kernel ({os.uname().machine}).")
    if version == 0:
        reasons.append("Landlock is not available: it needs Linux 5.13 or later, switched on.")
    elif version < landlock.SCOPES_FROM:
        reasons.append(
            f"tier B needs Landlock version {landlock.SCOPES_FROM} (Linux 6.12), "
            f"but this kernel has version {version}."
        )
    if found is None:
        reasons.append("bubblewrap is not installed: apt install bubblewrap")
    elif shell_error is not None:
        reasons.append(f"bubblewrap cannot make its namespaces here: {shell_error}")
    available: list[Tier] = []
    if filters and version >= 1 and shell_works:
        available.append(Tier.A)
    if filters and version >= landlock.SCOPES_FROM:
        available.append(Tier.B)
    return Isolation(
        available=(*available, Tier.C),
        reasons=tuple(reasons),
        bwrap=Path(found) if found else None,
        landlock_abi=version,
        userns=shell_works or _has_user_namespaces(),
        seccomp=filters,
    )


def _has_seccomp() -> bool:
    machine = os.uname().machine
    if not seccomp.is_supported(machine):
        return False
    try:
        seccomp.check_available(machine)
    except OSError:
        return False
    return True


def _try_shell(bwrap: str) -> str | None:
    """Run the interpreter in the real shell; the last line of the error, or None if it works."""
    around = surroundings.survey("cpu")
    command = shell.wrap(bwrap, around, [around.interpreter, "-I", "-S", "-c", ""])
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False, env={}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{type(error).__name__}: {error}"
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    return lines[-1] if lines else f"it exited with status {done.returncode}"


def _has_user_namespaces() -> bool:
    """Whether a child process may enter a user namespace of its own."""
    enter = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({_CLONE_NEWUSER}) != 0)"
    command = [sys.executable, "-I", "-S", "-c", enter]
    return subprocess.run(command, timeout=_PROBE_SECONDS, check=False).returncode == 0
