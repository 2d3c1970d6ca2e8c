"""What instructors type: `grade`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from grader import journal
from grader.batch import Batch, grade_all, processes_for
from grader.commands import place, seeds
from grader.commands.found import find_submissions
from grader.errors import GradingError
from grader.export import write_exports
from grader.export.numbers import plain
from grader.judging import BEST, Setup
from grader.report import Report, Status
from grader.submission import Found
from grader.topics import Topic, find_topic

_JUDGED, _NOT_GRADED, _WRONG_USAGE, _INTERRUPTED = 0, 1, 2, 130
_MOST_ROWS = 50
_MANY = 200  # reports, from which writing pages takes over a second

_SHORT = {
    Status.PASSED: "passed",
    Status.PARTIAL: "partial",
    Status.FAILED: "failed",
    Status.ERROR: "error",
    Status.TIMEOUT: "timeout",
    Status.NOT_ATTEMPTED: "to do",
    Status.NOT_GRADED: "not graded",
}


@click.command("grade")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for results.jsonl, grades.csv, feedback/ and class.html.",
)
@click.option(
    "--topic", metavar="TOPIC", help="Grade every file as this topic's, whatever its name."
)
@click.option(
    "--manifest",
    metavar="FILE.csv",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Table of odd files: columns file,student[,topic][,identifier][,late]. Beats their names.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes. Default: one for every 8 submissions, at most one a core.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0, max=2**63 - 1),
    metavar="N",
    help="Seed of the fresh inputs, the same for every submission. Default: a random one, printed.",
)
@click.option(
    "--secret-file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The course's secret, from which each student gets inputs of their own.",
)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda"]),
    default="auto",
    show_default=True,
    help="Where networks train. auto is the CPU: the same marks on every machine.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Grade on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786.",
)
@click.option("--resume", is_flag=True, help="Go on with DIR: keep what is graded there already.")
@click.option("--force", is_flag=True, help="Throw away the results that DIR holds.")
@click.option(
    "--tier",
    type=click.Choice(["A", "B"]),
    help="Isolation to use, instead of the best that this machine has.",
)
@click.option(
    "--trust-submissions",
    is_flag=True,
    help="Grade even where this machine cannot isolate the code. Only for code that you trust.",
)
def grade_command(
    paths: tuple[str, ...],
    out: Path,
    topic: str | None,
    manifest: Path | None,
    jobs: int | None,
    seed: int | None,
    secret_file: Path | None,
    device: str,
    dask: str | None,
    resume: bool,
    force: bool,
    tier: str | None,
    trust_submissions: bool,
) -> None:
    """Grade submissions: files, folders of students' folders, or zip archives of either.

    A file is known by its name (ex02_manual_tuning.py, ex02.py, ex02.ipynb), its student by the
    name of its folder, or by the names that Moodle, Canvas, Gradescope and nbgrader give to their
    downloads. Archives are read as they are, unpacked or not. Of several attempts the newest counts
    and the others are listed; a manifest settles what names cannot say.

    \b
    Exit status:
      0    every submission was judged, whatever its marks
      1    some could not be graded; --resume tries them again
      2    wrong usage
      130  stopped by Ctrl-C; --resume goes on

    \b
    Examples:
      hyperlings grade submissions/ --out marks
      hyperlings grade submissions/ --out marks --resume
      hyperlings grade moodle.zip --out marks
      hyperlings grade "week2/*.zip" --topic 2 --out marks
      hyperlings grade alice/homework.py --topic 2 --out marks
      hyperlings grade submissions/ --manifest whose.csv --out marks
      hyperlings grade submissions/ --out marks --secret-file course.secret
      hyperlings grade submissions/ --out marks --dask tcp://10.0.0.5:8786
      hyperlings grade solutions/ --out check          full marks
    """
    forced = _topic(topic)
    if dask and jobs:
        raise click.UsageError("--dask and --jobs exclude each other: a cluster has its workers.")
    isolation, reasons = (
        (tier or BEST, "") if dask else place.isolation(tier, trusted=trust_submissions)
    )
    if device == "cuda" and not dask:
        place.require_cuda()
    found = find_submissions(paths, forced, manifest)
    try:
        chosen = seeds.choose(out, seed=seed, secret_file=secret_file, resume=resume, force=force)
        setup = Setup(
            seed=chosen.seed,
            secret=chosen.secret,
            tier=isolation,
            device="cuda" if device == "cuda" else "cpu",
            trusted=trust_submissions and isolation in ("C", BEST),
        )
        if resume:
            seeds.check_resumed(out, setup)
        if not dask:
            click.echo(f"Isolation: tier {isolation}{reasons}")
        click.echo(chosen.said)
        batch = grade_all(
            found.submissions,
            setup,
            out=out,
            jobs=jobs or processes_for(len(found.submissions)),
            resume=resume,
            teams=place.cluster(dask, setup.device) if dask else None,
        )
        if force:
            _remove_pages(out)
        if len(batch.reports) >= _MANY:
            click.echo("Writing the pages, and comparing the submissions ...", err=True)
        write_exports(batch.reports, out, found.sources)
    except (journal.JournalError, GradingError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or out} cannot be written: {error.strerror}. What is graded is safe "
            "in results.jsonl: put that right, then go on with --resume."
        ) from None
    except KeyboardInterrupt:
        click.echo("Stopped. What is graded is kept: go on with --resume.", err=True)
        raise SystemExit(_INTERRUPTED) from None
    _show(batch, found, out)
    raise SystemExit(_status(batch))


def _topic(name: str | None) -> Topic | None:
    try:
        return find_topic(name) if name else None
    except KeyError as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--topic") from None


def _remove_pages(out: Path) -> None:
    """Remove the pages of the run before, whose students may not be in this one."""
    for page in (out / "feedback").glob("*.html"):
        page.unlink()


def _show(batch: Batch, found: Found, out: Path) -> None:
    rows = [
        (
            report.student,
            report.topic,
            f"{plain(report.score)}/{plain(report.max_score)}",
            _statuses(report),
        )
        for report in batch.reports
    ]
    click.echo()
    for line in table(("student", "topic", "score", "tasks"), rows[:_MOST_ROWS]):
        click.echo(line)
    if len(rows) > _MOST_ROWS:
        click.echo(f"... and {len(rows) - _MOST_ROWS} more in {out / 'grades.csv'}")
    problems = [each.problem for each in found.submissions if each.problem]
    if problems:
        click.echo("\nCould not be read, and scored 0:")
        for problem in problems[:_MOST_ROWS]:
            click.echo(f"  {problem}")
    click.echo(
        f"\nGraded now: {batch.new}. Feedback: {out / 'feedback'}. Class: {out / 'class.html'}"
    )
    if batch.interrupted:
        click.echo("Stopped. What is graded is kept: go on with the same command and --resume.")
    elif _status(batch) == _NOT_GRADED:
        click.echo(
            "Some tasks could not be graded; the same command and --resume tries them again."
        )


def _statuses(report: Report) -> str:
    count = Counter(result.status for result in report.tasks)
    words = [f"{count[status]} {word}" for status, word in _SHORT.items() if count[status]]
    return ", ".join([*words, "late"] if report.late else words)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out a table of four columns, the third aligned to the right; long names are cut.

    Args:
        head: The columns' names.
        rows: The cells.
    """
    cut = [[_cut(row[0], 24), *row[1:]] for row in rows]
    widths = [max(len(row[place]) for row in [head, *cut]) for place in range(len(head))]
    return [
        f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}"
        for row in [head, *cut]
    ]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _status(batch: Batch) -> int:
    if batch.interrupted:
        return _INTERRUPTED
    return _JUDGED if all(report.graded for report in batch.reports) else _NOT_GRADED
