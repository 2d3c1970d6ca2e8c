"""Take the README's screenshots: `python docs/screenshots.py`.

Needs the test extra (Playwright) and Chromium or Chrome. It shows the app to a learner who has
written everything, so that "yours" is drawn.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from grader.commands import play
from grader.paths import HOME_VARIABLE, docs_dir, solutions_dir

IMAGES = Path(__file__).resolve().parent / "images"
VIEWS = {
    "lr-finder": "/manual-tuning?tab=Play",
    "sampling": "/random-search?tab=Play&n=1000",
}
SIZE = {"width": 1200, "height": 860}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Write docs/images/<view>-<scheme>.png."""
    IMAGES.mkdir(exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("No Chromium or Chrome found: apt install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for scheme in SCHEMES:
            _shoot(browser, address, scheme)
        browser.close()


def _shoot(browser: Browser, address: str, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(color_scheme=scheme, viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(180_000)
    for name, path in VIEWS.items():
        page.goto(address + path)
        page.get_by_text("Numbers as a table").first.wait_for()
        page.wait_for_selector('[data-testid="stVegaLiteChart"] svg')
        page.wait_for_timeout(3_000)
        page.wait_for_function("!document.body.innerText.includes('is running …')")
        page.wait_for_timeout(1_000)
        target = IMAGES / f"{name}-{scheme}.png"
        page.screenshot(path=target)
        print(f"{target.name}: {target.stat().st_size // 1024} KiB")
    context.close()


@contextmanager
def _server(home: Path) -> Iterator[str]:
    """Serve the app to a learner whose exercises are the references."""
    shutil.copytree(solutions_dir(), home / "exercises")
    shutil.copytree(docs_dir(), home / "docs")
    port = play.free_port(8700)
    address = f"http://{play.ADDRESS}:{port}"
    server = subprocess.Popen(
        play.command(port),
        cwd=Path(__file__).resolve().parent.parent,
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while server.poll() is None:
            try:
                opener.open(f"{address}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
