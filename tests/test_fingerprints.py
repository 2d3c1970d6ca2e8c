"""Fingerprints: recorded answers that name a mistake, on any machine, and nothing by accident."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from grader import fingerprints, paths, recording
from grader.fingerprints import Fingerprint, Fingerprints
from grader.misconceptions.compose import declared, submission_source
from grader.paths import load_module
from grader.report import Diagnosis
from grader.topics import Task, Topic

ODD = {"nan": math.nan, "up": math.inf, "down": [-math.inf, 1], "none": None, "text": "é"}
PRINTS = Fingerprints(
    "ex99_fake",
    {"double": {"of 3": 6, "of odd": ODD}},
    (
        Fingerprint("adds-one", "double", "You added one.", {"of 3": 4, "of odd": ODD}),
        Fingerprint("squares", "double", "You squared.", {"of 3": 9.000000000001, "of odd": ODD}),
    ),
)


def test_an_answer_like_a_misconceptions_is_named() -> None:
    answer = {"of 3": np.float64(9.0), "of odd": ODD}

    assert PRINTS.diagnose("double", answer) == Diagnosis("squares", "You squared.")


@pytest.mark.parametrize(
    "answer",
    [
        {"of 3": 6.0, "of odd": ODD},  # right
        {"of 3": 5, "of odd": ODD},  # wrong in a way nobody has recorded
        {"of 3": 9},  # another shape
        None,
        "You squared.",
    ],
)
def test_a_right_an_unknown_and_a_malformed_answer_name_nothing(answer: object) -> None:
    assert PRINTS.diagnose("double", answer) is None


def test_a_second_fault_elsewhere_does_not_hide_a_misconception() -> None:
    found = PRINTS.diagnose("double", {"of 3": 9, "of odd": {**ODD, "nan": math.inf}})
    assert found is not None
    assert found.id == "squares"


def test_another_tasks_misconception_is_never_named() -> None:
    assert PRINTS.diagnose("halve", PRINTS.misconceptions[0].answer) is None


def test_a_misconception_that_answers_like_the_reference_is_no_diagnosis() -> None:
    prints = Fingerprints("x", {"t": [1.0]}, (Fingerprint("same", "t", "no", [1.0]),))

    assert prints.diagnose("t", [1.0]) is None


def test_the_file_is_strict_json_and_reads_back_as_it_was_nan_and_infinity_included() -> None:
    text = fingerprints.dumps(PRINTS)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    assert json.loads(text, parse_constant=refuse)["schema"] == 1
    assert fingerprints.loads(text).agrees_with(PRINTS)
    assert fingerprints.dumps(fingerprints.loads(text)) == text
    assert fingerprints.loads(text).references["double"]["of odd"]["down"] == [-math.inf, 1]


def test_floats_are_recorded_to_twelve_digits_and_whole_numbers_in_full() -> None:
    text = fingerprints.dumps(Fingerprints("x", {"t": [0.1 + 0.2, 2**60 + 1, 1e-300, -0.0]}, ()))

    assert json.loads(text)["reference"]["t"] == [0.3, 2**60 + 1, 1e-300, -0.0]


def test_recordings_of_two_machines_agree_within_rounding_and_differ_in_a_word() -> None:
    near = Fingerprints("x", {"t": [1.0]}, (Fingerprint("a", "t", "m", [2.0]),))
    same = Fingerprints("x", {"t": [1.0 + 1e-9]}, (Fingerprint("a", "t", "m", [2.0 - 1e-9]),))
    other = Fingerprints("x", {"t": [1.0]}, (Fingerprint("a", "t", "another", [2.0]),))

    assert near.agrees_with(same)
    assert not near.agrees_with(other)
    assert not near.agrees_with(Fingerprints("x", {"t": [1.001]}, near.misconceptions))


@pytest.mark.parametrize("answer", [object(), {1: 2}, {"$float": 1}, 1j, [{"a": {3}}]])
def test_an_answer_without_a_plain_form_cannot_be_recorded(answer: object) -> None:
    with pytest.raises(TypeError, match=r"plain values|keys must be text"):
        fingerprints.dumps(Fingerprints("x", {"t": answer}, ()))


def test_without_a_file_nothing_is_recognized_and_a_damaged_one_names_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ex99_fake.json"
    monkeypatch.setattr(fingerprints, "fingerprints_file", lambda module: file)

    assert fingerprints.load("ex99_fake").diagnose("double", 1) is None
    with pytest.raises(KeyError, match="hyperlings sync"):
        fingerprints.load("ex99_fake").reference("double")
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"ex99_fake\.json is damaged .* Run `hyperlings sync`"):
        fingerprints.load("ex99_fake")


# --- recording --------------------------------------------------------------------------------

TOPIC = Topic(
    99,
    "fake",
    "ex99_fake",
    "Fake",
    "For tests.",
    "99.md",
    (Task("double", "Double", ("", "", "")),),
)
SOLUTION = '''
from __future__ import annotations

import math


def double(x: float) -> float:
    """Double `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''
PROBE = """
from grader.probes import outcome


def double(submission):
    return {"of 3": outcome(lambda: submission.double(3.0))}
"""
WRONG = """
from grader.misconceptions import misconception


@misconception(task="double", message="You squared.")
def squares(x):
    if x > 100:
        return squares(x / 2)
    return math.pow(x, 2)


@misconception(task="double", message="You forgot the return.")
def returns_nothing(x):
    2 * x
"""


Fake = Callable[..., Topic]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    """Make a topic of one task out of three texts."""

    def make(solution: str = SOLUTION, probe: str = PROBE, wrong: str = WRONG) -> Topic:
        monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
        (tmp_path / "solutions").mkdir()
        (tmp_path / "solutions" / "ex99_fake.py").write_text(dedent(solution), encoding="utf-8")
        for package, text in (("probes", probe), ("misconceptions", wrong)):
            (tmp_path / package).mkdir()
            file = tmp_path / package / "ex99_fake.py"
            file.write_text(text, encoding="utf-8")
            load_module(file, f"grader.{package}.ex99_fake")
        return TOPIC

    yield make
    for package in ("probes", "misconceptions"):
        sys.modules.pop(f"grader.{package}.ex99_fake", None)


def test_recording_holds_the_answer_of_the_reference_and_of_each_misconception(fake: Fake) -> None:
    counted: list[None] = []

    prints = recording.record(fake(), step=lambda: counted.append(None))

    assert prints.references == {"double": {"of 3": 6.0}}
    assert [(item.id, item.message, item.answer) for item in prints.misconceptions] == [
        ("returns-nothing", "You forgot the return.", {"of 3": None}),
        ("squares", "You squared.", {"of 3": 9.0}),
    ]
    assert len(counted) == recording.steps(TOPIC) == 3


@pytest.mark.parametrize(
    ("probe", "wrong", "says"),
    [
        (PROBE.replace("3.0", "2.0"), WRONG, "the reference and squares answer alike"),
        (PROBE, WRONG.replace("2 * x\n", "return x ** 2\n"), "squares and returns-nothing answer"),
        (PROBE.replace("def double", "def triple"), WRONG, "no probe `double`. Add one"),
        (PROBE, WRONG.replace("math.pow(x, 2)", "{x}"), "squares raised TypeError: an answer must"),
        (PROBE, WRONG.replace('"double", message="You s', '"half", message="You s'), "'half'"),
        ("def double(submission):\n    return {3: 1}\n", WRONG, "the reference raised TypeError"),
        ("def double(submission):\n    1 / 0\n", WRONG, r"put the call into `outcome\("),
    ],
)
def test_a_topic_that_cannot_be_recorded_says_what_to_change(
    fake: Fake, probe: str, wrong: str, says: str
) -> None:
    with pytest.raises(recording.RecordingError, match=r"grader/probes/ex99_fake\.py") as caught:
        recording.record(fake(probe=probe, wrong=wrong))

    assert caught.match(says)


