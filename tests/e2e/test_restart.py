"""The server is killed while somebody plays, and started again: the page goes on by itself."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from grader.paths import solutions_dir
from tests.e2e.conftest import address_of, make_home, own_port, serve
from tests.e2e.watched import WORKER, settle

STATE = "data-test-connection-state"
RIGHT = re.compile(r"yours \d+%")


def test_a_page_outlives_its_server(page: Page, tmp_path: Path) -> None:
    home = make_home(tmp_path)
    source = (solutions_dir() / "ex04_random_search.py").read_text(encoding="utf-8")
    (home / "exercises" / "ex04_random_search.py").write_text(source, encoding="utf-8")
    port = own_port(1)
    caption = page.get_by_text("top decade").filter(has_text=RIGHT)
    with serve(home, port) as server:
        page.goto(f"{address_of(port)}/random-search?tab=Play")
        expect(caption).to_be_visible(timeout=WORKER)
        slider = page.get_by_role("slider", name="Draws n")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        expect(page).to_have_url(re.compile(r"[?&]n=\d+"))
        settle(page)
        address, said = page.url, caption.inner_text()
        server.kill()
        server.wait()
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute(STATE, "PINGING_SERVER")
    with serve(home, port):
        expect(app).to_have_attribute(STATE, "CONNECTED")
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowLeft")
        settle(page)
        expect(page).to_have_url(address)
        expect(caption).to_have_text(said, timeout=WORKER)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.reload()
        expect(caption).to_have_text(said, timeout=WORKER)
        assert page.get_by_role("slider", name="Draws n").input_value() == slider.input_value()
