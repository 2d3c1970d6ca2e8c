"""What a notebook's check cells call, on a learner's machine and in nbgrader's kernel.

nbgrader runs a learner's code and its tests in one kernel, so `grade` is for classes that do not
cheat; `hyperlings grade` takes the same notebooks and isolates them. nbgrader also scores in favor
of whatever it cannot read, so `grade` makes sure that it reads a number.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.topics import find_task

_SHOWN = {"last_expr", "last_expr_or_assign", "last", "all"}  # settings that show a cell's value


def check(task: str, namespace: Mapping[str, object]) -> None:
    """Run a task's visible checks on the notebook's own functions, and print how they went.

    Args:
        task: The task's name.
        namespace: The notebook's `globals()`.
    """
    from grader.notebook_run import visible

    topic, _ = find_task(task)
    with _silent_stderr():
        text = visible(topic, task, namespace)
    print(text)


def grade(task: str, namespace: dict[str, Any], *, out_of: float) -> float:
    """Run a task's hidden checks, print what to tell the learner, and return the points.

    Args:
        task: The task's name.
        namespace: The notebook's `globals()`.
        out_of: Points of the cell.

    Returns:
        Points earned, a plain float in [0, out_of]: 0 for whatever could not be judged.

    Raises:
        RuntimeError: If the notebook would not show this number as it is. nbgrader would give full
            marks for that, but none for an error.
    """
    try:
        with _silent_stderr(), _silent_stdout():
            share, messages = _graded(task, namespace)
    except Exception as error:
        share, messages = 0.0, [f"`{task}` could not be graded: {type(error).__name__}: {error}"]
    for message in messages:
        print(message)
    points = min(max(round(out_of * share, 6), 0.0), float(out_of))
    _require_shown(points, out_of)
    return points


def _graded(task: str, namespace: dict[str, Any]) -> tuple[float, list[str]]:
    """Return the share of the points, in [0, 1], and what to say."""
    from grader.run import grade_namespace

    topic, _ = find_task(task)
    result = grade_namespace(topic, task, namespace)
    said = [result.diagnosis.message] if result.diagnosis else []
    share = result.points / result.max_points
    return share if math.isfinite(share) else 0.0, [*said, *result.messages]


def _require_shown(points: float, out_of: float) -> None:
    """Require that IPython shows `points` as a number that nbgrader reads as such."""
    shell = _shell()
    if shell is None:
        return
    text = shell.display_formatter.format(points)[0].get("text/plain", "")
    try:
        right = 0 <= float(text) <= out_of and math.isclose(float(text), points, abs_tol=0.5)
    except ValueError:
        right = False
    if not right or shell.ast_node_interactivity not in _SHOWN:
        raise RuntimeError(
            f"This notebook changes how IPython shows a number: {points} would show as {text!r}. "
            "Take out what sets a formatter for floats or `ast_node_interactivity`."
        )


def _shell() -> Any:
    """Return IPython's shell, or None outside a notebook."""
    if "IPython" not in sys.modules:
        return None
    get_ipython: Callable[[], Any] = sys.modules["IPython"].get_ipython
    return get_ipython()


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Keep stderr silent, at every level: nbgrader gives no points beside a single word on it."""
    before = logging.root.manager.disable
    kept = os.dup(2)
    try:
        with open(os.devnull, "w", encoding="utf-8") as null, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logging.disable(logging.CRITICAL)  # handlers hold the stream they were made with
            os.dup2(null.fileno(), 2)
            with contextlib.redirect_stderr(null):
                yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        logging.disable(before)


@contextlib.contextmanager
def _silent_stdout() -> Iterator[None]:
    """Drop what the learner's code prints: in a hidden check it may print the check's inputs."""
    with open(os.devnull, "w", encoding="utf-8") as null, contextlib.redirect_stdout(null):
        yield
