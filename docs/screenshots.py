"""Take screenshots of the sandbox: `python docs/screenshots.py`.

By default it takes those that README and docs use, into docs/images. To look at every page:

    python docs/screenshots.py --all --out /tmp/pages --width 400 --whole

Needs the test extra (Playwright) and Chromium or Chrome. It shows the app to a learner who has
written everything, so that "yours" is drawn; `--stubs` shows it to one who has just begun.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from grader.commands import play
from grader.markers import stub
from grader.paths import HOME_VARIABLE, docs_dir, exercises_dir, solutions_dir
from grader.topics import TOPICS

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
IMAGES = Path(__file__).resolve().parent / "images"
WIDTH, HEIGHT = 1200, 860
_TALLEST = 6_000  # pixels of a whole page
_QUIET = 1_500  # milliseconds without a change, after which a page counts as done
_PATIENCE = 400_000  # milliseconds; the first lab of a process waits for torch on a busy machine


@dataclass(frozen=True)
class View:
    """A page to look at.

    Attributes:
        path: Its address within the app.
        used: Whether README or docs show it.
        until: Text that is on the page once its slow part is done, or "".
    """

    path: str
    used: bool = False
    until: str = ""


_GAME = "16_1032.20_1320.20_744.5_1392.3_1464.20"
VIEWS = {
    "home": View("/"),
    "parameters": View("/what-is-tuning?tab=Play"),
    "luck": View("/what-is-tuning?tab=Play&lab=Luck&guess-gap=5"),
    "three-sets": View("/what-is-tuning?tab=Play&lab=Three+sets"),
    "lr-finder": View("/manual-tuning?tab=Play&guess-ratio-show=true", used=True),
    "sweep": View("/manual-tuning?tab=Play&lab=Sweep"),
    "ridge": View("/manual-tuning?tab=Play&lab=Rate+and+batch+size"),
    "one-at-a-time": View("/manual-tuning?tab=Play&lab=One+at+a+time"),
    "grid": View("/grid-search?tab=Play&guess-values=9"),
    "grid-cost": View("/grid-search?tab=Play&lab=Cost+of+a+grid"),
    "sampling": View("/random-search?tab=Play&n=1000"),
    "trials": View("/random-search?tab=Play&lab=Enough+trials&guess=20"),
    "whole-search": View("/random-search?tab=Play&lab=A+whole+search"),
    "process": View("/bayesian-optimization?tab=Play"),
    "tpe": View("/bayesian-optimization?tab=Play&lab=TPE&tpe-chosen=8"),
    "pruning": View("/bayesian-optimization?tab=Play&lab=Pruning&saved=50"),
    "hyperband": View("/bayesian-optimization?tab=Play&lab=Hyperband"),
    "study": View("/bayesian-optimization?tab=Play&lab=Read+a+study"),
    "folds": View("/cross-validation?tab=Play"),
    "fold-count": View("/cross-validation?tab=Play&lab=How+many+folds%3F&two-folds=3"),
    "best-of-many": View("/cross-validation?tab=Play&lab=The+best+of+many&lucky=1"),
    "nested": View("/cross-validation?tab=Play&lab=Nested&best-of-50=50"),
    "stopping": View("/practical-guidelines?tab=Play"),
    "tuning-order": View("/practical-guidelines?tab=Play&lab=Tuning+order&buys=40"),
    "one-standard-error": View("/practical-guidelines?tab=Play&lab=One+standard+error&keeps=4"),
    "plan-linter": View("/practical-guidelines?tab=Play&lab=Plan+linter"),
    "lesson": View("/random-search?tab=Learn"),
    "build": View("/manual-tuning?tab=Build"),
    "playground": View("/playground?data=moons&n_seeds=3", used=True, until="Trained: "),
    "playground-sweep": View("/playground?panel=Sweep&epochs=5", until="Trained: "),
    "playground-search": View("/playground?panel=Search&epochs=5", until="Trained: "),
    "playground-code": View("/playground?panel=Code&epochs=5", until="Trained: "),
    "race": View("/race?track=spirals&budget=16&guess=TPE"),
    "challenge": View(f"/challenge?budget=16&digits-1={_GAME}"),
}

# True once the app is idle, every chart is drawn, no code of the learner's runs, and nothing has
# moved for a while.
_SETTLED = """(quiet) => {
    const app = document.querySelector('[data-testid="stApp"]');
    if (!app || app.dataset.testScriptState === 'running') return false;
    const charts = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')];
    const busy = app.querySelector('[data-testid="stSpinner"], [data-stale="true"]');
    const text = document.body.innerText;
    const seen = [text, charts.map((chart) => chart.innerHTML.length)].join();
    const before = window.screenshotSeen;
    if (!before || before.seen !== seen) {
        window.screenshotSeen = {seen, since: Date.now()};
        return false;
    }
    return Date.now() - before.since > quiet && !busy && !text.includes('is running …')
        && charts.every((chart) => chart.querySelector('svg, canvas'));
}"""
_CONTENT_HEIGHT = """() => Math.max(
    ...['stMain', 'stAppViewContainer'].map((name) => {
        const found = document.querySelector(`[data-testid="${name}"]`);
        return found ? found.scrollHeight : 0;
    })
)"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write <out>/<view>-<scheme>.png."""
    options = _options(arguments)
    names = options.only or [name for name, view in VIEWS.items() if view.used or options.all]
    options.out.mkdir(parents=True, exist_ok=True)
    browser_path = shutil.which("chromium") or shutil.which("google-chrome")
    if browser_path is None:
        raise SystemExit("No Chromium or Chrome found: apt install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        _server(Path(folder), stubs=options.stubs) as address,
        sync_playwright() as playwright,
    ):
        # Chromium's own sandbox does not start for root, and in most containers.
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for scheme in options.scheme:
            for name in names:
                target = options.out / f"{name}-{scheme}.png"
                picture = _shot(browser, address, VIEWS[name], scheme, options)
                # Written anew, which saves a third; a palette would save more, and tint the grays.
                Image.open(io.BytesIO(picture)).convert("RGB").save(target, optimize=True)
                print(f"{target.name}: {target.stat().st_size // 1024} KiB", flush=True)
        browser.close()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Take screenshots of the sandbox.")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="every page, not only those in docs")
    which.add_argument("--only", action="append", choices=VIEWS, help="this page; repeatable")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder to write to")
    parser.add_argument("--width", type=int, default=WIDTH, help="of the window, in pixels")
    parser.add_argument("--height", type=int, default=HEIGHT, help="of the window, in pixels")
    parser.add_argument("--whole", action="store_true", help="the page as far as it scrolls")
    parser.add_argument("--scheme", action="append", choices=SCHEMES, help="default: both")
    parser.add_argument("--stubs", action="store_true", help="as a learner sees it who has begun")
    options = parser.parse_args(arguments)
    options.scheme = options.scheme or list(SCHEMES)
    return options


