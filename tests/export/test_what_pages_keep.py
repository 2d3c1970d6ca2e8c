"""Real grading, real pages: nothing that a hidden check asked or expected reaches a student."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import hidden_run, outcome
from grader.attempts import RemoteAttempts
from grader.checks import CheckFailed
from grader.export import write_exports
from grader.hidden_run import HiddenRun
from grader.leaks import scan
from grader.misconceptions.compose import declared, submission_source
from grader.report import Report, TaskResult
from grader.sandbox.client import WarmParent
from grader.sandbox.tiers import Tier, detect
from grader.topics import find_topic

ROOT = Path(__file__).resolve().parents[2]
TOPIC = find_topic("4")
FILE = f"{TOPIC.module}.py"
_VALUE = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
# What no check can compute with, one way or another.
UNFIT = ("None", "'abc'", "[[1, 2], [3]]", "{'a': 1}", "()", "10**400", "float('nan')", "(1, 2, 3)")


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    if detect().tier is Tier.C:
        pytest.skip("this machine cannot isolate code")
    with WarmParent(tier=detect().tier) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the checks knew when they failed: calls with their inputs, and expected values."""
    texts: set[str] = set()

    def listening(
        error: BaseException | None, check: outcome.Check, file: str, *, hidden: bool
    ) -> outcome.Outcome:
        if isinstance(error, CheckFailed):
            texts.update((error.what, error.expected))
        elif error is not None:
            texts.add(str(error))
        return outcome.judge(error, check, file, hidden=hidden)

    monkeypatch.setattr(hidden_run, "judge", listening)
    return texts


def run(parent: WarmParent, source: str, task: str | None) -> dict[str, TaskResult]:
    attempts = RemoteAttempts(parent, source, TOPIC.module, FILE)
    return HiddenRun(TOPIC, attempts, file=FILE, seed=1).results(task)


def report(student: str, tasks: dict[str, TaskResult]) -> Report:
    file = str(ROOT / "submissions" / student / FILE)
    return Report(student, TOPIC.module, file, "0" * 64, 1, "cpu", "A", tuple(tasks.values()))


def pages(out: Path) -> str:
    texts = [path.read_text("utf-8") for path in sorted((out / "feedback").iterdir())]
    bodies = [text.partition("<main>")[2].partition("</main>")[0] for text in texts]
    return html.unescape(re.sub(r"<[^>]*>", "", "\n".join(bodies)))


def public() -> str:
    """All numbers and sentences that learners have anyway: hints, diagnoses, stubs, lessons."""
    texts = [hint for task in TOPIC.tasks for hint in task.hints]
    texts += [each.message for each in declared(TOPIC.module).values()]
    texts += [
        (ROOT / "exercises" / FILE).read_text("utf-8"),
        (ROOT / "docs" / TOPIC.lesson).read_text("utf-8"),
    ]
    return "\n".join(texts)


def test_no_input_no_expected_value_and_no_line_of_ours_reaches_a_student(
    parent: WarmParent, asked: set[str], tmp_path: Path
) -> None:
    reports = [
        report(name, run(parent, submission_source(TOPIC.module, name), known.task))
        for name, known in declared(TOPIC.module).items()
    ]
    for value in UNFIT:
        source = "".join(
            f"def {task.name}(*_, **__):\n    return {value}\n" for task in TOPIC.tasks
        )
        reports.append(report(f"returns {value}", run(parent, source, None)))
    write_exports(reports, tmp_path)
    said = pages(tmp_path)

    assert said.count("Likely cause") >= len(declared(TOPIC.module))
    assert len(asked) > 100
    values = {
        value
        for text in asked
        for value in _VALUE.findall(text)
        if len(re.sub(r"\D", "", value).strip("0")) >= 3
    }
    assert len(values) > 50
    shown = set(_VALUE.findall(said))
    assert shown & values - set(_VALUE.findall(public())) == set()
    calls = [text for text in asked if len(text) > 8 and re.search(r"[\d(\[{=]", text)]
    assert [text for text in calls if text in said] == []
    assert scan(tmp_path / "feedback", ROOT) == []
    for folder in (str(ROOT), sys.prefix, str(Path.home())):
        assert folder not in said
    assert re.search(r"raised an? \w+ at line \d+", said)  # the learner's own line is told
