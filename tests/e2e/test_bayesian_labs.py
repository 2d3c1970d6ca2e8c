"""What a hand does on topic 5's charts: a click adds a trial, a brush chooses some."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Site

CHARTS = '[data-testid="stVegaLiteChart"]'


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    opened.goto(f"{site.address}/bayesian-optimization?tab=Play&sampler=random&top=10")
    expect(opened.get_by_text("by PED-ANOVA")).to_be_visible()
    yield opened
    context.close()


def test_a_click_adds_a_trial_there_and_the_chart_stays(page: Page) -> None:
    chart = page.locator(CHARTS).first
    expect(page.get_by_text("3 trials; the best has loss")).to_be_visible()
    svg = chart.locator("svg").first
    svg.evaluate("node => { node.dataset.kept = 'yes' }")
    _click(chart, 0.62)
    expect(page.get_by_text("4 trials; the best has loss")).to_be_visible()
    expect(page).to_have_url(re.compile("trials=6.3e-03"))
    _click(chart, 0.3)
    expect(page.get_by_text("5 trials; the best has loss")).to_be_visible()
    assert svg.get_attribute("data-kept") == "yes"


def test_a_brush_over_the_history_colors_the_lines_of_its_trials_only(page: Page) -> None:
    explorer = page.locator(CHARTS).filter(has=page.get_by_text("validation error"))
    explorer = explorer.filter(has=page.get_by_text("weight"))
    explorer.scroll_into_view_if_needed()
    lines = explorer.locator('g.mark-line path[stroke-width="2.2"]')
    expect(lines).to_have_count(14)  # the best tenth, and those that equal its last
    box = explorer.bounding_box()
    assert box is not None
    # Trials 10 to 20 of 64; the axis runs from -5 to 66 over the chart's width.
    left, right = (box["x"] + box["width"] * (trial + 5) / 71 for trial in (9.5, 20.5))
    page.mouse.move(left, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(right, box["y"] + 230, steps=10)
    page.mouse.up()
    expect(lines).to_have_count(11)


def _click(chart: Locator, share: float) -> None:
    """Click half-way up, at a share of the chart's width."""
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] * share, "y": box["height"] / 3})
