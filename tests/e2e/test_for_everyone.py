"""What a screen reader, a search among tabs, and a reader who wants no motion get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from tests.e2e.views import LABS, VIEWS, page_of
from tests.e2e.watched import settle

if TYPE_CHECKING:
    from tests.e2e.conftest import Site

_NAMELESS = """() => [...document.querySelectorAll(
    'main input, main button, main textarea, main select, main [role=slider], main [role=tab]'
)].filter(it => {
    const given = it.getAttribute('aria-label') || it.getAttribute('aria-labelledby') || it.title;
    return !given && !it.innerText.trim() && !it.labels?.[0]?.innerText.trim()
        && !it.closest('label')?.innerText.trim() && it.type !== 'file';
}).map(it => it.outerHTML.slice(0, 200))"""
_MOVING = """() => document.getAnimations()
    .filter(it => it.playState === 'running' && it.effect.getTiming().iterations === Infinity)
    .map(it => it.animationName)"""


def test_each_page_has_a_title_of_its_own_and_a_language(page: Page, site: Site) -> None:
    titles = set()
    pages = {page_of(view.path): view.heading for view in VIEWS}
    for path, heading in pages.items():
        page.goto(f"{site.address}{path}")
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        is_home = heading == "Hyperlings"
        expect(page).to_have_title(heading if is_home else f"{heading} · Hyperlings")
        titles.add(page.title())
        assert page.evaluate("document.documentElement.lang") == "en"
    assert len(titles) == len(pages)


def test_each_control_of_a_lab_has_a_name_and_nothing_keeps_moving(page: Page, site: Site) -> None:
    for path in (*LABS, "/playground?data=blobs&epochs=5", "/race", "/challenge"):
        page.goto(f"{site.address}{path}")
        expect(page.get_by_role("slider").first).to_be_visible()
        settle(page)
        assert page.evaluate("document.querySelectorAll('main input').length") > 2, path
        assert page.evaluate(_NAMELESS) == [], path
        assert page.evaluate(_MOVING) == [], path
