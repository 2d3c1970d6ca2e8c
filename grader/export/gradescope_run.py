"""What `run_autograder` calls in Gradescope's container: grade what was handed in, say how it went.

    python -m grader.export.gradescope_run /autograder ex04_random_search [--trust-submissions]

Whatever happens, `results/results.json` is there afterwards: Gradescope shows nothing without it.
"""

from __future__ import annotations

import os
import secrets
import sys
import traceback
from pathlib import Path
from typing import Any

from grader.export.gradescope import failure, results, to_json
from grader.journal import write_whole
from grader.topics import Topic, find_topic

_FAULT = (
    "The autograder failed, through no fault of your code: this is not a mark. Please tell your "
    "instructor, who finds the reason in the autograder's output."
)


def main(arguments: list[str]) -> None:
    """Grade the submission below a folder laid out as Gradescope's `/autograder`.

    Args:
        arguments: The folder, the topic, and `--trust-submissions` where code may run without
            isolation.
    """
    root, topic = Path(arguments[0]), find_topic(arguments[1])
    try:
        found = _graded(root / "submission", topic, trusted="--trust-submissions" in arguments)
    except Exception:
        traceback.print_exc()
        found = failure(_FAULT)
    out = root / "results" / "results.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, to_json(found).encode())


def _graded(folder: Path, topic: Topic, *, trusted: bool) -> dict[str, Any]:
    """Return what Gradescope is to show."""
    from grader.judging import Setup, judge_twice, sandboxed
    from grader.sandbox.tiers import Tier, detect
    from grader.submission import find

    isolation = detect()
    if isolation.tier is Tier.C and not trusted:
        print("This machine cannot isolate the code that it would run:", *isolation.reasons)
        print("Build the autograder with --trust-submissions to run it all the same.")
        return failure(_FAULT)
    found = find([str(folder)], topic)
    print(*found.complaints, sep="\n")
    wanted = f"{topic.module}.py or {topic.module}.ipynb"
    if len(found.submissions) != 1:
        files = ", ".join(os.path.relpath(each.path, folder) for each in found.submissions)
        there = f"more than one that could be it ({files})" if files else "no such file"
        return failure(f"Hand in one file, named {wanted}: there is {there}.")
    setup = Setup(
        seed=secrets.randbelow(2**32), tier=str(isolation.tier), trusted=isolation.tier is Tier.C
    )
    with sandboxed(setup) as judge:
        report = judge_twice(judge, found.submissions[0], setup.seed, setup)
    for task in report.tasks:
        print(f"{task.task}: {task.status}, {task.points:g} of {task.max_points:g}", *task.messages)
    return results(report)


if __name__ == "__main__":
    main(sys.argv[1:])
