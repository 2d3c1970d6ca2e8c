"""A page asks again when an answer came late, also one that came while the page was drawn."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app import services


def test_an_answer_that_comes_while_the_first_page_is_drawn_is_noticed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = SimpleNamespace(settled=0)
    monkeypatch.setattr(services, "runner", lambda: runner)

    def script() -> None:
        import streamlit as st

        from app import services
        from app.watch import watching

        with watching():
            st.session_state["runs"] = st.session_state.get("runs", 0) + 1
            if st.session_state["runs"] == 1:
                services.runner().settled += 1  # asked, told that it runs, and answered since

    test = AppTest.from_function(script).run()
    assert not test.exception
    assert test.session_state["runs"] == 2
