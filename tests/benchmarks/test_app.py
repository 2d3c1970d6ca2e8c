"""The benchmark of the app: its figures by hand, its clients on a real server, all of it once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks import app_browser, app_figures, app_server
from benchmarks.__main__ import main
from benchmarks.app_clients import Client
from benchmarks.app_figures import Times, percentile
from grader import progress
from grader.topics import TOPICS

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "benchmarks", "app"]
ASKED_FOR = {
    "cached_over_bare",
    "fresh_over_bare",
    "heatmap_over_bare",
    "interrupt_over_bare",
    "page_switch_over_bare",
    "sessions20_over_1",
    "looping_over_quiet",
    "torch_loaded_over_not",
    "first_page_over_bare_start",
    "first_chart_over_bare_start",
    "live_updates_per_second",
    "mb_per_session",
}
CASES = {
    "bare",
    "torch_loaded",
    "cached",
    "rich",
    "heatmap",
    "fresh",
    "interrupt",
    "page_switch",
    "alone",
    "sessions20",
    "looping",
}


def has_browser() -> bool:
    try:
        app_browser.find()
    except app_browser.BrowserError:
        return False
    return True


needs_browser = pytest.mark.skipif(
    not has_browser(), reason="no Chromium or Chrome found: apt install chromium"
)


def times(*ms: float) -> Times:
    return Times(list(ms))


def test_the_95th_percentile_is_the_value_that_one_in_twenty_exceeds() -> None:
    hundred = [float(value) for value in range(100, 0, -1)]
    assert percentile(hundred, 0.95) == 95
    assert percentile(hundred[:20], 0.95) == 99
    assert percentile([7.0, 9.0, 8.0], 0.95) == 9
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_a_percentile_of_nothing_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="Need values"):
        percentile(values, share)


def figures() -> dict[str, object]:
    """Figures of times chosen by hand, with a bare rerun of 20 ms."""
    bare = times(20, 10, 30)
    cases = dict.fromkeys(("fresh", "heatmap", "interrupt", "page_switch", "torch_loaded"), bare)
    cached = times(32, 30, 90)
    crowd = {"alone": times(40), "sessions20": times(50), "looping": times(60)}
    cold = {"bare": [3.0, 1.0, 2.0], "page": [2.2, 5.0, 2.0], "chart": [8.0]}
    found = app_figures.ratios({"bare": bare, "cached": cached, **cases}, crowd, cold)
    return {
        **found,
        "live_updates_per_second": 25.0,
        "live_blank_frames": 0,
        "mb_per_session": 2.0,
    }


def test_ratios_are_of_medians_and_percentiles_are_over_the_bare_median() -> None:
    found = figures()
    assert found["cached_over_bare"] == 1.6
    assert found["cached_p95_over_bare"] == 4.5
    assert found["sessions20_over_1"] == 1.25
    assert found["looping_over_quiet"] == 1.2
    assert found["first_page_over_bare_start"] == pytest.approx(1.1)
    assert found["first_chart_over_bare_start"] == 4
    assert found["bare"] == {"median_ms": 20, "p95_ms": 30}


def test_the_table_marks_what_misses_its_target() -> None:
    missed = [line for line in app_figures.lines(figures()) if line.endswith("missed")]
    assert [line.split("  ")[0] for line in missed] == [
        "the same, 95th percentile",
        "among 19 other sessions",
        "first trained chart",
        "MB a session",
    ]


def test_the_learner_of_the_benchmark_has_nothing_left_to_be_checked(tmp_path: Path) -> None:
    app_server.make_home(tmp_path)
    for topic in TOPICS:
        assert not progress.stale(topic, tmp_path / "exercises")


class Listening(Client):
    """A session that also keeps the texts it is sent."""

    texts: list[str]

    def _take(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if message.WhichOneof("type") == "delta" and element.WhichOneof("type") == "markdown":
            self.texts.append(element.markdown.body)
        super()._take(message)


def test_a_session_without_a_browser_moves_the_slider_of_a_real_server() -> None:
    async def drive(address: str) -> Listening:
        client = Listening(address, "/", "Value")
        client.texts = []
        going = asyncio.Event()
        going.set()
        running = asyncio.create_task(client.run(going, 0.0))
        while len(client.moves) < 2 and not running.done():
            await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return client

    with app_server.bare() as server:
        client = asyncio.run(drive(server.address))
        assert server.megabytes() > 10
        with pytest.raises(RuntimeError, match="no slider 'Nothing'"):
            asyncio.run(one_opened(server.address, "Nothing"))
    assert client.texts == ["The value is 50.", "The value is 51.", "The value is 52."]
    assert all(seconds > 0 for seconds in client.moves)
    assert server.process.poll() is not None


async def one_opened(address: str, label: str) -> None:
    await Client(address, "/", label).run(asyncio.Event(), 0.0)


def test_without_a_browser_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_browser, "_NAMES", ("no-such-browser",))
    monkeypatch.setattr(app_browser, "_MAC", Path("/no/such/browser"))
    result = CliRunner().invoke(main, ["app"])
    assert result.exit_code == 1
    assert "apt install chromium" in result.output


def is_server(process: psutil.Process) -> bool:
    try:
        return "streamlit" in process.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return False


@needs_browser
def test_an_interrupt_leaves_no_server_and_no_browser_behind() -> None:
    # In a group of its own: a terminal's Ctrl-C goes to all that is in the foreground.
    bench = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
    started: list[psutil.Process] = []
    while not any(is_server(process) for process in started):
        assert bench.poll() is None
        time.sleep(0.1)
        started = psutil.Process(bench.pid).children(recursive=True)
    os.killpg(bench.pid, signal.SIGINT)
    told, _ = bench.communicate(timeout=120)
    assert bench.returncode == 130
    assert b"Interrupted; the servers have ended." in told
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []


@needs_browser
@pytest.mark.skipif(
    "HYPERLINGS_FUZZ" not in os.environ, reason="over a minute of servers: make nightly"
)
def test_a_short_run_writes_every_figure(tmp_path: Path) -> None:
    target = tmp_path / "app.json"
    short = [*COMMAND, "--moves", "1", "--starts", "1", "--json", str(target)]
    done = subprocess.run(short, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found.keys() >= ASKED_FOR
    assert found["cases"].keys() == CASES
    for name in ASKED_FOR - {"mb_per_session"}:
        assert found[name] > 0, name
    for name, case in found["cases"].items():
        assert case["moves"] == 1, name
        assert case["p95_ms"] == case["median_ms"] > 0, name
    assert found["bare"]["median_ms"] == found["cases"]["bare"]["median_ms"]
