"""What the commands of `export` share: results in, files and words out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from grader import journal
from grader.report import Report
from grader.topics import Topic, find_topic

SOME_LEFT_OUT = 1
MOST_LINES = 20

results_argument = click.argument(
    "results", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
topic_option = click.option("--topic", metavar="TOPIC", help="Only this topic's results.")


def to_option(text: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Return the option that says where to write; `text` is its help."""
    kind = click.Path(dir_okay=False, path_type=Path)
    return click.option("--to", metavar="FILE", type=kind, help=text)


def read_results(results: Path, topic: str | None) -> list[Report]:
    """Read a folder's reports, each submission's last one only."""
    path = results / journal.NAME
    if not path.exists():
        raise click.UsageError(
            f"{results} has no {journal.NAME}. DIR is the folder that `hyperlings grade --out DIR` "
            "wrote."
        )
    try:
        found = journal.read(path)
    except journal.JournalError as error:
        raise click.ClickException(str(error)) from None
    latest = {(report.student, report.topic, report.file): report for report in found}
    wanted = topic_named(topic).module if topic else None
    reports = [latest[key] for key in sorted(latest) if wanted in (None, latest[key].topic)]
    if not reports:
        there = ", ".join(sorted({report.topic for report in found})) or "nothing"
        raise click.UsageError(f"{results} has no such results; it has {there}.")
    return reports


def read_one_topic(results: Path, topic: str | None) -> list[Report]:
    """Read the reports of one topic, where a column can hold only that."""
    reports = read_results(results, topic)
    topics = sorted({report.topic for report in reports})
    if len(topics) > 1:
        choices = "".join(f"\n  --topic {each}" for each in topics)
        raise click.UsageError(f"{results} has results of several topics. Choose one:{choices}")
    return reports


def topic_named(topic: str) -> Topic:
    """Find a topic, or say which there are."""
    try:
        return find_topic(topic)
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--topic") from None


def say_late(late: Sequence[str]) -> None:
    """Say whose grades an instructor may want to lower."""
    if late:
        click.echo(f"Handed in late, with nothing taken off ({len(late)}):")
        listed(late)


def end_with(complaints: Sequence[str]) -> None:
    """Say what is left out, and end with the exit status for it."""
    if complaints:
        click.echo("Left out:", err=True)
        listed(complaints, err=True)
        raise SystemExit(SOME_LEFT_OUT)


def listed(lines: Sequence[str], *, err: bool = False) -> None:
    """List lines, the first few of many."""
    for line in lines[:MOST_LINES]:
        click.echo(f"  {line}", err=err)
    if len(lines) > MOST_LINES:
        click.echo(f"  ... and {len(lines) - MOST_LINES} more", err=err)


def write_text(path: Path, text: str) -> None:
    """Write a file in one step, its folder too where that is missing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        journal.write_whole(path, text.encode())
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written ({error.strerror}).") from None


def counted(number: int, noun: str) -> str:
    """Write "1 grade" or "2 grades"."""
    return f"{number} {noun}" if number == 1 or noun.endswith("json") else f"{number} {noun}s"
