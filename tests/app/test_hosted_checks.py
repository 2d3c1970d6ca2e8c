"""The checks of a hosted class: each session's own, locked in, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import services
from app.hosted import Session
from app.hosted_checks import Checker, Server
from grader import check_server, hosting, progress
from grader.hosting import LIMITS
from grader.progress import State
from grader.sandbox.client import WarmParent
from grader.sandbox.tiers import Tier
from grader.topics import find_topic
from tests.app.conftest import reference_source
from tests.app.hosted_class import MODULE, TOPIC, WAIT, type_in, work_of
from tests.app.test_pages import MAIN, topic_page, words


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


def test_states_of_progress_are_read_back(checker: tuple[Checker, list[str], Event]) -> None:
    session = Session()
    session.put(TOPIC, b"done")
    checker[2].set()
    checker[0].check(session, TOPIC)
    finished(checker[0], session)
    assert {item.state for item in session.progress.values()} == {State.DONE}
