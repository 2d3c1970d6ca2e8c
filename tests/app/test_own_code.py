"""The learner's code runs elsewhere, under a deadline, once an input."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread

import pytest

from app import own_code
from app.own_budget import Budget
from app.own_call import Call, Lab, Part
from app.own_code import Answer, Outcome, Runner, Source, Workers
from app.own_queue import Line
from grader.topics import find_topic
from tests.app.conftest import reference_source

TOPIC = find_topic("2")
SMOOTH = Call("smooth", ((2.0, 2.0, 2.0), 0.9))


def write(home: Path, text: str) -> None:
    (home / "exercises" / f"{TOPIC.module}.py").write_text(text, encoding="utf-8")


def test_a_stub_is_to_do(home: Path, warm_runner: Runner) -> None:
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.outcome is Outcome.TODO
    assert "`smooth` is still to do" in answer.message


def test_a_finished_function_gives_its_values(home: Path, warm_runner: Runner) -> None:
    write(home, reference_source(TOPIC.module))
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH, Call("smooth", ((1.0, 3.0), 0.0)))
    assert answer.outcome is Outcome.OK
    assert list(answer.values[0]) == pytest.approx([2.0, 2.0, 2.0])
    assert list(answer.values[1]) == pytest.approx([1.0, 3.0])


def test_it_runs_in_another_process(home: Path, warm_runner: Runner) -> None:
    write(home, "import os\ndef smooth(losses, beta):\n    return os.getpid()\n")
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.values[0] != os.getpid()


def test_objects_of_a_lab_reach_the_function_as_themselves(home: Path, warm_runner: Runner) -> None:
    write(
        home,
        "def range_test(model, optimizer, loss_fn, batches):\n"
        "    x, y = next(iter(batches))\n"
        "    loss = loss_fn(model(x), y)\n"
        "    return [type(optimizer).__name__, list(x.shape), float(loss)]\n",
    )
    parts = tuple(Part(name) for name in ("model", "optimizer", "loss_fn", "batches"))
    lab = Lab("digits:bench", (("batch_size", 32), ("seed", 0)))
    answer = warm_runner.ask(own_code.read(TOPIC), Call("range_test", parts, lab))
    assert answer.outcome is Outcome.OK, answer.message
    name, shape, loss = answer.values[0]
    assert (name, list(shape)) == ("SGD", [32, 64])
    assert 2 < loss < 3


def test_an_error_names_the_function_the_line_and_the_message(
    home: Path, warm_runner: Runner
) -> None:
    write(home, "def smooth(losses, beta):\n    return 1 / 0\n")
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.outcome is Outcome.FAILED
    assert "`smooth` raised a ZeroDivisionError (line 2): `division by zero`" in answer.message


def test_a_file_that_does_not_load_says_where(home: Path, warm_runner: Runner) -> None:
    write(home, "x = 1\ndef smooth(losses, beta:\n")
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.outcome is Outcome.FAILED
    assert "ex02_manual_tuning.py" in answer.message
    assert "does not load: SyntaxError" in answer.message


def test_a_missing_function_or_file_is_told(home: Path, warm_runner: Runner) -> None:
    write(home, "x = 1\n")
    assert "defines no `smooth`" in warm_runner.ask(own_code.read(TOPIC), SMOOTH).message
    (home / "exercises" / f"{TOPIC.module}.py").unlink()
    assert "Save it again as UTF-8" in warm_runner.ask(own_code.read(TOPIC), SMOOTH).message


def test_a_task_that_waits_for_another_names_it(home: Path, warm_runner: Runner) -> None:
    write(
        home,
        "def lr_schedule():\n    raise NotImplementedError\n"
        "def smooth(losses, beta):\n    return lr_schedule()\n",
    )
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.outcome is Outcome.TODO
    assert "waits for `lr_schedule`" in answer.message


def test_a_function_that_ends_its_process_costs_only_its_answer(
    home: Path, warm_runner: Runner
) -> None:
    write(home, "import os\ndef smooth(losses, beta):\n    os._exit(0)\n")
    assert "ended its process" in warm_runner.ask(own_code.read(TOPIC), SMOOTH).message
    write(home, reference_source(TOPIC.module))
    assert warm_runner.ask(own_code.read(TOPIC), SMOOTH).outcome is Outcome.OK


def test_endless_code_is_stopped_and_not_run_again_until_the_file_changes(
    home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm_runner, "seconds", 1.0)
    write(home, "def smooth(losses, beta):\n    while True: pass\n")
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer.outcome is Outcome.FAILED
    assert "still running after 1 s" in answer.message
    # Other inputs of the same source are answered at once, without another run.
    monkeypatch.setattr(warm_runner, "_answer", lambda *_: pytest.fail("ran again"))
    other = Call("smooth", ((1.0,), 0.5))
    assert "still running" in warm_runner.ask(own_code.read(TOPIC), other).message


def test_an_answer_is_kept_until_the_source_changes(
    home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "def smooth(losses, beta):\n    return [beta]\n")
    first = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    write(home, "def smooth(losses, beta):\n    return [2 * beta]\n")
    second = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert [list(answer.values[0]) for answer in (first, second)] == [[0.9], [1.8]]
    monkeypatch.setattr(warm_runner, "_answer", lambda *_: pytest.fail("ran again"))
    assert warm_runner.ask(own_code.read(TOPIC), SMOOTH) is second


def test_who_cannot_wait_is_told_that_it_runs_and_counts_the_late_answer(
    home: Path, warm_runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "import time\ndef smooth(losses, beta):\n    time.sleep(0.5)\n    return [1.0]\n")
    before = warm_runner.settled
    monkeypatch.setattr(warm_runner, "patience", 0.01)
    assert warm_runner.ask(own_code.read(TOPIC), SMOOTH).outcome is Outcome.RUNNING
    warm_runner._asked["smooth"].future.result(60)
    assert warm_runner.ask(own_code.read(TOPIC), SMOOTH).outcome is Outcome.OK
    assert warm_runner.settled == before + 1


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Runner, Event]]:
    """A runner with something else to do until the event is set; its answers are played."""
    free = Event()
    runner = played(Workers(patience=0.01), monkeypatch)
    runner._workers.queue.submit(runner.line, "something else", lambda: free.wait(60))
    yield runner, free
    free.set()
    runner.close()


def played(
    workers: Workers, monkeypatch: pytest.MonkeyPatch, budget: Budget | None = None
) -> Runner:
    """A runner whose calls return their arguments, without a process."""
    runner = Runner(patience=0.01, workers=workers, budget=budget)

    def answer(source: Source, calls: tuple[Call, ...]) -> Answer:
        given = Answer(Outcome.OK, (calls[0].args,))
        runner._answers[(source.sha256, calls)] = given
        return given

    monkeypatch.setattr(runner, "_answer", answer)
    return runner


def ask_in_background(runner: Runner, call: Call) -> Future[Answer]:
    """Ask without waiting, so that a question which never returns fails instead of hanging."""
    asked: Future[Answer] = Future()
    question = lambda: asked.set_result(runner.ask(Source("m", "", "0"), call))  # noqa: E731
    Thread(target=question, daemon=True).start()
    return asked


def test_a_newer_question_takes_the_place_of_one_that_was_told_to_wait(
    busy: tuple[Runner, Event],
) -> None:
    runner, free = busy
    older, newer = SMOOTH, Call("smooth", ((1.0,), 0.5))
    assert ask_in_background(runner, older).result(10).outcome is Outcome.RUNNING
    assert ask_in_background(runner, newer).result(10).outcome is Outcome.RUNNING
    assert runner.settled == 1  # the older one, so that its page asks again
    free.set()
    runner._asked["smooth"].future.result(10)
    runner.patience = 60.0
    assert ask_in_background(runner, newer).result(10).values == (newer.args,)
    assert ask_in_background(runner, older).result(10).values == (older.args,)


def test_who_still_waits_when_a_newer_question_comes_is_told_that_it_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers, free = Workers(patience=60.0), Event()
    for number in range(len(workers.queue._since)):  # every thread has just begun something
        workers.queue.submit(Line(), number, lambda: free.wait(60))
    runner = played(workers, monkeypatch)
    runner.patience = 60.0
    older = ask_in_background(runner, SMOOTH)
    while "smooth" not in runner._asked:
        Event().wait(0.01)
    runner.patience = 0.01
    newer = ask_in_background(runner, Call("smooth", ((1.0,), 0.5)))
    assert newer.result(10).outcome is Outcome.RUNNING
    assert older.result(10).outcome is Outcome.RUNNING
    assert runner.settled == 1
    free.set()
    runner.close()


def test_nobody_waits_for_a_question_that_stands_behind_another(
    busy: tuple[Runner, Event],
) -> None:
    runner, _ = busy
    runner.patience = 60.0  # an hour would do: the line is busy, so none of it is used
    assert ask_in_background(runner, SMOOTH).result(10).outcome is Outcome.RUNNING
    assert ask_in_background(runner, SMOOTH).result(10).outcome is Outcome.RUNNING


def test_two_sessions_ask_about_one_function_without_pushing_each_other_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workers, free = Workers(patience=0.0), Event()
    for number in range(len(workers.queue._since)):
        workers.queue.submit(Line(), number, lambda: free.wait(60))
    mine, theirs = played(workers, monkeypatch), played(workers, monkeypatch)
    other = Call("smooth", ((1.0,), 0.5))
    source = Source("m", "", "0")
    assert mine.ask(source, SMOOTH).outcome is Outcome.RUNNING
    assert theirs.ask(source, other).outcome is Outcome.RUNNING
    assert (mine.settled, theirs.settled) == (0, 0)
    free.set()
    for runner, call in ((mine, SMOOTH), (theirs, other)):
        runner._asked["smooth"].future.result(10)
        assert runner.ask(source, call).values == (call.args,)
    assert len(mine._answers) == len(theirs._answers) == 1
    workers.close()


def test_a_budget_that_is_used_up_says_how_long_and_has_the_page_ask_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    budget = Budget(30.0, clock=lambda: now[0])
    runner = played(Workers(patience=60.0), monkeypatch, budget)
    runner.patience = 60.0
    source = Source("m", "", "0")
    budget.spend(34.0)
    answer = runner.ask(source, SMOOTH)
    assert answer.outcome is Outcome.RUNNING
    assert "30 s of running time" in answer.message
    assert "in about 8 s" in answer.message  # 4 s are missing, and 30 come back in 60
    assert runner.settled == 0
    now[0] = 8.0
    assert runner.settled == 1
    assert runner.ask(source, SMOOTH).values == (SMOOTH.args,)
    runner.close()


def test_running_costs_the_budget_what_it_took(home: Path, warm_runner: Runner) -> None:
    budget = Budget(30.0, clock=lambda: 0.0)
    runner = Runner(seconds=1.0, patience=60.0, workers=warm_runner._workers, budget=budget)
    write(home, "def smooth(losses, beta):\n    while beta: pass\n")
    source = own_code.read(TOPIC)
    assert source is not None
    runner.ask(source, SMOOTH)
    assert budget._left <= 29.0
    assert (source.sha256, "smooth") in runner._endless
    # Another session's marks are its own, though both share the workers.
    assert (source.sha256, "smooth") not in warm_runner._endless


def test_a_result_too_large_to_keep_is_not_kept(home: Path, warm_runner: Runner) -> None:
    write(
        home,
        "import numpy as np\ndef smooth(losses, beta):\n    return np.zeros((1024, 1024))\n",
    )
    answer = warm_runner.ask(own_code.read(TOPIC), SMOOTH)
    assert answer == Answer(Outcome.FAILED, message="`smooth` returned more than can be drawn.")


def test_a_huge_or_binary_file_is_not_read(home: Path) -> None:
    write(home, "#" * ((1 << 20) + 1))
    assert own_code.read(TOPIC) is None
    (home / "exercises" / f"{TOPIC.module}.py").write_bytes(b"\xff\xfe\x00")
    assert own_code.read(TOPIC) is None
