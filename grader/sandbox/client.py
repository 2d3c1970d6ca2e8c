"""The trusted side of the sandbox: start a warm parent once, take a worker for each task.

with WarmParent() as parent, parent.worker() as worker:
worker.load(source, "ex02_manual_tuning")
worker.call("smooth", [2.0, 2.0], beta=0.9)
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from grader.errors import SetupFailed
from grader.sandbox.handles import Export, Handle, export
from grader.sandbox.launch import ParentProcess
from grader.sandbox.limits import Limits
from grader.sandbox.session import Worker
from grader.sandbox.tiers import Tier, detect

__all__ = ["Export", "Handle", "Limits", "Tier", "WarmParent", "Worker", "export"]

PRELOAD = (
    "numpy",
    "torch",
    "torch._dynamo",  # the first optimizer imports it, which takes two seconds
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.model_selection",
    "sklearn.neural_network",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "sklearn.tree",
    "optuna",
)


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
        self._process: ParentProcess | None = None

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

    def _start(self) -> ParentProcess:
        if self._process is not None and not self._process.is_running():
            self._process.close()
            self._process = None
        if self._process is None:
            self._process = ParentProcess(self.tier, self.device, self._preload)
        return self._process


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
