"""`hyperlings play`: start the sandbox, say where it is, and open a browser where there is one."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from grader import hosting
from grader.paths import HOME_VARIABLE, project_root
from grader.sandbox.tiers import Tier

ADDRESS = "127.0.0.1"
FIRST_PORT = 8501
_PORTS_TRIED = 20
_START_SECONDS = 60.0
_STOP_SECONDS = 5.0
_NO_ADDRESS = "This machine has no address {}. Name one of its own, or 0.0.0.0 for all of them."
_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)
_ROOT = Path(__file__).resolve().parent.parent.parent


@click.command("play")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=FIRST_PORT,
    show_default=True,
    help="Where to listen; if it is taken, the next free one (not with --hosted).",
)
@click.option("--browser/--no-browser", default=True, help="Open a browser where there is one.")
@click.option("--hosted", is_flag=True, help="Serve a class: see docs/Hosting.md.")
@click.option(
    "--address",
    default=ADDRESS,
    show_default=True,
    help="Address to bind; others than this machine's own need --hosted.",
)
@click.option(
    "--base-path",
    default="",
    metavar="/PATH",
    help="Path below which a proxy shows the sandbox, as in https://example.org/PATH.",
)
def play_command(port: int, browser: bool, hosted: bool, address: str, base_path: str) -> None:
    """Open the sandbox: sliders that train networks, and your own code drawing the curves.

    It listens on this machine only. Ctrl-C stops it.

    With --hosted it serves a class: learners write in their browsers, their code runs locked in,
    and nothing is kept.

    \b
    Examples:
      hyperlings play
      hyperlings play --port 8600 --no-browser
      hyperlings play --hosted --base-path /tuning
      hyperlings play --hosted --address 0.0.0.0 --port 8600
    """
    if find_spec("streamlit") is None:
        raise click.ClickException(
            "The sandbox needs Streamlit, which is not installed here. Run `make play`, or "
            "`pip install -e .` in the project's folder."
        )
    _check_address(address, hosted)
    place = Place(_port(port, address, hosted), address, _tidy(base_path))
    if place.port != port:
        click.echo(f"Port {port} is taken; using {place.port} instead.")
    variables: dict[str, str] = {}
    if hosted:
        variables = hosting.environment(_tell_isolation())
    click.echo("Starting the sandbox …")
    with _server(place, variables) as server:
        if not wait_until_healthy(server, place.url):
            raise click.ClickException(
                "The sandbox did not start; what it said is above. If a package is missing, run "
                "`make play`."
            )
        click.echo(f"Hyperlings is at {place.url}   (Ctrl-C stops it)")
        if browser and not hosted and has_browser():
            webbrowser.open(place.url)
        code = server.wait()
    if code:
        raise click.ClickException(f"The sandbox stopped by itself, with status {code}.")


@dataclass(frozen=True)
class Place:
    """Where the sandbox is.

    Attributes:
        port: Its port.
        address: The address that it binds.
        path: The path below which it shows itself, without a slash around, or "".
    """

    port: int
    address: str = ADDRESS
    path: str = ""

    @property
    def url(self) -> str:
        """How to reach it from this machine."""
        own = {"0.0.0.0": ADDRESS, "::": "::1"}.get(self.address, self.address)
        host = f"[{own}]" if ":" in own else own
        return f"http://{host}:{self.port}" + (f"/{self.path}" if self.path else "")


def _check_address(address: str, hosted: bool) -> None:
    if not hosted and not _is_loopback(address):
        raise click.UsageError(
            f"--address {address} would let others in, and what you save here is run as you. Add "
            "--hosted, where each learner has a session and their code is locked in."
        )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def _tidy(path: str) -> str:
    parts = path.strip("/")
    if parts and not _PATH.fullmatch(parts):
        raise click.UsageError(
            f"--base-path must be a path such as /tuning, of letters, digits and - . _, but got "
            f"{path!r}."
        )
    return parts


def _port(port: int, address: str, hosted: bool) -> int:
    """The port to take: a learner gets a free one, but a proxy knows only the one named."""
    found = free_port(port, address)
    if hosted and found != port:
        raise click.ClickException(f"Port {port} is taken. Name another with --port.")
    return found


def _tell_isolation() -> Tier:
    """Find out how learners' code is locked in, and say it with the limits."""
    from grader.sandbox.machine import examine

    found = examine()
    if found.tier is Tier.C:
        click.echo("Own code: off. This machine cannot lock learners' code in:")
        for reason in found.reasons:
            click.echo(f"  {reason}")
        click.echo("  `hyperlings doctor` says more. All else works.")
    else:
        click.echo(f"Own code: on, locked in (tier {found.tier}).")
    most = hosting.LIMITS
    click.echo(
        f"Each session: {most.code_seconds:g} s of own code a minute, {most.jobs} trainings at a "
        f"time, uploads of {most.upload_megabytes} MB. At most {most.sessions} sessions."
    )
    click.echo("There are no accounts: let a proxy say who may come (docs/Hosting.md).")
    return found.tier


def free_port(first: int, address: str = ADDRESS) -> int:
    """Return the first port from `first` on that nothing listens on at an address.

    Raises:
        click.ClickException: If there is none among the next few, or no such address.
    """
    ports = range(first, min(first + _PORTS_TRIED, 65536))
    for port in ports:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                    raise click.ClickException(_NO_ADDRESS.format(address)) from None
                continue
            return port
    raise click.ClickException(
        f"The ports {ports[0]} to {ports[-1]} are all taken. Name another with --port."
    )


def has_browser() -> bool:
    """Whether opening a browser would show a window: not over SSH or in a container."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def command(
    port: int, *, address: str = ADDRESS, path: str = "", hosted: bool = False
) -> list[str]:
    """The command that serves the app; `.streamlit/config.toml` holds the rest."""
    flags = [
        f"--server.port={port}",
        f"--server.address={address}",
        "--server.headless=true",
        "--logger.level=warning",
        "--logger.enableRich=false",  # rich writes errors to standard output, which is not read
    ]
    if path:
        flags.append(f"--server.baseUrlPath={path}")
    if hosted:  # named even where they are the defaults: a config file may say otherwise
        flags += [
            "--server.enableCORS=true",
            "--server.enableXsrfProtection=true",
            f"--server.maxUploadSize={hosting.LIMITS.upload_megabytes}",
            "--server.maxMessageSize=20",  # megabytes: what one widget may send
            "--client.showErrorDetails=none",
            "--client.toolbarMode=viewer",
        ]
    return [sys.executable, "-m", "streamlit", "run", str(_ROOT / "app" / "main.py"), *flags]


@contextlib.contextmanager
def _server(place: Place, variables: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the server, and end it with this process, however that ends."""
    environment = {**os.environ, **variables}
    if not variables:
        environment.pop(hosting.VARIABLE, None)
    if HOME_VARIABLE in environment:
        environment[HOME_VARIABLE] = str(project_root())  # the server runs in another folder
    before = signal.signal(signal.SIGTERM, _interrupt)
    # Streamlit's own banner goes unread: it would name the address a second time.
    server = subprocess.Popen(
        command(place.port, address=place.address, path=place.path, hosted=bool(variables)),
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


def wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> bool:
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
