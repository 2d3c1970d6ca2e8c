"""What holds for every misconception on a learner's own machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import paths
from grader.misconceptions.compose import declared, submission_source
from grader.topics import TOPICS

# The last two collect all garbage several times a run, which is dear in a process of many runs.
_OFF = [
    *("-p", "no:cacheprovider"),
    *("-p", "no:unraisableexception"),
    *("-p", "no:threadexception"),
]
MISCONCEPTIONS = [(topic.module, name) for topic in TOPICS for name in declared(topic.module)]


@pytest.mark.parametrize(("module", "name"), MISCONCEPTIONS)
def test_the_visible_checks_notice_a_misconception_and_tell_its_name(
    module: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = declared(module)[name]
    (tmp_path / f"{module}.py").write_text(submission_source(module, name), encoding="utf-8")
    for kept in (f"test_{module}.py", "pytest.ini"):
        (tmp_path / kept).write_bytes((paths.exercises_dir() / kept).read_bytes())
    status = pytest.main([str(tmp_path), "--task", known.task, *_OFF])
    said = capsys.readouterr().out
    assert status == pytest.ExitCode.TESTS_FAILED
    assert " ".join(known.message.split()) in " ".join(said.split())
    assert "grader/" not in said, "a frame of ours is in the message"
