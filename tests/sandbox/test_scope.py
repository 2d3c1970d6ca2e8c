"""The memory scope: used where `systemd-run` works and keeps descriptors, and only there."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import scope
from grader.sandbox.client import WarmParent
from grader.sandbox.limits import Limits
from grader.sandbox.tiers import Tier, detect
from tests.hostile.traces import descendants

# Runs what comes after "--", as the real one does once the scope is made.
OBEDIENT = """#!/bin/sh
echo "$@" >> {log}
while [ "$1" != "--" ]; do shift; done
shift
exec "$@"
"""
ENVIRONMENT = "import os\ndef told():\n    return dict(os.environ)\n"
TIERS = [tier for tier in (Tier.A, Tier.B) if tier in detect().available]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    scope.usable.cache_clear()
    yield
    scope.usable.cache_clear()


def install(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program of the name `systemd-run` before all others."""
    program = folder / "systemd-run"
    program.write_text(script, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.mark.skipif(not TIERS, reason="nothing locks untrusted code in here")
@pytest.mark.parametrize("tier", TIERS)
def test_the_parent_runs_in_the_scope_and_sees_nothing_of_the_users_manager(
    tier: Tier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    install(tmp_path, OBEDIENT.format(log=log), monkeypatch)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/12345")
    with WarmParent(tier=tier, preload=("numpy",)) as parent, parent.worker(Limits()) as worker:
        worker.load(ENVIRONMENT, "told")
        environment = worker.call("told")
    assert "XDG_RUNTIME_DIR" not in environment
    assert environment["OMP_NUM_THREADS"] == "1"
    tried, run = log.read_text(encoding="utf-8").splitlines()
    assert tried.startswith("--user --scope --quiet --collect -p MemoryMax=64M")
    assert run.startswith("--user --scope --quiet --collect -p MemoryMax=4096M -p MemorySwapMax=0")


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n",
        "#!/bin/sh\nexit 0\n",  # as if the descriptor had been closed on the way
        "not a program",
    ],
)
def test_what_does_not_work_is_not_used(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, script, monkeypatch)
    assert scope.usable() is None
    assert scope.wrap(["true"], {"A": "1"}, "cpu") == (["true"], {"A": "1"})


def test_without_systemd_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert scope.wrap(["true"], {"A": "1"}, "cuda") == (["true"], {"A": "1"})


@pytest.mark.skipif(
    scope.usable() is None or not TIERS,
    reason="no systemd user manager here: run as a user who is logged in to a machine with one",
)
def test_a_real_scope_bounds_the_memory() -> None:
    before = descendants()
    with WarmParent(tier=TIERS[0], preload=("numpy",)) as parent, parent.worker(Limits()):
        [limits] = {memory_max(pid) for pid in descendants() - before}
    assert limits == scope.MEMORY_MB["cpu"] << 20


def memory_max(pid: int) -> int:
    """The bound of a process's cgroup, in bytes."""
    own = re.search(r"^0::(/.*)$", Path(f"/proc/{pid}/cgroup").read_text(), re.MULTILINE)
    assert own
    return int((Path("/sys/fs/cgroup") / own[1].lstrip("/") / "memory.max").read_text())
