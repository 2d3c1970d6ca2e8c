"""What maintainers and instructors type: `sync` and `nbgrader build`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from grader import kit
from grader.topics import TOPICS

_REMEDY = "Run `hyperlings sync` and commit what it writes."


@click.command("sync")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with 1 if anything is out of step."
)
@click.option("--force", is_flag=True, help="Overwrite edited exercises too, keeping backups.")
def sync_command(check: bool, force: bool) -> None:
    """Write what is generated from solutions/: the exercises and the recorded answers.

    An exercise that somebody has worked in is left alone, unless --force is given.

    \b
    Examples:
      hyperlings sync              after a change in solutions/, probes or misconceptions
      hyperlings sync --check      in CI
    """
    plan = _plan()
    for change in plan.changes:
        if check:
            _show(change)
        elif change.edited and not force:
            click.echo(
                f"{change.name} holds work that is not in solutions/, so it was left alone. "
                "`hyperlings sync --force` overwrites it, after a backup.",
                err=True,
            )
        else:
            click.echo(f"wrote {change.name}")
    if not check:
        for backup in kit.write(plan.changes, force=force):
            click.echo(f"kept {kit.shown(backup)}")
    for problem in plan.problems:
        click.echo(problem, err=True)
    left = [change for change in plan.changes if check or (change.edited and not force)]
    if check and left:
        click.echo(f"{len(left)} out of step with solutions/. {_REMEDY}", err=True)
    if left or plan.problems:
        raise SystemExit(1)
    count = len(TOPICS)
    click.echo(f"Exercises and recorded answers of {count} topics are in step with solutions/.")


@click.group("nbgrader")
def nbgrader_group() -> None:
    """Build nbgrader courses.

    \b
    Example:
      hyperlings nbgrader build my-course
    """


@nbgrader_group.command("build")
@click.argument("course", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write into a folder that holds something else.")
def build_command(course: Path, force: bool) -> None:
    """Write an nbgrader course into the folder COURSE, one assignment a topic.

    \b
    Example:
      hyperlings nbgrader build my-course
      cd my-course
      nbgrader generate_assignment ex02_manual_tuning
    """
    from grader import nbgrader_course

    try:
        with click.progressbar(
            TOPICS, label="Writing notebooks", file=sys.stderr, item_show_func=_title
        ) as topics:
            nbgrader_course.build(course, topics, force=force)
    except (kit.KitError, nbgrader_course.CourseError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    modules = [topic.module for topic in TOPICS]
    click.echo(f"{course} holds {len(modules)} assignments: {', '.join(modules)}.")
    click.echo("Next:")
    if shutil.which("alembic") is None:  # nbgrader calls it by name
        click.echo(f"  source {Path(sys.prefix) / 'bin' / 'activate'}")
    click.echo(f"  cd {course}")
    for module in modules:
        click.echo(f"  nbgrader generate_assignment {module}")
    click.echo(
        "Then hand out release/, put submissions into submitted/<student>/<assignment>/, and"
    )
    click.echo(f"  nbgrader autograde {modules[0]}")


def _plan() -> kit.Plan:
    from grader import recording

    try:
        total = sum(recording.steps(topic) for topic in TOPICS)
        with click.progressbar(length=total, label="Recording answers", file=sys.stderr) as bar:
            return kit.plan(TOPICS, step=bar.update)
    except (kit.KitError, ImportError) as error:
        raise click.ClickException(str(error)) from None


def _show(change: kit.Change) -> None:
    state = "is missing" if change.before is None else "differs"
    click.secho(f"{change.name} {state}:", bold=True)
    click.echo(change.diff())


def _title(topic: object) -> str | None:
    return getattr(topic, "title", None)
