from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks import CheckFailed
from grader.deadline import DeadlineExceeded
from grader.errors import (
    UNREADABLE_RESULT,
    DeadlinePassed,
    ProtocolViolation,
    SetupFailed,
    SubmissionError,
    WorkerDied,
)
from grader.outcome import Check, Kind, Outcome, judge
from grader.paths import load_module
from grader.report import Report, Status, TaskResult
from grader.score import score
from grader.topics import find_topic

TOPIC = find_topic("2")
CHECK = Check(TOPIC, "smooth", "test_a_constant_stays_constant", points=2, seconds=5)
FILE = "ex02_manual_tuning.py"
SECRET = 123456.789
STUMBLES = f"def test_it(got):\n    assert got[{SECRET}] == 0.25\n"


def scored(*kinds: Kind) -> TaskResult:
    return score("smooth", [(CHECK, Outcome(kind, f"{kind} said")) for kind in kinds])


@pytest.mark.parametrize(
    ("kinds", "status", "points"),
    [
        ((Kind.PASSED, Kind.PASSED), Status.PASSED, 4),
        ((Kind.PASSED, Kind.FAILED), Status.PARTIAL, 2),
        ((Kind.PASSED, Kind.TODO), Status.PARTIAL, 2),
        ((Kind.FAILED, Kind.FAILED), Status.FAILED, 0),
        ((Kind.FAILED, Kind.TODO), Status.FAILED, 0),
        ((Kind.TODO, Kind.TODO), Status.NOT_ATTEMPTED, 0),
        ((Kind.PASSED, Kind.ENDED), Status.ERROR, 0),
        ((Kind.PASSED, Kind.TIMEOUT), Status.TIMEOUT, 0),
        ((Kind.PASSED, Kind.NOT_GRADED), Status.NOT_GRADED, 0),
        ((Kind.TIMEOUT, Kind.NOT_GRADED), Status.NOT_GRADED, 0),
    ],
)
def test_points_and_status_of_a_task(
    kinds: tuple[Kind, ...], status: Status, points: float
) -> None:
    result = scored(*kinds)
    assert (result.status, result.points, result.max_points) == (status, points, 4)


def test_a_message_that_repeats_is_said_once() -> None:
    assert len(scored(Kind.TIMEOUT, Kind.TIMEOUT).messages) == 1


def raised(kind: str, *bases: str, function: str | None = None) -> SubmissionError:
    return SubmissionError(kind, (kind, *bases, "Exception"), f"got {SECRET}", function, 7)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (None, Kind.PASSED),
        (CheckFailed("smooth(x)", str(SECRET), str(SECRET), "why"), Kind.FAILED),
        (raised("ValueError"), Kind.FAILED),
        (raised("Sneaky", "KeyError"), Kind.FAILED),
        (raised("NotImplementedError", "RuntimeError"), Kind.TODO),
        (raised("SystemExit", "BaseException"), Kind.ENDED),
        (WorkerDied("exited with status 0"), Kind.ENDED),
        (ProtocolViolation("a forged frame"), Kind.ENDED),
        (DeadlinePassed(5), Kind.TIMEOUT),
        (DeadlineExceeded(), Kind.TIMEOUT),
        (SetupFailed("no namespaces"), Kind.NOT_GRADED),
        (pytest.skip.Exception("sly"), Kind.ENDED),
        (SystemExit(0), Kind.ENDED),
        (NotImplementedError(), Kind.TODO),
        (ZeroDivisionError("x"), Kind.FAILED),
    ],
)
def test_what_each_end_of_a_check_means(error: BaseException | None, kind: Kind) -> None:
    assert judge(error, CHECK, FILE, hidden=True).kind is kind


def test_a_hidden_check_tells_neither_its_inputs_nor_what_the_code_said() -> None:
    failed = CheckFailed(f"smooth({SECRET})", str(SECRET), str(SECRET), "Divide by 1 - beta^t.")
    said = judge(failed, CHECK, FILE, hidden=True).message
    assert said == "A constant stays constant: not so. Divide by 1 - beta^t."
    said = judge(raised("Sneaky", "KeyError"), CHECK, FILE, hidden=True).message
    assert said == "A constant stays constant: not so. `smooth` raised a KeyError at line 7."
    for stumbled in (KeyError(SECRET), TypeError(f"no {SECRET}")):  # over what it was given
        said = judge(stumbled, CHECK, FILE, hidden=True).message
        assert "or returned something of another kind or shape" in said
        assert str(SECRET) not in said
    assert str(SECRET) in judge(failed, CHECK, FILE, hidden=False).message


def test_what_a_hidden_check_stumbles_over_shows_neither_its_text_nor_its_lines(
    tmp_path: Path,
) -> None:
    # The check's own file ends in the submission's name, as a learner's would.
    hidden = load_module(_file(tmp_path / f"test_{FILE}", STUMBLES), "stumbles")
    with pytest.raises(KeyError) as caught:
        hidden.test_it({})
    said = judge(caught.value, CHECK, FILE, hidden=True).message
    assert said == (
        "A constant stays constant: not so. `smooth` raised a KeyError, or returned something of "
        "another kind or shape than its docstring says."
    )
    assert str(SECRET) in judge(caught.value, CHECK, FILE, hidden=False).message


def test_an_exception_of_the_codes_own_class_goes_by_the_name_that_everybody_knows() -> None:
    own = type("expected_0_25", (ValueError,), {})
    assert "raised a ValueError, or" in judge(own("x"), CHECK, FILE, hidden=True).message


def _file(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_result_that_cannot_cross_is_told_from_a_call_that_does_not_fit() -> None:
    for message, expected in [
        (f"{UNREADABLE_RESULT}: a set", "returned something other than numbers"),
        ("smooth() takes 1 positional argument", "do its parameters still stand"),
    ]:
        error = SubmissionError("TypeError", ("TypeError", "Exception"), message)
        assert expected in judge(error, CHECK, FILE, hidden=True).message


def test_a_task_that_waits_for_a_sibling_names_it() -> None:
    outcome = judge(raised("NotImplementedError", function="lr_schedule"), CHECK, FILE, hidden=True)
    assert outcome.waits_for == "lr_schedule"
    assert "`lr_schedule`" in outcome.message


def test_a_report_survives_its_json() -> None:
    report = Report("ada", TOPIC.module, FILE, "00", 7, "cpu", "A", (scored(Kind.FAILED),))
    assert Report.from_json(report.to_json()) == report
    with pytest.raises(ValueError, match="`schema` must be 1"):
        Report.from_json({**report.to_json(), "schema": 2})
