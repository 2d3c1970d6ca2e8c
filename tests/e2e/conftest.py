"""One server and one browser for all tests; a home of stubs that tests may write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from grader.commands import play
from grader.markers import stub
from grader.paths import HOME_VARIABLE, docs_dir, exercises_dir, solutions_dir
from grader.topics import TOPICS

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@dataclass(frozen=True)
class Site:
    """A running app: its address, and the learner's folder that it shows."""

    address: str
    home: Path


def find_browser() -> str | None:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (str(MAC) if MAC.exists() else None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("no Chromium or Chrome found: apt install chromium")
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root, and in most containers.
        started = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    (home / "exercises").mkdir()
    for topic in TOPICS:
        name = f"{topic.module}.py"
        source = (solutions_dir() / name).read_text(encoding="utf-8")
        (home / "exercises" / name).write_text(stub(source, name), encoding="utf-8")
        shutil.copy(exercises_dir() / f"test_{name}", home / "exercises")
    for settings in exercises_dir().glob("*.ini"):
        shutil.copy(settings, home / "exercises")
    shutil.copytree(docs_dir(), home / "docs")
    port = play.free_port(8650)
    server = subprocess.Popen(
        play.command(port),
        cwd=ROOT,
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    address = f"http://{play.ADDRESS}:{port}"
    try:
        _wait_until_healthy(server, address)
        yield Site(address, home)
    finally:
        server.terminate()
        server.wait(20)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended while it started"
        try:
            with opener.open(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")
