"""What is cut out of a submission to be shown beside another."""

from __future__ import annotations

from grader.export.excerpt import MOST_LINES, Line, excerpt

SOURCE = "one\n    two = 2  # why\nthree\nfour\nfive\nsix\n"


def span(text: str) -> tuple[int, int]:
    return SOURCE.index(text), SOURCE.index(text) + len(text)


def test_shared_parts_come_with_a_line_around_and_gaps_are_marked() -> None:
    assert excerpt(SOURCE, [span("two = 2"), span("six")]) == (
        Line(1, (("one", False),)),
        Line(2, (("    ", False), ("two = 2", True), ("  # why", False))),
        Line(3, (("three", False),)),
        Line(None),
        Line(5, (("five", False),)),
        Line(6, (("six", True),)),
        Line(7),
    )


def test_a_part_over_several_lines_leaves_out_the_indentation() -> None:
    _, second, third, *_ = excerpt(SOURCE, [(0, SOURCE.index("three") + 5)])
    assert second.pieces == (("    ", False), ("two = 2  # why", True))
    assert third.pieces == (("three", True),)


def test_long_lines_and_long_texts_are_cut_and_controls_written_out() -> None:
    (line,) = excerpt("\x1b\u202e" + "x" * 500, [(0, 502)])
    assert line.pieces[0][0].startswith(r"\x1b\u202exxx")
    assert line.pieces[-1] == ("…", False)
    assert len("".join(text for text, _ in line.pieces)) < 200
    many = excerpt("a\n" * 1000, [(0, 2000)])
    assert len(many) == MOST_LINES + 1
    assert many[-1] == Line(None)


def test_without_shared_parts_there_is_nothing_but_a_gap() -> None:
    assert excerpt(SOURCE, []) == (Line(None),)
