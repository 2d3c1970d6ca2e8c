"""The app in a real browser: quiet, local, accessible, by keyboard, and alive to saved files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from grader.paths import solutions_dir

if TYPE_CHECKING:
    from tests.e2e.conftest import Site

SLOW = 120_000  # milliseconds; the first lab of a process waits for torch on a busy machine
VIEWS = {
    "home": ("/", "Hyperlings"),
    "settings and luck": ("/what-is-tuning?tab=Play", "What is hyperparameter tuning?"),
    "lr finder": ("/manual-tuning?tab=Play", "Manual tuning"),
    "tasks": ("/manual-tuning?tab=Build", "Manual tuning"),
    "sampling": ("/random-search?tab=Play&guess=20", "Random search"),
    "lesson": ("/random-search", "Random search"),
    "grid": ("/grid-search?tab=Play", "Grid search"),
    "belief": ("/bayesian-optimization?tab=Play", "Bayesian optimization"),
    "folds": ("/cross-validation?tab=Play", "Cross-validation"),
    "stopping": ("/practical-guidelines?tab=Play", "Practical guidelines"),
    "playground": ("/playground?data=blobs&n_seeds=2&epochs=5", "Playground"),
    "program": ("/playground?data=wine&epochs=5&panel=Code", "Playground"),
    "challenge": ("/challenge?moves=17.5_17.20_204.1", "Challenge"),
    "race": ("/race?track=spirals&budget=8", "Race"),
}
# On a deep link Streamlit's client first looks for its server below the page's own path.
PROBE = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")


@dataclass
class Watched:
    """A page, and what it should not have done."""

    page: Page
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Give a busy machine time; what is there is found at once."""
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


# Colors do not depend on the width: two pairs see every page in both schemes and at both widths.
@pytest.fixture(params=[(1280, "light"), (400, "dark")], ids=["wide-light", "narrow-dark"])
def watched(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Watched]:
    width: int
    scheme: Literal["light", "dark"]
    width, scheme = request.param
    context = browser.new_context(
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": width, "height": 900},
    )
    watched = Watched(context.new_page())
    watched.page.set_default_timeout(SLOW)

    def heard(kind: str, text: str, where: str) -> None:
        if kind == "error" and not PROBE.search(where.partition("?")[0]):
            watched.errors.append(f"{text} ({where})")

    def asked(address: str) -> None:
        own = (site.address, site.address.replace("http", "ws"), "data:", "blob:")
        if not address.startswith(own):
            watched.strangers.append(address)

    watched.page.on("console", lambda item: heard(item.type, item.text, item.location["url"]))
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on("request", lambda item: asked(item.url))
    watched.page.on("websocket", lambda item: asked(item.url))
    yield watched
    context.close()


def settle(page: Page) -> None:
    """Wait until the app has run and every chart is drawn."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            const idle = app && app.dataset.testScriptState !== 'running';
            const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
            return idle && charts.every(chart => chart.querySelector('svg, canvas'));
        }"""
    )


def test_every_page_is_quiet_local_and_accessible(watched: Watched, site: Site) -> None:
    for name, (path, title) in VIEWS.items():
        watched.page.goto(site.address + path)
        expect(watched.page.get_by_role("heading", name=title, level=1)).to_be_visible()
        if name in {"settings and luck", "lr finder", "sampling"}:
            expect(watched.page.get_by_text("Numbers as a table")).to_have_count(2)
        settle(watched.page)
        findings = Axe().run(watched.page)["violations"]
        serious = [
            (item["id"], [node["target"] for node in item["nodes"]][:3])
            for item in findings
            if item["impact"] in {"serious", "critical"}
        ]
        assert serious == [], name
        overflow = watched.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} scrolls sideways"
    assert watched.errors == []
    assert watched.strangers == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    yield opened
    context.close()


def test_a_slider_moves_by_keyboard_and_the_caption_and_the_address_follow(
    page: Page, site: Site
) -> None:
    page.goto(f"{site.address}/manual-tuning?tab=Play")
    caption = page.get_by_text("All suggestions:")
    expect(caption).to_be_visible()
    before = caption.inner_text()
    slider = page.get_by_role("slider", name="Smoothing beta")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(caption).not_to_have_text(before)
    expect(page).to_have_url(re.compile(r"beta=0\.85"))


def test_a_link_restores_a_view(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/random-search?tab=Play&q=0.1&guess=20")
    expect(page.get_by_text("to hit the best 10.0% takes 29 trials")).to_be_visible()


def test_saved_code_is_drawn_and_checked_without_a_reload(page: Page, site: Site) -> None:
    name = "ex04_random_search.py"
    page.goto(f"{site.address}/random-search?tab=Build")
    expect(page.get_by_text("sample_loguniform is still to do")).to_be_visible()
    source = (solutions_dir() / name).read_text(encoding="utf-8")
    (site.home / "exercises" / name).write_text(source, encoding="utf-8")
    expect(page.get_by_text("Yours: from")).to_be_visible()
    expect(page.get_by_text("6 of 6 tasks done")).to_be_visible(timeout=2 * SLOW)
