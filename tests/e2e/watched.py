"""A page under watch: what it printed, whom it asked, when it has settled, what axe finds."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.e2e.conftest import Site

Scheme = Literal["light", "dark"]
THEME = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
SLOW = 120_000  # milliseconds; the first lab of a process waits for torch on a busy machine
WORKER = 3 * SLOW  # the first answer of a learner's code also waits for the worker to start
# On a deep link Streamlit's client first looks for its server below the page's own path.
_PROBE = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
# Drawn: the script has ended, no element's own code is still being fetched, no color is on its way
# to another, and every chart has its name and stands in the page's own colors, within its column.
_SETTLED = """background => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (!app || app.dataset.testScriptState === 'running') return false;
    if (document.querySelector('[data-testid="stSkeleton"]')) return false;
    if (background && getComputedStyle(app).backgroundColor !== background) return false;
    if (document.getAnimations().some(each => each instanceof CSSTransition)) return false;
    const own = getComputedStyle(app).backgroundColor;
    return [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')].every(chart => {
        const drawn = chart.querySelector('svg, canvas');
        return drawn && chart.getAttribute('aria-label')
            && (drawn.tagName !== 'svg' || drawn.style.backgroundColor === own)
            && drawn.getBoundingClientRect().width <= chart.clientWidth + 1;
    });
}"""
# Passes, which are thousands where each mark of a chart is named, stay in the browser.
_AXE = """options => axe.run(document, {resultTypes: ['violations'], ...options}).then(
    found => found.violations.map(each => [
        each.impact, each.id, each.nodes.slice(0, 3).map(node => node.target.join(' '))
    ])
)"""


@dataclass
class Watched:
    """A page, and what it should not have done."""

    page: Page
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def watch(page: Page, site: Site) -> Watched:
    """Write down what a page reports as an error, and each request to another address."""
    watched = Watched(page)
    own = (site.address, site.address.replace("http", "ws"), "data:", "blob:")

    def heard(kind: str, text: str, where: str) -> None:
        if kind == "error" and not _PROBE.search(where.partition("?")[0]):
            watched.errors.append(f"{text} ({where})")

    def asked(address: str) -> None:
        if not address.startswith(own):
            watched.strangers.append(address)

    page.on("console", lambda item: heard(item.type, item.text, item.location["url"]))
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("request", lambda item: asked(item.url))
    page.on("websocket", lambda item: asked(item.url))
    return watched


def settle(page: Page, scheme: Scheme | None = None) -> None:
    """Wait until the app has run and every chart is drawn, in a scheme's colors if one is named."""
    page.wait_for_function(_SETTLED, arg=_background(scheme) if scheme else "")


def see_at_work(page: Page, epochs: int) -> None:
    """Wait for a frame in which the playground tells how far a training of so many epochs is.

    Every frame is looked at: what is asked once a second may be over by then.
    """
    page.wait_for_function(
        r"epochs => new RegExp(`Epoch \\d+ of ${epochs}:`).test(document.body.textContent)",
        arg=epochs,
    )


@cache
def _background(scheme: Scheme) -> str:
    """A scheme's color behind all, as a browser writes it."""
    color = tomllib.loads(THEME.read_text(encoding="utf-8"))["theme"][scheme]["backgroundColor"]
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"rgb({red}, {green}, {blue})"


def serious(page: Page, **options: Any) -> list[Any]:
    """What axe finds serious or critical: rule and places.

    Args:
        page: The page.
        options: Of axe's `run`.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(_AXE, options)
    return [(rule, where) for impact, rule, where in found if impact in {"serious", "critical"}]
