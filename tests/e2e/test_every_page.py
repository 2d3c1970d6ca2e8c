"""Every page, wide and narrow, light and dark: quiet, local, accessible, and within its width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.views import VIEWS, View, page_of
from tests.e2e.watched import SLOW, Scheme, Watched, serious, settle, watch

if TYPE_CHECKING:
    from tests.e2e.conftest import Site

HEIGHT = 900
# A page is loaded once. Rules about colors depend on the scheme, all others on the width at most.
LOOKS: tuple[tuple[int, Scheme, dict[str, object]], ...] = (
    (1280, "light", {}),
    (1280, "dark", {"runOnly": ["color-contrast"]}),
    (400, "dark", {}),
    (400, "light", {"runOnly": ["color-contrast"]}),
)
_UNNAMED_CHARTS = """() => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')]
    .map(chart => chart.getAttribute('aria-label') ?? '')
    .filter(name => !name.includes(' '))"""
_UNNAMED_CONTROLS = """() => [...document.querySelectorAll(
    'main input, main button, main textarea, main select, main [role=slider], main [role=tab]'
)].filter(it => {
    const given = it.getAttribute('aria-label') || it.getAttribute('aria-labelledby') || it.title;
    return !given && !it.innerText.trim() && !it.labels?.[0]?.innerText.trim()
        && !it.closest('label')?.innerText.trim() && it.type !== 'file';
}).map(it => it.outerHTML.slice(0, 200))"""
_MOVING = """() => document.getAnimations()
    .filter(it => it.playState === 'running' && it.effect.getTiming().iterations === Infinity)
    .map(it => it.animationName)"""


@pytest.fixture(scope="module")
def watched(browser: Browser, site: Site) -> Iterator[Watched]:
    """One page for all views: its scripts are fetched and compiled once."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(SLOW)
    yield watch(page, site)
    context.close()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_is_quiet_local_accessible_and_fits(
    watched: Watched, site: Site, view: View
) -> None:
    watched.errors.clear()
    watched.strangers.clear()
    shown = watched.page
    width, scheme, _ = LOOKS[0]
    shown.set_viewport_size({"width": width, "height": HEIGHT})
    shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    shown.goto(site.address + view.path)
    expect(shown.get_by_role("heading", name=view.heading, level=1)).to_be_visible()
    settle(shown, scheme)
    for width, scheme, options in LOOKS if view.in_all_looks else LOOKS[::2]:
        look = f"{width} px, {scheme}"
        shown.set_viewport_size({"width": width, "height": HEIGHT})
        shown.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        settle(shown, scheme)
        assert serious(shown, **options) == [], look
        beyond = shown.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert beyond <= 0, f"{look}: scrolls sideways"
    assert shown.evaluate(_UNNAMED_CHARTS) == []
    assert shown.evaluate(_UNNAMED_CONTROLS) == []
    assert shown.evaluate(_MOVING) == []
    assert watched.errors == []
    assert watched.strangers == []


def test_the_menu_leads_to_no_page_that_is_not_looked_at(watched: Watched, site: Site) -> None:
    watched.page.set_viewport_size({"width": 1280, "height": HEIGHT})
    watched.page.goto(site.address)
    links = watched.page.get_by_test_id("stTopNavLink")
    expect(links.last).to_be_visible()
    paths = {urlsplit(link.evaluate("link => link.href")).path for link in links.all()}
    assert paths == {page_of(view.path) for view in VIEWS}
