"""The warm parent: imports the heavy libraries once, then forks one worker for each request.

It holds no secret and never runs the learner's code. It asserts before each fork that it is a
single thread, and it touches neither CUDA nor a parallel region: both would hang the child.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import random
import select
import signal
import socket
import sys
import tempfile
import types
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.sandbox import kernel, limits, output, pages, worker
from grader.sandbox.limits import Limits
from grader.sandbox.lockdown import Lockdown, lock_in

_TICK = 0.1  # seconds between looks at the workers' threads
_RPC, _STATUS, _FIRST_OTHER = 3, 4, 5  # a worker's file descriptors, after the standard three


@dataclass(frozen=True)
class Config:
    """What the trusted side tells the parent at its start.

    Attributes:
        preload: Modules to import before the first fork.
        boxes: Folder in which each worker gets a folder to write in, None for none.
        lockdown: What each worker locks in with.
        environment: A worker's environment variables.
    """

    preload: tuple[str, ...]
    boxes: str | None
    lockdown: Lockdown
    environment: dict[str, str]


@dataclass
class _Child:
    pid: int
    status: socket.socket
    limits: Limits
    box: str | None
    pidfd: int | None
    reason: str | None = field(default=None)


def main(control_fd: int) -> None:
    """Serve the trusted side on this socket until it closes it."""
    control = socket.socket(fileno=control_fd)
    with control.makefile("r", encoding="utf-8") as lines:
        said = json.loads(lines.readline())
    config = Config(**{**said, "lockdown": Lockdown(**said["lockdown"])})
    try:
        _warm_up(config)
    except BaseException as error:
        _tell(control, failed=f"the sandbox could not import its modules: {error!r}")
        raise
    _tell(control, ready=os.getpid())
    _Parent(control, config, limits.threads_of_user()).run()


def _warm_up(config: Config) -> None:
    for name in config.preload:
        importlib.import_module(name)
    tempfile.gettempdir()  # remembered, since a worker without a folder could find none
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    from grader import labs

    for module in pkgutil.walk_packages(labs.__path__, f"{labs.__name__}."):
        importlib.import_module(module.name)
    del sys.path[0]  # our own modules are all imported, and their folder is about to go
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise copy every page it marks
    if config.lockdown.locks and sys.platform == "linux":  # many workers are to come
        pages.collapse()


class _Parent:
    def __init__(self, control: socket.socket, config: Config, threads: int) -> None:
        self._threads_before = threads
        self._control = control
        self._config = config
        self._children: list[_Child] = []
        self._made = 0

    def run(self) -> None:
        """Fork on request, watch, reap, until the trusted side is gone."""
        while True:
            watched = [child.pidfd for child in self._children if child.pidfd is not None]
            poll = select.poll()
            for descriptor in (self._control.fileno(), *watched):
                poll.register(descriptor, select.POLLIN)
            poll.poll(_TICK * 1000 if self._children else None)
            self._reap()
            self._watch_threads()
            self._watch_files()
            if not self._serve_request():
                return

    def _serve_request(self) -> bool:
        """Fork if asked to; False once the trusted side is gone."""
        poll = select.poll()
        poll.register(self._control.fileno(), select.POLLIN)
        if not poll.poll(0):
            return True
        message, descriptors, _, _ = socket.recv_fds(self._control, 4096, 3)
        if not message:
            return False
        rpc, out, status_fd = descriptors
        status = socket.socket(fileno=status_fd)
        try:
            bounds = Limits(**json.loads(message))
            self._fork(bounds, rpc, out, status)
        except OSError as error:
            _tell(status, failed=f"a worker could not be started: {error}")
            status.close()
        finally:
            os.close(rpc)
            os.close(out)
        return True

    def _fork(self, bounds: Limits, rpc: int, out: int, status: socket.socket) -> None:
        threads = _n_threads(os.getpid())
        if threads != 1 and (threads is not None or sys.platform == "linux"):
            counted = "an unknown number of" if threads is None else threads
            raise OSError(f"the warm parent runs {counted} threads, so a fork could hang")
        box = self._make_box()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                self._become_worker(bounds, rpc, out, status, parent, box)
            finally:
                os._exit(1)
        pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
        self._children.append(_Child(pid, status, bounds, box, pidfd))
        with contextlib.suppress(OSError):
            socket.send_fds(status, [_line(pid=pid)], [] if pidfd is None else [pidfd])

    def _make_box(self) -> str | None:
        if self._config.boxes is None:
            return None
        self._made += 1
        box = f"{self._config.boxes}/{self._made}"
        os.mkdir(box, 0o700)
        return box

    def _become_worker(
        self,
        bounds: Limits,
        rpc: int,
        out: int,
        status: socket.socket,
        parent: int,
        box: str | None,
    ) -> None:
        """The child's whole life; it never returns to the parent's loop."""
        for inherited in (self._control, *(child.status for child in self._children)):
            inherited.detach()  # so that no finalizer closes a number that is in use again
        _arrange_descriptors(rpc, out, status.detach())
        telling = socket.socket(fileno=_STATUS)
        try:
            os.setsid()
            if sys.platform == "linux":
                lock_in(
                    self._config.lockdown,
                    bounds,
                    parent=parent,
                    box=box,
                    threads_before=self._threads_before,
                )
            self._forget_the_parent(box)
            _tell(telling, locked=True)
        except BaseException as error:
            _tell(telling, failed=f"a worker could not lock itself in: {error!r}")
            os._exit(1)
        telling.close()
        worker.serve(socket.socket(fileno=_RPC))
        output.flush()
        os._exit(0)

    def _forget_the_parent(self, box: str | None) -> None:
        os.environ.clear()
        os.environ.update(self._config.environment)
        if box is not None:
            os.environ.update(HOME=box, TMPDIR=box)
            tempfile.tempdir = box  # an import may have asked, and Python remembers the answer
        sys.argv[:] = ["submission"]
        sys.modules["__main__"] = types.ModuleType("__main__")
        self._children.clear()
        _seed_global_generators()
        output.redirect()

    def _reap(self) -> None:
        for child in list(self._children):
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if not pid:
                continue
            self._children.remove(child)
            if child.box is not None:
                remove_tree(child.box)
            _tell(child.status, exit=os.waitstatus_to_exitcode(status), reason=child.reason)
            child.status.close()
            if child.pidfd is not None:
                os.close(child.pidfd)

    def _watch_threads(self) -> None:
        """Kill a thread bomb; RLIMIT_NPROC is no more than a belt (see `limits.apply`)."""
        for child in self._children:
            threads = _n_threads(child.pid)
            if threads is not None and threads > child.limits.threads:
                child.reason = f"started more than {child.limits.threads} threads"
                os.kill(child.pid, signal.SIGKILL)

    def _watch_files(self) -> None:
        """Kill a flood of files: no bound on bytes stops empty ones, and all must be removed."""
        if self._config.boxes is None or not self._children:
            return
        room = os.statvfs(self._config.boxes)
        for child in self._children:
            most = child.limits.files
            if child.box and room.f_files - room.f_ffree > most and _holds_more(child.box, most):
                child.reason = f"made more than {most} files"
                os.kill(child.pid, signal.SIGKILL)


def _seed_global_generators() -> None:
    """Let code that draws from global generators draw the same numbers at each grading."""
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(0)


def _holds_more(folder: str, most: int) -> bool:
    """Whether a folder holds more than so many files and folders, at any depth."""
    waiting, count = [folder], 0
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > most:
                    return True
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    return False


def remove_tree(folder: str) -> None:
    """Remove a folder that a worker wrote, however deep it was nested or how it was locked."""
    waiting = [folder]
    moved = 0
    while waiting:
        here = waiting.pop()
        with contextlib.suppress(OSError):
            os.chmod(here, 0o700)
            for entry in list(os.scandir(here)):
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.path, 0o700)
                    moved += 1
                    shallow = f"{folder}.{moved}"
                    os.rename(entry.path, shallow)
                    waiting.append(shallow)
                else:
                    os.unlink(entry.path)
            os.rmdir(here)


def _arrange_descriptors(rpc: int, out: int, status: int) -> None:
    """Leave exactly: nothing to read, the output file twice, the two sockets."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    sources = [fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for fd in (nothing, out, out, rpc, status)]
    for target, source in enumerate(sources):
        os.dup2(source, target, inheritable=target < _RPC)
    os.closerange(_FIRST_OTHER, os.sysconf("SC_OPEN_MAX"))


def _n_threads(pid: int) -> int | None:
    """Threads of a process, None where /proc does not tell."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            after_name = stat.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return int(after_name[17])  # num_threads is field 20 in proc_pid_stat(5), state field 3


def _line(**fields: Any) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def _tell(sock: socket.socket, **fields: Any) -> None:
    with contextlib.suppress(OSError):
        sock.sendall(_line(**fields))
