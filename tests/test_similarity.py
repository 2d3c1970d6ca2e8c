"""Which submissions are alike, against classes made by hand."""

from __future__ import annotations

import random

import pytest

from grader import similarity
from grader.similarity import LEAST, MOST_PAIRS, RUN, Comparison, Entry, compare

STUB = '''"""An exercise."""

import math


def area(radius: float) -> float:
    """Area of a circle."""
    raise NotImplementedError
'''
WORK = STUB.replace(
    "raise NotImplementedError",
    """if not math.isfinite(radius) or radius < 0:
        raise ValueError("radius")
    total, step = 0.0, radius / 1000
    for index in range(1000):
        left, right = index * step, (index + 1) * step
        middle = (left + right) / 2
        height = math.sqrt(radius * radius - middle * middle)
        total += 4 * height * step if height > 0 else 0.0
    return round(total, 12)""",
)


def work(seed: int, lines: int = 40) -> str:
    """Someone's own way of writing nothing of sense, unlike anybody else's."""
    rng = random.Random(seed)
    signs = ("+", "-", "*", "/", "//", "%", "**", "<", "==")
    body = [
        "    value = " + f" {rng.choice(signs)} ".join(f"{rng.randrange(999)}" for _ in range(5))
        for _ in range(lines)
    ]
    return STUB + "\n\ndef work(value):\n" + "\n".join(body) + "\n    return value\n"


def entries(*sources: str) -> list[Entry]:
    return [Entry(f"s{place:03}", "ex.py", source) for place, source in enumerate(sources)]


def names(found: Comparison) -> list[tuple[str, str]]:
    return [(pair.first.entry.student, pair.second.entry.student) for pair in found.pairs]


def test_a_copy_with_other_names_comments_and_layout_is_found() -> None:
    copy = WORK.replace("middle", "m").replace("radius", "r").replace("total", "t")
    copy = copy.replace("    return round", "\n    # all of it\n\n    return round")
    found = compare(entries(work(1), WORK, work(2), copy), [STUB])

    assert names(found) == [("s001", "s003")]
    (pair,) = found.pairs
    assert (pair.share, pair.first.share, pair.second.share) == (1.0, 1.0, 1.0)
    text = "".join(copy[start:end] for start, end in pair.second.spans)
    assert "total" not in text
    assert "t += 4 * height * step" in text
    assert "all of it" not in text  # a comment
    assert "Area of a circle" not in text  # a docstring


def test_names_of_the_language_and_of_libraries_still_tell() -> None:
    other = WORK.replace("math.sqrt", "math.exp").replace("range", "reversed")
    (pair,) = compare(entries(WORK, other), [STUB]).pairs
    assert 0.5 <= pair.share < 0.9


def test_what_stub_and_reference_hold_says_nothing() -> None:
    assert compare(entries(STUB, STUB, STUB), [STUB]).pairs == ()
    assert compare(entries(WORK, WORK), [STUB, WORK]).pairs == ()
    assert names(compare(entries(WORK, WORK), [STUB])) == [("s000", "s001")]


def test_what_more_than_a_tenth_of_a_large_class_wrote_says_nothing() -> None:
    others = [work(seed) for seed in range(90)]
    assert names(compare(entries(*others, *[WORK] * 10), [STUB])) != []
    assert names(compare(entries(*others, *[WORK] * 11), [STUB])) == []


def test_a_group_is_shown_by_as_many_pairs_as_link_it() -> None:
    found = compare(entries(work(1), *[WORK] * 5), [STUB])
    assert len(found.pairs) == 4
    assert found.more == 10 - 4
    linked = {name for pair in names(found) for name in pair}
    assert linked == {f"s{place:03}" for place in range(1, 6)}


def test_a_part_of_one_in_the_other_counts_by_the_smaller() -> None:
    small = work(1, lines=20)
    large = small + work(2, lines=60)[len(STUB) :].replace("def work", "def more")
    (pair,) = compare(entries(large, small), [STUB]).pairs
    assert pair.share == pair.second.share == 1.0
    # A run that both of 2 wrote weighs ln 2, one of its own ln 3: 20 lines to 60.
    assert pair.first.share == pytest.approx(20 * 0.693 / (20 * 0.693 + 60 * 1.099), abs=0.01)


def test_the_order_of_definitions_does_not_matter() -> None:
    first, second = work(1, 15)[len(STUB) :], work(2, 15)[len(STUB) :]
    (pair,) = compare(entries(first + second, second + first), []).pairs
    assert pair.share == 1.0


def test_a_few_alike_lines_are_no_pair() -> None:
    assert LEAST > RUN
    short = STUB.replace("raise NotImplementedError", "return math.pi * radius**2")
    assert compare(entries(short, short), [STUB]).pairs == ()


def test_nobody_is_like_themselves_and_a_class_of_one_or_none_has_no_pairs() -> None:
    twice = [Entry("ada", "a.py", WORK), Entry("ada", "b.py", WORK)]
    assert compare(twice, [STUB]).pairs == ()
    assert compare([], [STUB]) == Comparison(0, (), 0)
    assert compare(entries(""), []) == Comparison(1, (), 0)


def test_no_more_pairs_are_shown_than_fit() -> None:
    pairs = [work(seed) for seed in range(MOST_PAIRS + 5) for _ in range(2)]
    found = compare(entries(*pairs), [STUB])
    assert (len(found.pairs), found.more) == (MOST_PAIRS, 5)


def test_the_surest_pair_comes_first() -> None:
    half = work(3).splitlines(keepends=True)
    changed = "".join(half[:35]) + work(4)[len(STUB) :].replace("def work", "def more")
    found = compare(entries(work(3), changed, WORK, work(5), WORK), [STUB])
    assert names(found)[0] == ("s002", "s004")


@pytest.mark.parametrize(
    "source",
    [
        "'" + "\\'" * 40_000,
        '"""' + 'a"' * 40_000,
        '"' * 90_000,
        "def f(:\n    return '" * 5_000,
        "(" * 90_000,
        "\x00\ud800é\u202e" * 20_000,
        "x" * 10**6,
        "1e+" * 30_000,
    ],
)
def test_hostile_text_is_read_in_one_go(source: str) -> None:
    # Reading any of these backward again and again would take minutes.
    assert compare(entries(source, source, WORK, WORK), [STUB]).compared == 4


def test_only_the_first_part_of_a_huge_file_is_read() -> None:
    huge = f"{work(1)}\n" * 200
    assert len(huge) > 2 * similarity._MOST_TEXT
    (pair,) = compare(entries(huge, work(1)), [STUB]).pairs
    assert max(end for _, end in pair.first.spans) <= similarity._MOST_TEXT
