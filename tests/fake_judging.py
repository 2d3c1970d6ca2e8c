"""A judge that does what a submission's source says, for tests of what goes on around it.

It is a file of its own, so that the processes of a pool can import it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.edition import edition
from grader.judging import Judge, Setup
from grader.report import Report, Status, TaskResult
from grader.submission import Submission


@contextmanager
def fake(setup: Setup) -> Iterator[Judge]:
    """Judge by the first word of the source; every call is noted in the file CALLS names."""

    def judge(submission: Submission, seed: int) -> Report:
        word, _, marker = (submission.source or "unreadable").partition(" ")
        with Path(os.environ["CALLS"]).open("a") as file:
            file.write(f"{submission.student}\n")
        status = Status.PASSED
        match word:
            case "raise":
                raise RuntimeError("out of order")
            case "shaky" if not _seen(marker):
                status = Status.NOT_GRADED
            case "wrong":
                status = Status.FAILED
            case "hopeless":
                status = Status.NOT_GRADED
            case "crash":
                os._exit(3)
            case "crash-once" if not _seen(marker):
                os._exit(3)
            case "slow":
                time.sleep(float(marker))
            case "killed-once" if not _seen(marker):
                os.kill(os.getpid(), signal.SIGKILL)
            case "interrupt":
                os.kill(int(marker), signal.SIGINT)
                signal.pause()
            case "swallowed-interrupt":
                _interrupt_that_pytest_swallows()
        task = TaskResult("smooth", 1.0 if status is Status.PASSED else 0.0, 1.0, status)
        return Report(
            student=submission.student,
            topic=submission.topic_module,
            file=submission.path,
            sha256=submission.sha256,
            seed=seed,
            device=setup.device,
            tier=setup.tier,
            tasks=(task,),
            edition=edition(submission.topic_module),
        )

    yield judge


def _seen(marker: str) -> bool:
    """Tell whether this was asked before."""
    path = Path(marker)
    before = path.exists()
    path.touch()
    return before


def _interrupt_that_pytest_swallows() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        raise RuntimeError("exit status 2") from None
