"""A class on one server: each session has its own code, progress and scores, and no other's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app import hosted, jobs, services
from app.hosted import Seats, Session
from app.jobs import Latest
from app.own_code import Runner, Workers
from app.scores import Score
from grader import hosting, kit
from grader.hosting import LIMITS
from grader.sandbox.tiers import Tier
from tests.app.hosted_class import MODULE, TOPIC, WAIT, type_in, work_of
from tests.app.test_pages import MAIN, topic_page, words

CONSTANT = "def sample_loguniform(low, high, n, rng):\n    return [{}] * n\n"
ENDLESS = "def sample_loguniform(low, high, n, rng):\n    while True: pass\n"


@pytest.fixture(scope="module")
def locked_workers(tier: Tier) -> Iterator[Workers]:
    workers = Workers(tier, patience=WAIT)
    yield workers
    workers.close()


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
    secret.write_text("the word is swordfish", encoding="utf-8")
    code = f"def sample_loguniform(*_):\n    return open({str(secret)!r}).read()\n"
    test = type_in(topic_page("4", tab="Build"), code)
    test.query_params["tab"] = "Play"
    test.run()
    assert any("Error" in item.value for item in test.warning)
    assert "swordfish" not in " ".join(item.value for item in test.warning)


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
