"""From the paths of a command line to submissions, and what is said on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from grader.manifest import ManifestError
from grader.submission import Found, find
from grader.topics import Topic

_MOST_LINES = 20


def find_submissions(paths: Sequence[str], topic: Topic | None, manifest: Path | None) -> Found:
    """Find submissions, and print what is left aside and why.

    Args:
        paths: As on the command line.
        topic: The topic they are all for, or None.
        manifest: A table that says whose files are, or None.

    Raises:
        click.UsageError: If the manifest is wrong, or there is nothing to grade.
    """
    try:
        found = find(paths, topic, manifest)
    except ManifestError as error:
        raise click.UsageError(str(error)) from None
    _print(found.complaints)
    _print(
        f"{each.path} passed over: {each.why} of {each.student} for {each.topic_module}; "
        f"{each.counted} counts."
        for each in found.superseded
    )
    if found.passed_over:
        noun = "file" if found.passed_over == 1 else "files"
        click.echo(f"Passed over: {found.passed_over} other {noun}.", err=True)
    if not found.submissions:
        raise click.UsageError("There is nothing to grade.")
    return found


def _print(lines: Iterable[str]) -> None:
    lines = list(lines)
    for line in lines[:_MOST_LINES]:
        click.echo(line, err=True)
    if len(lines) > _MOST_LINES:
        click.echo(f"... and {len(lines) - _MOST_LINES} more like these.", err=True)
