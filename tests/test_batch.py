"""Many submissions: nothing is lost, nothing is graded twice."""

from __future__ import annotations

import hashlib
import importlib
import json
import multiprocessing
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from grader.batch import Batch, grade_all, processes_for
from grader.journal import JournalError
from grader.judging import Judging, Setup
from grader.report import Status
from grader.submission import Submission

SETUP = Setup(seed=7, tier="B")


class Desk:
    """Grades with the fake judge, and counts its calls."""

    def __init__(self, folder: Path, judging: Judging) -> None:
        self.out = folder / "out"
        self._calls = folder / "calls"
        self._judging = judging

    def grade(
        self, *submissions: Submission, jobs: int = 1, resume: bool = False, setup: Setup = SETUP
    ) -> Batch:
        return grade_all(
            submissions, setup, out=self.out, jobs=jobs, resume=resume, judging=self._judging
        )

    def calls(self) -> Counter[str]:
        lines = self._calls.read_text().split() if self._calls.exists() else []
        self._calls.unlink(missing_ok=True)
        return Counter(lines)

    def lines(self) -> list[str]:
        text = (self.out / "results.jsonl").read_text()
        return [json.loads(line)["student"] for line in text.splitlines()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))  # the pool's processes get it too
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return Desk(tmp_path, importlib.import_module("fake_judging").fake)


def handed_in(student: str, source: str = "pass") -> Submission:
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Submission(student, "ex02_manual_tuning", f"{student}/ex02.py", source, digest)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_submission_is_graded_once_and_listed_in_order(desk: Desk, jobs: int) -> None:
    done = desk.grade(*(handed_in(name) for name in "cab"), jobs=jobs)

    assert [report.student for report in done.reports] == ["a", "b", "c"]
    assert all(report.score == 1 for report in done.reports)
    assert (done.new, done.interrupted) == (3, False)
    assert desk.calls() == Counter("abc")
    assert desk.lines() == ["a", "b", "c"]


def test_the_order_of_work_does_not_show_in_the_file(desk: Desk) -> None:
    desk.grade(handed_in("b"), handed_in("a"))
    one = (desk.out / "results.jsonl").read_bytes()
    desk.grade(handed_in("a"), handed_in("b"), jobs=2)

    assert (desk.out / "results.jsonl").read_bytes() == one


def test_resume_grades_what_is_new_or_changed_and_nothing_else(desk: Desk) -> None:
    desk.grade(handed_in("a"), handed_in("b"))
    desk.calls()

    done = desk.grade(handed_in("a"), handed_in("b", "changed"), handed_in("c"), resume=True)

    assert desk.calls() == Counter("bc")
    assert [report.student for report in done.reports] == ["a", "b", "c"]
    assert done.reports[1].sha256 == handed_in("b", "changed").sha256


def test_resume_keeps_the_results_of_those_not_named_again(desk: Desk) -> None:
    desk.grade(handed_in("a"))
    desk.grade(handed_in("b"), resume=True)

    assert desk.lines() == ["a", "b"]


def test_another_seed_or_device_is_graded_anew(desk: Desk) -> None:
    desk.grade(handed_in("a"))
    desk.calls()
    desk.grade(handed_in("a"), resume=True, setup=Setup(seed=8, tier="B"))
    desk.grade(handed_in("a"), resume=True, setup=Setup(seed=8, tier="B", device="cuda"))

    assert desk.calls() == Counter({"a": 2})
    assert desk.lines() == ["a"]


def test_what_could_not_be_graded_is_tried_once_more_and_again_on_resume(
    desk: Desk, tmp_path: Path
) -> None:
    done = desk.grade(
        handed_in("hopeless", "hopeless"), handed_in("shaky", f"shaky {tmp_path / 'marker'}")
    )

    assert desk.calls() == Counter({"hopeless": 2, "shaky": 2})
    assert [report.graded for report in done.reports] == [False, True]
    desk.grade(handed_in("hopeless", "hopeless"), resume=True)
    assert desk.calls() == Counter({"hopeless": 2})


