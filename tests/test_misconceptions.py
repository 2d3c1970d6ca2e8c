"""How a misconception becomes a whole submission."""

from __future__ import annotations

import ast
import re

import pytest

from grader.misconceptions import Misconception
from grader.misconceptions import ex02_manual_tuning as wrong
from grader.misconceptions.compose import declared, submission_source

MODULE = "ex02_manual_tuning"


def last_function(source: str) -> ast.FunctionDef:
    node = ast.parse(source).body[-1]
    assert isinstance(node, ast.FunctionDef)
    return node


def test_edits_are_made_in_the_body_only_and_all_at_once() -> None:
    # The two returns change places, so neither edit may see what the other one wrote.
    swapped = ast.unparse(last_function(submission_source(MODULE, "rules-swapped")))
    assert "if rule == 'linear':\n        return lr * math.sqrt(ratio)" in swapped
    assert "if rule == 'sqrt':\n        return lr * ratio" in swapped
    # The formula stands in the docstring as well, which stays as it is.
    inverse = last_function(submission_source(MODULE, "inverse-ratio"))
    assert "ratio = new_batch / old_batch" in (ast.get_docstring(inverse) or "")
    assert "ratio = old_batch / new_batch" in ast.unparse(inverse.body[1:])


def test_a_whole_function_takes_its_tasks_name_and_loses_its_decorator() -> None:
    function = last_function(submission_source(MODULE, "whole-grid-searched"))
    assert function.name == "coordinate_search"
    assert function.decorator_list == []


@pytest.mark.parametrize(
    ("edits", "found"),
    [({"no such line": ""}, 0), ({"ValueError": "TypeError"}, 3)],
)
def test_an_edit_that_does_not_fit_the_reference_is_named(
    edits: dict[str, str], found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfit = Misconception("unfit", "scale_lr", "Never said.", edits)
    monkeypatch.setattr(wrong, "SCALE", (unfit,))
    message = rf"unfit: {re.escape(repr(next(iter(edits))))} .* stands there {found} times"
    with pytest.raises(ValueError, match=message):
        submission_source(MODULE, "unfit")


def test_ids_are_unique_and_every_message_tells_the_way_out() -> None:
    known = declared(MODULE)
    tuples = [value for value in vars(wrong).values() if isinstance(value, tuple)]
    listed = [item.id for group in tuples for item in group]
    assert len(listed) > 60
    assert len(listed) == len(set(listed))
    assert set(listed) < {item.id for item in known.values()}
    assert all(len(item.message.split()) >= 12 for item in known.values())
