"""What instructors type to fill in a platform's own table: `export moodle`, `export canvas`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader.commands.exporting import (
    counted,
    end_with,
    listed,
    read_one_topic,
    results_argument,
    say_late,
    to_option,
    topic_option,
    write_text,
)
from grader.export.cells import TableError, load
from grader.export.gradesheet import Filled
from grader.export.numbers import plain

in_place_option = click.option(
    "--in-place", is_flag=True, help="Fill in the table itself, not a copy."
)


@click.command("moodle")
@results_argument
@click.option(
    "--worksheet",
    required=True,
    metavar="FILE.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The grading worksheet as Moodle lets you download it.",
)
@topic_option
@to_option("Where to write. Default: DIR/moodle-TOPIC.csv")
@in_place_option
def moodle_command(
    results: Path, worksheet: Path, topic: str | None, to: Path | None, in_place: bool
) -> None:
    """Fill in a Moodle grading worksheet, ready for `Upload grading worksheet`.

    Only the Grade column changes, scaled to Maximum Grade. A row is known by its Identifier, or
    else by Full name or Email address.

    \b
    Example:
      hyperlings export moodle marks --worksheet Grades.csv --topic 2
    """
    from grader.export import moodle

    reports = read_one_topic(results, topic)
    target = _target(worksheet, to or results / f"moodle-{reports[0].topic}.csv", to, in_place)
    with _told():
        table = load(worksheet, moodle.COLUMNS)
        filled = moodle.fill_worksheet(table, reports)
    _fill_in(filled, target)


@click.command("canvas")
@results_argument
@click.option(
    "--gradebook",
    required=True,
    metavar="FILE.csv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The gradebook as Canvas exports it.",
)
@click.option(
    "--assignment", required=True, metavar="NAME", help="The assignment, as Canvas names it."
)
@topic_option
@to_option("Where to write. Default: DIR/canvas-TOPIC.csv")
@in_place_option
def canvas_command(
    results: Path,
    gradebook: Path,
    assignment: str,
    topic: str | None,
    to: Path | None,
    in_place: bool,
) -> None:
    """Fill in an assignment of a Canvas gradebook, ready for Canvas' import.

    Only that column changes, scaled to the points possible. A row is known by its ID, or else by
    SIS User ID, SIS Login ID or the student's name. A student who is excused stays so.

    \b
    Example:
      hyperlings export canvas marks --gradebook grades.csv --assignment "Tuning" --topic 2
    """
    from grader.export import canvas

    reports = read_one_topic(results, topic)
    target = _target(gradebook, to or results / f"canvas-{reports[0].topic}.csv", to, in_place)
    with _told():
        table = load(gradebook, canvas.COLUMNS)
        filled = canvas.fill_gradebook(table, assignment, reports)
    _fill_in(filled, target)


def _target(source: Path, target: Path, to: Path | None, in_place: bool) -> Path:
    """Choose where a filled table goes: never over the one that was given, unless asked."""
    if in_place and to:
        raise click.UsageError("--in-place and --to exclude each other.")
    if in_place:
        return source
    if target.exists() and target.samefile(source):
        raise click.UsageError(f"{target} is the table itself. Pass --in-place to fill that in.")
    return target


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except TableError as error:
        raise click.ClickException(str(error)) from None


def _fill_in(filled: Filled, target: Path) -> None:
    """Write a filled table, and say what is in it and what is not."""
    if not filled.written:
        end_with((*filled.complaints, "No grade could be written, so no file was."))
    write_text(target, filled.text)
    click.echo(f"{target}: {counted(filled.written, 'grade')} written.")
    for points, grades in filled.scales:
        click.echo(f"Scaled: {plain(points)} points are a grade of {plain(grades)}.")
    if filled.replaced:
        click.echo(f"{counted(filled.replaced, 'grade')} of them replaced another.")
    say_late(filled.late)
    if filled.without:
        click.echo(f"No result for {counted(len(filled.without), 'row')}, left alone:")
        listed(filled.without)
    end_with(filled.complaints)
