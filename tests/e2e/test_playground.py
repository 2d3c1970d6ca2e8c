"""The playground in a real browser: live charts, a link that restores, pins, sweep and search."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site
from tests.e2e.watched import see_at_work

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
    expect(page.get_by_text(re.compile(r"Trained: spirals.* 200 epochs"))).to_be_visible()
    # A move while it trains wins over it.
    page.get_by_role("slider", name="Epochs").focus()
    page.keyboard.press("End")
    see_at_work(page, 1000)
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"Trained: spirals.* 5 epochs"))).to_be_visible()
    expect(page).to_have_url(re.compile("data=spirals.*epochs=5"))
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()

    page.get_by_role("radio", name="Sweep").click()
    page.get_by_role("button", name="Start the sweep").click()
    expect(page.get_by_text("9 points around: spirals")).to_be_visible()
    expect(page.get_by_text("Best: ")).to_be_visible()

    page.get_by_role("radio", name="Pinned runs").click()
    expect(page.get_by_role("button", name="Unpin A")).to_be_visible()
    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_text(re.compile(r"Trained: spirals.* 5 epochs"))).to_be_visible()
    expect(other.get_by_role("button", name="Unpin A")).to_be_visible()
    assert errors == []
    context.close()
    expect.set_options(timeout=5_000)


def test_while_it_trains_every_chart_moves_and_none_is_drawn_anew_or_blank(
    browser: Browser, site: Site
) -> None:
    expect.set_options(timeout=SLOW)
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    page.goto(f"{site.address}/playground?data=spirals&epochs=300&width=64&depth=3&seed=13")
    expect(page.get_by_text("Trained: spirals")).to_be_visible()
    page.wait_for_selector('[data-testid="stVegaLiteChart"] svg image')
    page.evaluate(WATCH)
    # A seed more changes neither axis, so each chart has to stay the same element.
    page.get_by_text("Seeds", exact=True).click()
    page.get_by_role("slider", name="First seed").focus()
    page.keyboard.press("ArrowRight")
    see_at_work(page, 300)
    expect(page.get_by_text(re.compile("Trained: spirals.* seed 14"))).to_be_visible()
    seen = page.evaluate("() => window.seen")
    assert seen["blank"] == 0
    assert seen["elements"] == 3
    assert min(seen["states"]) > 3  # the plane and both curves, between the first and the last
    context.close()
    expect.set_options(timeout=5_000)


WATCH = """() => {
  const seen = (window.seen = { blank: 0, elements: 0, states: [0, 0, 0] });
  const elements = new Set(), last = [];
  const look = () => {
    document.querySelectorAll('[data-testid="stVegaLiteChart"]').forEach((chart, i) => {
      const svg = chart.querySelector('svg');
      if (!svg || !svg.childElementCount) { seen.blank += 1; return; }
      elements.add(svg);
      seen.elements = elements.size;
      const image = svg.querySelector('image'), line = svg.querySelector('.mark-line path');
      const state = image ? image.href.baseVal : line && line.getAttribute('d');
      if (state !== last[i]) { last[i] = state; seen.states[i] += 1; }
    });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def test_a_search_marks_its_best_and_one_is_taken(browser: Browser, site: Site) -> None:
    expect.set_options(timeout=SLOW)
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 400, "height": 800})
    page = context.new_page()
    page.set_default_timeout(SLOW)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{site.address}/playground?panel=Search&epochs=5&n_trials=20&n=120")
    expect(page.get_by_text("Trained: moons")).to_be_visible()
    page.wait_for_selector("#charts", state="attached")
    # On a narrow screen the controls come first: one tap leads past them.
    page.get_by_role("link", name="To the charts").click()
    expect(page.get_by_text("Trained: moons")).to_be_in_viewport()
    page.get_by_role("button", name="Start the search").click()
    expect(page.get_by_text("20 trials around: moons")).to_be_visible()
    expect(page.get_by_text("What tells the best 20% of the trials")).to_be_visible()
    page.get_by_role("slider", name="Mark the best").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("What tells the best 25% of the trials")).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    expect(page).to_have_url(re.compile(r"lr=0\.\d+|lr=[\d.]+e-\d"))
    expect(page.get_by_text(re.compile(r"Trained: moons, .*, 5 epochs"))).to_be_visible()
    assert errors == []
    context.close()
    expect.set_options(timeout=5_000)
