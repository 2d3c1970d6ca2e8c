"""An nbgrader course made from solutions/: one assignment a topic, one notebook each."""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grader import leaks, markers, quiz
from grader.kit import KitError, stub_for
from grader.paths import project_root, solutions_dir
from grader.topics import Task, Topic

_OURS = "# Written by `hyperlings nbgrader build`."
_CONFIG = f'''{_OURS}
# It is yours to edit: a later build leaves it as it is, unless --force is given.
c = get_config()  # noqa: F821  nbgrader provides it

c.CourseDirectory.course_id = "hyperlings"
c.ClearSolutions.code_stub = {{"python": "{markers.PLACEHOLDER}"}}  # as in exercises/
c.Execute.timeout = 600  # seconds a cell; every check has a shorter deadline of its own
'''
_Cell = dict[str, Any]  # as the notebook format has it
_HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")


class CourseError(Exception):
    """A course cannot be written; the text says why and what to do."""


@dataclass(frozen=True)
class Piece:
    """A part of a solutions file that becomes one cell.

    Attributes:
        task: The task that it defines; None for what stands between tasks.
        source: Its text, markers included.
        summary: First paragraph of the task's docstring, on one line.
    """

    task: Task | None
    source: str
    summary: str = ""


def build(course: Path, topics: Iterable[Topic], *, force: bool = False) -> list[Path]:
    """Write a course folder: its configuration, and a source notebook a topic.

    A course built before keeps its gradebook, submissions and configuration.

    Args:
        course: The folder, made where it is missing.
        topics: The topics, one assignment each.
        force: Whether to write into a folder that is not such a course, and to write its
            configuration anew.

    Returns:
        The notebooks written.

    Raises:
        CourseError: If nbgrader is not installed, if the folder holds something else, or if a
            release would give a solution away.
        KitError: If there is no solution, as in a learner's kit.
        MarkerError: If a solution's markers do not pair up.
        QuizError: If a topic's quiz is missing or cannot be used.
    """
    if find_spec("nbgrader") is None:
        raise CourseError(
            "nbgrader is not installed. In the project's folder: pip install -e '.[nbgrader]'"
        )
    config = course / "nbgrader_config.py"
    ours = config.is_file() and config.read_text(encoding="utf-8").startswith(_OURS)
    if not (force or ours) and course.is_dir() and any(course.iterdir()):
        raise CourseError(
            f"{course} holds something that is no course of ours, so nothing was written. Name "
            "another folder, or add --force."
        )
    notebooks = {topic.module: make_notebook(topic) for topic in topics}
    _require_valid_and_clean(notebooks)
    written = []
    for module, notebook in notebooks.items():
        path = course / "source" / module / f"{module}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook, encoding="utf-8")
        written.append(path)
    if force or not ours:
        config.write_text(_CONFIG, encoding="utf-8")
    return written


def make_notebook(topic: Topic) -> str:
    """Make a topic's source notebook, solutions and hidden calls included.

    The same solutions give the same text, cell ids included.

    Raises:
        KitError: If there is no solution, or a task is missing from it.
        MarkerError: If its markers do not pair up.
        QuizError: If its quiz is missing or cannot be used.
    """
    from grader.run import max_points

    points = max_points(topic)
    cells = [_markdown("introduction", _introduction(topic))]
    for number, piece in enumerate(split(topic)):
        if piece.task is None:
            cells.append(_code(f"code-{number}", piece.source))
        else:
            cells += _task_cells(piece.task, piece, points[piece.task.name])
    cells.append(_markdown("quiz", quiz.markdown(quiz.read(topic.module))))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def split(topic: Topic) -> list[Piece]:
    """Split a topic's solution into its tasks and what stands between them.

    The module's docstring is left out, and comments where nothing else stands between two tasks.

    Raises:
        KitError: If a task is missing.
    """
    stub_for(topic)  # says what is wrong with the file, if anything
    path = solutions_dir() / f"{topic.module}.py"
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    blocks = markers.find_blocks(text, path.name)
    names = {task.name: task for task in topic.tasks}
    tree = ast.parse(text)
    opening = tree.body[:1] if ast.get_docstring(tree) is not None else []
    pieces: list[Piece] = []
    cut = opening[0].end_lineno or 0 if opening else 0  # lines that are dealt with
    between = False  # whether a statement stands after them
    for node in tree.body[len(opening) :]:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name not in names:
            between = True
            continue
        first, last = _span(node, blocks)
        if between:
            pieces.append(Piece(None, "\n".join(lines[cut : first - 1]).strip()))
        summary = (ast.get_docstring(node) or "").partition("\n\n")[0]
        source = "\n".join(lines[first - 1 : last])
        pieces.append(Piece(names.pop(node.name), source, " ".join(summary.split())))
        cut, between = last, False
    if names:
        raise KitError(f"solutions/{path.name} does not define {', '.join(names)}.")
    return [*pieces, Piece(None, "\n".join(lines[cut:]).strip())] if between else pieces


