"""Starts the warm parent and asks it for workers."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

from grader.errors import SetupFailed
from grader.sandbox import output, scope, shell, surroundings
from grader.sandbox.limits import Limits
from grader.sandbox.session import Worker
from grader.sandbox.tiers import Tier, detect

_WARM_UP_SECONDS = 180.0
_FORK_SECONDS = 30.0
_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # Arrow's own reserves a gigabyte of address space
    "HOME": "/",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "LANG": "C.UTF-8",
    "LOGNAME": "learner",
    "MALLOC_ARENA_MAX": "2",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PATH": "/usr/bin:/bin",
    "USER": "learner",
}


class ParentProcess:
    """One run of the warm parent."""

    def __init__(self, tier: Tier, device: str, preload: Sequence[str]) -> None:
        """Start it, without waiting.

        Raises:
            SetupFailed: If the program cannot be run at all.
        """
        self._ready = False
        with contextlib.ExitStack() as resources:
            self._control, theirs = socket.socketpair()
            resources.callback(self._control.close)
            self._errors = resources.enter_context(tempfile.TemporaryFile())
            self._folder = Path(tempfile.mkdtemp(prefix="hyperlings-"))
            resources.callback(shutil.rmtree, self._folder, ignore_errors=True)
            with theirs:
                self._process = self._launch(tier, device, preload, theirs)
            self._resources = resources.pop_all()

    def _launch(
        self, tier: Tier, device: str, preload: Sequence[str], control: socket.socket
    ) -> subprocess.Popen[bytes]:
        """Run the program and tell it what to do."""
        surroundings.stage(self._folder)
        around = surroundings.survey(device)
        modules = shell.MODULES if tier is Tier.A else str(self._folder)
        packages = shell.package_folders(around) if tier is Tier.A else around.packages
        begin = (
            f"import sys; sys.path[:] = [{modules!r}, *sys.path, *{list(packages)!r}]; "
            f"from grader.sandbox.parent import main; main({control.fileno()})"
        )
        command = [around.interpreter, "-I", "-S", "-B", "-c", begin]
        if tier is Tier.A:
            bwrap = detect().bwrap
            command = shell.wrap(str(bwrap), around, command, modules=str(self._folder))
        environment = _environment(tier, device)
        scoped, around_it = scope.wrap(command, environment, device)
        process = _run(scoped, control, self._errors, around_it)
        config = _config(tier, around, packages, preload, environment)
        with contextlib.suppress(OSError):  # it died at once: `wait_until_ready` says why
            self._control.sendall(json.dumps(config).encode() + b"\n")
        return process

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Block until its imports are done.

        Raises:
            SetupFailed: If it fails, or is not ready in time.
        """
        if self._ready:
            return
        self._control.settimeout(_WARM_UP_SECONDS)
        said = {}
        with (
            contextlib.suppress(OSError, ValueError),
            self._control.makefile("r", encoding="utf-8") as lines,
        ):
            said = json.loads(lines.readline())
        if "ready" not in said:
            reason = said.get("failed") or f"the sandbox could not be started: {self._last_words()}"
            self.close()
            raise SetupFailed(reason)
        self._ready = True
        shutil.rmtree(self._folder, ignore_errors=True)

    def fork(self, limits: Limits) -> Worker:
        """Have it fork a worker, and wait until that is locked in.

        Raises:
            SetupFailed: If that fails.
        """
        rpc, their_rpc = socket.socketpair()
        status, their_status = socket.socketpair()
        out = output.open_file()
        worker = Worker(rpc, status, out, limits)
        try:
            with their_rpc, their_status:
                request = json.dumps(asdict(limits)).encode()
                fds = [their_rpc.fileno(), out, their_status.fileno()]
                socket.send_fds(self._control, [request], fds)
            worker.wait_until_locked(_FORK_SECONDS)
        except OSError as error:
            worker.close()
            raise SetupFailed(f"the sandbox's warm parent is gone ({error})") from None
        except BaseException:
            worker.close()
            raise
        return worker

    def close(self) -> None:
        """End it and its workers."""
        self._control.close()
        if not self._ready:  # it is importing and has no worker: there is nothing to end in order
            self._process.kill()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._resources.close()

    def _last_words(self) -> str:
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its connection"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it exited with status {self._process.returncode}"


def _environment(tier: Tier, device: str) -> dict[str, str]:
    environment = dict(_ENVIRONMENT)
    if tier is Tier.A:
        environment["TMPDIR"] = shell.BOX
    visible = os.environ.get("CUDA_VISIBLE_DEVICES") if device == "cuda" else ""
    if visible is not None:
        environment["CUDA_VISIBLE_DEVICES"] = visible
    return environment


def _config(
    tier: Tier,
    around: surroundings.Surroundings,
    packages: Sequence[str],
    preload: Sequence[str],
    environment: dict[str, str],
) -> dict[str, object]:
    """The fields of `grader.sandbox.parent.Config`, as that process sees the paths."""
    readable: list[str] = []
    listed: list[str] = []
    for folder in (*around.system, *packages):
        shown, on_the_way = surroundings.around(folder, around.secret)
        readable += shown
        listed += on_the_way
    lockdown = {
        "locks": tier is not Tier.C,
        "readable": readable,
        "listed": listed,
        "devices": around.devices,
        "cuda": around.cuda,
    }
    return {
        "preload": preload,
        "boxes": shell.BOX if tier is Tier.A else None,
        "lockdown": lockdown,
        "environment": environment,
    }


def _run(
    command: Sequence[str],
    control: socket.socket,
    errors: IO[bytes],
    environment: dict[str, str],
) -> subprocess.Popen[bytes]:
    """Start the parent from a thread that lives as long as it does.

    bubblewrap's --die-with-parent follows the thread that started it, not the process
    (PR_SET_PDEATHSIG in prctl(2)), and ours may be a short-lived one.
    """
    started: list[subprocess.Popen[bytes] | OSError] = []
    known = threading.Event()

    def keep() -> None:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=environment,
                pass_fds=[control.fileno()],
                cwd="/",
            )
        except OSError as error:
            started.append(error)
            known.set()
            return
        started.append(process)
        known.set()
        process.wait()

    threading.Thread(target=keep, name="hyperlings-warm-parent", daemon=True).start()
    known.wait()
    (outcome,) = started
    if isinstance(outcome, OSError):
        raise SetupFailed(f"the sandbox could not be started: {outcome}")
    return outcome
