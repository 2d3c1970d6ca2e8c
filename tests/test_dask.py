"""The same grading on a real Dask cluster: nothing is lost, and what is wrong is said."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader import dask_cluster
from grader.batch import Batch, grade_all
from grader.commands.grade import grade_command
from grader.dask_cluster import Cluster, DaskError, look
from grader.judging import BEST, Judging, Setup
from grader.paths import solutions_dir
from grader.report import Status
from grader.sandbox.tiers import Tier, detect
from grader.submission import Submission

TESTS = Path(__file__).parent
SETUP = Setup(seed=7, tier="B")
needs_dask = pytest.mark.skipif(
    find_spec("distributed") is None,
    reason="Dask is not installed; to run this: pip install -e '.[dask]'",
)


def handed_in(student: str, source: str = "pass") -> Submission:
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Submission(student, "ex02_manual_tuning", f"{student}/ex02.py", source, digest)


@contextmanager
def running(n_workers: int, threads: int, folder: Path) -> Iterator[str]:
    """Start a cluster whose machines, as far as they know, have no bubblewrap."""
    environment = {
        **os.environ,
        "CALLS": str(folder / "calls"),
        "PATH": str(folder),
        "PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)]),
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(TESTS / "dask_cluster.py"), str(n_workers), str(threads)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, (folder / "log").read_text()[-2000:]
            yield json.loads(line)["address"]
        finally:
            process.stdin.close()
            process.wait(60)
            process.stdout.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dask")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with running(2, 1, folder) as found:
        yield found


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Judging:
    monkeypatch.syspath_prepend(str(TESTS))
    judging: Judging = importlib.import_module("fake_judging").fake
    return judging


def grade(address: str, out: Path, judging: Judging, *submissions: Submission) -> Batch:
    return grade_all(submissions, SETUP, out=out, judging=judging, teams=Cluster(address))


def command(*arguments: object) -> Result:
    return CliRunner().invoke(grade_command, [str(each) for each in arguments])


@needs_dask
def test_a_worker_killed_in_mid_run_loses_nothing(
    address: str, folder: Path, tmp_path: Path, fake: Judging
) -> None:
    (folder / "calls").unlink(missing_ok=True)
    students = [handed_in(f"s{n:02}") for n in range(20)]
    students[5] = handed_in("s05", f"killed-once {tmp_path / 'marker'}")

    done = grade(address, tmp_path / "out", fake, *students)

    assert [report.student for report in done.reports] == [f"s{n:02}" for n in range(20)]
    assert all(report.score == 1 for report in done.reports)
    calls = Counter((folder / "calls").read_text().split())
    assert calls["s05"] == 2  # killed in the first
    # Dask does again what the dead worker had done and not yet handed over: no more than a window.
    assert sum(calls.values()) <= 20 + 4


@needs_dask
def test_a_submission_that_kills_every_worker_is_not_graded_and_its_neighbors_are(
    tmp_path: Path, fake: Judging
) -> None:
    students = [handed_in("a", "crash"), *map(handed_in, "bcd")]

    with running(1, 1, tmp_path) as only_one:  # where the next in line dies with each crash
        crash, *others = grade(only_one, tmp_path, fake, *students).reports

    assert [report.score for report in others] == [1, 1, 1]
    assert {result.status for result in crash.tasks} == {Status.NOT_GRADED}
    assert "KilledWorker" in crash.tasks[0].messages[0]
    assert "--resume" in crash.tasks[0].messages[0]


@needs_dask
def test_the_tier_is_the_workers_and_the_course_secret_stays_at_home(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = detect()
    there = Tier.B if Tier.B in here.available else Tier.C  # the cluster's PATH holds no bubblewrap
    source = (solutions_dir() / "ex01_what_is_tuning.py").read_text(encoding="utf-8")
    submission = Submission("ada", "ex01_what_is_tuning", "ada/ex01.py", source, "ab")
    setup = Setup(seed=0, tier=BEST, secret=b"a secret of sixteen bytes")

    (report,) = grade_all([submission], setup, out=tmp_path, teams=Cluster(address)).reports

    assert report.tier == there
    assert report.seed == setup.seed_for(submission)
    assert setup.without_seeds().secret is None
    if there is Tier.B:
        assert report.score == report.max_score > 0
    else:
        assert not report.graded


@needs_dask
def test_a_worker_that_cannot_give_the_tier_asked_for_grades_nothing_and_says_why(
    address: str, tmp_path: Path
) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "ex01.py").write_text("x = 1\n")

    done = command(tmp_path / "ada", "--out", tmp_path / "out", "--tier", "A", "--dask", address)

    assert done.exit_code == 1, done.output
    assert "Dask: 2 workers, tier" in done.output
    line = json.loads((tmp_path / "out" / "results.jsonl").read_text())
    assert {task["status"] for task in line["tasks"]} == {"not_graded"}
    assert "Tier A is out of reach" in line["tasks"][0]["messages"][0]
    assert "apt install bubblewrap" in line["tasks"][0]["messages"][0]
    assert line["tier"] != "A"


@needs_dask
def test_workers_with_more_than_one_thread_are_refused_with_the_remedy(tmp_path: Path) -> None:
    with running(1, 2, tmp_path) as address:
        done = command(solutions_dir(), "--out", tmp_path / "out", "--dask", address)

    assert done.exit_code == 1
    assert "has 2 threads" in done.stderr
    assert "--nthreads 1" in done.stderr


@needs_dask
def test_a_scheduler_without_workers_or_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "_ANSWER_SECONDS", 1)
    with running(0, 1, tmp_path) as address:
        empty = command(solutions_dir(), "--out", tmp_path / "out", "--dask", address)
    gone = command(solutions_dir(), "--out", tmp_path / "out2", "--dask", address)
    strange = command(solutions_dir(), "--out", tmp_path / "out3", "--dask", "my cluster")

    assert (empty.exit_code, gone.exit_code, strange.exit_code) == (1, 1, 1)
    assert f"The Dask scheduler at {address} has no workers. Start some" in empty.stderr
    assert f"No Dask scheduler answers at {address}" in gone.stderr
    assert "No Dask scheduler answers at my cluster" in strange.stderr
    assert not list(tmp_path.glob("out*")), "a folder was touched before the cluster answered"


def test_a_worker_with_other_versions_or_other_checks_is_refused() -> None:
    same = look("cpu")

    dask_cluster._compare("tcp://w", same)
    with pytest.raises(DaskError, match=r"tcp://w has numpy 1\.0 instead of .*constraints\.txt"):
        dask_cluster._compare("tcp://w", replace(same, versions={**same.versions, "numpy": "1.0"}))
    with pytest.raises(DaskError, match=r"its checks differ from those here"):
        dask_cluster._compare("tcp://w", replace(same, edition="other"))


def test_without_dask_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    done = command(solutions_dir(), "--out", tmp_path / "out", "--dask", "tcp://localhost:1")

    assert done.exit_code == 1
    assert "pip install -e '.[dask]'" in done.stderr
