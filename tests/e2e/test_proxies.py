"""The proxies of docs/Hosting.md, as they are written there, before a hosted class."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from grader import hosting
from grader.commands import play
from grader.paths import HOME_VARIABLE
from grader.sandbox.tiers import detect
from tests.e2e.conftest import address_of, healthy, own_port, running
from tests.e2e.watched import SLOW

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "Hosting.md"
USER, PASSWORD = "class", "tuning"
TABLE = b"a,b\n" + b"".join(b"%d,%d\n" % (i * i % 17, i % 2) for i in range(60))
NGINX = """
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
CADDY = """
{{
    admin off
    local_certs
    skip_install_trust
    auto_https disable_redirects
}}
{site}
"""


@pytest.fixture(scope="module")
def hosted() -> Iterator[int]:
    """The port of a hosted class below /tuning."""
    port = own_port(4)
    environment = {**os.environ, **hosting.environment(detect().tier), "PYTHONPATH": str(ROOT)}
    environment.pop(HOME_VARIABLE, None)
    command = play.command(port, path="tuning", hosted=True)
    with running(command, environment, healthy(f"{address_of(port)}/tuning")):
        yield port


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_a_class_works_behind_the_proxy_of_the_guide(
    browser: Browser, hosted: int, tmp_path: Path, kind: str
) -> None:
    program = shutil.which(kind, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip(f"no {kind} here: apt install {kind}")
    port = own_port(5)
    command = (nginx if kind == "nginx" else caddy)(program, tmp_path, port, hosted)
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    address = f"https://localhost:{port}/tuning"
    with running(command, environment, partial(listens, port)), ExitStack() as left:

        def visitor(password: str) -> Page:
            context = browser.new_context(
                ignore_https_errors=True,
                http_credentials={"username": USER, "password": password},
            )
            left.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(SLOW)
            return page

        assert visitor("guessed").request.get(f"{address}/").status == 401
        page = visitor(PASSWORD)
        page.goto(f"{address}/random-search?tab=Play&lab=Enough+trials&guess=20")
        page.get_by_role("slider", name="Best share q").press("ArrowRight")
        expect(page).to_have_url(re.compile(r"/tuning/random-search\?.*\bq="))
        page.get_by_role("link", name="Playground").click()
        expect(page.get_by_text("Trained: moons")).to_be_visible()
        assert page.url.startswith(f"{address}/playground")

        page.goto(f"{address}/playground?data=your+own+table&epochs=5")
        page.locator('input[type="file"]').set_input_files(
            {"name": "mine.csv", "mimeType": "text/csv", "buffer": TABLE}
        )
        expect(page.get_by_text("Trained: mine.csv")).to_be_visible()


def nginx(program: str, folder: Path, port: int, hosted: int) -> list[str]:
    """Set nginx up with the guide's site; what starts it."""
    certificate, key, passwords = (folder / name for name in ("site.pem", "site.key", "htpasswd"))
    certify = f"openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key}"
    subprocess.run([*certify.split(), "-out", certificate], check=True, capture_output=True)
    hashed = said(["openssl", "passwd", "-apr1", PASSWORD])
    passwords.write_text(f"{USER}:{hashed}\n", encoding="utf-8")
    site = in_guide("nginx", "limit_conn_zone")
    site = replaced(site, "443 ssl", f"{port} ssl")
    site = replaced(site, "example.org;", "localhost;")
    site = replaced(site, "/etc/ssl/example.org.pem", str(certificate))
    site = replaced(site, "/etc/ssl/example.org.key", str(key))
    site = replaced(site, "/etc/nginx/class.htpasswd", str(passwords))
    site = replaced(site, "127.0.0.1:8600", f"127.0.0.1:{hosted}")
    user = "user root;" if os.geteuid() == 0 else ""
    text = user + NGINX.format(folder=folder, site=site)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]


def caddy(program: str, folder: Path, port: int, hosted: int) -> list[str]:
    """Set Caddy up with the guide's site; what starts it."""
    site = in_guide("", "reverse_proxy")
    site = replaced(site, "example.org {", f"localhost:{port} {{")
    hashed = said([program, "hash-password", "--plaintext", PASSWORD])
    site = re.sub(r"\$2a\$14\$\.\.\. .*", lambda _: hashed, site)
    assert hashed in site
    site = replaced(site, "127.0.0.1:8600", f"127.0.0.1:{hosted}")
    version = [int(part) for part in re.findall(r"\d+", said([program, "version"]))[:2]]
    if version < [2, 8]:  # which gave the directive its name
        site = replaced(site, "basic_auth", "basicauth")
    (folder / "Caddyfile").write_text(CADDY.format(site=site), encoding="utf-8")
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def in_guide(language: str, word: str) -> str:
    """The block of the guide in which a word stands."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.S | re.M)
    return next(text for kind, text in blocks if kind == language and word in text)


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def listens(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether a server takes connections within a minute."""
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        with suppress(OSError), socket.create_connection((play.ADDRESS, port), timeout=1):
            return True
        time.sleep(0.05)
    return False


def said(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()
