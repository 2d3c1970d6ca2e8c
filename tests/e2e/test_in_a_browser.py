"""The app in a real browser: by keyboard, by a link, and alive to saved files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from grader.paths import solutions_dir
from tests.e2e.watched import SLOW, settle

if TYPE_CHECKING:
    from tests.e2e.conftest import Site


def test_a_slider_moves_by_keyboard_and_the_caption_and_the_address_follow(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/manual-tuning?tab=Play&guess-ratio-show=true")
    caption = page.get_by_text("All suggestions:")
    expect(caption).to_be_visible()
    before = caption.inner_text()
    slider = page.get_by_role("slider", name="Smoothing beta")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(caption).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"beta=0\.85"))


def test_a_link_restores_a_view(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/random-search?tab=Play&lab=Enough+trials&q=0.1&guess=20")
    expect(page.get_by_text("to hit the best 10.0% takes 29 trials")).to_be_visible()


def test_the_address_of_the_next_page_names_no_lab_of_the_one_before(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/manual-tuning?tab=Play&lab=Sweep")
    expect(page.get_by_role("heading", name="The rates of a sweep")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Grid search", exact=True).click()
    expect(page.get_by_role("heading", name="Grid search", level=1)).to_be_visible()
    # Right after a link was opened, Streamlit may forget which part it asked for.
    expect(page).to_have_url(re.compile(r"/grid-search(\?tab=Play)?$"))


def test_saved_code_is_drawn_and_checked_without_a_reload(page: Page, site: Site) -> None:
    name = "ex04_random_search.py"
    file = site.home / "exercises" / name
    stub = file.read_bytes()
    page.goto(f"{site.address}/random-search?tab=Build")
    expect(page.get_by_text("sample_loguniform is still to do")).to_be_visible()
    file.write_bytes((solutions_dir() / name).read_bytes())
    try:
        expect(page.get_by_text("6 of 6 tasks done")).to_be_visible(timeout=2 * SLOW)
        expect(page.get_by_text("Yours: from")).to_be_visible()  # its task is done, and stays open
    finally:
        file.write_bytes(stub)  # other tests begin with it
