"""Nobody gets another one's mark: by number first, by a name only where that is plain."""

from __future__ import annotations

from dataclasses import replace

from grader.export.roster import Person, labels, match, plain, repeated
from grader.report import Status
from tests.export.small_class import report, task, two_tasks

ADA = Person("Ada Lovelace", ("7",), ("Ada Lovelace", "ada@x.org"))
ADA_2 = Person("Ada Lovelace", ("8",), ("Ada Lovelace", "al@x.org"))
BEN = Person("Ben", ("9",), ("Ben", "ben@x.org"))


def rows(people: list[Person], *students: tuple[str, str]) -> dict[str, int]:
    """Match students, given as (name, number); return each one's row."""
    reports = [report(name, *two_tasks(8, 12), identifier=number) for name, number in students]
    found = match(people, reports)
    assert len(found.pairs) + len(found.complaints) == len(students)
    return {each.student: row for row, each in found.pairs}


def test_a_number_decides_whatever_the_name() -> None:
    assert rows([ADA, BEN], ("someone", "9"), ("Ben", "7")) == {"someone": 1, "Ben": 0}


def test_two_of_one_name_are_told_apart_by_number_and_not_at_all_without() -> None:
    assert rows([ADA, ADA_2], ("Ada Lovelace", "8")) == {"Ada Lovelace": 1}
    assert rows([ADA, ADA_2], ("Ada Lovelace", "")) == {}
    assert rows([ADA, ADA_2], ("al@x.org", "")) == {"al@x.org": 1}


def test_a_name_is_compared_without_case_spaces_commas_and_forms_of_unicode() -> None:
    zoe = Person("Zoë", (), ("Łukasz, Zoe\u0308",))

    assert rows([zoe, BEN], ("łukasz_Zoë", ""), ("BEN", "")) == {"łukasz_Zoë": 0, "BEN": 1}
    assert plain("Lovelace, Ada") == "lovelaceada"


def test_a_namesake_with_another_number_is_another_person() -> None:
    found = match([ADA], [report("Ada Lovelace", *two_tasks(8, 12), identifier="99")])

    assert found.pairs == ()
    assert found.without == (0,)
    assert "the row of that name has another number" in found.complaints[0]


def test_two_results_for_one_row_are_both_left_out() -> None:
    one = report("Ben", *two_tasks(8, 12), file="a.py")
    two = report("ben@x.org", *two_tasks(0, 0), file="b.py")

    found = match([ADA, BEN], [one, two])

    assert found.pairs == ()
    assert found.without == (0,)
    assert "Ben has 2 results, from a.py and b.py: left alone." in found.complaints[0]


def test_what_could_not_be_graded_is_no_mark() -> None:
    found = match([BEN], [report("Ben", task("prob_hit", 0, Status.NOT_GRADED, "no sandbox"))])

    assert found.pairs == ()
    assert "could not be graded: left alone" in found.complaints[0]


def test_names_without_letters_match_nobody() -> None:
    assert rows([Person("?", (), ("?!",)), Person("-", (), ("",))], ("...", "")) == {}


def test_labels_tell_namesakes_apart_and_leave_others_alone() -> None:
    ada = report("Ada", *two_tasks(8, 12), identifier="7")
    other = replace(ada, identifier="8")
    ben = report("Ben", *two_tasks(8, 12), identifier="9")

    assert labels([ada, other, ben]) == ["Ada (7)", "Ada (8)", "Ben"]
    assert repeated([ada, other, ben]) == set()
    assert repeated([ada, replace(ada, file="again.py")]) == {("Ada", "ex04_random_search")}
