"""The commands that README and docs show exist, with the options that they show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from grader.cli import main
from grader.paths import docs_dir, project_root

PAGES = [project_root() / "README.md", docs_dir() / "Grading.md", docs_dir() / "Hosting.md"]
_SHOWN = re.compile(r"(?:^|`)hyperlings (.+?)(?:`|\s{2,}#|$)", re.MULTILINE)
_OPTION = re.compile(r"--[a-z-]+")
_LINK = re.compile(r"\]\(([^)#]+)\)")


def resolved(line: str) -> tuple[click.Command, list[str]]:
    """Find the command that a line names, and the words after it."""
    command: click.Command = main
    words = shlex.split(line)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, line
        command, words = found, words[1:]
        if not words:
            break
    return command, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    lines = _SHOWN.findall(page.read_text(encoding="utf-8"))
    assert len(lines) >= 4
    for line in lines:
        command, words = resolved(line)
        known = {name for parameter in command.params for name in parameter.opts}
        asked = {match[0] for word in words if (match := _OPTION.match(word))}
        assert asked <= known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_named_in_passing_is_one_of_a_command(page: Path) -> None:
    named = set(re.findall(r"`(--[a-z-]+)[ `]", page.read_text(encoding="utf-8")))
    commands = [
        resolved(verb)[0]
        for verb in ("grade", "regrade", "doctor", "play", "sync", "kit build", "nbgrader build")
    ]
    known = {name for command in commands for p in command.params for name in p.opts}
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target
