"""`python -m benchmarks NAME`: measure, print, and optionally write the figures as JSON."""

from __future__ import annotations

import json
import statistics
import sys
from pathlib import Path

import click

from benchmarks.measure import interleaved, machine, seconds_of
from grader.paths import project_root, solutions_dir

_JSON = click.option("--json", "target", type=click.Path(path_type=Path), help="Write JSON here.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure what the README quotes.

    \b
    Examples:
      python -m benchmarks checks
      python -m benchmarks grading --count 20 --json grading.json
    """


@main.command()
@click.option("--runs", default=7, show_default=True, help="Counted runs of each command.")
@_JSON
def checks(runs: int, target: Path | None) -> None:
    """How long a learner waits for the checks of one task, against bare imports."""
    bare = [sys.executable, "-c", "import numpy, pytest"]
    task = [sys.executable, "-m", "pytest", "exercises", "-k", "smooth"]
    floor, taken = interleaved([bare, task], runs=runs, cwd=str(project_root()))
    click.echo(f"{machine()}, median of {runs} runs")
    click.echo(f"import numpy, pytest         {floor:6.2f} s")
    click.echo(f"pytest exercises -k smooth   {taken:6.2f} s, {taken / floor:.2f} times that")
    _write(target, {"over_imports": taken / floor, "seconds": taken})


@main.command()
@click.option("--count", default=20, show_default=True, help="Submissions of each topic.")
@_JSON
def grading(count: int, target: Path | None) -> None:
    """How long grading takes, once the sandbox is warm."""
    from grader.run import grade
    from grader.sandbox.client import WarmParent
    from grader.submission import Submission
    from grader.topics import TOPICS

    found: dict[str, float] = {}
    click.echo(f"{machine()}, {count} submissions a topic, one process")
    with WarmParent() as parent:
        found["start"] = seconds_of(lambda: parent.worker().close())
        click.echo(f"start of the sandbox, tier {parent.tier}   {found['start']:6.2f} s, once")
        for topic in TOPICS:
            source = (solutions_dir() / f"{topic.module}.py").read_text(encoding="utf-8")
            submission = Submission("reference", topic.module, topic.module, source, "")
            times = [
                seconds_of(grade, submission, topic, parent=parent, seed=seed)
                for seed in range(count)
            ]
            found[topic.module] = statistics.median(times)
            click.echo(f"{topic.module:<28} {found[topic.module]:6.2f} s a submission (median)")
    _write(target, {"seconds_per_submission": found})


def _write(target: Path | None, figures: dict[str, object]) -> None:
    if target is not None:
        target.write_text(json.dumps({"machine": machine(), **figures}, indent=1), encoding="utf-8")
        click.echo(f"Written to {target}.")


if __name__ == "__main__":
    main()
