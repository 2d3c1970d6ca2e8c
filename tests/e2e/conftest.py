"""One server for all tests, a browser for each file; a home of stubs that tests may write to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.commands import play
from grader.markers import stub
from grader.paths import HOME_VARIABLE, docs_dir, exercises_dir, solutions_dir
from grader.topics import TOPICS
from tests.e2e.watched import SLOW

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@dataclass(frozen=True)
class Site:
    """A running app: its address, and the learner's folder that it shows."""

    address: str
    home: Path


@pytest.fixture(scope="session")
def executable() -> str:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and not MAC.exists():
        pytest.skip("no Chromium or Chrome found: apt install chromium")
    return found or str(MAC)


# Closed with each file: as long as it is open, its event loop runs in this thread, and no other
# file's tests could run one.
@pytest.fixture(scope="module")
def browser(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Chromium's own sandbox does not start for root, and in most containers.
        started = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Give a busy machine time; what is there is found at once."""
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="session")
def site(executable: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = make_home(tmp_path_factory.mktemp("home"))
    port = own_port(0)
    with serve(home, port):
        yield Site(address_of(port), home)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own, with nothing in it yet."""
    context = browser.new_context(reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(SLOW)
    yield opened
    context.close()


def make_home(home: Path) -> Path:
    """Put a learner's folder there: stubs, checks and lessons."""
    (home / "exercises").mkdir()
    for topic in TOPICS:
        name = f"{topic.module}.py"
        source = (solutions_dir() / name).read_text(encoding="utf-8")
        (home / "exercises" / name).write_text(stub(source, name), encoding="utf-8")
        shutil.copy(exercises_dir() / f"test_{name}", home / "exercises")
    for settings in exercises_dir().glob("*.ini"):
        shutil.copy(settings, home / "exercises")
    shutil.copytree(docs_dir(), home / "docs")
    return home


@contextmanager
def serve(
    home: Path, port: int, command: list[str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the app to the learner of a folder, or what another command serves, once it answers."""
    environment = {**os.environ, HOME_VARIABLE: str(home)}
    with running(command or play.command(port), environment, healthy(address_of(port))) as server:
        yield server


def healthy(address: str) -> Callable[[subprocess.Popen[bytes]], bool]:
    """Wait for the app at an address; False if its server ends, or takes a minute."""
    return partial(play.wait_until_healthy, address=address)


@contextmanager
def running(
    command: list[str],
    environment: dict[str, str],
    is_up: Callable[[subprocess.Popen[bytes]], bool],
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server from when it is up until the end.

    Args:
        command: What starts it.
        environment: Its environment variables.
        is_up: Waits for it, and says whether it came.
    """
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
    )
    try:
        assert is_up(server), "the server ended, or did not answer within a minute"
        yield server
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # on a busy machine it takes its time to close
            server.kill()
            server.wait()


def own_port(place: int) -> int:
    """A free port of this process's own: two that look at one time would both take the same.

    Args:
        place: Which of its servers it is, from 0 to 9.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return play.free_port(9100 + 100 * worker + 10 * place)


def address_of(port: int) -> str:
    return f"http://{play.ADDRESS}:{port}"
