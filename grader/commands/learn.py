"""What learners type: `check`, `hint`, `progress`, `reset`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader import progress
from grader.paths import exercises_dir
from grader.scoreboard import scoreboard
from grader.topics import TOPICS, Task, Topic, find_task, find_topic

_HINTS_FILE = Path(".hyperlings") / "hints.json"


def _find(name: str) -> tuple[Topic, Task | None]:
    """Find a topic or a task by name.

    Raises:
        click.BadParameter: If there is neither; the message lists both.
    """
    try:
        return find_task(name)
    except KeyError:
        pass
    try:
        return find_topic(name), None
    except KeyError:
        topics = ", ".join(f"{topic.number} ({topic.module})" for topic in TOPICS)
        tasks = ", ".join(task.name for topic in TOPICS for task in topic.tasks)
        raise click.BadParameter(
            f"there is no topic or task {name!r}.\nTopics: {topics}.\nTasks: {tasks}."
        ) from None


@click.command("check")
@click.argument("what", required=False)
def check_command(what: str | None) -> None:
    """Run the checks of everything, a topic or a task.

    \b
    Examples:
      hyperlings check              everything
      hyperlings check 2            topic 2
      hyperlings check smooth       one task
    """
    import pytest

    folder = exercises_dir()
    if not folder.is_dir():
        raise click.ClickException(
            f"There is no folder {folder}. Run this in your course folder, or set HYPERLINGS_HOME."
        )
    arguments = ["--rootdir", str(folder.parent)]
    if what is None:
        arguments.append(str(folder))
    else:
        topic, task = _find(what)
        arguments.append(str(folder / f"test_{topic.module}.py"))
        if task is not None:
            arguments += ["--task", task.name]
    raise SystemExit(int(pytest.main(arguments)))


@click.command("hint")
@click.argument("task")
@click.option("--all", "everything", is_flag=True, help="Show all three hints at once.")
@click.option("--again", is_flag=True, help="Start from the first hint again.")
def hint_command(task: str, everything: bool, again: bool) -> None:
    """Show the next hint for a task: each call gives away a little more.

    \b
    Examples:
      hyperlings hint smooth
      hyperlings hint smooth --all
    """
    _, found = _find(task)
    if found is None:
        raise click.BadParameter(f"{task!r} is a topic; hints belong to tasks, such as 'smooth'.")
    seen = 0 if again else _seen_hints().get(found.name, 0)
    count = len(found.hints)
    last = count if everything else min(seen + 1, count)
    for number in range(0 if everything else last - 1, last):
        click.echo(f"Hint {number + 1} of {count} for {found.name}:")
        click.echo(click.wrap_text(found.hints[number], 78, "  ", "  ", preserve_paragraphs=True))
    if last < count:
        click.echo(f"\nStill stuck? The same command gives hint {last + 1}.")
    else:
        click.echo("\nThat was the last hint. --again starts over.")
    _remember_hints(found.name, last)


@click.command("progress")
def progress_command() -> None:
    """Show where each task stands, and what to do next.

    \b
    Example:
      hyperlings progress
    """
    saved = progress.load()
    for line in scoreboard(TOPICS, saved):
        click.echo(line)
    known = [topic for topic in TOPICS if any(task.name in saved for task in topic.tasks)]
    changed = [f"{topic.module}.py" for topic in known if progress.stale(topic)]
    if changed:
        names = " and ".join([", ".join(changed[:-1]), changed[-1]] if changed[1:] else changed)
        click.echo(
            f"{names} changed since the last check: `hyperlings check` brings this up to date."
        )


@click.command("reset")
@click.argument("what")
def reset_command(what: str) -> None:
    """Put a topic's exercise back to its start; your file is kept beside it as a backup.

    \b
    Example:
      hyperlings reset 2
    """
    from grader import kit

    topic, _ = _find(what)
    try:
        backup = kit.reset(topic)
    except kit.KitError as error:
        raise click.ClickException(str(error)) from None
    kept = f" Your version is kept as {backup}." if backup else ""
    click.echo(f"exercises/{topic.module}.py is as it was at the start.{kept}")


def _seen_hints() -> dict[str, int]:
    try:
        seen = json.loads((exercises_dir() / _HINTS_FILE).read_text(encoding="utf-8"))
        return {str(task): int(count) for task, count in seen.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _remember_hints(task: str, count: int) -> None:
    target = exercises_dir() / _HINTS_FILE
    try:
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps({**_seen_hints(), task: count}), encoding="utf-8")
    except OSError as error:  # the hint itself was given; only its place is lost
        click.echo(f"(Which hint comes next could not be kept: {error}.)", err=True)
