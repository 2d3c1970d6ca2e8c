"""The benchmark of grading: its parts on real runs, small ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import grading
from benchmarks.__main__ import main
from benchmarks.grading import BenchmarkError, Run
from grader.sandbox import tiers
from grader.sandbox.tiers import Tier
from grader.topics import find_topic

needs_sandbox = pytest.mark.skipif(
    tiers.detect().tier is Tier.C,
    reason="no isolation here: run in a Linux container or WSL2 with bubblewrap installed",
)
MODULE = "ex01_what_is_tuning"


@needs_sandbox
def test_a_run_tells_marks_seconds_and_the_memory_of_the_grader(tmp_path: Path) -> None:
    for kind in grading.KINDS:
        (tmp_path / "class" / kind).mkdir(parents=True)
        path = tmp_path / "class" / kind / f"{MODULE}.py"
        path.write_text(grading.source_of(MODULE, kind), encoding="utf-8")

    run = grading.grade(tmp_path / "class", 3, tmp_path / "out")

    assert run.scores["right"] == 1
    assert 0 < run.scores["wrong"] < 1
    assert run.scores["stub"] == 0
    assert run.each == run.seconds / 3 > 0
    # Two interpreters, one of which has torch; the workers are copies, and are left out.
    assert 150 < run.peak_mb < 1500
    with pytest.raises(BenchmarkError, match="graded 3 of 4"):
        grading.grade(tmp_path / "class", 4, tmp_path / "again")


class FakeCourse:
    """A course whose nbgrader takes 3 s a notebook and gives full marks to the right ones."""

    def __init__(self, folder: Path, topic: object) -> None:
        self.folder = folder

    def hand_in(self, count: int, folder: Path) -> list[str]:
        return [f"{number:04}-{grading.KINDS[number % 3]}" for number in range(count)]

    def autograde(self, students: list[str]) -> tuple[float, dict[str, float]]:
        return 3.0 * len(students), {name: float("right" in name) for name in students}


def test_the_figures_are_a_submissions_and_compare_at_a_hundred(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([20.0, 80.0, 10.0, 14.0])  # at 10, 1000 and 100, then at 100 once more

    def run(submissions: Path, count: int, out: Path) -> Run:
        scores = {
            name: float("right" in name) for name in FakeCourse(out, None).hand_in(count, out)
        }
        return Run(count, next(times), 500.0 + count, scores)

    monkeypatch.setattr(grading, "Course", FakeCourse)
    monkeypatch.setattr(grading, "grade", run)
    target = tmp_path / "figures.json"
    done = CliRunner().invoke(main, ["grading", "--json", str(target)])

    assert done.exit_code == 0, done.output
    figures = json.loads(target.read_text())
    # 10 s and 14 s for 100 are 0.12 s each; nbgrader's 3 s are 25 times that.
    assert figures["vs_nbgrader"] == pytest.approx(25)
    assert figures["seconds_per_submission"] == {"10": 2.0, "100": 0.1, "1000": 0.08}
    assert figures["peak_mb"] == 1500
    assert (figures["nbgrader_count"], figures["compared_at"]) == (10, 100)
    assert "25.0 times as fast as nbgrader" in done.output


def test_other_marks_than_nbgraders_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "Course", FakeCourse)
    monkeypatch.setattr(
        grading, "grade", lambda folder, count, out: Run(count, 1.0, 1.0, {"0000-right": 0.5})
    )
    with pytest.raises(BenchmarkError, match="gave 0000-right different marks"):
        grading.measure(find_topic("1"), [10], 2, tell=lambda line: None)
