"""The playground in a real browser: live curves, a link that restores, pins, and a sweep."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site

SLOW = 120_000  # milliseconds


def test_a_run_is_watched_pinned_linked_and_swept(browser: Browser, site: Site) -> None:
    expect.set_options(timeout=SLOW)
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site.address}/playground?epochs=5")
    expect(page.get_by_text("Trained: moons")).to_be_visible()
    page.get_by_role("button", name="Pin this run").click()
    expect(page.get_by_text("The run above is A")).to_be_visible()

    page.get_by_role("button", name="Overfitted spirals").click()
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 200"))).to_be_visible()
    # A move while it trains wins over it.
    slider = page.get_by_role("slider", name="Epochs")
    slider.focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"Trained: spirals.* 5 epochs"))).to_be_visible()
    expect(page).to_have_url(re.compile("data=spirals.*epochs=5"))
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()

    page.get_by_role("tab", name="Sweep").click()
    page.get_by_role("button", name="Start the sweep").click()
    expect(page.get_by_text("10 points around: spirals")).to_be_visible()
    expect(page.get_by_text("Best: ")).to_be_visible()

    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_text(re.compile(r"Trained: spirals.* 5 epochs"))).to_be_visible()
    assert errors == []
    context.close()
    expect.set_options(timeout=5_000)
