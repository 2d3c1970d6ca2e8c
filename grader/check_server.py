"""Runs visible checks for the app: `python -m grader.check_server TIER`, one question a line.

A question is a JSON object with `topic` (a module's name), `source` and `seconds`; its answer is
one with `tasks`, what was found by task, or with `failed`, why nothing was, and with the `seconds`
that it took. The process ends when its input does.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from grader.progress import TaskProgress
    from grader.sandbox.client import WarmParent


def check(
    parent: WarmParent, module: str, source: str, *, seconds: float
) -> dict[str, TaskProgress]:
    """Run a topic's visible checks on a source, in workers of `parent`.

    Args:
        parent: Forks the workers.
        module: The topic's module, such as "ex02_manual_tuning".
        source: The learner's source.
        seconds: Time for all checks together.

    Returns:
        What was found, by task; without the tasks for which no time was left.
    """
    from grader.attempts import RemoteAttempts
    from grader.topics import find_topic
    from grader.visible_run import VisibleRun

    topic = find_topic(module)
    attempts = RemoteAttempts(parent, source, topic.module, f"{topic.module}.py")
    digest = hashlib.sha256(source.encode()).hexdigest()[:16]
    return VisibleRun(topic, attempts, source=digest, seconds=seconds).results()


def serve(questions: TextIO, answers: TextIO, parent: WarmParent) -> None:
    """Answer questions until there are no more."""
    for line in questions:
        question = json.loads(line)
        began = time.monotonic()
        answer: dict[str, object]
        try:
            found = check(
                parent, question["topic"], question["source"], seconds=question["seconds"]
            )
            answer = {"tasks": {task: asdict(item) for task, item in found.items()}}
        except Exception as error:  # one learner's checks must not end all others'
            answer = {"failed": f"{type(error).__name__}: {error}"}
        answer["seconds"] = time.monotonic() - began
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def main() -> None:
    """Serve standard input and output; whatever else writes there goes to standard error."""
    from grader.sandbox.client import Tier, WarmParent

    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with WarmParent(tier=Tier(sys.argv[1])) as parent:
        parent.worker().close()  # warm now, so that the first question is not charged for it
        serve(sys.stdin, answers, parent)


if __name__ == "__main__":
    main()
