"""Live parts of a page, and what a page waits for at its end."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app import live


def page() -> None:
    import streamlit as st

    from app import live

    rest = st.session_state.get("rest", False)

    def draw() -> None:
        st.markdown("drawn")

    live.part(draw, None if rest else 0.05)()
    live.settle()


@pytest.mark.parametrize(("rest", "waited"), [(False, [live.UNSENT]), (True, [])])
def test_a_page_with_a_live_part_ends_when_that_has_left(
    monkeypatch: pytest.MonkeyPatch, *, rest: bool, waited: list[float]
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(live, "sleep", slept.append)
    app = AppTest.from_function(page)
    app.session_state["rest"] = rest
    app.run()
    assert [item.value for item in app.markdown] == ["drawn"]
    assert slept == waited


def test_a_page_that_came_to_rest_waits_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(live, "sleep", slept.append)
    app = AppTest.from_function(page).run()
    app.session_state["rest"] = True
    app.run()
    assert slept == [live.UNSENT]
