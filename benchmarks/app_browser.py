"""Chromium as the app's benchmark uses it: press a key, and tell when its change was painted."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_SIZE = {"width": 1280, "height": 900}
_PATIENCE = 180_000  # milliseconds

# A view is what the user waits for, as a text that differs when it does. A frame that shows it is
# painted by the time a message posted from that frame's callback arrives.
_WATCH = """
window.bench = {
  charts: () => [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')],
  marks: (chart) => [...(chart?.querySelectorAll(
    'svg .role-mark path, svg .role-mark image') ?? [])]
    .map((mark) => ['d', 'transform', 'fill', 'href'].map((name) => mark.getAttribute(name)))
    .join('|'),
  painted: (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(null);
  }),
  // Resolves to {ms, blank}: from the next key or click to the last change of the view that was
  // painted, once nothing has changed for `quiet` ms and the view is `complete`.
  watch: (view, complete, quiet, timeout) => new Promise((resolve) => {
    let begun = null, last = null, seen = view(), counted = bench.charts().length, blank = 0;
    const start = (event) => { if (begun === null) begun = event.timeStamp; };
    const look = () => {
      if (begun === null) return;
      const now = view();
      if (now === seen) return;
      seen = now;
      last = null;
      bench.painted((time) => { last = time; });
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body,
      {subtree: true, childList: true, characterData: true, attributes: true});
    for (const kind of ['keydown', 'click']) document.addEventListener(kind, start, true);
    const opened = performance.now();
    const frame = () => {
      const time = performance.now();
      const drawn = bench.charts().filter((chart) => chart.querySelector('svg')).length;
      if (begun !== null && drawn < counted) blank += 1;
      const late = time - opened > timeout;
      if (late || (last !== null && time - last > quiet && complete())) {
        observer.disconnect();
        for (const kind of ['keydown', 'click']) document.removeEventListener(kind, start, true);
        resolve({ms: late ? null : last - begun, blank});
      } else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }),
  // Resolves to {changes, blank, seconds}: how often a view changed from one painted frame to the
  // next within some time, and how many frames lacked a chart.
  count: (view, milliseconds) => new Promise((resolve) => {
    const opened = performance.now(), counted = bench.charts().length;
    let seen = view(), changes = 0, blank = 0;
    const frame = () => {
      const now = view(), passed = performance.now() - opened;
      if (now !== seen) { seen = now; changes += 1; }
      if (bench.charts().filter((chart) => chart.querySelector('svg')).length < counted) blank += 1;
      if (passed > milliseconds) resolve({changes, blank, seconds: passed / 1000});
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }),
};
"""


class BrowserError(Exception):
    """There is no browser, or a page did not do what was waited for."""


def find() -> str:
    """Return the path of Chromium or Chrome.

    Raises:
        BrowserError: If there is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None and not _MAC.exists():
        raise BrowserError("No Chromium or Chrome found: apt install chromium")
    return found or str(_MAC)


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium, and end it.

    Raises:
        BrowserError: If there is none, or Playwright is not installed.
    """
    executable = find()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise BrowserError("Playwright is not installed: pip install -e '.[test]'") from None
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root, and in most containers.
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def page_of(browser: Browser) -> Iterator[Page]:
    """Open a page with nothing in its caches."""
    context = browser.new_context(viewport=_SIZE)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.add_init_script(_WATCH)
    yield page
    context.close()


def settle(page: Page) -> None:
    """Wait until the script has run and every chart is drawn."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            return app && app.dataset.testScriptState === 'notRunning'
                && document.querySelector('h1')
                && bench.charts().every((chart) => chart.querySelector('svg, canvas'));
        }"""
    )
