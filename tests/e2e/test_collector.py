"""The undocumented option that keeps a move quick, in the Streamlit that is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from grader.commands import play
from tests.e2e.conftest import address_of, own_port, serve

# Counts the full collections of its process; what the interpreter begins by itself is switched off.
APP = """
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


@pytest.mark.parametrize(
    ("flags", "counted"),
    [([], "no"), (["--runner.postScriptGC=true"], "some")],
    ids=["as the app sets it", "as Streamlit comes"],
)
def test_a_full_collection_follows_a_run_only_where_the_option_says_so(
    page: Page, tmp_path: Path, flags: list[str], counted: str
) -> None:
    (tmp_path / "counting.py").write_text(APP, encoding="utf-8")
    port = own_port(2)
    served = play.command(port)
    at = next(place for place, word in enumerate(served) if word.endswith("main.py"))
    served[at] = str(tmp_path / "counting.py")
    with serve(tmp_path, port, [*served, *flags]):
        page.goto(address_of(port))
        for run in (1, 2, 3):
            expect(page.get_by_text(f"run {run}: ")).to_be_visible()
            page.get_by_role("button", name="again").click()
        expect(page.get_by_text(f"run 4: {counted} full collections")).to_be_visible()
