import socket
import sys

import click
import pytest
from click.testing import CliRunner

from grader.commands import play


def test_a_free_port_is_taken_as_asked_and_a_taken_one_gives_the_next() -> None:
    with socket.socket() as taken:
        taken.bind((play.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        found = play.free_port(port)
        assert port < found <= port + 20
    assert play.free_port(found) == found


def test_no_free_port_names_the_range_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind((play.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(play, "_PORTS_TRIED", 1)
        with pytest.raises(click.ClickException, match=f"{port} are all taken.*--port"):
            play.free_port(port)


def test_a_missing_streamlit_gives_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "find_spec", lambda name: None)
    result = CliRunner().invoke(play.play_command, [])
    assert result.exit_code == 1
    assert "make play" in result.output


def test_the_server_runs_in_this_python_without_opening_a_browser_itself() -> None:
    command = play.command(8600)
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert "--server.port=8600" in command
    assert "--server.headless=true" in command


def test_a_browser_is_opened_only_where_a_window_can_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not play.has_browser()
    monkeypatch.setenv("DISPLAY", ":0")
    assert play.has_browser()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("DISPLAY")
    assert play.has_browser()


def test_a_server_that_ends_at_once_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "command", lambda *_, **__: [sys.executable, "-c", "exit(3)"])
    result = CliRunner().invoke(play.play_command, ["--no-browser"])
    assert result.exit_code == 1
    assert "did not start" in result.output
