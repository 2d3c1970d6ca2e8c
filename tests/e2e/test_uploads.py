"""Files of strangers, given to the Playground in a browser: a message, and the page lives on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.watched import Scheme, serious, settle, watch

if TYPE_CHECKING:
    from tests.e2e.conftest import Site

ROWS = b"".join(b"%d,%d\n" % (i * i % 17, i % 2) for i in range(60))
GOOD = ("good.csv", b"a,b\n" + ROWS)
HOSTILE = [
    (("photo.csv", b"\x89PNG\r\n\x1a\n\x00"), "not UTF-8 text"),
    (("latin.csv", "größe,b\n".encode("latin-1") + ROWS), "save it again as"),
    (("book.xlsx", b"PK\x03\x04[Content_Types].xml"), "save its sheet as"),
    (("bomb.npz", b"PK\x03\x04" + b"\x00" * 2_000), "cannot be read"),
    (("huge.csv", b"a,b\n" + b"1,2\n" * 5_000_001), "20"),
]
# What a spreadsheet would run, and what a browser would: both are names like any other here.
FORMULA = "=HYPERLINK(0)"
MARKUP = "<img src=x onerror=alert(1)>"


def give(page: Page, file: tuple[str, bytes]) -> None:
    name, content = file
    page.locator('input[type="file"]').set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": content}
    )


def test_a_file_that_is_no_table_gets_a_message_and_the_next_one_is_taken(
    page: Page, site: Site
) -> None:
    watched = watch(page, site)
    page.goto(f"{site.address}/playground?data=your+own+table&epochs=5")
    expect(page.get_by_text("A line of column names")).to_be_visible()
    for file, says in HOSTILE:
        give(page, file)
        expect(page.get_by_text(file[0]).first).to_be_visible()
        expect(page.get_by_test_id("stSidebar").or_(page.locator("main")).first).to_contain_text(
            says
        )
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.get_by_role("button", name="Remove").first.click()
        expect(page.get_by_text("A line of column names")).to_be_visible()
    give(page, GOOD)
    expect(page.get_by_text("Trained: good.csv")).to_be_visible()
    assert watched.errors == []
    assert watched.strangers == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_formulas_and_markup_in_cells_are_shown_as_they_are(
    page: Page, site: Site, scheme: Scheme
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    # So tall that nothing has to be scrolled to be clicked: a list closes when the page scrolls.
    page.set_viewport_size({"width": 1280, "height": 1000})
    watched = watch(page, site)
    page.on("dialog", lambda dialog: watched.errors.append(dialog.message))
    page.goto(f"{site.address}/playground?data=your+own+table&epochs=5")
    expect(page.get_by_text("A line of column names")).to_be_visible()
    cells = b"".join(b"%d,=1+%d,%s\n" % (i * i % 17, i % 3, MARKUP.encode()) for i in range(60))
    give(page, ("evil.csv", f"{FORMULA},{MARKUP},z\n".encode() + cells))
    expect(page.get_by_text("evil.csv").first).to_be_visible()
    # Its last column holds one value, which cannot be learned; the one before it can.
    expect(page.get_by_text("at least 2 classes")).to_be_visible()
    page.get_by_role("combobox", name="Target").click()
    page.get_by_role("option", name=MARKUP).click()
    expect(page.get_by_text("Trained: evil.csv")).to_be_visible()
    settle(page, scheme)
    assert page.locator("img[src=x]").count() == 0
    assert serious(page) == []
    assert watched.errors == []
    assert watched.strangers == []
