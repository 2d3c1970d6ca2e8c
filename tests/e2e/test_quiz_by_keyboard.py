"""The quiz in a real browser: named groups, answered by keyboard, readable in both schemes."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from grader import quiz
from tests.e2e.conftest import Site

SLOW = 60_000  # milliseconds


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_choice_by_keyboard_is_answered_beside_it(
    browser: Browser, site: Site, scheme: Literal["light", "dark"]
) -> None:
    expect.set_options(timeout=SLOW)
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{site.address}/random-search")
    first, second = quiz.read("ex04_random_search")[:2]
    said = page.get_by_role("status")  # which screen readers announce
    group = page.get_by_role("radiogroup", name=re.compile(re.escape(first.ask)))
    expect(group.get_by_role("radio")).to_have_count(len(first.choices))
    # What is typed before the page has run to its end goes to widgets that are being replaced.
    page.wait_for_function(
        "document.querySelector('[data-testid=\"stApp\"]').dataset.testScriptState !== 'running'"
    )
    group.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    expect(group.get_by_role("radio").first).to_be_checked()
    expect(said.filter(has_text="Right.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(said.filter(has_text="Not quite.")).to_be_visible()
    expect(said.filter(has_text="Right.")).to_have_count(0)
    other = page.get_by_role("radiogroup", name=re.compile(re.escape(second.ask)))
    other.get_by_role("radio").nth(second.choices.index(second.answer)).focus()
    page.keyboard.press("Space")
    expect(said.filter(has_text="Right.")).to_be_visible()
    findings = Axe().run(page)["violations"]
    serious = [
        (item["id"], [node["target"] for node in item["nodes"]][:3])
        for item in findings
        if item["impact"] in {"serious", "critical"}
    ]
    assert serious == []
    context.close()
    expect.set_options(timeout=5_000)
