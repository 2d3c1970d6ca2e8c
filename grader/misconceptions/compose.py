"""A whole submission made from the reference and one replaced task."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from types import FunctionType

from grader.misconceptions import MISCONCEPTION, Misconception
from grader.paths import solutions_dir


def declared(module: str) -> dict[str, Misconception]:
    """Return a topic's misconceptions in file order, by id with underscores for dashes.

    Args:
        module: The topic's module, e.g. "ex02_manual_tuning".

    Raises:
        ModuleNotFoundError: If the topic has no misconceptions file.
    """
    namespace = vars(import_module(f"grader.misconceptions.{module}"))
    found: dict[str, Misconception] = {}
    for name, value in namespace.items():
        if isinstance(value, FunctionType | type):
            whole = vars(value).get(MISCONCEPTION)
            found |= {name: whole} if isinstance(whole, Misconception) else {}
        elif isinstance(value, tuple):
            edited = [item for item in value if isinstance(item, Misconception)]
            found |= {item.id.replace("-", "_"): item for item in edited}
    return found


def submission_source(module: str, replacement: str | Path) -> str:
    """Return the reference's source with one task written over at its end.

    Args:
        module: The topic's module.
        replacement: A misconception, by id or function name; or the path of a file that holds
            right functions written differently.

    Raises:
        KeyError: If the topic has no such misconception.
        FileNotFoundError: If there is no such file, or no solution.
        ValueError: If an edit does not fit the reference.
    """
    reference = (solutions_dir() / f"{module}.py").read_text(encoding="utf-8")
    if isinstance(replacement, Path):
        # A file has its own __future__ imports, which may stand at the top only.
        source = replacement.read_text(encoding="utf-8")
        addition = "".join(
            line
            for line in source.splitlines(keepends=True)
            if not line.startswith("from __future__ import")
        )
    else:
        addition = _wrong_function(module, replacement.replace("-", "_"), reference)
    return f"{reference.rstrip()}\n\n\n{addition.strip()}\n"


def _wrong_function(module: str, name: str, reference: str) -> str:
    """Return the source of a misconception under its task's name, without its decorator."""
    known = declared(module)
    if name not in known:
        listed = ", ".join(known)
        raise KeyError(f"{module} has no misconception {name!r}. It has {listed}.")
    if known[name].edits:
        return _edited(known[name], reference)
    path = Path(str(import_module(f"grader.misconceptions.{module}").__file__))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            node.name = known[name].task
            node.decorator_list = []
            for inner in ast.walk(node):  # where it calls itself
                if isinstance(inner, ast.Name) and inner.id == name:
                    inner.id = known[name].task
            return ast.unparse(node)
    raise KeyError(f"{path.name} does not define {name!r} at its top level.")


def _edited(known: Misconception, reference: str) -> str:
    """Return the reference's version of a task with a misconception's edits made in its body."""
    nodes = [node for node in ast.parse(reference).body if getattr(node, "name", "") == known.task]
    source = "".join(ast.get_source_segment(reference, node) or "" for node in nodes)
    head, begin, body = source.partition("### BEGIN SOLUTION\n")
    for old in known.edits:
        if body.count(old) != 1:
            raise ValueError(
                f"{known.id}: {old!r} must stand once in the reference's {known.task}, "
                f"but stands there {body.count(old)} times."
            )
    pieces = re.compile("|".join(map(re.escape, known.edits)))
    return head + begin + pieces.sub(lambda found: known.edits[found.group()], body)
