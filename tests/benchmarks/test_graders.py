"""Judging mutants, by hand-made ones and real ones, and the command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import graders, graders_report
from benchmarks.__main__ import main
from benchmarks.graders import Case, Verdict
from benchmarks.mutate import Mutant
from grader.sandbox.client import WarmParent
from grader.topics import find_topic

MODULE = "ex04_random_search"
TOPIC = find_topic(MODULE)


def test_every_task_has_mutants_judged_by_its_own_checks() -> None:
    cases = graders.cases_of(TOPIC)
    assert {each.tasks for each in cases} == {(task.name,) for task in TOPIC.tasks}
    assert len({each.key for each in cases}) == len(cases)


def test_a_helper_is_judged_by_the_tasks_that_use_it() -> None:
    source = """
### BEGIN SOLUTION
def _helper(x):
    return x + 1


def _unused(x):
    return x + 2
### END SOLUTION

def prob_hit(q, n):
    return _helper(q)

def trials_needed(q, p):
    return prob_hit(q, p)
"""
    found = {(each.mutant.owner, each.tasks) for each in graders.cases_of(TOPIC, source)}
    assert found == {("_helper", ("prob_hit", "trials_needed"))}


def test_ctrl_c_keeps_what_is_done() -> None:
    def judging(cases: Sequence[Case]) -> Iterator[Verdict]:
        yield Verdict(cases[0], "failed")
        yield Verdict(cases[1], "")
        raise KeyboardInterrupt

    told: list[tuple[int, int]] = []
    found, complete = graders.run(
        [TOPIC], jobs=1, tell=lambda *done: told.append(done), judging=judging
    )
    assert not complete
    assert [each.end for each in found] == ["failed", ""]
    assert [done for done, _ in told] == [1, 2]
    assert {of for _, of in told} == {len(graders.cases_of(TOPIC))}


@pytest.mark.parametrize(("end", "status"), [("failed", 0), ("", 1)])
def test_the_exit_status_says_whether_enough_is_noticed(
    end: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge_all(cases: Sequence[Case], *, jobs: int) -> Iterator[Verdict]:
        known = graders_report.read_equivalents()
        return (Verdict(each, "" if each.key in known else end) for each in cases)

    monkeypatch.setattr(graders, "judge_all", judge_all)
    target = tmp_path / "graders.json"
    done = CliRunner().invoke(main, ["graders", "--topic", "4", "--json", str(target)])
    assert done.exit_code == status, done.output
    assert "Stale" not in done.output
    assert '"complete": true' in target.read_text(encoding="utf-8")


def test_an_unknown_topic_is_wrong_usage() -> None:
    done = CliRunner().invoke(main, ["graders", "--topic", "99"])
    assert done.exit_code == 2
    assert "There is no topic '99'" in done.output


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    with WarmParent() as started:
        yield started


def end(parent: WarmParent, source: str, task: str = "prob_hit") -> str:
    """How a module's task ends."""
    mutant = Mutant(task, 2, "", "", source)
    return graders.Judge(parent)(Case(MODULE, (task,), mutant)).end


def test_a_wrong_sign_fails_a_check_and_a_type_does_not(parent: WarmParent) -> None:
    line = "return float(1 - (1 - q) ** n)"
    changed = {
        each.mutant.change: each.mutant.source
        for each in graders.cases_of(TOPIC)
        if each.mutant.line == line
    }
    assert end(parent, changed["- -> +"]) == "failed"
    assert end(parent, changed["float(1 - (1 - q) ** n) -> 1 - (1 - q) ** n"]) == ""


def test_code_that_never_ends_or_dies_is_noticed(
    parent: WarmParent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graders, "_LEAST_SECONDS", 1.0)
    monkeypatch.setattr(graders, "_PATIENCE", 0)
    assert end(parent, "def prob_hit(q, n):\n    while True:\n        pass\n") == "timeout"
    assert end(parent, "import os\n\ndef prob_hit(q, n):\n    os._exit(0)\n") == "ended"


def test_a_mutant_is_judged_by_its_own_task_only(parent: WarmParent) -> None:
    source = """
def prob_hit(q, n):
    if not 0 <= q <= 1 or n < 0:
        raise ValueError
    return 1 - (1 - q) ** n

def trials_needed(q, p):
    raise ZeroDivisionError
"""
    assert end(parent, source, "prob_hit") == ""
    assert end(parent, source, "trials_needed") == "failed"


def test_a_reference_that_fails_its_own_checks_is_no_measure(
    parent: WarmParent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / f"{MODULE}.py").write_text("def prob_hit(q, n):\n    return q\n", encoding="utf-8")
    monkeypatch.setattr(graders, "solutions_dir", lambda: tmp_path)
    with pytest.raises(RuntimeError, match=r"The reference of prob_hit does not pass .*\(failed\)"):
        end(parent, "")
