import socket
import sys
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from grader import hosting
from grader.commands import play
from grader.sandbox import machine
from grader.sandbox.tiers import Tier


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


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What would be started; nothing is, and it ends at once."""
    seen: list[tuple[list[str], dict[str, str]]] = []
    popen = play.subprocess.Popen

    def start(command: list[str], env: dict[str, str], **kwargs: object) -> object:
        seen.append((command, env))
        return popen([sys.executable, "-c", ""], **kwargs)

    monkeypatch.setattr(play.subprocess, "Popen", start)
    monkeypatch.setattr(play, "wait_until_healthy", lambda *_: True)
    return seen


def isolated(monkeypatch: pytest.MonkeyPatch, tier: Tier, *reasons: str) -> None:
    found = SimpleNamespace(tier=tier, reasons=reasons)
    monkeypatch.setattr(machine, "examine", lambda: found)


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind((play.ADDRESS, 0))
        port: int = probe.getsockname()[1]
        return port


def test_hosting_says_where_how_code_is_locked_in_and_the_limits(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated(monkeypatch, Tier.B)
    port = a_port()
    result = CliRunner().invoke(
        play.play_command, ["--hosted", "--port", str(port), "--base-path", "/a/tuning/"]
    )
    assert result.exit_code == 0, result.output
    assert f"http://127.0.0.1:{port}/a/tuning " in result.output
    assert "locked in (tier B)" in result.output
    assert "30 s of own code a minute" in result.output
    assert "At most 100 sessions" in result.output
    assert "no accounts" in result.output
    ((command, environment),) = started
    assert environment[hosting.VARIABLE] == "B"
    assert {
        "--server.baseUrlPath=a/tuning",
        "--server.address=127.0.0.1",
        "--server.enableXsrfProtection=true",
        "--server.enableCORS=true",
        "--server.maxUploadSize=5",
        "--client.showErrorDetails=none",
    } <= set(command)


def test_hosting_without_isolation_turns_own_code_off_and_says_why(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated(monkeypatch, Tier.C, "bubblewrap is not installed: apt install bubblewrap")
    result = CliRunner().invoke(play.play_command, ["--hosted", "--port", str(a_port())])
    assert "Own code: off" in result.output
    assert "apt install bubblewrap" in result.output
    assert started[0][1][hosting.VARIABLE] == "C"


def test_a_learner_is_not_hosted_whatever_the_environment_says(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(hosting.VARIABLE, "A")
    result = CliRunner().invoke(play.play_command, ["--port", str(a_port()), "--no-browser"])
    assert result.exit_code == 0, result.output
    command, environment = started[0]
    assert hosting.VARIABLE not in environment
    assert not any("maxUploadSize" in flag for flag in command)


def test_hosting_opens_no_browser(
    started: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated(monkeypatch, Tier.A)
    monkeypatch.setattr(play, "has_browser", lambda: True)
    monkeypatch.setattr(play.webbrowser, "open", lambda _: pytest.fail("opened a browser"))
    result = CliRunner().invoke(play.play_command, ["--hosted", "--port", str(a_port())])
    assert result.exit_code == 0, result.output


def test_hosting_takes_the_port_named_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind((play.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(play.play_command, ["--hosted", "--port", str(port)])
    assert result.exit_code == 1
    assert f"Port {port} is taken" in result.output


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_others_are_let_in_only_where_a_class_is_hosted(address: str) -> None:
    result = CliRunner().invoke(play.play_command, ["--address", address])
    assert result.exit_code == 2
    assert "Add --hosted" in " ".join(result.output.split())


@pytest.mark.parametrize("path", ["/a b", "/a//b", "https://example.org/x", "/ü"])
def test_a_base_path_that_is_none_is_refused(path: str) -> None:
    result = CliRunner().invoke(play.play_command, ["--hosted", "--base-path", path])
    assert result.exit_code == 2
    assert "--base-path must be a path" in " ".join(result.output.split())


def test_a_place_is_reached_by_an_address_of_this_machine() -> None:
    assert play.Place(80, "0.0.0.0").url == "http://127.0.0.1:80"
    assert play.Place(80, "::", "x").url == "http://[::1]:80/x"
    assert play.Place(80, "192.0.2.1").url == "http://192.0.2.1:80"


def test_an_address_of_another_machine_is_no_taken_port() -> None:
    with pytest.raises(click.ClickException, match=r"no address 192\.0\.2\.1.*0\.0\.0\.0 for all"):
        play.free_port(8600, "192.0.2.1")
