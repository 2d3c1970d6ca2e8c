"""What is seen of a long run, in a terminal and in a log."""

from __future__ import annotations

import io
import sys

import pytest

from grader import ticker


class Screen(io.StringIO):
    """Standard error, with or without a terminal behind it."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> str:
    screen = Screen(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(ticker, "_LOG_SECONDS", 0)
    monkeypatch.setattr(ticker, "_DELAY_SECONDS", 0)
    with ticker.ticker(1000, done=998, what="Grading", unit="file") as bar:
        bar.update()
        bar.update()
    return screen.getvalue()


def test_a_log_gets_whole_lines_with_count_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = shown(monkeypatch, terminal=False)

    assert "\r" not in text
    assert text.endswith("\n")
    lines = text.splitlines()
    assert all(lines)
    assert lines[-1].startswith("Grading: 1000 of 1000, ")
    assert "file" in lines[-1]
    assert lines[-1].endswith("00:00 left")


def test_a_terminal_gets_one_line_that_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, terminal=True)

    assert text.count("\n") == 1
    last = text.rstrip().rpartition("\r")[2]
    assert last.startswith("Grading: 100%")
    assert "1000/1000" in last


def test_nothing_is_shown_of_what_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(terminal=False)
    monkeypatch.setattr(sys, "stderr", screen)
    with ticker.ticker(2, done=0, what="Grading", unit="file") as bar:
        bar.update(2)

    assert screen.getvalue() == ""
