"""Two tabs of one browser, and code that breaks or never ends while both are open."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from grader.paths import solutions_dir
from tests.e2e.conftest import Site
from tests.e2e.watched import WORKER, settle, watch

NAME = "ex04_random_search.py"
BROKEN = "def sample_loguniform(low, high, size, rng):\n    return 1 / 0\n"
ENDLESS = "def sample_loguniform(*_):\n    while True:\n        pass\n"
UNREADABLE = b"\xff\xfe\x00 not a program"


def test_saving_code_that_fails_shows_why_and_both_pages_live(page: Page, site: Site) -> None:
    file = site.home / "exercises" / NAME
    stub = file.read_bytes()
    other = page.context.new_page()
    other.goto(f"{site.address}/manual-tuning?tab=Play&guess-ratio-show=true")
    page.goto(f"{site.address}/random-search?tab=Play")
    quiet = watch(page, site), watch(other, site)
    try:
        still = page.get_by_text("sample_loguniform is still to do")
        expect(still).to_be_visible(timeout=WORKER)
        _see(page, file, BROKEN.encode(), "ZeroDivisionError (line 2)")
        _moves(page, "Draws n", re.compile(r"[?&]n="))
        _see(page, file, UNREADABLE, "Save it again as UTF-8")
        _see(page, file, ENDLESS.encode(), "still running after")
        _moves(page, "Seed", re.compile(r"[?&]seed="))
        expect(page.get_by_text("still running after")).to_be_visible()
        _moves(other, "Smoothing beta", re.compile(r"[?&]beta="))
        expect(other.get_by_text("All suggestions:")).to_be_visible()
        _see(page, file, (solutions_dir() / NAME).read_bytes(), re.compile(r"yours \d+%"))
    finally:
        file.write_bytes(stub)
    for watched in quiet:
        assert watched.errors == []
        assert watched.page.get_by_test_id("stException").count() == 0


def _see(page: Page, file: Path, code: bytes, said: str | re.Pattern[str]) -> None:
    """Save code, and find what the page says of it, without a reload."""
    file.write_bytes(code)
    expect(page.get_by_text(said).first).to_be_visible(timeout=WORKER)


def _moves(page: Page, name: str, address: re.Pattern[str]) -> None:
    """Move a slider and see that the page follows."""
    settle(page)
    slider = page.get_by_role("slider", name=name)
    slider.focus()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    if not address.search(page.url):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(address)
