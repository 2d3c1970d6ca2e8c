"""Mutants: copies of a reference in which one operator, number, name or statement is another."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader import markers

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_SYMBOLS: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%"},
    **{ast.Pow: "**", ast.MatMult: "@", ast.BitOr: "|", ast.BitAnd: "&", ast.And: "and"},
    **{ast.Or: "or", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="},
    **{ast.NotEq: "!=", ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in"},
}
_PAIRS = (
    *(("min", "max"), ("any", "all"), ("argmin", "argmax"), ("nanmin", "nanmax")),
    *(("nanargmin", "nanargmax"), ("floor", "ceil"), ("minimum", "maximum"), ("fmin", "fmax")),
    *(
        ("mean", "median"),
        ("exp", "log"),
        ("cos", "sin"),
        ("cumsum", "cumprod"),
        ("isnan", "isinf"),
    ),
    *(("ValueError", "TypeError"), ("train", "eval")),
)
_COMMUTE = ("min", "max", "minimum", "maximum", "fmin", "fmax")
_GUARDS = ("strict", "stacklevel")  # arguments that change nothing about a right result
_SHOWN = 40  # characters of a changed expression
_TWINS = {name: twin for pair in _PAIRS for name, twin in (pair, pair[::-1])}


@dataclass(frozen=True)
class Mutant:
    """A whole module in which one thing is another.

    Attributes:
        owner: The function or class at the top level that holds the change.
        number: The changed line's number in the original.
        line: That line, without its indentation.
        change: What became what, e.g. "< -> <="; a second such change of an equal line in the same
            function ends in " #2".
        source: The module's text, without comments.
    """

    owner: str
    number: int
    line: str
    change: str
    source: str


@dataclass(frozen=True)
class _Edit:
    """One change of a tree: `node.field`, or an item of it, becomes `new`."""

    node: ast.AST
    field: str
    index: int | None
    new: Any
    number: int
    change: str

    def swap(self) -> _Edit:
        """Make the change, and return the one that takes it back."""
        if self.index is None:
            old = getattr(self.node, self.field)
            setattr(self.node, self.field, self.new)
        else:
            items = getattr(self.node, self.field)
            old = items[self.index]
            items[self.index] = self.new
        return _Edit(self.node, self.field, self.index, old, self.number, "")


def mutants(source: str, name: str = "solution.py") -> list[Mutant]:
    """Make all mutants of a reference, each of them once.

    Changed is what a learner writes, between the solution's markers, and the defaults of the
    parameters. Annotations and the texts of errors stay: no check should ask for them.

    Args:
        source: The text of a module in `solutions/`.
        name: Its file name, for the error.

    Raises:
        MarkerError: If the markers do not pair up.
    """
    blocks = markers.find_blocks(source, name)
    lines = source.splitlines()
    tree = ast.parse(source)
    parts = [ast.unparse(node) for node in tree.body]
    found = []
    for place, node in enumerate(tree.body):
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        seen = {parts[place]}
        count: Counter[tuple[str, str]] = Counter()
        for edit in sorted(_edits(node), key=lambda edit: edit.number):
            if not (edit.field.endswith("defaults") or _within(edit.number, blocks)):
                continue
            undo = edit.swap()
            part = ast.unparse(node)
            undo.swap()
            if part in seen or not _compiles(part):
                continue
            seen.add(part)
            line = lines[edit.number - 1].strip()
            count[line, edit.change] += 1
            again = count[line, edit.change]
            change = edit.change if again == 1 else f"{edit.change} #{again}"
            text = "\n\n".join([*parts[:place], part, *parts[place + 1 :]]) + "\n"
            found.append(Mutant(node.name, edit.number, line, change, text))
    return found


def users(source: str, owner: str) -> set[str]:
    """Return the top-level functions and classes that come to use `owner`, itself included."""
    names = {
        node.name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    found: set[str] = set()
    new = {owner}
    while new:
        found |= new
        new = {name for name, used in names.items() if used & found} - found
    return found


def _within(number: int, blocks: tuple[markers.Block, ...]) -> bool:
    return any(block.begin <= number <= block.end for block in blocks)


def _compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as a comparison by `is` with a number
        try:
            compile(text, "mutant", "exec")
        except SyntaxError:
            return False
    return True


def _edits(root: ast.AST) -> Iterator[_Edit]:
    """Walk a tree, leaving out what is only for readers, and give every change in it."""
    bound = Counter(
        part.id
        for part in ast.walk(root)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    )
    stack: list[ast.AST] = [root]
    while stack:
        node = stack.pop()
        yield from _in_node(node)
        if isinstance(node, ast.JoinedStr | ast.Raise):  # the text of an error is free
            continue
        children: list[ast.AST] = []
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "type_comment", "decorator_list"):
                continue
            if isinstance(node, ast.keyword) and node.arg in _GUARDS:
                continue
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(child, ast.AST):
                    place = index if isinstance(value, list) else None
                    yield from _of_child(node, field, place, child, bound)
                    children.append(child)
        stack.extend(reversed(children))


def _in_node(node: ast.AST) -> Iterator[_Edit]:
    """Give the changes of a node's own operator, name or arguments."""
    match node:
        case ast.BinOp() | ast.AugAssign():
            for operator in _OPERATORS.get(type(node.op), ()):
                change = _symbols(node.op, operator())
                yield _Edit(node, "op", None, operator(), node.lineno, change)
        case ast.Compare():
            for index, op in enumerate(node.ops):
                for comparison in _COMPARISONS[type(op)]:
                    change = _symbols(op, comparison())
                    yield _Edit(node, "ops", index, comparison(), node.lineno, change)
        case ast.BoolOp():
            flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield _Edit(node, "op", None, flipped, node.lineno, _symbols(node.op, flipped))
            for index, operand in enumerate(node.values):
                rest = node.values[:index] + node.values[index + 1 :]
                change = f"{_text(operand)} -> dropped"
                yield _Edit(node, "values", None, rest, operand.lineno, change)
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name) as kind)) if name in _TWINS:
            yield _named(kind, "id", kind)
        case ast.Name(id=name) if isinstance(node.ctx, ast.Load) and name in _TWINS:
            yield _named(node, "id", node)
        case ast.Attribute(attr=name) if isinstance(node.ctx, ast.Load) and name in _TWINS:
            yield _named(node, "attr", node)
        case ast.Slice():
            for field in ("lower", "upper", "step"):
                part: ast.expr | None = getattr(node, field)
                if part is not None:
                    change = f"{field} {_text(part)} -> dropped"
                    yield _Edit(node, field, None, None, node.lineno, change)
        case ast.Call():
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            pairs = () if called in _COMMUTE else zip(node.args, node.args[1:], strict=False)
            for index, (one, other) in enumerate(pairs):
                swapped = [*node.args[:index], other, one, *node.args[index + 2 :]]
                change = f"{_text(one)}, {_text(other)} -> swapped"
                yield _Edit(node, "args", None, swapped, one.lineno, change)
            for index, keyword in enumerate(node.keywords):
                if keyword.arg in _GUARDS:
                    continue
                others = node.keywords[:index] + node.keywords[index + 1 :]
                change = f"{keyword.arg}= -> dropped"
                yield _Edit(node, "keywords", None, others, keyword.value.lineno, change)


