"""What instructors type after `grade`: `export`, one command a format."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from grader import journal
from grader.commands.export_tables import canvas_command, moodle_command
from grader.commands.exporting import (
    MOST_LINES,
    counted,
    end_with,
    read_one_topic,
    read_results,
    results_argument,
    say_late,
    to_option,
    topic_named,
    topic_option,
    write_text,
)


@click.group("export", context_settings={"help_option_names": ["-h", "--help"]})
def export_group() -> None:
    """Write grades as other systems take them.

    DIR is the folder that `hyperlings grade --out DIR` wrote.

    \b
    Exit status:
      0  every result is written
      1  some are left out; the output says which, and why
      2  wrong usage

    \b
    Examples:
      hyperlings export moodle marks --worksheet Grades.csv --topic 2
      hyperlings export canvas marks --gradebook grades.csv --assignment "Tuning" --topic 2
      hyperlings export nbgrader marks --db sqlite:///my-course/gradebook.db
      hyperlings export junit marks
      hyperlings export gradescope marks
      hyperlings export gradescope-autograder --topic 2 --to autograder.zip
    """


@export_group.command("junit")
@results_argument
@topic_option
@to_option("Where to write. Default: DIR/junit.xml")
def junit_command(results: Path, topic: str | None, to: Path | None) -> None:
    """Write JUnit XML: a suite a submission, a case a task.

    \b
    Example:
      hyperlings export junit marks --to report.xml
    """
    from grader.export.junit import to_xml

    reports = read_results(results, topic)
    when = datetime.fromtimestamp((results / journal.NAME).stat().st_mtime, UTC)
    target = to or results / "junit.xml"
    write_text(target, to_xml(reports, when))
    click.echo(f"{target} holds {counted(len(reports), 'test suite')}.")


@export_group.command("gradescope")
@results_argument
@topic_option
@click.option("--student", metavar="NAME", help="Only this student's results.")
@click.option("--leaderboard", is_flag=True, help="Put scores on Gradescope's leaderboard, too.")
def gradescope_command(
    results: Path, topic: str | None, student: str | None, leaderboard: bool
) -> None:
    """Write a results.json a submission, below DIR/gradescope.

    \b
    Examples:
      hyperlings export gradescope marks
      hyperlings export gradescope marks --student alice
    """
    from grader.export import gradescope

    reports = read_results(results, topic)
    places = gradescope.places(reports)
    pairs = [
        (report, place)
        for report, place in zip(reports, places, strict=True)
        if student is None or student in (report.student, report.identifier)
    ]
    if not pairs:
        known = ", ".join(sorted({report.student for report in reports})[:MOST_LINES])
        raise click.UsageError(f"There is no result of {student}. There are those of {known}.")
    for report, place in pairs:
        found = gradescope.results(report, leaderboard=leaderboard)
        write_text(results / "gradescope" / place, gradescope.to_json(found))
    click.echo(f"{results / 'gradescope'} holds {counted(len(pairs), 'results.json')} written now:")
    for _, place in pairs[:MOST_LINES]:
        click.echo(f"  {place}")
    if len(pairs) > MOST_LINES:
        click.echo(f"  ... and {len(pairs) - MOST_LINES} more")


@export_group.command("gradescope-autograder")
@click.option("--topic", required=True, metavar="TOPIC", help="The topic that it grades.")
@click.option(
    "--to",
    required=True,
    metavar="FILE.zip",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write.",
)
@click.option(
    "--torch-index",
    default="",
    metavar="URL",
    help="Package index with PyTorch's CPU build, named on PyTorch's `Get started` page. It makes "
    "a far smaller image.",
)
@click.option(
    "--trust-submissions",
    is_flag=True,
    help="Grade even where the container cannot isolate the code, which could then read the "
    "solutions and mark itself.",
)
def autograder_command(topic: str, to: Path, torch_index: str, trust_submissions: bool) -> None:
    """Build the zip that makes Gradescope grade a topic.

    Gradescope runs its setup.sh once and its run_autograder for each submission. The zip holds the
    topic's solution and hidden checks: give it to nobody else.

    \b
    Example:
      hyperlings export gradescope-autograder --topic 2 --to autograder.zip
    """
    from grader.export import gradescope_zip

    found = topic_named(topic)
    try:
        gradescope_zip.write(found, to, torch_index=torch_index, trusted=trust_submissions)
    except gradescope_zip.AutograderError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{to} cannot be written ({error.strerror}).") from None
    click.echo(f"{to} grades {found.module}. In Gradescope: Configure Autograder, Zip file upload.")


@export_group.command("nbgrader")
@results_argument
@click.option("--db", metavar="URL", help="SQLAlchemy URL. Default: sqlite:///DIR/gradebook.db")
@click.option(
    "--assignment", metavar="NAME", help="The assignment of one topic. Default: the topic's module."
)
@topic_option
def nbgrader_command(
    results: Path, db: str | None, assignment: str | None, topic: str | None
) -> None:
    """Write points and comments into an nbgrader gradebook.

    The cells are those of `hyperlings nbgrader build`. Scores given by hand, extra credit and
    comments of instructors stay as they are, and doing it again changes nothing.

    \b
    Examples:
      hyperlings export nbgrader marks --db sqlite:///my-course/gradebook.db
      hyperlings export nbgrader marks --db postgresql://me@localhost/grades
    """
    from grader.export import nbgrader

    reports = read_one_topic(results, topic) if assignment else read_results(results, topic)
    url = db or f"sqlite:///{(results / 'gradebook.db').absolute()}"
    try:
        with click.progressbar(length=len(reports), label="Writing", file=sys.stderr) as bar:
            kept = nbgrader.write(reports, url, assignment=assignment, step=bar.update)
    except nbgrader.GradebookError as error:
        raise click.ClickException(str(error)) from None
    names = [assignment] if assignment else sorted({report.topic for report in reports})
    click.echo(f"{counted(kept.written, 'submission')} written, to {', '.join(names)}.")
    if kept.by_hand:
        click.echo(f"{counted(kept.by_hand, 'score')} given by hand still count.")
    say_late(kept.late)
    end_with(kept.complaints)


export_group.add_command(canvas_command)
export_group.add_command(moodle_command)
