"""Markers: what lies between them goes, all else stays, and a wrong one names its line."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.markers import Block, MarkerError, find_blocks, stub

TWO_TASKS = dedent('''\
    """A topic."""

    import math

    LIMIT = 3


    def half(x: float) -> float:
        """Halve `x`."""
        ### BEGIN SOLUTION
        if x > LIMIT:

            return x / 2
        return math.nan
        ### END SOLUTION


    class Counter:
        """Counts."""

        def add(self) -> int:
            """Count one more."""
            ### BEGIN SOLUTION
            return 1
            ### END SOLUTION
    ''')


def test_each_block_becomes_one_raise_at_its_own_indent_and_every_other_line_stays() -> None:
    assert stub(TWO_TASKS, "t.py") == dedent('''\
        """A topic."""

        import math

        LIMIT = 3


        def half(x: float) -> float:
            """Halve `x`."""
            raise NotImplementedError


        class Counter:
            """Counts."""

            def add(self) -> int:
                """Count one more."""
                raise NotImplementedError
        ''')


def test_blocks_know_their_lines_and_hold_the_solution() -> None:
    first, second = find_blocks(TWO_TASKS, "t.py")

    assert first == Block(
        begin=10,
        end=15,
        indent="    ",
        body="    if x > LIMIT:\n\n        return x / 2\n    return math.nan\n",
    )
    assert (second.begin, second.end, second.indent) == (23, 25, " " * 8)


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("### BEGIN SOLUTION\nx\n### BEGIN SOLUTION\n", 3, "opened at line 1"),
        ("x = 1\n### END SOLUTION\n", 2, "without a `### BEGIN SOLUTION`"),
        ("a\nb\n### BEGIN SOLUTION\nx\n", 3, "never closed"),
        ("### BEGIN SOLUTION\nx\n    ### END SOLUTION\n", 3, "not indented like"),
        ("### BEGIN SOLUTION\n\n### END SOLUTION\n", 1, "nothing stands between"),
        ("x = 1  ### BEGIN SOLUTION\n", 1, "on a line of its own"),
        ("## BEGIN SOLUTION\nx\n## END SOLUTION\n", 1, "Write `### BEGIN SOLUTION`"),
        ("### BEGIN SOLUTION\nx\n### end solution\n", 3, "Write `### END SOLUTION`"),
        ("### BEGIN SOLUTIONS\nx\n", 1, "looks like a marker"),
        ("x = 1\n", 1, "would give the solution away"),
    ],
)
def test_a_wrong_marker_is_an_error_that_names_file_line_and_remedy(
    source: str, line: int, says: str
) -> None:
    with pytest.raises(MarkerError) as caught:
        stub(source, "solutions/ex99_x.py")

    assert str(caught.value).startswith(f"solutions/ex99_x.py:{line}: ")
    assert says in str(caught.value)


@given(
    bodies=st.lists(
        st.lists(st.sampled_from(["x = 1", "", "    y = 2", "# END", "return 0"]), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_a_stub_holds_exactly_the_lines_outside_the_blocks(bodies: list[list[str]]) -> None:
    source, kept = "", []
    for index, body in enumerate(bodies):
        head = f"def f{index}():"
        kept += [head, "    raise NotImplementedError", ""]
        inner = ["    z = 3", *("    " + line for line in body)]
        source += "\n".join(
            [head, "    ### BEGIN SOLUTION", *inner, "    ### END SOLUTION", "", ""]
        )

    left = stub(source, "t.py")

    assert left.splitlines() == kept
    ast.parse(left)
