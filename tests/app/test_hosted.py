"""A class on one server: each session has its own code, progress and scores, and no other's."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import hosted, jobs, prewarm, services
from app.hosted import Seats, Session
from app.hosted_checks import Checker, Server
from app.jobs import Latest
from app.own_code import Runner, Workers
from app.scores import Score
from grader import check_server, hosting, kit, progress
from grader.hosting import LIMITS
from grader.progress import State
from grader.sandbox.client import WarmParent
from grader.sandbox.tiers import Tier, detect
from grader.topics import find_topic
from tests.app.conftest import reference_source
from tests.app.test_pages import MAIN, topic_page, words

TOPIC = find_topic("4")
MODULE = TOPIC.module
WAIT = 120
CONSTANT = "def sample_loguniform(low, high, n, rng):\n    return [{}] * n\n"
ENDLESS = "def sample_loguniform(low, high, n, rng):\n    while True: pass\n"


@pytest.fixture(scope="module")
def tier() -> Tier:
    found = detect()
    if found.tier is Tier.C:
        pytest.skip(f"no tier locks code in here: {' '.join(found.reasons)}")
    return found.tier


@pytest.fixture(scope="module")
def locked_workers(tier: Tier) -> Iterator[Workers]:
    workers = Workers(tier, patience=WAIT)
    yield workers
    workers.close()


@pytest.fixture
def in_class(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Host a class from a kit, which runs no code, and warm nothing up."""
    shutil.copytree(home / "exercises", home / "pristine")
    monkeypatch.setattr(kit, "PRISTINE", home / "pristine")
    hosted.stub.cache_clear()
    monkeypatch.setenv(hosting.VARIABLE, "C")
    monkeypatch.setattr(prewarm, "warm", lambda: None)
    yield
    hosted.stub.cache_clear()


