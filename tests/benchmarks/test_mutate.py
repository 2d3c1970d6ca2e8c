"""The mutator, against lists of mutants written by hand."""

from __future__ import annotations

import ast

import pytest

from benchmarks.mutate import Mutant, mutants, users

FRAME = "def f(x, y=None):\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION\n"


def made(body: str) -> list[Mutant]:
    """Mutants of a function with this body."""
    return mutants(FRAME.format(body="\n".join(f"    {line}" for line in body.splitlines())))


def bodies(body: str) -> dict[str, str]:
    """What a body becomes, by change."""
    found = {}
    for mutant in made(body):
        (function,) = ast.parse(mutant.source).body
        assert isinstance(function, ast.FunctionDef)
        found[mutant.change] = "\n".join(map(ast.unparse, function.body))
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return x + y", {"+ -> -": "return x - y"}),
        ("return x / y", {"/ -> *": "return x * y", "/ -> //": "return x // y"}),
        ("return x ** y", {"** -> *": "return x * y"}),
        ("return x < y", {"< -> <=": "return x <= y", "< -> >": "return x > y"}),
        ("return x == y", {"== -> !=": "return x != y"}),
        ("return x in y", {"in -> not in": "return x not in y"}),
        (
            "return x or y",
            {"or -> and": "return x and y", "x -> dropped": "return y", "y -> dropped": "return x"},
        ),
        ("return not x", {"not x -> x": "return x"}),
        ("return -x", {"-x -> x": "return x"}),
        ("return 3", {"3 -> 4": "return 4", "3 -> 2": "return 2", "3 -> 6": "return 6"}),
        ("return 0", {"0 -> 1": "return 1", "0 -> -1": "return -1"}),  # doubled, 0 stays 0
        ("return 1", {"1 -> 2": "return 2", "1 -> 0": "return 0"}),  # 1 + 1 is twice 1
        ("return True", {"True -> False": "return False"}),
        ("return 'a'", {"'a' -> 'a_'": "return 'a_'"}),
        ("return x[y:]", {"lower y -> dropped": "return x[:]"}),
        ("return min(x, y)", {"min -> max": "return max(x, y)"}),  # swapped, it is the same
        ("return g(x, y)", {"x, y -> swapped": "return g(y, x)"}),
        ("return all(x)", {"all -> any": "return any(x)", "all(x) -> x": "return x"}),
        ("return g(x, key=y)", {"key= -> dropped": "return g(x)"}),
        ("return x.argmin()", {"argmin -> argmax": "return x.argmax()"}),
        (
            "return g(x if y else 2.5)",
            {
                "y -> negated": "return g(x if not y else 2.5)",
                "2.5 -> 3.5": "return g(x if y else 3.5)",
                "2.5 -> 1.5": "return g(x if y else 1.5)",
                "2.5 -> 5.0": "return g(x if y else 5.0)",
                "g(x if y else 2.5) -> x if y else 2.5": "return x if y else 2.5",
            },
        ),
        ("return [i for i in x if i]", {"i -> negated": "return [i for i in x if not i]"}),
    ],
)
def test_one_thing_becomes_another(body: str, expected: dict[str, str]) -> None:
    assert bodies(body) == expected


def test_statements_are_dropped_where_the_rest_could_still_run() -> None:
    body = """
x.sort()
z = x
z = y
x[z] = y
z += y
if x:
    return y
for i in x:
    if i:
        continue
    z.pop()
return x
"""
    dropped = [mutant.line for mutant in made(body) if mutant.change == "statement -> dropped"]
    # Both bindings of z may go; the `if` may not, which is the same as its `return` dropped, nor
    # the last `return`. Dropping `z.pop()` leaves a loop, as dropping the loop itself does not.
    assert dropped == [
        *("x.sort()", "z = x", "z = y", "x[z] = y", "z += y", "return y"),
        *("for i in x:", "continue", "z.pop()"),
    ]


def test_a_name_bound_once_stays_bound() -> None:
    assert [mutant.change for mutant in made("z = x\nreturn z")] == []


def test_a_loop_is_left_early_or_gone_on_with() -> None:
    found = bodies("while x:\n    if y:\n        break\n    continue")
    assert found["break -> continue"] == "while x:\n    if y:\n        continue\n    continue"
    assert found["continue -> break"] == "while x:\n    if y:\n        break\n    break"
    assert found["x -> negated"].startswith("while not x:")


def test_a_finally_may_be_skipped_by_an_error() -> None:
    found = bodies("try:\n    x.run()\nfinally:\n    x.close()")
    assert found["finally -> only without an error"] == "if True:\n    x.run()\n    x.close()"


def test_the_text_of_an_error_is_free_but_not_its_type() -> None:
    body = 'if x:\n    raise ValueError(f"`x` must be at least {2 + 3}, but got {x}.")'
    assert {mutant.change for mutant in made(body)} == {
        "x -> negated",
        "ValueError -> TypeError",
        "statement -> dropped",
    }


def test_arguments_that_only_guard_or_locate_stay() -> None:
    assert made("return g(*x, strict=True, stacklevel=2)") == []


def test_the_second_of_two_equal_changes_says_so() -> None:
    assert [mutant.change for mutant in made("return x + x.y + y")] == ["+ -> -", "+ -> - #2"]
    twice = made("x.sort()\ny.sort()\nx.sort()")
    assert [(mutant.number, mutant.line, mutant.change) for mutant in twice] == [
        (3, "x.sort()", "statement -> dropped"),
        (4, "y.sort()", "statement -> dropped"),
        (5, "x.sort()", "statement -> dropped #2"),
    ]


def test_only_what_a_learner_writes_is_changed_and_defaults() -> None:
    source = '''
LIMIT = 3 + 1

def f(x: int = 5, *, key: str = "a") -> int:
    """Add 1 + 1."""
    before = x + 1
    ### BEGIN SOLUTION
    z: list[int] = before
    return z
    ### END SOLUTION

def helper(x):
    return x + 1
'''
    assert {(mutant.owner, mutant.change) for mutant in mutants(source)} == {
        ("f", "5 -> 6"),
        ("f", "5 -> 4"),
        ("f", "5 -> 10"),
        ("f", "'a' -> 'a_'"),
    }


def test_every_mutant_is_another_program_that_compiles() -> None:
    body = "if not x:\n    return 2 * x\nreturn x if x == y and y else -1"
    sources = [mutant.source for mutant in made(body)]
    trees = {ast.dump(ast.parse(source)) for source in sources}
    original = ast.dump(ast.parse(ast.unparse(ast.parse(FRAME.format(body="    return x")))))
    assert len(trees) == len(sources) > 10
    assert original not in trees


def test_users_are_found_through_one_another() -> None:
    source = """
def low(x):
    return x

def middle(x):
    return low(x)

def high(x):
    return [middle(y) for y in x]

def other(x):
    return x
"""
    assert users(source, "low") == {"low", "middle", "high"}
    assert users(source, "other") == {"other"}
