"""The real command, killed at any moment or out of disk: nothing lost, nothing graded twice."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.journal import read
from grader.paths import solutions_dir
from grader.sandbox import tiers
from grader.sandbox.tiers import Tier

TESTS = Path(__file__).parent
KILLS = {1: 20, 2: 4}  # by processes: each costs a start of them
# At most so many are lost with the grader: one in hand, and one ready for each process of a pool.
IN_HAND = {1: 1, 2: 4}
REAL = "from grader.cli import main; main()"
# The real command in everything but what judges.
CHEAP = (
    "import functools, fake_judging\n"
    "from grader.commands import grade\n"
    "if __name__ == '__main__':\n"
    "    grade.grade_all = functools.partial(grade.grade_all, judging=fake_judging.fake)\n"
    "    grade.grade_command()\n"
)


class Class:
    """A class's submissions, and the command that grades them."""

    def __init__(self, folder: Path, size: int, source: str = "pass") -> None:
        self.folder = folder
        self.students = [f"s{number:03}" for number in range(size)]
        for student in self.students:
            (folder / "class" / student).mkdir(parents=True)
            (folder / "class" / student / "ex02.py").write_text(source)
        # A file, since a pool's processes import the main module again.
        (folder / "cheap.py").write_text(CHEAP)
        self.out = folder / "out"
        self.calls_file = folder / "calls"
        self._seen = 0

    def start(
        self, *more: str, program: str = "cheap.py", limit: Callable[[], None] | None = None
    ) -> subprocess.Popen[str]:
        python = ["-c", REAL, "grade"] if program == "real" else [program]
        return subprocess.Popen(
            [sys.executable, *python, "class", "--out", "out", "--tier", tier(), *more],
            cwd=self.folder,
            env={
                **os.environ,
                "CALLS": str(self.calls_file),
                "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=limit,
        )

    def calls(self) -> list[str]:
        """The students judged since this was asked last."""
        lines = self.calls_file.read_text().split() if self.calls_file.exists() else []
        since, self._seen = lines[self._seen :], len(lines)
        return since

    def journal(self) -> list[str]:
        path = self.out / "results.jsonl"
        return [report.student for report in read(path)] if path.exists() else []


def tier() -> str:
    return str(next(each for each in tiers.detect().available if each is not Tier.C))


needs_sandbox = pytest.mark.skipif(
    tiers.detect().tier is Tier.C,
    reason="no isolation here: run in a Linux container or WSL2 with bubblewrap installed",
)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill the grader and nothing else, and wait until all that it started has ended."""
    process.kill()
    process.communicate()
    patience = time.monotonic() + 60
    while True:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        assert time.monotonic() < patience, "something outlives the grader"
        time.sleep(0.02)


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@needs_sandbox
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_again_and_again_every_submission_is_graded_once(tmp_path: Path, jobs: int) -> None:
    rng = random.Random(jobs)
    # The fake judge takes a while, so that a busy machine does not end a run before its kill.
    course = Class(tmp_path, 100 if jobs > 1 else 150, "slow 0.03")
    killed = 0
    for _ in range(KILLS[jobs]):
        before = set(course.journal())
        process = course.start("--resume", "--seed", "1", "--jobs", str(jobs))
        aim = lines_in(course.calls_file) + rng.randrange(1, 8)
        while lines_in(course.calls_file) < aim and process.poll() is None:
            time.sleep(0.001)
        time.sleep(rng.random() * 0.04)  # in the judge, the write, the wait for the disk, between
        killed += process.poll() is None
        kill(process)

        judged = course.calls()
        assert len(judged) == len(set(judged)), "graded twice in one run"
        assert not before & set(judged), "graded again, though it was in the journal"
        kept = course.journal()
        assert before <= set(kept), "lost from the journal"
        assert len(set(judged) - set(kept)) <= IN_HAND[jobs]
    last = course.start("--resume", "--seed", "1", "--jobs", str(jobs))
    said, _ = last.communicate(timeout=120)

    assert killed, "no run was killed before its end: make the class larger"
    assert last.returncode == 0, said
    assert course.journal() == course.students


@needs_sandbox
def test_the_real_sandbox_is_killed_and_resumed(tmp_path: Path) -> None:
    course = Class(tmp_path, 3)
    for student in course.students:
        shutil.copy(
            solutions_dir() / "ex01_what_is_tuning.py", tmp_path / "class" / student / "ex01.py"
        )
        (tmp_path / "class" / student / "ex02.py").unlink()
    journal = course.out / "results.jsonl"
    process = course.start("--seed", "1", program="real")
    while lines_in(journal) < 1 and process.poll() is None:
        time.sleep(0.01)
    kill(process)
    first = {report.student: report for report in read(journal)}
    again = course.start("--seed", "1", "--resume", program="real")
    said, _ = again.communicate(timeout=120)

    assert again.returncode == 0, said
    reports = read(journal)
    assert [report.student for report in reports] == course.students
    assert all(report.score == report.max_score > 0 for report in reports)
    assert 1 <= len(first) < 3
    assert {report.student: report for report in reports if report.student in first} == first
    assert f"Graded now: {3 - len(first)}." in said


def full_disk_stops(course: Class, process: subprocess.Popen[str], reason: str) -> None:
    """Check that a run stopped by a full disk has said so, and has kept all that it could."""
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert f"cannot be written: {reason}. What is in it is safe" in said
    assert "--resume" in said
    assert "Traceback" not in said
    kept = course.journal()
    assert 0 < len(kept) < len(course.students)
    data = (course.out / "results.jsonl").read_bytes()
    assert data.endswith(b"\n"), "half a line was left behind"
    assert all(json.loads(line)["schema"] == 1 for line in data.splitlines())
    judged = course.calls()
    assert set(judged) - set(kept) == {judged[-1]}  # only the one that found the disk full


def goes_on(course: Class, process: subprocess.Popen[str], kept: list[str]) -> None:
    """Check that a resumed run grades the rest, and only that."""
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert course.journal() == course.students
    assert Counter(course.calls()) == Counter(set(course.students) - set(kept))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KB."""
    place = tmp_path / "out"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)],
        capture_output=True,
        check=False,
    )
    if not mounted or mounted.returncode != 0:
        pytest.skip("only root, with the right to mount, can make a small disk to fill")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@needs_sandbox
def test_a_full_disk_stops_the_run_with_a_good_journal(tmp_path: Path, small_disk: Path) -> None:
    course = Class(tmp_path, 200)
    full_disk_stops(course, course.start("--seed", "1", "--jobs", "1"), "No space left on device")
    kept = course.journal()

    again = course.start("--seed", "1", "--jobs", "1", "--resume")
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 1, said
    assert "No space left on device" in said
    assert course.journal() == kept
    course.calls()

    remount = ["mount", "-o", "remount,size=64m", str(small_disk)]
    subprocess.run(remount, check=True)
    goes_on(course, course.start("--seed", "1", "--jobs", "1", "--resume"), kept)


@needs_sandbox
def test_a_file_that_may_not_grow_stops_the_run_with_a_good_journal(tmp_path: Path) -> None:
    course = Class(tmp_path, 60)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, 12_000))

    process = course.start("--seed", "1", "--jobs", "1", limit=limit)
    full_disk_stops(course, process, "File too large")
    kept = course.journal()
    goes_on(course, course.start("--seed", "1", "--jobs", "1", "--resume"), kept)
