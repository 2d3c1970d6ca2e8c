"""What must not reach a learner: pieces of solutions, hidden checks and misconceptions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from grader import markers

_ALONE = 9  # AST nodes from which a statement tells by itself where it comes from
_TOGETHER = 14  # AST nodes of two statements in a row that tell
_LEAST = 4  # AST nodes of either of those two
_TEXT = 20  # characters of a text that tells, white space left out
_PIECE = 30  # characters of a piece of code in a text that tell, likewise
_DIGITS = 5  # digits of a number that tells
WORD = re.compile(r"[\w.]+")  # names and numbers
_QUIET = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop, ast.arguments)


@dataclass
class Withheld:
    """Pieces to look for, each with the place that it comes from, as "file:line".

    Attributes:
        statements: Statements, and pairs of statements in a row, as `statements_of` writes them.
        texts: Texts, squeezed.
        numbers: Numbers, as Python writes them.
        names: Names of hidden checks and misconceptions.
        tasks: Functions and methods whose body a learner has to write; see `functions_of`.
    """

    statements: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    tasks: dict[tuple[str, int], str] = field(default_factory=dict)

    @cached_property
    def squeezed(self) -> dict[str, str]:
        """The statements by what `squeeze` leaves of them, to be found in any text."""
        return {squeeze(statement): statement for statement in self.statements}


def collect(source: Path) -> Withheld:
    """Gather what a checkout keeps from learners.

    What stands outside the markers, or in the visible checks, is no secret wherever else it stands.

    Args:
        source: The project's root.

    Raises:
        MarkerError: If a solution's markers do not pair up.
        SyntaxError: If a file is not Python.
    """
    found = Withheld()
    public = [path.read_text(encoding="utf-8") for path in source.glob("exercises/test_*.py")]
    for path in sorted(source.glob("solutions/*.py")):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(source).as_posix()
        public.append(markers.stub(text, place))
        _add_solution(found, text, place)
    hidden = sorted(source.glob("grader/hidden/test_*.py"))
    wrong = sorted(source.glob("grader/misconceptions/ex*.py"))
    others = sorted(source.glob("tests/equivalents/*/*.py"))
    for path in [*hidden, *wrong, *others]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        place = path.relative_to(source).as_posix()
        _add_code(found, tree, place)
        if path not in others:
            _add_names(found, tree, place)
    _forget(found, public)
    return found


def statements_of(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the telling statements of a module and the telling pairs in a row, with their lines.

    A statement with a body counts as its head; docstrings, data, imports and definitions do not.
    """
    for body in _bodies(tree):
        counted = [(_head(node), node.lineno) for node in body if not _is_quiet(node)]
        before, size_before = "", 0
        for (text, size), line in counted:
            if size >= _ALONE:
                yield text, line
            if min(size, size_before) >= _LEAST and size + size_before >= _TOGETHER:
                yield f"{before}\n{text}", line
            before, size_before = text, size


def squeeze(text: str) -> str:
    """Leave out white space, and write all quotes alike."""
    return re.sub(r"\s+", "", text).replace('"', "'")


def functions_of(tree: ast.Module) -> Iterator[tuple[tuple[str, int], ast.FunctionDef]]:
    """Yield a module's functions and its classes' methods, each with what it is known by.

    That is its name, after its class's and a dot, and its number of parameters: a task's probe has
    its name too.
    """
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for function in inside:
            if isinstance(function, ast.FunctionDef):
                given = function.args
                n = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
                yield (f"{owner}{function.name}", n), function


def is_placeholder(function: ast.FunctionDef) -> bool:
    """Tell whether a function is still to be written: nothing but a docstring and a stand-in."""
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node))
        for node in function.body
    )


def _add_solution(found: Withheld, text: str, place: str) -> None:
    """Add what stands between the markers."""
    tree = ast.parse(text)
    blocks = markers.find_blocks(text, place)
    inside = {line for block in blocks for line in range(block.begin, block.end + 1)}
    for statement, line in statements_of(tree):
        if line in inside:
            found.statements.setdefault(statement, f"{place}:{line}")
    for node in ast.walk(tree):
        if getattr(node, "lineno", None) in inside and isinstance(node, ast.Constant):
            _add_constant(found, node, place)
    for known, function in functions_of(tree):
        lines = range(function.lineno, (function.end_lineno or function.lineno) + 1)
        if any(line in inside for line in lines):
            found.tasks[known] = f"{place}:{function.lineno}"


def _add_constant(found: Withheld, node: ast.Constant, place: str) -> None:
    value, origin = node.value, f"{place}:{node.lineno}"
    if isinstance(value, str) and len(squeeze(value)) >= _TEXT:
        found.texts.setdefault(squeeze(value), origin)
    elif type(value) in (int, float):
        digits = [letter for letter in repr(value).strip("0.") if letter.isdigit()]
        if len(digits) >= _DIGITS:
            found.numbers.setdefault(repr(value), origin)


def _add_code(found: Withheld, tree: ast.Module, place: str) -> None:
    """Add a file's statements, and the pieces of code that edit the reference."""
    for statement, line in statements_of(tree):
        found.statements.setdefault(statement, f"{place}:{line}")
    for node in ast.walk(tree):
        for item in (*node.keys, *node.values) if isinstance(node, ast.Dict) else ():
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                piece = squeeze(item.value)
                if len(piece) >= _PIECE:
                    found.texts.setdefault(piece, f"{place}:{item.lineno}")


def _add_names(found: Withheld, tree: ast.Module, place: str) -> None:
    """Add the names of checks and wrong functions; one word alone may stand anywhere."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and "_" in node.name.strip("_"):
            decorators = {ast.unparse(item).partition("(")[0] for item in node.decorator_list}
            if decorators & {"check", "misconception"}:
                found.names[node.name] = f"{place}:{node.lineno}"


def _forget(found: Withheld, public: list[str]) -> None:
    """Take out what learners see anyway."""
    known = {statement for text in public for statement, _ in statements_of(ast.parse(text))}
    squeezed = squeeze("".join(public))
    words = {word for text in public for word in WORD.findall(text)}
    found.statements = {k: v for k, v in found.statements.items() if k not in known}
    found.texts = {k: v for k, v in found.texts.items() if k not in squeezed}
    found.numbers = {k: v for k, v in found.numbers.items() if k not in words}
    found.names = {k: v for k, v in found.names.items() if k not in words}


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body


def _is_quiet(node: ast.stmt) -> bool:
    """Tell whether a statement says nothing about how a thing is done: it names, or holds data."""
    definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    if definition or isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if not isinstance(node, ast.Expr | ast.Assign):
        return False
    try:
        ast.literal_eval(node.value)
    except ValueError:
        return False
    return True


def _head(node: ast.stmt) -> tuple[str, int]:
    """Return a statement as Python writes it, a compound one without its bodies, and its size."""
    bodies = ("body", "orelse", "finalbody", "handlers", "cases")
    inner: set[int] = set()
    for name in bodies:
        for child in _children(getattr(node, name, None)):
            inner.update(id(item) for item in ast.walk(child))
    size = sum(not isinstance(n, _QUIET) for n in ast.walk(node) if id(n) not in inner)
    text = ast.unparse(node)
    return (text.partition("\n")[0] if inner else text), size


def _children(value: object) -> Iterable[ast.AST]:
    return [item for item in value if isinstance(item, ast.AST)] if isinstance(value, list) else []
