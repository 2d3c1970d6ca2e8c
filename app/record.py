"""`python -m app.record` writes what the references draw, so that the app need not hold them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.own_call import Call, argument
from app.showcases import library
from app.showcases.model import Points
from grader import labs
from grader.paths import load_module, solutions_dir
from grader.topics import TOPICS, Topic

_DIGITS = 8  # significant digits; sums of floats differ beyond that from machine to machine


def record(topic: Topic) -> dict[str, Points]:
    """Run the references of a topic on its showcases.

    Raises:
        FileNotFoundError: If there is no solutions folder, as in a learner's kit.
    """
    path = solutions_dir() / f"{topic.module}.py"
    reference = load_module(path, f"hyperlings_solutions.{topic.module}")
    return {
        showcase.task: showcase.points(
            [_call(getattr(reference, call.function), call) for call in showcase.calls]
        )
        for showcase in library.of_module(topic.module)
    }


def _call(function: Any, call: Call) -> Any:
    lab = labs.build(call.lab.factory, **dict(call.lab.values)) if call.lab else None
    args = [argument(lab, arg) for arg in call.args]
    return getattr(lab, call.through)(function, *args) if call.through else function(*args)


def _rounded(values: list[float]) -> list[float]:
    return [float(f"{value:.{_DIGITS}g}") for value in values]


def main() -> None:
    """Record every topic."""
    for topic in TOPICS:
        target: Path = library.RECORDED / f"{topic.module}.json"
        target.parent.mkdir(exist_ok=True)
        points = {
            task: {"x": _rounded(x), "y": _rounded(y)} for task, (x, y) in record(topic).items()
        }
        lines = [f" {json.dumps(task)}: {json.dumps(item)}" for task, item in points.items()]
        target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        print(f"{target.name}: {', '.join(points)}")


if __name__ == "__main__":
    main()