@pytest.fixture
def with_code(
    in_class: None, tier: Tier, locked_workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the class run its code, in locked workers; a page waits for its answer."""
    monkeypatch.setenv(hosting.VARIABLE, str(tier))
    monkeypatch.setattr(services, "workers", lambda: locked_workers)
    monkeypatch.setattr(services, "Runner", partial(Runner, patience=WAIT))


def build(test: AppTest) -> AppTest:
    test.query_params["tab"] = "Build"
    return test.run()


def type_in(test: AppTest, text: str) -> AppTest:
    test.text_area(key=f"source-{MODULE}").set_value(text).run()
    assert not test.exception
    return test


def work_of(test: AppTest) -> Session:
    found: Session = test.session_state["hosted-session"]
    return found


def test_every_session_begins_with_the_stub_and_sees_only_what_it_typed(in_class: None) -> None:
    mine, theirs = topic_page("4", tab="Build"), topic_page("4", tab="Build")
    stub = mine.text_area(key=f"source-{MODULE}").value
    assert "raise NotImplementedError" in stub
    type_in(mine, CONSTANT.format(1.0))
    theirs.run()
    assert theirs.text_area(key=f"source-{MODULE}").value == stub
    # It is there again after another tab was open, and in no other session.
    mine.query_params["tab"] = "Learn"
    mine.run()
    assert build(mine).text_area(key=f"source-{MODULE}").value == CONSTANT.format(1.0)


def test_start_over_brings_the_stub_back(in_class: None) -> None:
    test = topic_page("4", tab="Build")
    stub = test.text_area(key=f"source-{MODULE}").value
    assert test.button(key="stub").disabled
    type_in(test, CONSTANT.format(1.0)).button(key="stub").click().run()
    assert test.text_area(key=f"source-{MODULE}").value == stub


def test_an_upload_takes_the_editors_place_and_what_cannot_be_one_is_told(in_class: None) -> None:
    test = topic_page("4", tab="Build")

    def bring(data: bytes) -> AppTest:
        return test.file_uploader[0].upload(f"{MODULE}.py", data).run()

    bring(CONSTANT.format(2.0).encode())
    assert test.text_area(key=f"source-{MODULE}").value == CONSTANT.format(2.0)
    bring(b"\xff\xfe\x00")
    assert "no text in UTF-8" in test.warning[0].value
    assert test.text_area(key=f"source-{MODULE}").value == CONSTANT.format(2.0)
    with pytest.raises(ValueError, match=r"larger than 1 MiB \(1\.5 MiB\)"):
        work_of(test).put(TOPIC, b"#" * (3 << 19))
    bring(b"x = 1\n")
    assert not test.warning


def test_no_file_on_the_server_is_read_or_checked(in_class: None, home: Path) -> None:
    (home / "exercises" / f"{MODULE}.py").write_text("teacher = 'secret'\n", encoding="utf-8")
    test = topic_page("4", tab="Build")
    assert "secret" not in test.text_area(key=f"source-{MODULE}").value
    assert not services.rechecker().refresh(TOPIC)
    assert "from a terminal" not in words(test)


def test_without_isolation_own_code_is_off_and_a_note_says_so(in_class: None) -> None:
    for tab in ("Play", "Build"):
        test = topic_page("4", tab=tab)
        assert not test.exception
        assert hosted.SWITCHED_OFF in words(test), tab
        assert not test.warning, tab
    assert test.button(key="check").disabled


def test_each_session_gets_the_values_of_its_own_code(with_code: None) -> None:
    sessions = []
    for value in (1e-3, 1e-2):
        test = type_in(topic_page("4", tab="Build"), CONSTANT.format(value))
        test.query_params["tab"] = "Play"
        sessions.append(test.run())
    for test, value in zip(sessions, (1e-3, 1e-2), strict=True):
        answers = [a for a in test.session_state["own-code-runner"]._answers.values() if a.values]
        assert answers
        for answer in answers:
            assert {float(number) for number in answer.values[0]} == {value}


def test_one_sessions_endless_code_stops_no_other(with_code: None, tier: Tier) -> None:
    looping = topic_page("4", tab="Build")
    looping.session_state["own-code-runner"].seconds = WAIT
    looping.session_state["own-code-runner"].patience = 0.05
    type_in(looping, ENDLESS)
    assert "`sample_loguniform` is running" in words(looping)
    other = type_in(topic_page("4", tab="Build"), CONSTANT.format(1e-3))
    other.query_params["tab"] = "Play"
    other.run()
    assert not other.warning
    assert "is running" not in words(other)
    # All the while the other's has not ended: it is the order that counts, not the time.
    question = looping.session_state["own-code-runner"]._asked["sample_loguniform"]
    assert question.future.running()
    assert not other.session_state["own-code-runner"]._endless
    type_in(looping, "x = 1\n")  # it is asked behind the loop, and the page does not wait
    assert question.future.running()
    locked = looping.session_state["own-code-runner"]._workers.parent()
    locked.close()  # ends the loop for the tests after this one
    question.future.result(WAIT)


def test_locked_code_cannot_read_the_servers_files(with_code: None, home: Path) -> None:
    secret = home / "secret.txt"
    secret.write_text("42", encoding="utf-8")
    code = f"def sample_loguniform(*_):\n    return open({str(secret)!r}).read()\n"
    test = type_in(topic_page("4", tab="Build"), code)
    test.query_params["tab"] = "Play"
    test.run()
    assert any("Error" in item.value for item in test.warning)
    assert "42" not in " ".join(item.value for item in test.warning)


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Checker, list[str], Event]]:
    """A checker that is told what it finds: a source holds it. It waits for the event."""
    asked: list[str] = []
    go_on = Event()

    def ask(module: str, source: str) -> dict[str, Any]:
        asked.append(source)
        assert go_on.wait(WAIT)
        if source == "crash":
            raise RuntimeError("ended")
        names = [task.name for task in find_topic(module).tasks]
        item = {"state": source, "passed": 1, "checks": 1, "source": "0"}
        found = dict.fromkeys(names[: 1 if source == "failing" else None], item)
        return {"tasks": found, "seconds": 3.0}

    checker = Checker(lambda: ask)
    monkeypatch.setattr(services, "checker", lambda: checker)
    yield checker, asked, go_on
    go_on.set()
    checker.close()


def finished(checker: Checker, session: Session) -> None:
    """Wait until a session's checks have ended, by asking for something after them."""
    done: Future[None]
    done, _ = checker._queue.submit(session.line, "after", lambda: None)
    done.result(WAIT)


def test_check_keeps_what_it_found_in_the_session_that_asked(
    in_class: None, monkeypatch: pytest.MonkeyPatch, checker: tuple[Checker, list[str], Event]
) -> None:
    monkeypatch.setenv(hosting.VARIABLE, "B")
    monkeypatch.setattr(services, "runner", lambda: services.own_code.SwitchedOff())
    mine, theirs = topic_page("4", tab="Build"), topic_page("4", tab="Build")
    type_in(mine, "done").button(key="check").click().run()
    assert "Checking …" in words(mine)
    assert mine.button(key="check").disabled
    assert not theirs.run().button(key="check").disabled
    checker[2].set()
    finished(checker[0], work_of(mine))
    assert checker[1] == ["done"]
    assert "6 of 6 tasks done" in words(mine.run())
    assert "0 of 6 tasks done" in words(theirs.run())
    home_page = AppTest.from_file(str(MAIN), default_timeout=WAIT)
    home_page.session_state["hosted-session"] = work_of(mine)
    assert "6 of 6 tasks done" in words(home_page.run())
    assert progress.load() == {}  # and nothing on the disk
    type_in(mine, "failing")
    assert "Your code has changed since." in words(mine)


def test_checks_that_ran_out_of_time_or_ended_say_so(
    checker: tuple[Checker, list[str], Event],
) -> None:
    session = Session()
    checker[2].set()
    for source, said in (("failing", "the checks were stopped"), ("crash", "could not be run")):
        session.put(TOPIC, source.encode())
        checker[0].check(session, TOPIC)
        finished(checker[0], session)
        assert said in session.trouble[MODULE]
    assert list(session.progress) == [TOPIC.tasks[0].name]
    assert session.checked == 2
    assert session.budget._left == pytest.approx(LIMITS.code_seconds - 3.0, abs=1.0)
    assert not session.checking


def test_a_check_waits_for_a_session_that_has_used_up_its_time(
    in_class: None, monkeypatch: pytest.MonkeyPatch, checker: tuple[Checker, list[str], Event]
) -> None:
    monkeypatch.setenv(hosting.VARIABLE, "B")
    monkeypatch.setattr(services, "runner", lambda: services.own_code.SwitchedOff())
    test = topic_page("4", tab="Build")
    work_of(test).budget.spend(LIMITS.code_seconds + 60)
    test.button(key="check").click().run()
    assert "Check again in about" in test.warning[0].value
    assert checker[1] == []


def test_visible_checks_run_on_a_sessions_source_in_locked_workers(tier: Tier) -> None:
    server = Server(tier)
    right = server(MODULE, reference_source(MODULE))["tasks"]
    assert {name: item["state"] for name, item in right.items()} == {
        task.name: "done" for task in TOPIC.tasks
    }
    broken = server(MODULE, "import os\ndef sample_loguniform(*_):\n    os._exit(0)\n")["tasks"]
    assert {item["state"] for item in broken.values()} == {"failing"}
    assert "ended the process" in broken[TOPIC.tasks[0].name]["message"]
    unread = server(MODULE, "def f(:\n")["tasks"]
    assert all("line 1: Python cannot read the file" in each["message"] for each in unread.values())
    server.close()


def test_tasks_for_whose_checks_no_time_was_left_are_left_out(tier: Tier) -> None:
    with WarmParent(tier=tier) as parent:
        assert check_server.check(parent, MODULE, reference_source(MODULE), seconds=1e-6) == {}


def test_scores_are_the_sessions_own(in_class: None) -> None:
    def script(mark: str) -> None:
        import streamlit as st

        from app import scores
        from app.scores import Score

        if mark:
            assert scores.keep(Score(mark, 16, "1.2", 1, 0.9, 0.8, 0.95))
            assert not scores.keep(Score(mark, 16, "9.9", 9, 0.1, 0.1, 0.1))
        st.markdown(" ".join(scores.load()) + "|" + scores.as_csv())

    mine = AppTest.from_function(script, kwargs={"mark": "digits-1"}).run()
    theirs = AppTest.from_function(script, kwargs={"mark": ""}).run()
    assert not mine.exception
    assert "digits-1,16,1.2,1,0.9,0.8,0.95" in words(mine)
    assert "digits-1" not in words(theirs)
    assert work_of(mine).scores["digits-1"] == Score("digits-1", 16, "1.2", 1, 0.9, 0.8, 0.95)


def test_a_session_has_no_more_jobs_at_a_time_than_its_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, other = Session(), Session()
    plenty = jobs.Slots(100)

    def begun(owner: Session) -> tuple[Event, Event]:
        monkeypatch.setattr(hosted, "session", lambda: owner)
        latest: Latest[int] = Latest(plenty)
        began, go_on = Event(), Event()

        def work(report: Any) -> int:
            began.set()
            go_on.wait(WAIT)
            return 1

        latest.submit("x", work)
        return began, go_on

    running = [begun(session) for _ in range(LIMITS.jobs)]
    assert all(began.wait(WAIT) for began, _ in running)
    waiting, go_on = begun(session)
    theirs, end = begun(other)
    assert theirs.wait(WAIT)  # another's begins, though it was submitted later
    assert not waiting.is_set()
    running[0][1].set()
    assert waiting.wait(WAIT)
    for event in (go_on, end, running[1][1]):
        event.set()


def test_a_full_server_says_so_and_has_room_again_when_somebody_has_left() -> None:
    now = [0.0]
    seats = Seats(2, clock=lambda: now[0])
    first, second, third = Session(), Session(), Session()
    assert seats.take(first)
    assert seats.take(second)
    assert not seats.take(third)
    assert seats.take(first)  # who is here stays
    del second
    assert seats.take(third)
    now[0] = 500.0
    assert seats.take(first)
    now[0] = 700.0  # the third was seen 700 s ago
    assert seats.take(Session())


def test_without_a_stub_the_editor_asks_for_the_file(
    in_class: None, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit, "PRISTINE", home / "none")
    assert hosted.stub(TOPIC).text.startswith("# There is no exercise")


def test_a_full_server_shows_no_page(in_class: None, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Seats(0)
    monkeypatch.setattr(services, "seats", lambda: full)
    test = AppTest.from_file(str(MAIN), default_timeout=WAIT).run()
    assert "places are taken" in words(test)
    assert not test.title


def test_only_services_are_shared_between_sessions() -> None:
    sharing = [
        path.name
        for path in MAIN.parent.rglob("*.py")
        if re.search(r"st\.cache_|^\s*global ", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sharing == ["services.py"]


def test_an_unknown_isolation_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(hosting.VARIABLE, raising=False)
    assert hosting.tier() is None
    monkeypatch.setenv(hosting.VARIABLE, "yes")
    assert hosting.tier() is Tier.C
    assert not hosted.runs_code()
    for tier in Tier:
        monkeypatch.setenv(hosting.VARIABLE, str(tier))
        assert hosting.tier() is tier


def test_states_of_progress_are_read_back(checker: tuple[Checker, list[str], Event]) -> None:
    session = Session()
    session.put(TOPIC, b"done")
    checker[2].set()
    checker[0].check(session, TOPIC)
    finished(checker[0], session)
    assert {item.state for item in session.progress.values()} == {State.DONE}
