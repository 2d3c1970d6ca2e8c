"""What this machine has to lock untrusted code in with, and what would lock it in better."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from glob import glob
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.errors import GradingError, SetupFailed, SubmissionError
from grader.sandbox import landlock, scope
from grader.sandbox.tiers import Isolation, Tier, detect

_USERNS_SWITCHES = (
    ("/proc/sys/user/max_user_namespaces", "0", "sysctl user.max_user_namespaces=15000"),
    (
        "/proc/sys/kernel/unprivileged_userns_clone",
        "0",
        "sysctl kernel.unprivileged_userns_clone=1",
    ),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sysctl kernel.apparmor_restrict_unprivileged_userns=0, or give bwrap an AppArmor profile "
        "that allows `userns`",
    ),
)
_TRIAL = """
import os, socket, subprocess

def tried():
    through = []
    for name, action in (
        ("a socket", socket.socket),
        ("a fork", os.fork),
        ("a program", lambda: subprocess.run(["/bin/true"])),
        ("a signal to others", lambda: os.kill(os.getppid(), 0)),
        ("/etc/passwd", lambda: open("/etc/passwd")),
        ("/tmp", lambda: open("/tmp/hyperlings-doctor", "w")),
    ):
        try:
            action()
        except OSError:
            continue
        through.append(name)
    return through
"""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: What, e.g. "landlock".
        value: What was found, in a few words.
        good: Whether it serves grading; None where nothing hangs on it.
        remedy: What to install or change, "" where nothing need be.
    """

    name: str
    value: str
    good: bool | None = None
    remedy: str = ""


@dataclass(frozen=True)
class Checkup:
    """All of it.

    Attributes:
        tier: What untrusted code is locked in with here; C where nothing locks it in.
        findings: What was looked at, in the order to show it.
        reasons: Why each better tier is out of reach, with its remedy.
    """

    tier: Tier
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]

    @property
    def grades_untrusted(self) -> bool:
        """Whether this machine can grade code that nobody vouches for."""
        return self.tier is not Tier.C


def examine() -> Checkup:
    """Look around, then lock a worker in and let it try what it must not do (about a second)."""
    found = detect()
    trial = _trial(found.tier)
    findings = (
        _kernel(),
        _bubblewrap(found),
        _user_namespaces(found),
        _landlock(found),
        Finding("seccomp", "filters" if found.seccomp else "none", found.seccomp),
        trial,
        _cgroup(),
        Finding("cores", str(len(_cores()))),
        _torch(),
        _gpu(),
    )
    tier = found.tier if trial.good else Tier.C
    reasons = (*found.reasons, *([trial.remedy] if trial.remedy else []))
    return Checkup(tier, findings, reasons)


def _kernel() -> Finding:
    about = os.uname()
    container = next(
        (name for name in ("/.dockerenv", "/run/.containerenv") if Path(name).exists()), None
    )
    inside = ", in a container" if container else ""
    return Finding(
        "kernel",
        f"{about.sysname} {about.release} {about.machine}{inside}",
        sys.platform == "linux",
    )


def _bubblewrap(found: Isolation) -> Finding:
    if found.bwrap is None:
        return Finding("bubblewrap", "not installed", False, "apt install bubblewrap")
    done = subprocess.run(
        [found.bwrap, "--version"], capture_output=True, text=True, check=False, timeout=20
    )
    works = Tier.A in found.available
    said = done.stdout.strip().removeprefix("bubblewrap ") or "of unknown version"
    # Why it does not work is in the reasons of the tier.
    return Finding("bubblewrap", f"{said}{'' if works else ', but it does not start here'}", works)


def _user_namespaces(found: Isolation) -> Finding:
    if found.userns:
        return Finding("user namespaces", "yes", True)
    for path, bad, remedy in _USERNS_SWITCHES:
        if _read(path) == bad:
            return Finding("user namespaces", f"no: {path} is {bad}", False, remedy)
    return Finding(
        "user namespaces",
        "no",
        False,
        "in Docker: docker run --security-opt seccomp=unconfined --security-opt "
        "apparmor=unconfined --security-opt systempaths=unconfined",
    )


def _landlock(found: Isolation) -> Finding:
    if found.landlock_abi >= landlock.SCOPES_FROM:
        return Finding("landlock", f"version {found.landlock_abi}", True)
    modules = _read("/sys/kernel/security/lsm")
    if found.landlock_abi == 0 and modules is not None and "landlock" not in modules.split(","):
        return Finding("landlock", "none", False, f"boot with lsm=landlock,{modules}")
    said = f"version {found.landlock_abi}" if found.landlock_abi else "none"
    need = f"tier B needs version {landlock.SCOPES_FROM}, which Linux 6.12 or later has"
    return Finding("landlock", said, found.landlock_abi >= 1, need)


def _trial(tier: Tier) -> Finding:
    """Do what grading does, with code that tries to get out."""
    from grader.sandbox.client import Limits, WarmParent

    if tier is Tier.C:
        return Finding("a worker", "cannot be locked in", False)
    try:
        with WarmParent(tier=tier, preload=("numpy",)) as parent, parent.worker(Limits()) as worker:
            worker.load(_TRIAL, "trial")
            through = worker.call("tried")
    except SetupFailed as error:
        return Finding("a worker", "did not start", False, f"A worker did not start: {error}")
    except (GradingError, SubmissionError) as error:
        return Finding("a worker", "did not answer", False, f"A worker did not answer: {error}")
    if through != []:
        said = ", ".join(map(str, through))
        return Finding("a worker", "got out", False, f"A worker was locked in, yet got: {said}.")
    return Finding("a worker", "locked in; no socket, program, file or signal got out", True)


def _cgroup() -> Finding:
    """Whether the memory of the parent and its workers together is bounded by a cgroup."""
    if scope.usable():
        return Finding("cgroup", f"a scope of {scope.MEMORY_MB['cpu']} MB, by systemd-run", True)
    return Finding("cgroup", "none to be had; each worker's memory is bounded by its own limit")


def _cores() -> set[int]:
    affinity = getattr(os, "sched_getaffinity", None)
    return affinity(0) if affinity else set(range(os.cpu_count() or 1))


def _torch() -> Finding:
    try:
        return Finding("torch", version("torch"), True)
    except PackageNotFoundError:
        return Finding("torch", "not installed", False, "pip install -e . in the project's folder")


def _gpu() -> Finding:
    """NVIDIA's GPUs as the driver lists them: asking torch would take seconds and start CUDA."""
    names = []
    for path in sorted(glob("/proc/driver/nvidia/gpus/*/information")):
        model = re.search(r"^Model:\s*(.+)$", _read(path) or "", re.MULTILINE)
        names.append(model[1] if model else "unknown")
    names = names or [Path(path).name for path in sorted(glob("/dev/nvidia[0-9]*"))]
    return Finding(
        "gpu", f"{', '.join(names) or 'none'}; grading takes the CPU unless --device cuda"
    )


def _read(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return None
