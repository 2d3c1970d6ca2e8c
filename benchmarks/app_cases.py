"""What is measured in the app: where, by which key, and what has to be painted then."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.app_browser import BrowserError, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUIET = 150
"""Milliseconds without a change after which a view counts as final; a person pauses as long."""

_TIMEOUT = 30_000
_TEXT = """() => [...document.querySelectorAll('[data-testid="stMarkdown"]')]
    .map((item) => item.innerText).join('|')"""
_CHART = "() => bench.marks(bench.charts()[{}])"
_ALL_CHARTS = "() => bench.charts().map(bench.marks).join('|')"
_STATUS = """() => ([...document.querySelectorAll('[data-testid="stMarkdown"]')]
    .map((item) => item.innerText).find((text) => /^(Trained|Epoch \\d+ of)/.test(text)) || '')"""
_ALWAYS = "() => true"
_TRAINED = f"() => ({_STATUS})().startsWith('Trained')"


@dataclass(frozen=True)
class Move:
    """What one move took.

    Attributes:
        ms: Milliseconds from the key press or click to the last painted change; infinite if
            nothing came of it.
        blank: Frames in between that lacked a chart.
    """

    ms: float
    blank: int


@dataclass(frozen=True)
class Slider:
    """Moves of one slider, up and down again.

    Attributes:
        path: The page's address.
        label: The slider's.
        view: JavaScript function of what must change.
        complete: JavaScript function that says whether it may be final.
        span: Steps up before as many steps down.
        warm: Whether every place is visited once before any is measured.
    """

    path: str
    label: str
    view: str
    complete: str = _ALWAYS
    span: int = 5
    warm: bool = True

    def open(self, page: Page, address: str) -> Iterator[Move]:
        """Open the page; each `next` is a move.

        Raises:
            BrowserError: If two moves in a row change nothing. One is counted and gone past: a run
                that ends just when the page's own timer asks for another seems to get lost.
        """
        page.goto(address + self.path)
        slider = page.get_by_role("slider", name=self.label)
        slider.wait_for()
        settle(page)
        keys = itertools.cycle(["ArrowRight"] * self.span + ["ArrowLeft"] * self.span)
        if self.warm:
            for _ in range(2 * self.span):
                slider.focus()
                press(page, next(keys), self.view, self.complete)
        is_lost = False
        while True:
            slider.focus()
            try:
                move = press(page, next(keys), self.view, self.complete)
            except BrowserError:
                if is_lost:
                    raise
                move = Move(math.inf, 0)
            is_lost = move.ms == math.inf
            yield move


BARE = Slider("/", "Value", _TEXT)
# Lines of 200 points each, and four controls; nothing is trained.
CACHED = Slider("/manual-tuning?tab=Play&lab=Sweep&n=200", "High", _CHART.format(0), span=1)
# Eight controls, of which two are for a guess, and own code in three parts of the chart.
RICH = Slider("/manual-tuning?tab=Play", "Smoothing beta", _CHART.format(0), span=4)
HEATMAP = Slider("/grid-search?tab=Play", "Importance of x over y", _CHART.format(0), span=2)


_CHARTS = {"Playground": 3, "Race": 1, "Home": 1}
"""Pages that are switched between, with how many charts each has."""


class Fresh:
    """A network trained for 10 epochs on the digits at every move, by its next seed."""

    first = "/playground?data=digits&epochs=10"
    _SEEDS = 20  # the slider's steps
    _RATES = ("1e-3", "2e-3", "5e-3", "1e-2", "2e-2", "5e-4", "2e-4", "1e-4")

    def open(self, page: Page, address: str) -> Iterator[Move]:
        """Open the page; each `next` is a move, to a seed and rate that were never trained."""
        for width, rate in itertools.product((32, 24, 48), self._RATES):
            page.goto(f"{address}{self.first}&width={width}&lr={rate}")
            page.get_by_text("Trained: ").wait_for()
            settle(page)
            slider = _seed(page)
            for _ in range(self._SEEDS):
                slider.focus()
                yield press(page, "ArrowRight", _ALL_CHARTS, _TRAINED)


class Interrupt:
    """A move while a long training runs: until the page shows the new one at work."""

    _PATH = "/playground?data=spirals&n=1200&epochs=1000&batch_size=16"
    # What is told of the run but how far it is: that changes all the time.
    _VIEW = f"() => ({_STATUS})().replace(/^Epoch \\d+/, '')"

    def open(self, page: Page, address: str) -> Iterator[Move]:
        """Open the page; each `next` is a move."""
        page.goto(address + self._PATH)
        page.get_by_text("Epoch ").first.wait_for()
        slider = _seed(page)
        for key in itertools.cycle(["ArrowRight"] * 15 + ["ArrowLeft"] * 15):
            page.wait_for_function(f"() => /^Epoch [1-9]/.test(({_STATUS})())")
            slider.focus()
            yield press(page, key, self._VIEW, _ALWAYS, quiet=0)

    def live(self, page: Page, milliseconds: int) -> dict[str, float]:
        """Count what is painted while the page that was opened trains.

        Returns:
            `changes` of the charts, frames `blank` of a chart, and `seconds`.
        """
        found: dict[str, float] = page.evaluate(f"bench.count({_ALL_CHARTS}, {milliseconds})")
        return found


class PageSwitch:
    """From one page to another by the menu, until its heading and its charts are painted."""

    def open(self, page: Page, address: str) -> Iterator[Move]:
        """Open the app; each `next` is a move."""
        page.goto(address)
        settle(page)
        moves = (self._to(page, name) for name in itertools.cycle(_CHARTS))
        for _ in range(2 * len(_CHARTS)):
            next(moves)
        yield from moves

    def _to(self, page: Page, name: str) -> Move:
        title = "Hyperlings" if name == "Home" else name
        complete = (
            f"() => document.querySelector('h1')?.innerText === '{title}' && "
            f"bench.charts().filter((chart) => chart.querySelector('svg .role-mark')).length === "
            f"{_CHARTS[name]} && !document.querySelector('[data-stale=\"true\"]')"
        )
        view = f"() => `${{document.querySelector('h1')?.innerText}} ${{({_ALL_CHARTS})()}}`"
        link = page.get_by_test_id("stTopNavLink").get_by_text(name, exact=True)
        return act(page, link.click, view, complete)


def press(page: Page, key: str, view: str, complete: str, quiet: int = QUIET) -> Move:
    """Press a key where the focus is, and wait for what comes of it.

    Raises:
        BrowserError: If nothing comes.
    """
    return act(page, lambda: page.keyboard.press(key), view, complete, quiet)


def act(page: Page, do: Any, view: str, complete: str, quiet: int = QUIET) -> Move:
    """Do something, and wait until the view that it changes is final and painted.

    Raises:
        BrowserError: If nothing changes.
    """
    page.evaluate(f"() => {{ bench.move = bench.watch({view}, {complete}, {quiet}, {_TIMEOUT}); }}")
    do()
    found = page.evaluate("() => bench.move")
    if found["ms"] is None:
        raise BrowserError(f"Nothing changed within {_TIMEOUT / 1000:.0f} s at {page.url}.")
    return Move(found["ms"], found["blank"])


def _seed(page: Page) -> Any:
    """The seed's slider, in a part of the page that is to be opened first."""
    slider = page.get_by_role("slider", name="First seed")
    if not slider.is_visible():
        page.locator("summary", has_text="Seeds").click()
    slider.wait_for()
    return slider