def _span(node: ast.stmt, blocks: tuple[markers.Block, ...]) -> tuple[int, int]:
    """Return a statement's first and last line, its decorators and closing marker included."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    last = node.end_lineno or node.lineno
    return first, max([last, *(block.end for block in blocks if first <= block.begin <= last)])


def _introduction(topic: Topic) -> str:
    return (
        f"# {topic.title}\n\n{topic.summary}\n\n"
        f"The lesson is `docs/{topic.lesson}`. Write each function in place of its "
        f"`{markers.PLACEHOLDER}`, run its cell, then the one below it: that says what is still "
        "to do. You need the course's package: `pip install` its folder, and start Jupyter there."
    )


def _task_cells(task: Task, piece: Piece, points: float) -> list[_Cell]:
    """Return a task's title, its cell to write in, and the locked cell that grades it."""
    begin, end = _HIDDEN
    # A grade cell is scored by the value of its last line, which only the instructor's copy has.
    grading = (
        f'from grader.notebook import check\n\ncheck("{task.name}", globals())\n'
        f"{begin}\nfrom grader.notebook import grade\n\n"
        f'grade("{task.name}", globals(), out_of={points:g})\n{end}'
    )
    solution = f"{task.name}-solution"
    graded = {**_metadata(task.name, solution=False), "points": points}
    return [
        _markdown(f"{task.name}-title", f"## {task.title}\n\n{piece.summary}"),
        _code(solution, piece.source, nbgrader=_metadata(solution, solution=True)),
        _code(task.name, grading, nbgrader=graded),
    ]


def _markdown(cell_id: str, source: str) -> _Cell:
    lines = source.splitlines(keepends=True)
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": lines}


def _code(cell_id: str, source: str, **metadata: object) -> _Cell:
    return {
        **_markdown(cell_id, source),
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
    }


def _metadata(grade_id: str, *, solution: bool) -> dict[str, object]:
    return {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": not solution,
        "solution": solution,
        "locked": not solution,
        "task": False,
    }


def _require_valid_and_clean(notebooks: Mapping[str, str]) -> None:
    """Check notebooks as nbgrader will, and look for leaks in the release it will make of them.

    Args:
        notebooks: The text of each by its topic's module.

    Raises:
        CourseError: If there is a leak.
    """
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions

    clear = ClearSolutions(code_stub={"python": markers.PLACEHOLDER})
    with tempfile.TemporaryDirectory() as folder:
        for module, notebook in notebooks.items():
            released: Any = nbformat.reads(notebook, as_version=4)  # type: ignore[no-untyped-call]
            nbformat.validate(released)
            MetadataValidator().validate_nb(released)
            for preprocessor in (clear, ClearHiddenTests()):
                released, _ = preprocessor.preprocess(released, {})
            path = Path(folder) / f"{module}.ipynb"
            path.write_text(json.dumps(released), encoding="utf-8")
        found = leaks.scan(Path(folder), project_root())
    if found:
        listed = "\n".join(f"  {leak}" for leak in found)
        raise CourseError(f"The release would give something away:\n{listed}")