def _of_child(
    node: ast.AST, field: str, index: int | None, child: ast.AST, bound: Counter[str]
) -> Iterator[_Edit]:
    """Give the changes that put something else in the place of a child."""
    number = getattr(child, "lineno", 0)

    def replaced(new: ast.AST | None, change: str) -> _Edit:
        return _Edit(node, field, index, new, number, change)

    match child:
        case ast.Constant(value=bool() as value):
            yield replaced(ast.Constant(not value), f"{value} -> {not value}")
        case ast.Constant(value=int() | float() as value):
            for new in dict.fromkeys((value + 1, value - 1, value * 2)):
                if new != value:
                    yield replaced(ast.Constant(new), f"{value!r} -> {new!r}")
        case ast.Constant(value=str() as value) if not isinstance(node, ast.Expr):
            yield replaced(ast.Constant(f"{value}_"), f"{value!r} -> {value + '_'!r}")
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield replaced(operand, f"{_text(child)} -> {_text(operand)}")
        case ast.Call(args=[ast.expr() as only], keywords=[]) if not isinstance(
            only, ast.Starred | ast.GeneratorExp
        ) and not isinstance(node, ast.Expr):
            yield replaced(only, f"{_text(child)} -> {_text(only)}")
        case ast.Try(handlers=[], orelse=[], finalbody=last):
            after = ast.If(ast.Constant(True), [*child.body, *last], [])
            yield replaced(after, "finally -> only without an error")
        case ast.Break():
            yield replaced(ast.Continue(), "break -> continue")
        case ast.Continue():
            yield replaced(ast.Break(), "continue -> break")
    if field in ("test", "ifs") and isinstance(child, ast.expr):
        negated = ast.UnaryOp(ast.Not(), child)
        yield replaced(negated, f"{_text(child)} -> negated")
    if isinstance(child, ast.stmt) and _worth_dropping(node, child, bound):
        yield replaced(ast.Pass(), "statement -> dropped")


def _worth_dropping(parent: ast.AST, child: ast.stmt, bound: Counter[str]) -> bool:
    """Whether the code without this statement could run at all."""
    match child:
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            return False
        case ast.Assign(targets=[target]):
            names = [part.id for part in ast.walk(target) if isinstance(part, ast.Name)]
            first = isinstance(target, ast.Name | ast.Tuple) and any(bound[n] < 2 for n in names)
            return not first
        case ast.Return():
            return isinstance(parent, ast.If | ast.For | ast.While)
        case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom() | ast.With():
            return False
        case ast.AnnAssign() | ast.Try():
            return False
        case ast.If(body=[_], orelse=[]):  # the same as without the statement in it
            return False
        case _:
            return True


def _named(node: ast.Name | ast.Attribute, field: str, at: ast.expr) -> _Edit:
    name: str = getattr(node, field)
    return _Edit(node, field, None, _TWINS[name], at.lineno, f"{name} -> {_TWINS[name]}")


def _symbols(old: ast.AST, new: ast.AST) -> str:
    return f"{_SYMBOLS[type(old)]} -> {_SYMBOLS[type(new)]}"


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
