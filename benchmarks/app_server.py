"""The servers of the app's benchmark: the app as `hyperlings play` starts it, and a bare one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import progress
from grader.commands import play
from grader.paths import HOME_VARIABLE, docs_dir, exercises_dir, project_root, solutions_dir
from grader.topics import TOPICS

_ROOT = Path(__file__).resolve().parent.parent
_BARE = (
    Path(__file__).parent / "bare" / "bare_app.py"
)  # alone in its folder, which Streamlit imports from
_FIRST_PORT = 8750
_START_SECONDS = 120.0
_STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.02


class ServerError(Exception):
    """A server did not start."""


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        address: Where it answers, without a slash at the end.
        started: `time.perf_counter()` when its process was begun.
        process: Its process.
    """

    address: str
    started: float
    process: subprocess.Popen[bytes]

    def megabytes(self) -> float:
        """Memory that belongs to the process alone, in MB (10^6 bytes)."""
        import psutil

        return float(psutil.Process(self.process.pid).memory_full_info().uss) / 1e6


def make_home(folder: Path) -> None:
    """Lay out the folder of a learner who has written everything, checked and done.

    Nothing is left to be re-checked in the background, and every lab draws a curve of theirs.
    """
    exercises = folder / "exercises"
    shutil.copytree(solutions_dir(), exercises)
    for check in [*exercises_dir().glob("test_*.py"), *exercises_dir().glob("*.ini")]:
        shutil.copy(check, exercises)
    shutil.copytree(docs_dir(), folder / "docs")
    done = {
        task.name: progress.TaskProgress(
            progress.State.DONE,
            1,
            1,
            source=progress.source_hash(exercises / f"{topic.module}.py"),
        )
        for topic in TOPICS
        for task in topic.tasks
    }
    progress.save(done, exercises)


@contextlib.contextmanager
def app(home: Path) -> Iterator[Server]:
    """Serve the app to the learner whose folder is `home`.

    Raises:
        ServerError: If it does not start.
    """
    port = play.free_port(_FIRST_PORT)
    with _serve(play.command(port), port, {**os.environ, HOME_VARIABLE: str(home)}) as server:
        yield server


@contextlib.contextmanager
def bare(*, heavy: bool = False) -> Iterator[Server]:
    """Serve the bare app under the same options.

    Args:
        heavy: Whether it loads torch, scikit-learn and Optuna, as the app does.

    Raises:
        ServerError: If it does not start.
    """
    port = play.free_port(_FIRST_PORT)
    entry = str(_ROOT / "app" / "main.py")
    command = [str(_BARE) if part == entry else part for part in play.command(port)]
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path, HOME_VARIABLE: str(project_root())}
    with _serve([*command, "--", *["--heavy"] * heavy], port, environment) as server:
        yield server


@contextlib.contextmanager
def _serve(command: list[str], port: int, environment: dict[str, str]) -> Iterator[Server]:
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=_ROOT,  # where .streamlit/config.toml is
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://{play.ADDRESS}:{port}"
        _wait_until_healthy(process, address)
        yield Server(address, started, process)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    # A proxy that the environment names must not see requests to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.perf_counter() + _START_SECONDS
    while process.poll() is None and time.perf_counter() < deadline:
        with (
            contextlib.suppress(OSError),
            opener.open(f"{address}/_stcore/health", timeout=2) as answer,
        ):
            if answer.status == 200:
                return
        time.sleep(_LOOK_SECONDS)
    raise ServerError(f"The server at {address} did not start.")
