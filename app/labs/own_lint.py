"""The learner's own `lint_plan` on a plan of the lab's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import own_value
from app.labs.plan_linter import Plan
from app.own_call import Call, Lab, Table
from app.own_value import OwnValue
from app.showcases.model import WrongShapeError

_LAB = Lab("ex07_practical_guidelines:planning")
_MOST = 20  # pairs: there are six mistakes
_SHOWN = 200  # characters of a remedy
Pairs = tuple[tuple[str, str], ...]


def ask(plan: Plan) -> OwnValue[Pairs]:
    """Run the learner's function on a plan; the value holds a (code, remedy) pair a mistake."""
    return own_value.ask(lambda values: read(values[0]), call(plan))


def call(plan: Plan) -> Call:
    """The question, whose plan is told apart from others by its contents."""
    return Call("lint_plan", (_plain(plan.as_dict()),), _LAB, through="lint")


def read(value: Any) -> Pairs:
    """Read what the function returned.

    Raises:
        WrongShapeError: If it is anything but a list of at most 20 pairs of strings.
    """
    if not isinstance(value, list | tuple) or not all(_is_pair(each) for each in value):
        raise WrongShapeError("It must return a list of pairs (code, remedy), both of them words.")
    if len(value) > _MOST:
        raise WrongShapeError(f"It returned {len(value)} pairs, where at most {_MOST} are read.")
    return tuple((code, remedy) for code, remedy in value)


def compare(found: Pairs, expected: Sequence[str]) -> str:
    """Say how the learner's findings differ from the reference's, in Markdown.

    Args:
        found: What the learner's function returned.
        expected: The codes of the plan's mistakes, in their order.
    """
    codes = [code for code, _ in found]
    missed = [code for code in expected if code not in codes]
    extra = [code for code in dict.fromkeys(codes) if code not in expected]
    if missed or extra:
        told = [f"misses {_listed(missed)}"] if missed else []
        told += [f"names {_listed(extra)}, which the plan does not have"] if extra else []
        return f"Your `lint_plan` {' and '.join(told)}."
    if codes != list(expected):
        return f"Your `lint_plan` finds the same, but in the order {_listed(codes)}."
    if not found:
        return "Your `lint_plan` finds nothing either."
    remedies = "".join(f"\n- `{code}`: {_quoted(remedy)}" for code, remedy in found)
    return f"Your `lint_plan` finds the same. Its remedies:\n{remedies}"


def _is_pair(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 2:
        return False
    return all(isinstance(part, str) for part in value)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(_quoted(code) for code in codes)


def _quoted(text: str) -> str:
    """A learner's words on one line of code, so that no character of them counts as Markdown."""
    return f"`{' '.join(text.replace('`', chr(39)).split())[:_SHOWN] or ' '}`"


def _plain(value: object) -> object:
    """A value as a call holds it: hashable, with tuples for lists."""
    if isinstance(value, Mapping):
        return Table(tuple((name, _plain(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return tuple(_plain(item) for item in value)
    return value
