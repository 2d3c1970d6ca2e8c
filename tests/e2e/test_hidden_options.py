"""What of Streamlit's inside the app relies on or overrules, in the Streamlit that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocket, expect

from grader.commands import play
from tests.e2e.conftest import ROOT, address_of, own_port, serve
from tests.e2e.watched import settle

FOCUS = ROOT / "app" / "focus.css"

# Counts the full collections of its process; what the interpreter begins by itself is switched off.
COUNTING = """
import gc
import streamlit as st

@st.cache_resource
def seen():
    gc.disable()
    found = []
    gc.callbacks.append(
        lambda phase, info: phase == "start" and info["generation"] == 2 and found.append(phase)
    )
    return found

seen()
st.session_state.setdefault("runs", 0)
st.session_state.runs += 1
st.button("again")
st.write(f"run {st.session_state.runs}: " + ("some" if seen() else "no") + " full collections")
"""
SIZE = 20_000
REPEATING = f"""
import streamlit as st

st.session_state.setdefault("runs", 0)
st.session_state.runs += 1
st.button("again")
st.html("<p>" + {SIZE} * "a" + "</p>")
st.write(f"run {{st.session_state.runs}}")
"""

SESSION = """
import streamlit as st
from app import live

live.MOST = 60  # a busy machine takes its time
session = live._session()
st.write(f"loop runs: {session._event_loop.is_running()}")
live._wait_until_sent()
st.write(f"messages left: {len(session._browser_queue)}")
"""
# A run that has not come to its expander before a file is there.
WAITING = """
import sys
import time
from pathlib import Path
import streamlit as st

st.session_state.setdefault("runs", 0)
st.session_state.runs += 1
if len(sys.argv) > 1:
    st.html(Path(sys.argv[1]))
st.button("again")
while st.session_state.runs > 1 and not Path(__file__).with_name("go").exists():
    time.sleep(0.05)
st.write(f"run {st.session_state.runs}")
st.expander("more").write("inside")
"""
# Once Streamlit has told what is old by now, and nothing is on its way to another look.
OLD = """() => document.querySelector('main [data-stale="true"]')
    && !document.getAnimations().some(each => each instanceof CSSTransition)"""
FAINTEST = "() => Math.min(...[...document.querySelectorAll('main *')].map(" + (
    "it => Number(getComputedStyle(it).opacity)).filter(it => it > 0))"
)


@contextmanager
def served(source: str, folder: Path, flags: list[str]) -> Iterator[str]:
    """Serve an app under our options and some more, and yield its address."""
    (folder / "served.py").write_text(source, encoding="utf-8")
    port = own_port(2)
    command = play.command(port)
    at = next(place for place, word in enumerate(command) if word.endswith("main.py"))
    command[at] = str(folder / "served.py")
    with serve(folder, port, [*command, *flags]):
        yield address_of(port)


@pytest.mark.parametrize(
    ("flags", "counted"),
    [([], "no"), (["--runner.postScriptGC=true"], "some")],
    ids=["as the app sets it", "as Streamlit comes"],
)
def test_a_full_collection_follows_a_run_only_where_the_option_says_so(
    page: Page, tmp_path: Path, flags: list[str], counted: str
) -> None:
    with served(COUNTING, tmp_path, flags) as address:
        page.goto(address)
        for run in (1, 2, 3):
            expect(page.get_by_text(f"run {run}: ")).to_be_visible()
            page.get_by_role("button", name="again").click()
        expect(page.get_by_text(f"run 4: {counted} full collections")).to_be_visible()


@pytest.mark.parametrize(
    ("flags", "sent"),
    [([], 4), (["--global.minCachedMessageSize=10000"], 1)],
    ids=["as the app sets it", "as Streamlit comes"],
)
def test_a_large_message_that_stays_the_same_is_sent_by_reference_only_where_the_option_says_so(
    page: Page, tmp_path: Path, flags: list[str], sent: int
) -> None:
    large: list[int] = []

    def heard(frame: str | bytes) -> None:
        if len(frame) > SIZE:
            large.append(len(frame))

    def opened(socket: WebSocket) -> None:
        socket.on("framereceived", heard)

    page.on("websocket", opened)
    with served(REPEATING, tmp_path, flags) as address:
        page.goto(address)
        for run in (1, 2, 3):
            expect(page.get_by_text(f"run {run}", exact=True)).to_be_visible()
            page.get_by_role("button", name="again").click()
        expect(page.get_by_text("run 4", exact=True)).to_be_visible()
    assert len(large) == sent


@pytest.mark.parametrize("is_ours", [True, False], ids=["under our sheet", "as Streamlit comes"])
def test_what_a_run_has_not_reached_fades_only_without_our_sheet(
    page: Page, tmp_path: Path, is_ours: bool
) -> None:
    with served(WAITING, tmp_path, ["--", str(FOCUS)] if is_ours else []) as address:
        page.goto(address)
        expect(page.get_by_text("more")).to_be_visible()
        settle(page)
        assert page.evaluate(FAINTEST) == 1
        page.get_by_role("button", name="again").click()
        page.wait_for_function(OLD)
        if is_ours:
            assert page.evaluate(FAINTEST) == 1
        else:
            page.wait_for_function(f"() => ({FAINTEST})() < 0.5")
        (tmp_path / "go").touch()
        expect(page.get_by_text("run 2")).to_be_visible()


def test_a_session_has_the_queue_and_the_loop_that_live_parts_look_at(
    page: Page, tmp_path: Path
) -> None:
    with served(SESSION, tmp_path, []) as address:
        page.goto(address)
        expect(page.get_by_text("loop runs: True")).to_be_visible()
        expect(page.get_by_text("messages left: 0")).to_be_visible()
