"""A class on one server, through its web sockets: many learners, one of whom loops for ever."""

from __future__ import annotations

import math
import os
import re
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader import hosting
from grader.commands import play
from grader.paths import HOME_VARIABLE
from grader.sandbox.tiers import Tier, detect
from tests.e2e.conftest import address_of, healthy, own_port, running
from tests.e2e.streamlit_client import Session

ROOT = Path(__file__).resolve().parents[2]
SLOW = 120_000
MODULE = "ex04_random_search"
EDITOR = f"Your {MODULE}.py"
ENDLESS = "def sample_loguniform(low, high, n, rng):\n    while True: pass\n"
CONSTANT = "def sample_loguniform(low, high, n, rng):\n    return ['{}'] * n\n"
RUNNING = "`sample_loguniform` is running"
SHARE = "Best share q"
# The app as it is, but for a deadline that is longer than the test: the loop never ends.
SCRIPT = """
import runpy
from functools import partial
from app import own_code, services
services.Runner = partial(own_code.Runner, seconds=600.0)
runpy.run_path({main!r})
"""


@dataclass(frozen=True)
class Class:
    """A hosted server, below a path as behind a proxy."""

    address: str
    port: int
    path: str


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    tier = detect().tier
    if tier is Tier.C:
        pytest.skip(f"no tier locks code in here: {' '.join(detect().reasons)}")
    script = tmp_path_factory.mktemp("hosted") / "main.py"
    port = own_port(3)
    command = play.command(port, path="tuning", hosted=True)
    main = str(ROOT / "app" / "main.py")
    script.write_text(SCRIPT.format(main=main), encoding="utf-8")
    environment = {**os.environ, **hosting.environment(tier), "PYTHONPATH": str(ROOT)}
    environment.pop(HOME_VARIABLE, None)
    found = Class(f"{address_of(port)}/tuning", port, "tuning")
    served = [str(script) if part == main else part for part in command]
    with running(served, environment, healthy(found.address)):
        yield found


def needed(q: float) -> int:
    """Trials for a 95% chance to hit the best share q."""
    return math.ceil(math.log(0.05) / math.log(1 - q))


def test_twenty_sessions_move_sliders_while_one_loops_for_ever(course: Class) -> None:
    shares = (0.1, 0.2, 0.25, 0.5)
    with ExitStack() as open_, ThreadPoolExecutor(19) as crowd:
        looping = open_.enter_context(Session(course.address, "/random-search?tab=Build"))
        page = "/random-search?tab=Play&lab=Enough+trials&guess=20"
        others = list(
            crowd.map(lambda _: open_.enter_context(Session(course.address, page)), range(19))
        )
        assert RUNNING in until(looping, lambda: looping.set(EDITOR, ENDLESS), RUNNING)

        def move(number: int) -> list[str]:
            # Not in step: each begins elsewhere.
            order = [*shares[number % 4 :], *shares[: number % 4]]
            return [others[number].set(SHARE, q) for q in order]

        answers = list(crowd.map(move, range(19)))
        for number, found in enumerate(answers):
            order = [*shares[number % 4 :], *shares[: number % 4]]
            for q, text in zip(order, found, strict=True):
                assert f"to hit the best {q:.1%} takes {needed(q)} trials" in text
        # All this while it had not ended, and it slows nobody's own code: theirs was answered.
        assert RUNNING in looping.run()
        for other in others:
            assert "`prob_hit` is still to do" in until(other, other.run, "still to do")


def until(session: Session, ask: Callable[[], str], text: str) -> str:
    """Ask again until the page says it: an answer may come after the page does."""
    found = ask()
    for _ in range(600):
        if text in found:
            break
        found = session.run()
    return found


@pytest.fixture
def learners(browser: Browser) -> Iterator[tuple[Page, Page]]:
    expect.set_options(timeout=SLOW)
    contexts = [browser.new_context(reduced_motion="reduce") for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(SLOW)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()
    expect.set_options(timeout=5_000)


def test_a_learner_gets_their_own_values_and_checks_while_another_ones_code_runs(
    learners: tuple[Page, Page], course: Class
) -> None:
    looping, other = learners
    for page, code in ((looping, ENDLESS), (other, CONSTANT.format("mine"))):
        page.goto(f"{course.address}/random-search?tab=Build")
        editor = page.get_by_role("textbox", name=EDITOR)
        expect(editor).to_have_value(re.compile("raise NotImplementedError"))
        editor.fill(code)
        editor.press("Control+Enter")
    expect(looping.get_by_text("sample_loguniform is running")).to_be_visible()
    # Its own value, in the words of its own mistake; and nothing of the other's.
    expect(other.get_by_text("The picture needs")).to_be_visible()
    other.get_by_role("button", name="Check", exact=True).click()
    expect(other.get_by_text(re.compile(r"^0 of \d checks pass"))).to_be_visible()
    expect(looping.get_by_text("sample_loguniform is running")).to_be_visible()
    expect(looping.get_by_role("textbox", name=EDITOR)).to_have_value(ENDLESS)
    expect(other.get_by_role("textbox", name=EDITOR)).to_have_value(CONSTANT.format("mine"))
    expect(looping.get_by_text("checks pass")).to_have_count(0)


def test_a_page_behind_a_proxy_that_passes_its_host_on_gets_a_web_socket(course: Class) -> None:
    def answer(origin: str, host: str) -> str:
        with socket.create_connection((play.ADDRESS, course.port), timeout=30) as connection:
            connection.sendall(
                f"GET /{course.path}/_stcore/stream HTTP/1.1\r\nHost: {host}\r\n"
                f"Origin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
                "Sec-WebSocket-Protocol: streamlit\r\n\r\n".encode()
            )
            return connection.recv(64).decode().split()[1]

    # As a proxy passes `Host` on; the server itself knows its own address only.
    assert answer("https://class.example.org", "class.example.org") == "101"
