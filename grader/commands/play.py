"""`hyperlings play`: start the sandbox, say where it is, and open a browser where there is one."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from grader.paths import HOME_VARIABLE, project_root

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501
_PORTS_TRIED = 20
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_ROOT = Path(__file__).resolve().parent.parent.parent


@click.command("play")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="Where to listen; if it is taken, the next free one.",
)
@click.option("--browser/--no-browser", default=True, help="Open a browser where there is one.")
def play_command(port: int, browser: bool) -> None:
    """Open the sandbox: sliders that train networks, and your own code drawing the curves.

    It listens on this machine only. Ctrl-C stops it.

    \b
    Examples:
      hyperlings play
      hyperlings play --port 8600 --no-browser
    """
    if find_spec("streamlit") is None:
        raise click.ClickException(
            "The sandbox needs Streamlit, which is not installed here. Run `make play`, or "
            "`pip install -e .` in the project's folder."
        )
    chosen = free_port(port)
    if chosen != port:
        click.echo(f"Port {port} is taken; using {chosen} instead.")
    click.echo("Starting the sandbox …")
    with _server(chosen) as server:
        address = f"http://{ADDRESS}:{chosen}"
        if not _wait_until_healthy(server, address):
            raise click.ClickException(
                "The sandbox did not start; what it said is above. If a package is missing, run "
                "`make play`."
            )
        click.echo(f"Hyperlings is at {address}   (Ctrl-C stops it)")
        if browser and has_browser():
            webbrowser.open(address)
        code = server.wait()
    if code:
        raise click.ClickException(f"The sandbox stopped by itself, with status {code}.")


def free_port(first: int) -> int:
    """Return the first port from `first` on that nothing listens on.

    Raises:
        click.ClickException: If there is none among the next few.
    """
    ports = range(first, min(first + _PORTS_TRIED, 65536))
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((ADDRESS, port))
                return port
    raise click.ClickException(
        f"The ports {ports[0]} to {ports[-1]} are all taken. Name another with --port."
    )


def has_browser() -> bool:
    """Whether opening a browser would show a window: not over SSH or in a container."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def command(port: int) -> list[str]:
    """The command that serves the app on a port; `.streamlit/config.toml` holds the rest."""
    flags = [f"--server.port={port}", "--server.headless=true", "--logger.level=warning"]
    return [sys.executable, "-m", "streamlit", "run", str(_ROOT / "app" / "main.py"), *flags]


@contextlib.contextmanager
def _server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server, and end it with this process, however that ends."""
    environment = dict(os.environ)
    if HOME_VARIABLE in environment:
        environment[HOME_VARIABLE] = str(project_root())  # the server runs in another folder
    before = signal.signal(signal.SIGTERM, _interrupt)
    # Streamlit's own banner goes unread: it would name the address a second time.
    server = subprocess.Popen(
        command(port),
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield server
    except KeyboardInterrupt:
        click.echo("\nStopped.")
        raise SystemExit(0) from None
    finally:
        _end(server)
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and insist if it does not."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> bool:
    """Wait for the server to answer; False if it ends, or takes a minute."""
    # A proxy that the environment names must not see, or lose, requests to this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            opener.open(f"{address}/_stcore/health", timeout=1) as answer,
        ):
            if answer.status == 200:
                return True
        time.sleep(0.1)
    return False
