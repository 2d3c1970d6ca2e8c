"""`python -m benchmarks NAME`: measure, print, and optionally write the figures as JSON."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.measure import interleaved, machine
from grader.paths import project_root

_JSON = click.option("--json", "target", type=click.Path(path_type=Path), help="Write JSON here.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure what the README quotes.

    \b
    Examples:
      python -m benchmarks checks
      python -m benchmarks grading --json grading.json
      python -m benchmarks grading --nbgrader-count 100
      python -m benchmarks engine --json engine.json
      python -m benchmarks app --json app.json
      python -m benchmarks graders --topic 4
      python -m benchmarks false-alarms --topic 4
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
@click.option("--topic", "name", default="2", show_default=True, help="Number, slug or module.")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    type=click.IntRange(min=1),
    default=(10, 100, 1000),
    show_default=True,
    help="Submissions of a class; may come again.",
)
@click.option(
    "--nbgrader-count",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="How many of the same notebooks nbgrader grades; it takes seconds for each.",
)
@_JSON
def grading(name: str, sizes: tuple[int, ...], nbgrader_count: int, target: Path | None) -> None:
    """How long grading takes from its start to the last grade, beside nbgrader, and its memory.

    Submissions are nbgrader's notebooks: in turn a right one, one with a misconception, and the
    stub as released. Both graders get the same files, and must give the same marks.
    """
    from benchmarks import grading as bench
    from grader.topics import find_topic

    try:
        topic = find_topic(name)
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None
    click.echo(f"{machine()}, {topic.module}")
    try:
        figures = bench.measure(topic, sizes, nbgrader_count, tell=click.echo)
    except bench.BenchmarkError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{figures['vs_nbgrader']:.1f} times as fast as nbgrader")
    _write(target, figures)


@main.command()
@click.option(
    "--rounds", default=3, show_default=True, help="Runs of the engine before and after the others."
)
@_JSON
def engine(rounds: int, target: Path | None) -> None:
    """How long populations train, beside scikit-learn, a plain loop and bare matrix products."""
    from benchmarks import engine as bench

    click.echo(f"{machine()}\n64 configurations x 5 folds of digits, 10 epochs, batch size 32")
    narrow, wide = (bench.Search.of_width(width) for width in (32, 128))
    before = bench.warm_runs(narrow, rounds)
    loop = bench.plain_loops(narrow)
    grid = bench.grid_search_cv(32)
    # On both sides of the long one, since a machine's speed drifts.
    after = bench.warm_runs(narrow, rounds)
    engine_narrow = bench.median([*before, *after])
    _show_seconds("engine, width 32", *engine_narrow)
    _show_seconds("plain loop, width 32", *loop)
    _show_seconds("GridSearchCV(n_jobs=-1), width 32", *grid)
    engine_wide = bench.median(bench.warm_runs(wide, rounds))
    limit = bench.products_alone(wide)
    peak = wide.flops() / bench.product_rate()
    _show_seconds("engine, width 128", *engine_wide)
    click.echo(f"{'its matrix products alone':<36} {limit:7.2f} s")
    click.echo(f"{'as many operations in large products':<36} {peak:7.2f} s")
    single, single_loop = bench.one_network(rounds + 4)
    figures = {
        "vs_gridsearchcv": grid[0] / engine_narrow[0],
        "vs_loop": loop[0] / engine_narrow[0],
        "of_limit": engine_wide[0] / limit,
        "of_peak": engine_wide[0] / peak,
        "accuracy_gap": abs(grid[1] - engine_narrow[1]),
        "one_network_of_loop": single / single_loop,
    }
    click.echo(
        f"\n{figures['vs_gridsearchcv']:.1f} times GridSearchCV, {figures['vs_loop']:.1f} times "
        f"the plain loop; width 128 takes {figures['of_limit']:.2f} times its products alone, "
        f"{figures['of_peak']:.2f} times the peak\n"
        f"one network, width 128, 10 epochs: {1e3 * single:.0f} ms, "
        f"{single / single_loop:.2f} of the plain loop's {1e3 * single_loop:.0f} ms"
    )
    click.echo("\nmilliseconds a configuration and epoch, by width and population")
    sizes = (1, 8, 64, 256)
    click.echo("width   epochs " + "".join(f"{size:>9}" for size in sizes))
    for width in (16, 32, 64, 128):
        for epochs in (1, 10):
            costs = [1e3 * bench.cost(width, size, epochs) / epochs for size in sizes]
            click.echo(f"{width:5}   {epochs:6} " + "".join(f"{each:9.2f}" for each in costs))
    _write(target, dict(figures))


@main.command()
@click.option(
    "--moves",
    default=40,
    show_default=True,
    type=click.IntRange(min=1, max=400),
    help="Measured moves of each case.",
)
@click.option(
    "--starts",
    default=3,
    show_default=True,
    type=click.IntRange(min=1),
    help="Cold starts of each kind.",
)
@_JSON
def app(moves: int, starts: int, target: Path | None) -> None:
    """How long the sandbox takes from a key press to the painted frame, beside bare Streamlit.

    Both run in a real Chromium, in turn; a ratio is of medians. Exit status 130 after Ctrl-C.
    """
    from benchmarks import app as bench

    click.echo(f"{machine()}, {moves} moves of each case")
    try:
        figures = bench.measure(moves, starts, tell=click.echo)
    except bench.ERRORS as error:
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        click.echo("Interrupted; the servers have ended.")
        sys.exit(130)
    click.echo(bench.report(figures))
    _write(target, figures)


@main.command()
@click.option("--topic", "names", multiple=True, help="Number, slug or module; may come again.")
@click.option("--jobs", default=2, show_default=True, help="Processes that judge.")
@_JSON
def graders(names: tuple[str, ...], jobs: int, target: Path | None) -> None:
    """How many mutants of the references the hidden checks notice.

    Exit status 1 if a topic's checks notice fewer than 95% of those that are not explained as
    equivalent; 130 after Ctrl-C.
    """
    from tqdm import tqdm

    from benchmarks import graders as bench
    from benchmarks import graders_report as reporting
    from grader.topics import TOPICS, find_topic

    try:
        topics = [find_topic(name) for name in names] or list(TOPICS)
        equivalents = reporting.read_equivalents()
    except (KeyError, reporting.EquivalentsError) as error:
        raise click.UsageError(str(error.args[0])) from None
    click.echo(f"{machine()}, {jobs} processes")
    with tqdm(desc="Judging", unit="mutant", mininterval=0.1 if sys.stderr.isatty() else 10) as bar:

        def tell(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        verdicts, complete = bench.run(topics, jobs=jobs, tell=tell)
    verdicts = reporting.explained(verdicts, equivalents)
    owners = {verdict.case.mutant.owner for verdict in verdicts}
    owners |= {task.name for topic in topics for task in topic.tasks}
    click.echo(
        reporting.report(
            verdicts, reporting.stale(verdicts, equivalents, owners) if complete else ()
        )
    )
    _write(target, {"complete": complete, **reporting.figures(verdicts)})
    if not complete:
        click.echo("Interrupted: the figures are of what was judged until then.")
        sys.exit(130)
    if not reporting.enough(verdicts):
        sys.exit(1)


@main.command("false-alarms")
@click.option("--topic", "names", multiple=True, help="Number, slug or module; may come again.")
@click.option("--count", default=100_000, show_default=True, help="Right submissions a check.")
@click.option("--seconds", default=60.0, show_default=True, help="The most that a check may take.")
@_JSON
def false_alarms(names: tuple[str, ...], count: int, seconds: float, target: Path | None) -> None:
    """How often the statistical hidden checks reject a right submission.

    The alphas are far too small to be seen in a simulation, so besides the rejections it looks at
    how p-values fall: exit status 1 if small ones are more frequent than they may be.
    """
    from tqdm import tqdm

    from benchmarks import false_alarms as bench
    from grader.topics import TOPICS, find_topic

    try:
        topics = [find_topic(name) for name in names] or list(TOPICS)
    except KeyError as error:
        raise click.UsageError(str(error.args[0])) from None
    click.echo(f"{machine()}, up to {count} right submissions a check")
    figures: dict[str, object] = {}
    well = True
    for topic in topics:
        with tqdm(desc=topic.module, unit="run", mininterval=1) as bar:
            tell = partial(_advance, bar)
            tallies = bench.simulate(topic, count, seconds=seconds, tell=tell)
        for name, tally in tallies.items():
            click.echo(bench.line(name, tally))
        figures[topic.module] = {
            name: {"runs": tally.runs, "alarms": tally.alarms} for name, tally in tallies.items()
        }
        well = well and bench.fine(tallies)
    _write(target, {"false_alarms": figures})
    if not well:
        sys.exit(1)


@main.command()
@click.option("-n", "count", default=300, show_default=True, help="Problems of each landscape.")
def tuning(count: int) -> None:
    """How often chance alone fails a right solution of the capstone, `tune`."""
    from benchmarks.tuning import lines

    for line in lines(count):
        click.echo(line)


def _advance(bar: Any, *_: object) -> None:
    bar.update()


def _show_seconds(what: str, seconds: float, accuracy: float) -> None:
    click.echo(f"{what:<36} {seconds:7.2f} s   mean accuracy {accuracy:.4f}")


def _write(target: Path | None, figures: dict[str, object]) -> None:
    if target is not None:
        target.write_text(json.dumps({"machine": machine(), **figures}, indent=1), encoding="utf-8")
        click.echo(f"Written to {target}.")


if __name__ == "__main__":
    main()
