"""Every hostile submission, graded as a whole, gets what it deserves; the next one is not touched.

A submission is a file in `cases/`; `case.py` says how it is read. All run in both tiers, as the
user who runs the tests and (test_ordinary_user.py) as an ordinary one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.export import write_exports
from grader.report import Status
from grader.sandbox.client import WarmParent
from grader.submission import printable
from tests.hostile import traces
from tests.hostile.case import Case, read_case, read_cases
from tests.hostile.conftest import Parents
from tests.hostile.grading import grade_case, honest_points

CASES = read_cases()
GROWTH_MB = 100  # of the grader, at most: one frame may hold 64 MB
SECRET = "kept-from-mallory"  # in this process's environment


@contextmanager
def nothing_left(parent: WarmParent, parents: Parents) -> Iterator[None]:
    """Afterwards the grader is as it was, and the next submission gets full marks."""
    known = parents.processes
    assert not traces.wait_for_only(known)
    descriptors, boxes = traces.open_descriptors(), traces.in_the_boxes(known)
    before = {pid: traces.resident_mb(pid) for pid in known}
    traces.forget_peak()
    ours = traces.resident_mb()
    yield
    peak = traces.resident_mb(field="VmHWM")
    assert peak - ours < GROWTH_MB, f"grading took {peak - ours:.0f} MB of the grader's memory"
    assert not traces.wait_for_only(known), "a process is left"
    assert known <= traces.descendants(), "the warm parent was ended"
    assert traces.open_descriptors() == descriptors, "a descriptor is left"
    assert traces.marked_files() == [], "a file is left"
    assert not traces.new_in_the_boxes(known, boxes), "a work folder is left"
    grown = max(traces.resident_mb(pid) - before[pid] for pid in known)
    assert grown < 10, f"the warm parent has grown by {grown:.0f} MB"
    points, most = honest_points(parent)
    assert points == most > 0, "the next submission did not get full marks"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_submission_gets_what_it_deserves(
    case: Case,
    parent: WarmParent,
    parents: Parents,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HYPERLINGS_TEST_SECRET", SECRET)
    with nothing_left(parent, parents):
        report = grade_case(case, parent)
    assert report.tier == parent.tier
    assert set(case.expected) - {"*"} <= {result.task for result in report.tasks}
    for result in report.tasks:
        expected = case.outcome(result.task)
        said = " ".join(result.messages)
        assert result.status is expected.status, f"{result.task}: {said}"
        assert expected.fragment in said
        if expected.status is Status.PASSED:
            assert result.points == result.max_points > 0
        elif expected.status is Status.PARTIAL:
            assert 0 < result.points < result.max_points
        else:
            assert result.points == 0
            assert said or expected.status is Status.NOT_ATTEMPTED
        for message in result.messages:
            assert len(message) < 600
            assert message == printable(message)
            assert SECRET not in message
    if case.name.startswith("text/"):
        write_exports([report], tmp_path)
        for page in tmp_path.rglob("*.*"):
            written = page.read_text(encoding="utf-8")
            assert not [
                piece for piece in ("<script>alert", "<img src=x", "\x1b") if piece in written
            ]


def test_there_are_hostile_submissions_of_every_kind() -> None:
    assert len(CASES) >= 45
    assert len({case.name.partition("/")[0] for case in CASES}) >= 10


def test_a_head_that_expects_nothing_is_refused(tmp_path: Path) -> None:
    case = tmp_path / "case.py"
    case.write_text("def expected_best(scores, n): ...\n")
    with pytest.raises(ValueError, match="must begin with a line"):
        read_case(case)
