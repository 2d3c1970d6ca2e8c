"""Rates, survivors, and the file of those that no check can notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import graders, graders_report
from benchmarks.graders import Case, Verdict
from benchmarks.graders_report import Equivalent
from benchmarks.mutate import Mutant
from grader.topics import TOPICS

MODULE = "ex04_random_search"


def case(change: str, owner: str = "prob_hit", number: int = 3, module: str = MODULE) -> Case:
    return Case(module, (owner,), Mutant(owner, number, "return x + 1", change, ""))


def verdicts(*ends: str, module: str = MODULE) -> list[Verdict]:
    return [Verdict(case(f"change {i}", module=module), end) for i, end in enumerate(ends)]


def test_rates_leave_out_what_is_equivalent() -> None:
    every = [*verdicts("failed", "timeout", "ended", ""), Verdict(case("e"), "", "It is 1.")]
    rate = graders_report.Rate.of(every)
    assert rate == graders_report.Rate(killed=3, total=4, equivalent=1, timeouts=1)
    assert rate.share == 0.75
    assert graders_report.Rate.of([]).share == 1.0


def test_rates_are_counted_by_topic_and_task_in_the_order_of_the_file() -> None:
    every = [
        Verdict(case("a", "second", number=9), "failed"),
        Verdict(case("a", "first", number=2), ""),
        Verdict(case("a", "other", module="ex02_manual_tuning"), "failed"),
    ]
    found = graders_report.by_topic(every)
    assert {module: list(topic) for module, topic in found.items()} == {
        "ex02_manual_tuning": ["", "other"],
        MODULE: ["", "first", "second"],
    }
    assert found[MODULE][""].share == 0.5
    assert found[MODULE]["first"].share == 0.0


@pytest.mark.parametrize(("killed", "enough"), [(19, True), (18, False)])
def test_enough_is_95_percent_of_every_topic(killed: int, enough: bool) -> None:
    other = verdicts(*["failed"] * 1000, module="ex02_manual_tuning")
    of_topic = verdicts(*["failed"] * killed, *[""] * (20 - killed))
    assert graders_report.enough([*other, *of_topic]) is enough


def test_survivors_are_explained_and_the_killed_are_not() -> None:
    every = verdicts("", "failed")
    equivalents = {each.case.key: Equivalent(each.case.key, "Why.") for each in every}
    assert [each.reason for each in graders_report.explained(every, equivalents)] == ["Why.", ""]


def test_stale_entries_are_those_without_a_mutant_and_those_that_a_check_notices() -> None:
    every = verdicts("", "failed")
    keys = [every[0].case.key, every[1].case.key, ("prob_hit", "old line", "+ -> -")]
    elsewhere = ("smooth", "another topic's", "+ -> -")
    equivalents = {key: Equivalent(key, "Why.") for key in (*keys, elsewhere)}
    assert graders_report.stale(every, equivalents, ["prob_hit"]) == [
        "prob_hit: 'old line', '+ -> -': there is no such mutant any more. Remove the entry.",
        "prob_hit: 'return x + 1', 'change 1': a check notices it (failed). Remove the entry.",
    ]


def test_the_report_lists_unexplained_survivors_with_their_line() -> None:
    every = [*verdicts("failed", ""), Verdict(case("known"), "", "It is 1.")]
    text = graders_report.report(every, ["prob_hit: gone. Remove the entry."])
    assert "ex04_random_search" in text.splitlines()[0]
    assert "1 of    2 noticed (50.0%), 0 by their deadline; 1 equivalent" in text
    assert "ex04_random_search.py:3 (prob_hit)\n    return x + 1\n    change 1" in text
    assert "known" not in text
    assert text.endswith("Stale in equivalent_mutants.toml:\n  prob_hit: gone. Remove the entry.")


def test_a_report_without_survivors_has_rates_only() -> None:
    assert len(graders_report.report(verdicts("failed")).splitlines()) == 2


def test_figures_hold_every_survivor_with_its_reason() -> None:
    found = graders_report.figures(
        [*verdicts("failed", ""), Verdict(case("known"), "", "It is 1.")]
    )
    assert [each["reason"] for each in found["survivors"]] == ["", "It is 1."]
    assert found["rates"][MODULE]["all"]["share"] == 0.5


def test_every_entry_of_the_file_fits_a_mutant() -> None:
    keys = {each.key for topic in TOPICS for each in graders.cases_of(topic)}
    owners = {owner for owner, _, _ in keys}
    known = [key for key in graders_report.read_equivalents() if key[0] in owners]
    assert known
    assert [key for key in known if key not in keys] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[equivalent]", r"is not TOML: .* Mend that line"),
        ("[[equivalent]]\ntask = 'a'\nline = 'b'\nchanges = ['c']", "entry 1: it lacks reason"),
        ("[[equivalent]]\ntask = 'a'", "entry 1: it lacks line, changes, reason"),
        ("[[equivalent]]\ntask='a'\nline='b'\nchanges='c'\nreason='d'", "a list of changes"),
        ("[[equivalent]]\ntask='a'\nline='b'\nchanges=['c', 'c']\nreason='d'", "listed already"),
    ],
)
def test_a_broken_file_says_where_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "equivalents.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(graders_report.EquivalentsError, match=said):
        graders_report.read_equivalents(path)