def test_a_judge_that_raises_costs_nobody_a_mark_and_stops_nothing(desk: Desk) -> None:
    broken, fine = desk.grade(handed_in("a", "raise"), handed_in("b")).reports

    assert {result.status for result in broken.tasks} == {Status.NOT_GRADED}
    assert broken.tasks[0].messages == (
        "Not graded, through no fault of the code: RuntimeError: out of order",
    )
    assert broken.max_score > 0
    assert fine.score == 1


def test_an_unreadable_file_is_looked_at_again_on_resume(desk: Desk) -> None:
    unreadable = Submission(
        "a", "ex02_manual_tuning", "a/ex02.py", None, "", "a/ex02.py is a pipe."
    )
    desk.grade(unreadable)
    desk.grade(unreadable, resume=True)

    assert desk.calls() == Counter({"a": 2})
    assert desk.lines() == ["a"]


def test_a_process_that_dies_is_replaced_and_nobody_is_forgotten(
    desk: Desk, tmp_path: Path
) -> None:
    students = [handed_in(name) for name in "abc"]
    done = desk.grade(
        *students, handed_in("d", f"crash-once {tmp_path / 'marker'}"), handed_in("e"), jobs=2
    )

    assert [report.student for report in done.reports] == list("abcde")
    assert all(report.score == 1 for report in done.reports)


def test_a_submission_that_always_kills_its_process_is_not_graded_and_all_others_are(
    desk: Desk,
) -> None:
    others = [handed_in(name) for name in "acdef"]
    done = desk.grade(others[0], handed_in("b", "crash"), *others[1:], jobs=2)

    assert [report.student for report in done.reports if report.graded] == list("acdef")
    report = done.reports[1]
    assert {result.status for result in report.tasks} == {Status.NOT_GRADED}
    assert "--resume" in report.tasks[0].messages[0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(desk: Desk, jobs: int) -> None:
    before = signal.getsignal(signal.SIGINT)
    students = [handed_in("a"), handed_in("b", f"interrupt {os.getpid()}"), handed_in("c")]
    # Another test of this process may have left the engine's warm ones.
    others = multiprocessing.active_children()

    done = desk.grade(*students, jobs=jobs)

    assert done.interrupted
    assert "b" not in desk.lines()
    assert len(desk.lines()) == done.new
    for process in set(multiprocessing.active_children()) - set(others):
        process.join(30)
        # The pool's thread may have just reaped it, and be about to write down how it ended.
        patience = time.monotonic() + 30
        while process.exitcode is None and time.monotonic() < patience:
            time.sleep(0.01)
        assert process.exitcode is not None
    assert signal.getsignal(signal.SIGINT) is before
    kept = set(desk.lines())
    desk.calls()
    finished = desk.grade(handed_in("a"), handed_in("b"), handed_in("c"), resume=True)
    assert not finished.interrupted
    assert set(desk.calls()) == {"a", "b", "c"} - kept
    assert desk.lines() == ["a", "b", "c"]


def test_ctrl_c_that_the_judge_swallows_gives_no_result(desk: Desk) -> None:
    done = desk.grade(handed_in("a"), handed_in("b", "swallowed-interrupt"), handed_in("c"))

    assert done.interrupted
    assert desk.lines() == ["a"]


def test_a_full_disk_stops_with_what_is_safe_and_the_remedy(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.grade(handed_in("a"))
    real = os.fsync
    synced: list[int] = []

    def fsync(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) > 2:  # the journal's start is written; then the disk is full
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(JournalError, match=r"No space left on device.*--resume"):
        desk.grade(handed_in("a"), handed_in("b"), handed_in("c"), resume=True)
    monkeypatch.undo()

    assert "a" in desk.lines()


def test_one_process_serves_a_few_submissions_and_no_more_than_cores_serve_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)

    assert [processes_for(count) for count in (0, 1, 15, 16, 24, 1000)] == [1, 1, 1, 2, 3, 4]
