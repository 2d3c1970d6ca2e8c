"""Which of a student's files for a topic counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from grader.candidates import Candidate
from grader.newest import choose
from grader.topics import TOPICS
from grader.walk import Entry


def candidate(
    path: str,
    *,
    modified: float = 0.0,
    source: str = "",
    order: tuple[int, int] = (0, 0),
    saved: int = 0,
    chosen: bool = False,
    student: str = "ann",
) -> Candidate:
    entry = Entry(path, ("/", path), 1, source, modified, (), lambda: (b"", ""))
    return Candidate(entry, TOPICS[1], student, order=order, saved=saved, chosen=chosen)


def counted(*candidates: Candidate) -> list[str]:
    return sorted(each.entry.path for each in choose(candidates).counted)


def test_a_manifest_beats_the_platform_the_platform_a_date_and_a_date_a_browsers_number() -> None:
    old = candidate("old", saved=1)
    newer = candidate("newer", modified=2.0)
    later_attempt = candidate("later attempt", order=(1, 0))
    chosen = candidate("chosen", chosen=True)

    assert counted(old, candidate("first")) == ["old"]
    assert counted(old, newer) == ["newer"]
    assert counted(old, newer, later_attempt) == ["later attempt"]
    assert counted(old, newer, later_attempt, chosen) == ["chosen"]


def test_of_the_newest_of_two_archives_both_count() -> None:
    a, b = candidate("a", source="one.zip", modified=9), candidate("b", source="one.zip")
    c = candidate("c", source="two.zip", modified=99)

    choice = choose([a, b, c])

    assert [each.entry.path for each in choice.counted] == ["a", "c"]
    assert [(each.entry.path, by.entry.path) for each, by in choice.superseded] == [("b", "a")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob"]),
            st.sampled_from(["", "one.zip"]),
            st.sampled_from([0.0, 1.0, 2.5]),
            st.integers(0, 1),
            st.booleans(),
        ),
        max_size=14,
    )
)
def test_every_file_is_counted_superseded_or_left_and_no_student_loses_all(
    drawn: list[tuple[str, str, float, int, bool]],
) -> None:
    candidates = [
        candidate(
            str(number),
            student=student,
            source=source,
            modified=modified,
            order=(order, 0),
            chosen=chosen,
        )
        for number, (student, source, modified, order, chosen) in enumerate(drawn)
    ]

    choice = choose(candidates)

    superseded = [each for each, _ in choice.superseded]
    together = [*choice.counted, *superseded, *choice.left]
    assert sorted(int(each.entry.path) for each in together) == list(range(len(drawn)))
    assert {each.student for each in choice.counted} == {each.student for each in candidates}
    assert all(
        sum(each.student == student for each in choice.counted) <= 4 for student in ("ann", "bob")
    )
