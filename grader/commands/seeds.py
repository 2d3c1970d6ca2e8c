"""Which seeds a run of `grade` uses: one for all, or one a student from the course's secret."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

import click

from grader import journal
from grader.edition import edition
from grader.judging import Setup

_LEAST_SECRET = 16  # bytes: nobody guesses 128 bits
_MOST_SECRET = 1 << 20


@dataclass(frozen=True)
class Seeds:
    """The seeds of a run.

    Attributes:
        seed: The one for all, 0 where there is a secret.
        secret: What each student's own comes from, if they have one.
        said: What the instructor is told.
    """

    seed: int
    secret: bytes | None
    said: str


def choose(
    out: Path, *, seed: int | None, secret_file: Path | None, resume: bool, force: bool
) -> Seeds:
    """Take the seed or secret that was asked for, that of the run before, or a random one.

    Args:
        out: The folder of results.
        seed: What `--seed` says.
        secret_file: What `--secret-file` says.
        resume: Whether the run before is gone on with.
        force: Whether its results are thrown away.

    Raises:
        click.UsageError: If both were given, the secret is no good, or `out` is in use.
        JournalError: If its results cannot be read.
    """
    if seed is not None and secret_file is not None:
        raise click.UsageError("--seed and --secret-file exclude each other: pass one of them.")
    secret = read_secret(secret_file) if secret_file else None
    before = out / journal.NAME
    if before.exists() and before.stat().st_size and not (resume or force):
        raise click.UsageError(
            f"{out} holds the results of an earlier run. Pass --resume to go on with it, "
            "--force to throw it away, or another --out."
        )
    if secret:
        said = (
            f"Seeds: a student's own in each topic, from {secret_file}. To repeat one student's "
            "run: --seed N on that file alone, with the N that results.jsonl gives there"
        )
        return Seeds(0, secret, said)
    if seed is None:
        seed = _earlier(out) if resume else None
    if seed is None:
        seed = secrets.randbelow(2**32)
    said = f"Seed: {seed}, the same for every submission (--seed {seed} repeats this run)"
    return Seeds(seed, None, said)


def read_secret(path: Path) -> bytes:
    """Read a course's secret; white space around it does not count, as editors add some.

    Raises:
        click.UsageError: If it cannot be read, or is too short.
    """
    try:
        with path.open("rb") as file:
            secret = file.read(_MOST_SECRET).strip()
            mode = os.fstat(file.fileno()).st_mode
    except OSError as error:
        raise click.UsageError(
            f"--secret-file {path} cannot be read ({error.strerror}). {_make_one(path)}"
        ) from None
    if len(secret) < _LEAST_SECRET:
        raise click.UsageError(
            f"--secret-file {path} holds {len(secret)} bytes, and a secret needs at least "
            f"{_LEAST_SECRET}. {_make_one(path)}"
        )
    if os.name == "posix" and stat.S_ISREG(mode) and mode & (stat.S_IRGRP | stat.S_IROTH):
        click.echo(
            f"Others on this machine can read {path}, and with it foretell the inputs: "
            f"chmod 600 {path}",
            err=True,
        )
    return secret


def check_resumed(out: Path, setup: Setup) -> None:
    """Compare what a folder holds with the run that is to go on with it.

    Raises:
        click.UsageError: If it was graded with another seed or secret, so that all of it would be
            graded again.
        JournalError: If it cannot be read.
    """
    path = out / journal.NAME
    reports = journal.read(path) if path.exists() else []
    others = [each for each in reports if each.seed != setup.seed_of(each.student, each.topic)]
    if others:
        theirs = {each.seed for each in reports}
        used = f"--seed {others[0].seed}" if len(theirs) == 1 else "the --secret-file of that run"
        raise click.UsageError(
            f"{len(others)} of the {len(reports)} results in {out} were graded with other seeds: "
            f"the marks of one class would come from two tests. To go on with that run, pass "
            f"{used}; to grade all again, pass --force instead of --resume, or another --out."
        )
    stale = sum(each.edition not in ("", edition(each.topic)) for each in reports)
    if stale:
        click.echo(
            f"{stale} of the {len(reports)} results in {out} were judged by other checks than "
            f"today's, and are kept. To judge them again: hyperlings regrade {out}",
            err=True,
        )


def _earlier(out: Path) -> int | None:
    """Return the seed of the run before, if there was one.

    Raises:
        click.UsageError: If each student had a seed of their own.
    """
    path = out / journal.NAME
    found = {report.seed for report in journal.read(path)} if path.exists() else set()
    if len(found) > 1:
        raise click.UsageError(
            f"The results in {out} were graded with a seed for each student: pass the "
            "--secret-file of that run."
        )
    return next(iter(found), None)


def _make_one(path: Path) -> str:
    return (
        "To make one, and keep it for as long as marks may be asked about: "
        f"(umask 077; head -c 32 /dev/urandom | base64 > {path})"
    )
