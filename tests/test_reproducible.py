"""The same submission, seed and device give the same report, whatever else is graded."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from grader.batch import grade_all
from grader.commands import seeds
from grader.commands.grade import grade_command
from grader.edition import edition
from grader.judging import Setup
from grader.misconceptions.compose import submission_source
from grader.paths import solutions_dir
from grader.report import Report
from grader.sandbox import tiers
from grader.sandbox.tiers import Tier
from grader.submission import Submission
from grader.topics import TOPICS

needs_sandbox = pytest.mark.skipif(
    tiers.detect().tier is Tier.C,
    reason="no isolation here: run in a Linux container or WSL2 with bubblewrap installed",
)
SECRET = b"sixteen bytes ok"
WRONG = {
    "ex02_manual_tuning": "ties-move",
    "ex04_random_search": "uniform-between-bounds",
    "ex07_practical_guidelines": "one-update-too-late",
}
NEIGHBOUR = """
import random
import numpy as np
import torch
random.seed(); np.random.seed(); torch.manual_seed(5); torch.set_num_threads(2)
np.random.default_rng = None
"""


def handed_in(student: str, module: str, source: str) -> Submission:
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Submission(student, module, f"{student}/{module}.py", source, digest)


def timeless(reports: Iterable[Report], students: Iterable[str]) -> list[Report]:
    return [
        replace(each, tasks=tuple(replace(task, seconds=0) for task in each.tasks))
        for each in reports
        if each.student in students
    ]


@needs_sandbox
def test_order_neighbours_and_processes_change_nothing_in_any_topic(tmp_path: Path) -> None:
    right = [
        handed_in("ada", topic.module, (solutions_dir() / f"{topic.module}.py").read_text("utf-8"))
        for topic in TOPICS
    ]
    wrong = [handed_in("bo", name, submission_source(name, which)) for name, which in WRONG.items()]
    rude = [
        handed_in(f"neighbour {number}", TOPICS[1].module, NEIGHBOUR + each.source)
        for number, each in enumerate(right)
        if each.topic_module == TOPICS[1].module and each.source
    ]
    setup = Setup(seed=0, secret=SECRET, tier=str(tiers.detect().tier))

    one = grade_all([*right, *wrong], setup, out=tmp_path / "one")
    two = grade_all([*rude, *wrong[::-1], *right[::-1]], setup, out=tmp_path / "two", jobs=2)

    assert timeless(one.reports, ["ada", "bo"]) == timeless(two.reports, ["ada", "bo"])
    assert all(each.score == each.max_score for each in one.reports if each.student == "ada")
    diagnosed = [task.diagnosis for each in one.reports for task in each.tasks if task.diagnosis]
    assert {each.id for each in diagnosed} >= set(WRONG.values())
    assert len({each.seed for each in one.reports}) == len(one.reports)
    # One student's report, replayed alone by the seed that stands in it.
    (bo,) = [each for each in one.reports if (each.student, each.topic) == ("bo", [*WRONG][1])]
    alone = replace(setup, secret=None, seed=bo.seed)
    (again,) = grade_all([wrong[1]], alone, out=tmp_path / "three").reports
    assert timeless([again], ["bo"]) == timeless([bo], ["bo"])


def test_a_students_seed_is_the_known_one_and_nobody_elses() -> None:
    setup = Setup(seed=5, tier="B", secret=SECRET)

    # printf '["ada", "ex02_manual_tuning"]' | openssl dgst -sha256 -hmac 'sixteen bytes ok'
    # gives f78a3d789cb99541..., of which the first 63 bits count.
    assert setup.seed_of("ada", "ex02_manual_tuning") == 0xF78A3D789CB99541 >> 1
    seen = {
        setup.seed_of(student, topic.module)
        for student in ("ada", "bo", 'ada", "ex01', "")
        for topic in TOPICS
    }
    assert len(seen) == 4 * len(TOPICS)
    assert all(0 <= seed < 2**63 for seed in seen)
    assert replace(setup, secret=SECRET + b"!").seed_of("ada", "ex02_manual_tuning") not in seen
    assert replace(setup, secret=None).seed_of("ada", "ex02_manual_tuning") == 5
    assert "sixteen" not in repr(setup)


def test_an_edition_is_of_one_topic_and_stays_while_nothing_changes() -> None:
    editions = [edition(topic.module) for topic in TOPICS]

    edition.cache_clear()
    assert [edition(topic.module) for topic in TOPICS] == editions
    assert len(set(editions)) == len(TOPICS)
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in editions)


def test_a_secret_is_read_and_a_bad_one_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(SECRET + b"\n")
    path.chmod(0o600)
    assert seeds.read_secret(path) == SECRET
    assert capsys.readouterr().err == ""
    path.chmod(0o644)
    assert seeds.read_secret(path) == SECRET
    assert f"chmod 600 {path}" in capsys.readouterr().err
    path.write_bytes(b"  fifteen bytes.\n")
    with pytest.raises(click.UsageError, match=r"holds 14 bytes.*at least 16.*head -c 32"):
        seeds.read_secret(path)
    with pytest.raises(click.UsageError, match="No such file or directory"):
        seeds.read_secret(tmp_path / "none")
    with pytest.raises(click.UsageError, match="Is a directory"):
        seeds.read_secret(tmp_path)


@needs_sandbox
def test_resuming_with_another_seed_or_secret_is_refused_and_a_right_one_goes_on(
    tmp_path: Path,
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    secret.chmod(stat.S_IRUSR)
    for student in ("ada", "bo"):
        (tmp_path / student).mkdir()
        (tmp_path / student / "ex04.py").write_bytes(b"\0")  # refused unrun, which is fast

    def grade(*more: object) -> tuple[int, str]:
        arguments = [tmp_path / "ada", tmp_path / "bo", "--out", tmp_path / "out", *more]
        done = CliRunner().invoke(grade_command, [str(each) for each in arguments])
        return done.exit_code, done.output

    status, said = grade("--secret-file", secret)
    assert status == 0, said
    assert "Seeds: a student's own in each topic" in said
    assert "--seed N on that file alone" in said
    before = (tmp_path / "out" / "results.jsonl").read_bytes()
    for arguments, why in (
        (["--resume"], "graded with a seed for each student"),
        (["--resume", "--seed", "3"], "2 of the 2 results"),
    ):
        status, said = grade(*arguments)
        assert status == 2
        assert why in said
        assert "pass the --secret-file of that run" in said
    status, said = grade("--secret-file", secret, "--seed", "3", "--resume")
    assert status == 2
    assert "exclude each other" in said
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == before
    status, said = grade("--resume", "--secret-file", secret)
    assert status == 0, said
    assert "Graded now: 0." in said or "Graded now: 2." in said
