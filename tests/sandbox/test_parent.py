"""The warm parent: starts, restarts, refuses, cleans up."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import DeadlinePassed, SetupFailed, SubmissionError
from grader.sandbox import client, launch, tiers
from grader.sandbox.client import Limits, Tier, WarmParent
from grader.sandbox.parent import remove_tree
from grader.sandbox.tiers import Isolation

ECHO = "def f(x):\n    return x\n"
NOTHING = Isolation((Tier.C,), ("No locks here.",), None, 0, False, False)


def test_a_dead_parent_is_started_again_by_the_next_worker(tier: Tier, parent: WarmParent) -> None:
    assert parent.tier is tier  # it is there, so a second one of that tier can be
    with WarmParent(tier=tier, preload=("numpy",)) as warm:
        with warm.worker() as worker:
            worker.load("import time\ndef f():\n    time.sleep(100)\n", "exercise")
            assert warm._process is not None
            child = warm._process._process
            timer = threading.Timer(0.1, child.kill)
            timer.start()
            with pytest.raises(SetupFailed, match="died"):
                worker.call("f")
            child.wait(timeout=10)
        with warm.worker() as worker:
            worker.load(ECHO, "exercise")
            assert worker.call("f", 1) == 1


def test_leaving_the_context_ends_the_parent_and_its_workers() -> None:
    with WarmParent(trusted=True, preload=("numpy",)) as warm:
        worker = warm.worker()
        assert warm._process is not None
        process = warm._process._process
    assert process.poll() is not None
    with pytest.raises(SetupFailed, match="died"):
        worker.has("f")
    worker.close()


def test_workers_can_be_taken_from_several_threads(parents: Callable[[Tier], WarmParent]) -> None:
    warm = parents(tiers.detect().tier)
    results: list[int] = []

    def use(x: int) -> None:
        with warm.worker() as worker:
            worker.load(ECHO, "exercise")
            results.append(worker.call("f", x))

    threads = [threading.Thread(target=use, args=(x,)) for x in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 1, 2, 3]


def test_a_trusted_worker_runs_without_locks_but_with_a_deadline() -> None:
    with WarmParent(trusted=True, preload=("numpy",)) as warm:
        assert warm.tier is Tier.C
        with warm.worker() as worker:
            worker.load(
                "import socket\n"
                "def f():\n    socket.socket().close()\n    print('hello')\n    return 1\n"
                "def g():\n    while True: pass\n",
                "exercise",
            )
            assert worker.call("f") == 1
            assert worker.output() == "hello\n"
            worker.deadline(0.2)
            with pytest.raises(DeadlinePassed):
                worker.call("g")


def test_untrusted_code_is_refused_where_nothing_locks_it_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "detect", lambda: NOTHING)
    with pytest.raises(SetupFailed, match=r"No locks here\..*container.*--trust-submissions"):
        WarmParent()
    with pytest.raises(SetupFailed, match=r"Tier A is out of reach.*No locks here"):
        WarmParent(tier=Tier.A)
    assert WarmParent(trusted=True).tier is Tier.C


def test_tier_c_is_not_for_the_asking() -> None:
    with pytest.raises(SetupFailed, match="trust"):
        WarmParent(tier=Tier.C)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="'tpu'"):
        WarmParent(device="tpu", trusted=True)


def test_a_module_that_cannot_be_preloaded_is_a_setup_failure() -> None:
    with (
        WarmParent(trusted=True, preload=("no_such_module",)) as warm,
        pytest.raises(SetupFailed, match="no_such_module"),
    ):
        warm.worker()


def test_an_interpreter_that_cannot_run_is_a_setup_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "_base_executable", str(tmp_path / "python"))
    with pytest.raises(SetupFailed, match="could not be started"):
        WarmParent(trusted=True).start()


def test_the_parents_environment_holds_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    for tier in Tier:
        environment = launch._environment(tier, "cpu")
        assert "SECRET" not in environment
        assert environment["OMP_NUM_THREADS"] == "1"
        assert environment["CUDA_VISIBLE_DEVICES"] == ""
    assert launch._environment(Tier.B, "cuda")["CUDA_VISIBLE_DEVICES"] == "3"


@pytest.mark.parametrize("name", ["seconds", "memory_mb", "callbacks"])
def test_limits_must_be_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` must be positive"):
        Limits(**{name: 0})


def test_a_deadline_must_be_positive(parents: Callable[[Tier], WarmParent]) -> None:
    with (
        parents(tiers.detect().tier).worker() as worker,
        pytest.raises(ValueError, match="positive"),
    ):
        worker.deadline(0)


def test_a_deep_and_locked_folder_is_removed(tmp_path: Path) -> None:
    box = tmp_path / "1"
    box.mkdir()
    here = os.getcwd()
    try:
        os.chdir(box)
        for _ in range(1100):
            os.mkdir("d")
            os.chdir("d")
        Path("file").touch()
        os.symlink("/etc", "link")
    finally:
        os.chdir(here)
    (box / "locked").mkdir(mode=0)
    remove_tree(str(box))
    assert list(tmp_path.iterdir()) == []
    assert Path("/etc").is_dir()


def test_the_work_folder_is_gone_before_the_next_worker(
    parents: Callable[[Tier], WarmParent],
) -> None:
    warm = parents(Tier.A)
    with warm.worker() as worker:
        worker.load(
            "import os, sqlite3, tempfile\n"
            "def f():\n"
            "    db = sqlite3.connect('a.db')\n"
            "    db.execute('create table t (x)'); db.commit()\n"
            "    with tempfile.NamedTemporaryFile() as file:\n        file.write(b'x')\n"
            "    return os.getcwd(), os.listdir('.')\n",
            "exercise",
        )
        first, files = worker.call("f")
        assert files == ["a.db"]
    with warm.worker() as worker:
        worker.load(
            "import os\ndef f(p):\n    os.listdir(p)\ndef g():\n    return os.getcwd()", "e"
        )
        assert worker.call("g") != first
        with pytest.raises(SubmissionError, match=r"PermissionError|FileNotFoundError"):
            worker.call("f", first)


def test_a_parent_started_by_a_short_lived_thread_lives_on() -> None:
    warm = WarmParent(trusted=True, preload=("numpy",))
    thread = threading.Thread(target=warm.start)
    thread.start()
    thread.join()
    with warm, warm.worker() as worker:
        worker.load(ECHO, "exercise")
        assert worker.call("f", 2) == 2
