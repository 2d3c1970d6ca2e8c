"""What a screen reader and a search among tabs get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from grader.topics import TOPICS
from tests.e2e.views import VIEWS, page_of

if TYPE_CHECKING:
    from tests.e2e.conftest import Site


def test_each_page_has_a_title_of_its_own_and_a_language(page: Page, site: Site) -> None:
    titles = set()
    pages = {page_of(view.path): view.heading for view in VIEWS}
    in_menu = {topic.title: topic.menu_title for topic in TOPICS}
    for path, heading in pages.items():
        page.goto(f"{site.address}{path}")
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
        title = in_menu.get(heading, heading)
        is_home = title == "Hyperlings"
        expect(page).to_have_title(title if is_home else f"{title} · Hyperlings")
        titles.add(page.title())
        assert page.evaluate("document.documentElement.lang") == "en"
    assert len(titles) == len(pages)
