"""Live parts of a page, and what they wait for at their end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from app import live


def page() -> None:
    import streamlit as st

    from app import live

    def draw(words: str) -> None:
        st.markdown(words)

    live.part(draw, None if st.session_state.get("rest", False) else 0.05)("drawn")


@pytest.mark.parametrize("rest", [False, True])
def test_a_part_ends_when_it_has_left_for_the_browser_also_at_rest(
    monkeypatch: pytest.MonkeyPatch, *, rest: bool
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(live, "_wait_until_sent", lambda: waited.append("waited"))
    app = AppTest.from_function(page)
    app.session_state["rest"] = rest
    app.run()
    assert [item.value for item in app.markdown] == ["drawn"]
    assert waited == ["waited"]


def test_without_a_server_nothing_is_waited_for() -> None:
    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [item.value for item in app.markdown] == ["drawn"]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """What is used of a session: a loop that runs in a thread, and a queue with a message."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    made = SimpleNamespace(_event_loop=loop, _browser_queue=ForwardMsgQueue())
    made._browser_queue.enqueue(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))
    monkeypatch.setattr(live, "_session", lambda: made)
    yield made
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_the_wait_ends_when_the_queue_is_empty(
    session: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 60)
    looks = 0
    is_empty = session._browser_queue.is_empty

    def looked() -> bool:
        nonlocal looks
        looks += 1
        if looks == 3:
            session._browser_queue.flush()
        return is_empty()

    session._browser_queue.is_empty = looked
    live._wait_until_sent()
    assert looks == 3
    assert is_empty()


def test_a_browser_that_is_gone_is_not_waited_for_for_ever(
    session: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 0.02)
    live._wait_until_sent()
    assert not session._browser_queue.is_empty()
    # Nor is it looked after: once the loop has come round, nothing is planned in it.
    loop, done = session._event_loop, threading.Event()
    loop.call_soon_threadsafe(lambda: loop.call_later(10 * live._AGAIN, done.set))
    assert done.wait(20)
    assert not loop._scheduled
