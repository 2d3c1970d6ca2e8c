"""Every painted frame holds its charts: while sliders move, pages change, and a network trains."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.frames import close_eye, open_eye
from tests.e2e.traffic import Traffic
from tests.e2e.watched import see_at_work, settle
from tests.labs import FIRST_LABS, LabView

if TYPE_CHECKING:
    from tests.e2e.conftest import Site


@pytest.mark.parametrize("lab", FIRST_LABS, ids=str)
def test_a_labs_charts_stay_while_each_of_its_sliders_moves(
    page: Page, site: Site, lab: LabView
) -> None:
    traffic = Traffic(page)
    page.goto(site.address + lab.path)
    expect(page.get_by_role("slider").first).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first.locator("svg")).to_be_visible()
    settle(page)
    open_eye(page)
    sliders = page.get_by_role("slider")
    for place in range(sliders.count()):
        slider = sliders.nth(place)
        slider.focus()
        is_high = slider.input_value() == slider.get_attribute("max")
        for key in ("ArrowLeft", "ArrowRight") if is_high else ("ArrowRight", "ArrowLeft"):
            traffic.press(key)
    settle(page)
    seen = close_eye(page)
    assert len(seen.charts) >= page.get_by_test_id("stVegaLiteChart").count() > 0
    assert traffic.moves >= sliders.count()
    assert seen.blank == ()
    assert seen.headless == 0


def test_curves_that_grow_and_a_move_in_between_leave_no_frame_blank(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/playground?data=spirals&n=1200&batch_size=8&epochs=5")
    expect(page.get_by_text("Trained: spirals")).to_be_visible()
    settle(page)
    open_eye(page)
    page.get_by_role("slider", name="Epochs").focus()
    page.keyboard.press("End")
    see_at_work(page, 1000)
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_text(re.compile(r"Trained: spirals.* 5 epochs"))).to_be_visible()
    settle(page)
    seen = close_eye(page)
    assert len([name for name in seen.charts if name.startswith("Line chart of training")]) == 2
    assert seen.blank == ()
    assert seen.headless == 0


def test_a_page_that_follows_another_keeps_what_it_has_drawn(page: Page, site: Site) -> None:
    # Between two pages Streamlit shows none of either, until the first words of the next come.
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site.address}/race?track=spirals&budget=8")
    expect(page.get_by_text("Numbers as a table")).to_be_visible()
    settle(page)
    open_eye(page)
    for title in ("Playground", "Race"):
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        expect(page.get_by_test_id("stVegaLiteChart").first.locator("svg")).to_be_visible()
        settle(page)
    seen = close_eye(page)
    assert len(seen.charts) > 2
    assert seen.blank == ()