def _shot(
    browser: Browser, address: str, view: View, scheme: Scheme, options: argparse.Namespace
) -> bytes:
    context = browser.new_context(
        color_scheme=scheme,
        device_scale_factor=1,
        reduced_motion="reduce",
        viewport={"width": options.width, "height": options.height},
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    page.goto(address + view.path)
    page.get_by_role("heading", level=1).wait_for()
    if view.until:
        page.get_by_text(view.until).first.wait_for()
    _settle(page)
    if options.whole:
        height = min(int(page.evaluate(_CONTENT_HEIGHT)), _TALLEST)
        page.set_viewport_size({"width": options.width, "height": max(height, options.height)})
        _settle(page)
    picture = page.screenshot()
    context.close()
    return picture


def _settle(page: Page) -> None:
    page.wait_for_function(_SETTLED, arg=_QUIET, polling=200)


@contextmanager
def _server(home: Path, *, stubs: bool) -> Iterator[str]:
    """Serve the app to a learner, whose exercises are the references or the stubs."""
    _learner(home / "exercises", stubs=stubs)
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


def _learner(exercises: Path, *, stubs: bool) -> None:
    exercises.mkdir()
    for topic in TOPICS:
        name = f"{topic.module}.py"
        text = (solutions_dir() / name).read_text(encoding="utf-8")
        (exercises / name).write_text(stub(text, name) if stubs else text, encoding="utf-8")
        shutil.copy(exercises_dir() / f"test_{name}", exercises)
    for settings in exercises_dir().glob("*.ini"):
        shutil.copy(settings, exercises)


if __name__ == "__main__":
    main()
