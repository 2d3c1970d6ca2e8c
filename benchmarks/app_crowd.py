"""Other sessions beside the one that is measured: many that move a slider, one whose code loops."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.app_server import ServerError
from grader import progress
from grader.topics import find_task

OTHERS = 19
_STOP_SECONDS = 10.0
_LOOPING = "sample_loguniform"
_LOOPING_PAGE = ("/random-search?tab=Play", "Seed")
_ENDLESS = """

def {name}(*args, **kwargs):  # number {number}
    while True:
        pass
"""


class Crowd:
    """Sessions in a process of their own; see `benchmarks.app_clients`."""

    def __init__(self, address: str, page: str, label: str, count: int = OTHERS) -> None:
        """Name the server, the page, the slider that is moved, and how many sessions do so."""
        self._command = [address, page, label, f"--count={count}"]

    def __enter__(self) -> Self:
        """Open the sessions; none of them moves yet.

        Raises:
            ServerError: If they do not open.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.app_clients", *self._command],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._tell("ready")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close them."""
        self._process.terminate()
        self._process.communicate(timeout=_STOP_SECONDS)

    def go(self) -> None:
        """Let each session move once a second, and look at what its page watches."""
        self._tell("go")

    def rest(self) -> None:
        """Let them do nothing."""
        self._tell("rest")

    def _tell(self, line: str) -> None:
        pipes = self._process
        assert pipes.stdin is not None
        assert pipes.stdout is not None
        try:
            print(line, file=pipes.stdin, flush=True)
            answer = pipes.stdout.readline().strip()
        except BrokenPipeError:
            answer = ""
        if answer != "ok":
            raise ServerError("The other sessions broke off; what they said is above.")


class Loop:
    """One learner's code that never ends, asked for by a session on its page.

    The checks of what was saved would loop as well, in a process of their own: they count as run,
    for what is measured is the worker that draws a lab's own curve.
    """

    def __init__(self, home: Path) -> None:
        """Take the folder of the learner whose function is going to loop."""
        topic, _ = find_task(_LOOPING)
        self._file = home / "exercises" / f"{topic.module}.py"
        self._folder = home / "exercises"
        self._tasks = [task.name for task in topic.tasks]
        self._right = self._file.read_text(encoding="utf-8")
        self._number = 0

    @staticmethod
    def crowd(address: str) -> Crowd:
        """The session that asks for it."""
        return Crowd(address, *_LOOPING_PAGE, count=1)

    def begin(self) -> None:
        """Save a function that never ends. The app gives it 5 s, and more only when it changes."""
        self._number += 1
        endless = _ENDLESS.format(name=_LOOPING, number=self._number)
        self._save(self._right + endless)

    def end(self) -> None:
        """Save the right one again."""
        self._save(self._right)

    def _save(self, text: str) -> None:
        draft = self._file.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        found = progress.TaskProgress(progress.State.DONE, 1, 1, source=progress.source_hash(draft))
        progress.save(dict.fromkeys(self._tasks, found), self._folder)
        draft.replace(self._file)