def test_a_probe_that_does_not_end_is_stopped(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "_SECONDS", 0.05)

    with pytest.raises(recording.RecordingError, match="squares was still running after"):
        recording.record(fake(wrong=WRONG.replace("    return math", "    while True: 1\n    x")))


def test_a_submission_is_the_reference_with_the_wrong_function_under_the_tasks_name(
    fake: Fake,
) -> None:
    topic = fake()

    source = submission_source(topic.module, "squares")

    assert source.startswith(SOLUTION.rstrip())
    assert source.endswith(
        "def double(x):\n    if x > 100:\n        return double(x / 2)\n    return math.pow(x, 2)\n"
    )
    assert "misconception" not in source
    assert list(declared(topic.module)) == ["squares", "returns_nothing"]
    assert submission_source(topic.module, "returns-nothing").endswith("    2 * x\n")


def test_a_file_of_right_functions_written_differently_is_appended_too(
    fake: Fake, tmp_path: Path
) -> None:
    file = tmp_path / "double_sum.py"
    file.write_text("from __future__ import annotations\n\n\ndef double(x):\n    return x + x\n")

    source = submission_source(fake().module, file)

    compile(source, "submission", "exec")
    assert source == f"{SOLUTION.rstrip()}\n\n\ndef double(x):\n    return x + x\n"


def test_an_unknown_misconception_is_an_error_that_lists_those_there_are(fake: Fake) -> None:
    with pytest.raises(KeyError, match=r"'cubes'\. It has squares, returns_nothing"):
        submission_source(fake().module, "cubes")
