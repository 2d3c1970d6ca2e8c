"""What a hand does on topic 5's charts: a click adds a trial, a brush chooses some."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Site

CHARTS = '[data-testid="stVegaLiteChart"]'
DARK = """node => {
    const canvas = node.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) {
        n += data[i + 3] > 128 && data[i + 2] > data[i + 1] + 40 && data[i] > 40;
    }
    return n;
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield opened
    context.close()


def show(page: Page, address: str, drawn: str) -> None:
    """Open a lab and wait until its charts stand still."""
    page.goto(address)
    # A click on a chart that is about to be drawn again is lost.
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_attached()
    expect(page.locator(f"{CHARTS} {drawn}").first).to_be_visible()


def test_a_click_adds_a_trial_there_and_the_chart_stays(page: Page, site: Site) -> None:
    show(page, f"{site.address}/bayesian-optimization?tab=Play", "svg")
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


def test_a_brush_over_the_history_colors_the_lines_of_its_trials(page: Page, site: Site) -> None:
    address = "/bayesian-optimization?tab=Play&lab=Read+a+study&sampler=random&top=10"
    show(page, site.address + address, "canvas")
    explorer = page.locator(CHARTS).filter(has=page.locator("canvas"))
    explorer.scroll_into_view_if_needed()
    before = explorer.evaluate(DARK)  # bad trials are dark, and only good ones are chosen
    box = explorer.bounding_box()
    assert box is not None
    # Trials 10 to 20 of 64, most of them bad; the axis runs from -5 to 66 over the chart's width.
    left, right = (box["width"] * (trial + 5) / 71 for trial in (9.5, 20.5))
    # Up from below the best, past the upper edge. Unlike the mouse by itself, this waits until the
    # charts above have found their heights.
    explorer.drag_to(
        explorer,
        source_position={"x": left, "y": 245},
        target_position={"x": right, "y": 20},
        steps=10,
    )
    page.wait_for_function(
        f"node => ({DARK})(node) > {before} + 3000", arg=explorer.element_handle(), timeout=60_000
    )


def _click(chart: Locator, share: float) -> None:
    """Click half-way up, at a share of the chart's width."""
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] * share, "y": box["height"] / 3})
