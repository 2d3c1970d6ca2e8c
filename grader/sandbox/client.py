"""The trusted side of the sandbox: start a warm parent once, take a worker for each task.

with WarmParent() as parent, parent.worker() as worker:
worker.load(source, "ex02_manual_tuning")
worker.call("smooth", [2.0, 2.0], beta=0.9)
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from grader.errors import SetupFailed
from grader.sandbox import output, shell, surroundings
from grader.sandbox.handles import Export, Handle, export
from grader.sandbox.limits import Limits
from grader.sandbox.session import Worker
from grader.sandbox.tiers import Tier, detect

__all__ = ["Export", "Handle", "Limits", "Tier", "WarmParent", "Worker", "export"]

PRELOAD = (
    "numpy",
    "torch",
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neural_network",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "sklearn.tree",
    "optuna",
)
_WARM_UP_SECONDS = 180.0
_FORK_SECONDS = 30.0
_ENVIRONMENT = {
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


class WarmParent:
    """A process with the heavy libraries imported, which forks a locked-in worker in an instant.

    It starts when the context is entered, without waiting: the first `worker` does. One that died
    is started again by the next `worker`. Workers may be taken from several threads.

    Args:
        tier: How to lock workers in; None takes the best this machine has.
        device: "cpu", or "cuda" to let each worker start CUDA.
        preload: Modules to import before the first worker.
        trusted: Run without locks, for a learner's own code on their own machine.

    Raises:
        SetupFailed: If the tier is out of reach here, or none is and the code is not trusted.
        ValueError: If `device` is unknown.
    """

    def __init__(
        self,
        *,
        tier: Tier | None = None,
        device: str = "cpu",
        preload: Sequence[str] = PRELOAD,
        trusted: bool = False,
    ) -> None:
        """Choose the tier; nothing is started yet."""
        if device not in ("cpu", "cuda"):
            raise ValueError(f"`device` must be 'cpu' or 'cuda', but got {device!r}.")
        self.tier = Tier.C if trusted else _choose(tier)
        self.device = device
        # Outside Linux, a fork after importing torch is not safe.
        self._preload = () if sys.platform != "linux" else tuple(preload)
        self._lock = threading.Lock()
        self._process: _Process | None = None

    def start(self) -> None:
        """Start the parent, if it does not run, without waiting for it."""
        with self._lock:
            self._start()

    def worker(self, limits: Limits | None = None) -> Worker:
        """A fresh worker, locked in and with nothing loaded.

        Raises:
            SetupFailed: If the parent or the worker cannot be started.
        """
        limits = limits or Limits()
        with self._lock:
            process = self._start()
            process.wait_until_ready()
            return process.fork(limits)

    def close(self) -> None:
        """End the parent and with it all its workers."""
        with self._lock:
            if self._process is not None:
                self._process.close()
                self._process = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _start(self) -> _Process:
        if self._process is not None and not self._process.is_running():
            self._process.close()
            self._process = None
        if self._process is None:
            self._process = _Process(self.tier, self.device, self._preload)
        return self._process


class _Process:
    """One run of the warm parent."""

    def __init__(self, tier: Tier, device: str, preload: Sequence[str]) -> None:
        self._ready = False
        self._control, theirs = socket.socketpair()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed in `close`
        self._folder = Path(tempfile.mkdtemp(prefix="hyperlings-"))
        surroundings.stage(self._folder)
        around = surroundings.survey(device)
        modules = shell.MODULES if tier is Tier.A else str(self._folder)
        packages = shell.package_folders(around) if tier is Tier.A else around.packages
        begin = (
            f"import sys; sys.path[:] = [{modules!r}, *sys.path, *{list(packages)!r}]; "
            f"from grader.sandbox.parent import main; main({theirs.fileno()})"
        )
        command = [around.interpreter, "-I", "-S", "-B", "-c", begin]
        if tier is Tier.A:
            bwrap = detect().bwrap
            command = shell.wrap(str(bwrap), around, command, modules=str(self._folder))
        environment = _environment(device)
        self._process = _run(command, theirs, self._errors, environment)
        theirs.close()
        config = _config(tier, around, packages, preload, environment)
        with contextlib.suppress(OSError):  # it died at once: `wait_until_ready` says why
            self._control.sendall(json.dumps(config).encode() + b"\n")

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self) -> None:
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
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _last_words(self) -> str:
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its connection"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it exited with status {self._process.returncode}"


def _choose(tier: Tier | None) -> Tier:
    isolation = detect()
    chosen = tier or isolation.tier
    why = " ".join(isolation.reasons)
    if chosen is Tier.C:
        raise SetupFailed(
            f"This machine cannot lock untrusted code in. {why} Grade in a Linux container or "
            "WSL2, or pass --trust-submissions if you trust every submission."
        )
    if chosen not in isolation.available:
        raise SetupFailed(f"Tier {chosen} is out of reach on this machine. {why}")
    return chosen


def _environment(device: str) -> dict[str, str]:
    if device == "cpu":
        return {**_ENVIRONMENT, "CUDA_VISIBLE_DEVICES": ""}
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    return _ENVIRONMENT if visible is None else {**_ENVIRONMENT, "CUDA_VISIBLE_DEVICES": visible}


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
