"""How long the sandbox takes from a key press to the painted frame, beside a bare Streamlit app."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from benchmarks import app_browser, app_cases, app_server
from benchmarks.app_crowd import OTHERS, Crowd, Loop
from benchmarks.app_figures import Times, lines, ratios

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from benchmarks.app_server import Server

Tell = Callable[[str], None]
ERRORS = (app_browser.BrowserError, app_server.ServerError)

_ROUND = 5  # moves of a case before the next one's turn
_LIVE_MS = 3_000
_CHART = '[data-testid="stVegaLiteChart"] svg .role-mark'
_SETTLE_SECONDS = 1.0  # until a saved file is noticed, and its code runs


class Case:
    """A page kept open, whose moves are measured in turn with those of others."""

    def __init__(self, page: Page, moves: Iterator[app_cases.Move]) -> None:
        """Make the first moves, which are not counted."""
        self.page = page
        self.times = Times()
        self._moves = moves
        page.bring_to_front()
        next(moves)

    def move(self, count: int) -> None:
        """Measure some moves."""
        self.page.bring_to_front()
        for _ in range(count):
            move = next(self._moves)
            self.times.add(move.ms, move.blank)


def measure(moves: int, starts: int, tell: Tell) -> dict[str, Any]:
    """Measure everything.

    Args:
        moves: Moves of each case.
        starts: Cold starts of each kind.
        tell: Called with a line whenever something is done.

    Returns:
        The figures, as they are written to JSON.

    Raises:
        BrowserError: If there is no browser, or a page does not do what is waited for.
        ServerError: If a server does not start.
    """
    with (
        _ending_in_order(),
        tempfile.TemporaryDirectory(prefix="hyperlings-bench-") as folder,
        app_browser.launched() as browser,
    ):
        home = Path(folder)
        app_server.make_home(home)
        cold = _starts(browser, home, starts, tell)
        with app_server.app(home) as app, app_server.bare() as bare:
            tell("warming up …")
            _warm(browser, app)
            cases = _moves(browser, app, bare, moves, tell)
            cases["interrupt"], live = _trainings(browser, app, moves, tell)
            crowd = _crowd(browser, app, home, moves, tell)
    return ratios(cases, crowd.pop("times"), cold) | crowd | live


def report(figures: dict[str, Any]) -> str:
    """The figures as a table for people, each with its target."""
    return "\n".join(lines(figures))


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Take an end from outside as Ctrl-C, so that the servers end too."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _starts(browser: Browser, home: Path, count: int, tell: Tell) -> dict[str, list[float]]:
    """Seconds from the start of a server to what its first visitor sees, one kind after another."""
    kinds: dict[str, tuple[Callable[[], Any], str, str]] = {
        "bare": (app_server.bare, "/", "h1"),
        "page": (lambda: app_server.app(home), "/", "h1"),
        "chart": (lambda: app_server.app(home), app_cases.RICH.path, _CHART),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(count):
        for kind, (serve, path, wanted) in kinds.items():
            with serve() as server, app_browser.page_of(browser) as page:
                page.goto(server.address + path)
                page.locator(wanted).first.wait_for(state="attached")
                page.evaluate("() => new Promise(bench.painted)")
                seconds[kind].append(time.perf_counter() - server.started)
        told = ", ".join(f"{kind} {taken[-1]:.1f} s" for kind, taken in seconds.items())
        tell(f"cold start {number + 1} of {count}: {told}")
    return seconds


def _warm(browser: Browser, app: Server) -> None:
    """Wait until the app has loaded what it loads in the background, and the first lab is drawn."""
    with app_browser.page_of(browser) as page:
        page.goto(f"{app.address}{app_cases.Fresh.first}")
        page.get_by_text("Trained: ").wait_for()
        # The worker for the learner's code is started last of all.
        page.goto(f"{app.address}{app_cases.RICH.path}")
        page.locator(_CHART).first.wait_for()
        page.wait_for_function("() => !document.body.innerText.includes('is running …')")


def _moves(browser: Browser, app: Server, bare: Server, count: int, tell: Tell) -> dict[str, Times]:
    """Measure the moves of all cases in turn, so that a drift of the machine hits all alike."""
    with contextlib.ExitStack() as stack:
        heavy = stack.enter_context(app_server.bare(heavy=True))
        wanted: dict[str, tuple[Any, Server]] = {
            "bare": (app_cases.BARE, bare),
            "torch_loaded": (app_cases.BARE, heavy),
            "cached": (app_cases.CACHED, app),
            "rich": (app_cases.RICH, app),
            "heatmap": (app_cases.HEATMAP, app),
            "fresh": (app_cases.Fresh(), app),
            "page_switch": (app_cases.PageSwitch(), app),
        }
        cases: dict[str, Case] = {}
        for name, (case, server) in wanted.items():
            page = stack.enter_context(app_browser.page_of(browser))
            cases[name] = Case(page, case.open(page, server.address))
            tell(f"{name} is ready")
        done = 0
        while done < count:
            now = min(_ROUND, count - done)
            for each in cases.values():
                each.move(now)
            done += now
            told = ", ".join(f"{name} {each.times.median:.0f}" for name, each in cases.items())
            tell(f"{done} of {count} moves, median ms: {told}")
    return {name: case.times for name, case in cases.items()}


def _trainings(
    browser: Browser, app: Server, count: int, tell: Tell
) -> tuple[Times, dict[str, float]]:
    """Measure moves in the midst of a long training, and count what is painted of it.

    On its own, since a training would slow all other cases down.
    """
    training = app_cases.Interrupt()
    with app_browser.page_of(browser) as page:
        case = Case(page, training.open(page, app.address))
        case.move(count)
        seen = training.live(page, _LIVE_MS)
    tell(f"interrupting {case.times.median:.0f} ms, {seen['changes']:.0f} live changes")
    return case.times, {
        "live_updates_per_second": seen["changes"] / seen["seconds"],
        "live_blank_frames": seen["blank"],
    }


def _crowd(browser: Browser, app: Server, home: Path, count: int, tell: Tell) -> dict[str, Any]:
    """Measure moves alone, among 19 others, and with one learner's code in an endless loop."""
    slider = app_cases.RICH
    before = app.megabytes()
    loop = Loop(home)
    times = {name: Times() for name in ("alone", "sessions20", "looping")}
    with (
        Crowd(app.address, slider.path, slider.label) as crowd,
        loop.crowd(app.address) as looper,
        app_browser.page_of(browser) as page,
    ):
        crowd.go()
        time.sleep(_SETTLE_SECONDS)
        crowd.rest()
        memory = (app.megabytes() - before) / (OTHERS + 1)
        case = Case(page, slider.open(page, app.address))
        for done in range(0, count, _ROUND):
            for name in times:
                case.times = times[name]
                if name != "alone":
                    crowd.go()
                if name == "looping":
                    loop.begin()
                    looper.go()
                    time.sleep(_SETTLE_SECONDS)
                case.move(min(_ROUND, count - done))
                crowd.rest()
                looper.rest()
            loop.end()
            told = ", ".join(f"{name} {taken.median:.0f}" for name, taken in times.items())
            tell(f"20 sessions, median ms: {told}")
    return {"times": times, "mb_per_session": memory}
