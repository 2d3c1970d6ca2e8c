"""The server is killed while somebody plays, and started again: the page goes on by itself."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from grader.commands import play
from grader.paths import solutions_dir
from tests.e2e.conftest import address_of, make_home, serve
from tests.e2e.watched import SLOW, settle

RIGHT = re.compile(r"yours \d+%")


def test_a_page_outlives_its_server(page: Page, tmp_path: Path) -> None:
    home = make_home(tmp_path)
    source = (solutions_dir() / "ex04_random_search.py").read_text(encoding="utf-8")
    (home / "exercises" / "ex04_random_search.py").write_text(source, encoding="utf-8")
    port = play.free_port(8670)
    caption = page.get_by_text("top decade").filter(has_text=RIGHT)
    with serve(home, port) as server:
        page.goto(f"{address_of(port)}/random-search?tab=Play")
        expect(caption).to_be_visible()
        slider = page.get_by_role("slider", name="Draws n")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(re.compile(r"[?&]n=\d+"))
        settle(page)
        address, said = page.url, caption.inner_text()
        server.kill()
        server.wait()
    # Streamlit's client notices, says so, and tries again until it is answered.
    expect(
        page.get_by_test_id("stConnectionStatus").or_(page.get_by_role("dialog"))
    ).to_be_visible()
    with serve(home, port):
        expect(page.get_by_test_id("stConnectionStatus")).to_have_count(0, timeout=SLOW)
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(address)
        expect(caption).to_have_text(said)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        settle(page)
        page.reload()
        expect(caption).to_have_text(said)
        assert page.get_by_role("slider", name="Draws n").input_value() == slider.input_value()
