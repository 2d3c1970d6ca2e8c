"""One bound for the memory of the warm parent and its workers together, where systemd lends one.

A user's systemd may run a program in a cgroup of its own (`systemd-run --user --scope`). Containers
and most servers of a cluster have none: there, each worker's own limit is all there is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache

MEMORY_MB = {"cpu": 4096, "cuda": 32768}  # the parent, one worker and what they share; CUDA's needs
_BUS = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")  # how systemd-run finds its user's manager
_SECONDS = 10.0


def wrap(
    command: Sequence[str], environment: Mapping[str, str], device: str
) -> tuple[list[str], dict[str, str]]:
    """The command and the environment that run a program in a scope, if there can be one.

    Args:
        command: The program and its arguments.
        environment: All the variables that the program is to have.
        device: "cpu" or "cuda".

    Returns:
        Both as they came where there is no scope to be had.
    """
    program = usable()
    if program is None:
        return list(command), dict(environment)
    assignments = [f"{name}={value}" for name, value in environment.items()]
    cleaned = ["env", "-i", *assignments, *command]  # of what only systemd-run needs
    return [*_scope(program, MEMORY_MB[device]), *cleaned], _for_systemd()


@cache
def usable() -> str | None:
    """The path of a `systemd-run` that works here, tried once; None where there is none.

    What it runs must keep the descriptors that it is given, since the parent is spoken to by one.
    """
    program = shutil.which("systemd-run")
    if program is None:
        return None
    reading, writing = os.pipe()
    answer = f"import os; os.write({writing}, b'here')"
    with os.fdopen(reading, "rb") as said:
        try:
            done = subprocess.run(
                [*_scope(program, 64), sys.executable, "-I", "-S", "-c", answer],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_for_systemd(),
                pass_fds=[writing],
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        finally:
            os.close(writing)
        return program if done.returncode == 0 and said.read(16) == b"here" else None


def _scope(program: str, memory_mb: int) -> list[str]:
    limits = ["-p", f"MemoryMax={memory_mb}M", "-p", "MemorySwapMax=0"]
    return [program, "--user", "--scope", "--quiet", "--collect", *limits, "--"]


def _for_systemd() -> dict[str, str]:
    known = {name: os.environ[name] for name in _BUS if name in os.environ}
    return {"PATH": os.environ.get("PATH", os.defpath), **known}
