"""What instructors type: `regrade`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from grader import journal
from grader.batch import Batch, grade_all, processes_for
from grader.commands import place
from grader.edition import edition
from grader.errors import GradingError
from grader.executors import Teams
from grader.export import write_exports
from grader.export.numbers import plain
from grader.judging import BEST
from grader.regrading import Change, Gone, Replay, changes, key, load_again
from grader.report import Report, TaskResult
from grader.submission import Submission, printable

_DONE, _NOT_ALL, _INTERRUPTED = 0, 1, 130
_WORK = "regrade"  # the folder in DIR that holds today's results until they are written
_MOST_ROWS = 200


@click.command("regrade")
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--write", is_flag=True, help="Put the new results in the place of the old ones.")
@click.option("--json", "target", metavar="FILE", type=click.Path(path_type=Path),
              help="Write every change as JSON.")  # fmt: skip
@click.option(
    "--resume", is_flag=True, help="Go on with a regrade that was stopped, or not written."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes, as for `grade`.")
@click.option("--dask", metavar="ADDRESS", help="Grade on the workers of this Dask scheduler.")
@click.option("--tier", type=click.Choice(["A", "B"]), help="Isolation, as for `grade`.")
@click.option("--trust-submissions", is_flag=True, help="As for `grade`.")
def regrade_command(
    folder: Path,
    write: bool,
    target: Path | None,
    resume: bool,
    jobs: int | None,
    dask: str | None,
    tier: str | None,
    trust_submissions: bool,
) -> None:
    """Grade again what DIR holds, and list every mark that changed, and why.

    The same files with the same seeds on the same devices: start it in the folder where `grade`
    was started. DIR's marks stay as they are until --write.

    \b
    Exit status:
      0    everything was judged again
      1    a file is gone, or could not be graded; its old result stays
      2    wrong usage
      130  stopped by Ctrl-C; --resume goes on

    \b
    Examples:
      hyperlings regrade marks                       what would change?
      hyperlings regrade marks --write --resume      write what that found
      hyperlings regrade marks --json changes.json
    """
    if dask and jobs:
        raise click.UsageError("--dask and --jobs exclude each other: a cluster has its workers.")
    if not (folder / journal.NAME).is_file():
        raise click.UsageError(
            f"{folder} holds no {journal.NAME}: name the --out folder of `hyperlings grade`."
        )
    isolation, reasons = (
        (tier or BEST, "") if dask else place.isolation(tier, trusted=trust_submissions)
    )
    try:
        old = journal.read(folder / journal.NAME)
        submissions, gone = load_again(old)
        _tell_files(old, submissions, gone)
        if not submissions:
            raise click.UsageError(
                "There is no file to grade again. Start this in the folder where `grade` was "
                "started: the files are named as they were there."
            )
        if not dask:
            click.echo(f"Isolation: tier {isolation}{reasons}")
        run = _Run(
            folder / _WORK, isolation, trust_submissions, jobs or processes_for(len(submissions)),
            dask,
        )  # fmt: skip
        batch = run.grade(old, submissions, resume=resume)
        wanted = {(each.student, each.topic_module, each.path) for each in submissions}
        new = [report for report in batch.reports if key(report) in wanted]
        found = list(changes(old, new))
        if batch.interrupted:
            click.echo(f"Stopped. Go on with: hyperlings regrade {folder} --resume")
            raise SystemExit(_INTERRUPTED)
        _show(found, new)
        if write:
            _write(folder, new)
        if target:
            _write_json(target, folder, found, gone, new, written=write)
    except (journal.JournalError, GradingError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or folder} cannot be written: {error.strerror}. Put that right, "
            "then go on with --resume."
        ) from None
    if write:
        click.echo(f"Written to {folder}.")
    else:
        click.echo(
            f"Nothing was written. To keep the new marks: hyperlings regrade {folder} "
            "--write --resume"
        )
    raise SystemExit(_NOT_ALL if gone or not all(report.graded for report in new) else _DONE)


@dataclass(frozen=True)
class _Run:
    """How to grade again."""

    work: Path
    tier: str
    trusted: bool
    jobs: int
    dask: str | None

    def grade(
        self, old: Sequence[Report], submissions: Sequence[Submission], *, resume: bool
    ) -> Batch:
        """Grade into the work folder, one device after the other."""
        if resume:
            _forget_other_checks(self.work / journal.NAME)
        reports = {key(report): report for report in old}
        devices = sorted({report.device for report in old})
        batch = Batch((), 0, False)
        for number, device in enumerate(devices):
            chosen = [
                each
                for each in submissions
                if reports[each.student, each.topic_module, each.path].device == device
            ]
            if not chosen:
                continue
            if device == "cuda" and not self.dask:
                place.require_cuda()
            setup = Replay(
                seed=0,
                tier=self.tier,
                device=device,
                trusted=self.trusted and self.tier in ("C", BEST),
                seeds={name: report.seed for name, report in reports.items()},
            )
            teams: Teams | None = place.cluster(self.dask, device) if self.dask else None
            batch = grade_all(
                chosen,
                setup,
                out=self.work,
                jobs=self.jobs,
                resume=resume or number > 0,
                teams=teams,
            )
            if batch.interrupted:
                break
        return batch


def _forget_other_checks(path: Path) -> None:
    """Drop what an earlier regrade judged by checks that have changed since."""
    if path.exists():
        reports = journal.read(path)
        kept = [report for report in reports if report.edition == edition(report.topic)]
        if len(kept) < len(reports):
            journal.write_reports(path, kept)


def _tell_files(
    old: Sequence[Report], submissions: Sequence[Submission], gone: Sequence[Gone]
) -> None:
    before = {key(report): report.sha256 for report in old}
    edited = [
        each
        for each in submissions
        if before[each.student, each.topic_module, each.path] != each.sha256
    ]
    lines = [f"{each.why} The old result stays." for each in gone]
    lines += [f"{each.path} has changed since it was graded." for each in edited]
    for line in lines[:_MOST_ROWS]:
        click.echo(line, err=True)
    if len(lines) > _MOST_ROWS:
        click.echo(f"... and {len(lines) - _MOST_ROWS} more like these.", err=True)


def _show(found: Sequence[Change], new: Sequence[Report]) -> None:
    click.echo()
    marks = [each for each in found if each.in_marks]
    words = [each for each in found if not each.in_marks]
    for each in [*marks, *words][:_MOST_ROWS]:
        click.echo("\n".join(_lines(each)))
    if len(found) > _MOST_ROWS:
        click.echo(f"... and {len(found) - _MOST_ROWS} more: --json FILE lists them all.")
    not_graded = sum(not report.graded for report in new)
    click.echo(
        f"Graded again: {len(new) - not_graded}. Marks that changed: {len(marks)}. "
        f"Marks that did not, with other words: {len(words)}."
    )
    if not_graded:
        click.echo(
            f"Could not be graded: {not_graded}. The old results stay; --resume tries again."
        )


def _lines(change: Change) -> list[str]:
    before, after = change.before, change.after
    points = f"{_points(before)} -> {_points(after)}"
    if not change.in_marks:
        points = _points(after)
    lines = [f"{change.new.student}  {change.new.topic}  {change.task}  {points}  ({change.why})"]
    for then, now in (
        (before and str(before.status), after and str(after.status)),
        (_diagnosis(before), _diagnosis(after)),
    ):
        if then != now:
            lines.append(f"    {then or 'none'} -> {now or 'none'}")
    then_said, now_said = (each.messages if each else () for each in (before, after))
    if then_said != now_said:
        lines += [f"    - {printable(line)}" for line in then_said if line not in now_said]
        lines += [f"    + {printable(line)}" for line in now_said if line not in then_said]
    return lines


def _points(result: TaskResult | None) -> str:
    return f"{plain(result.points)}/{plain(result.max_points)}" if result else "none"


def _diagnosis(result: TaskResult | None) -> str | None:
    return result.diagnosis.id if result and result.diagnosis else None


def _write(folder: Path, new: Sequence[Report]) -> None:
    """Put the new results in the place of the old ones; those not graded leave theirs."""
    with journal.Journal(folder, resume=True) as marks:
        marks.replace([report for report in new if report.graded])
        write_exports(marks.reports(), folder)
    shutil.rmtree(folder / _WORK)


def _write_json(
    target: Path,
    folder: Path,
    found: Sequence[Change],
    gone: Sequence[Gone],
    new: Sequence[Report],
    *,
    written: bool,
) -> None:
    data = {
        "folder": str(folder),
        "written": written,
        "graded": sum(report.graded for report in new),
        "not_graded": [key(report) for report in new if not report.graded],
        "gone": [{"file": each.report.file, "why": each.why} for each in gone],
        "changes": [each.to_json() for each in found],
    }
    target.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    click.echo(f"Every change: {target}")
