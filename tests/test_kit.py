"""Sync: what is generated is current, and nobody's work is written over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grader import kit, paths, recording
from grader.cli import main
from grader.commands import build
from grader.fingerprints import Fingerprint, Fingerprints
from grader.topics import Task, Topic

SOLUTION = '''"""A topic."""


def double(x: float) -> float:
    """Double `x`."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''
STUB = '''"""A topic."""


def double(x: float) -> float:
    """Double `x`."""
    raise NotImplementedError
'''
DONE = STUB.replace("raise NotImplementedError", "return x + x")
TOPIC = Topic(
    99,
    "fake",
    "ex99_fake",
    "Fake",
    "For tests.",
    "99.md",
    (Task("double", "Double", ("", "", "")),),
)
Sync = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one solution; recording is stood in for."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions" / "ex99_fake.py").write_text(SOLUTION, encoding="utf-8")
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(kit, "fingerprints_file", lambda m: tmp_path / "recorded" / f"{m}.json")
    monkeypatch.setattr(build, "TOPICS", (TOPIC,))
    monkeypatch.setattr(recording, "steps", lambda topic: 2)
    answers(monkeypatch, 6.0)
    return tmp_path


def answers(monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    """Let recording find this answer of the reference."""
    wrong = (Fingerprint("squares", "double", "You squared.", 9.0),)
    found = Fingerprints("ex99_fake", {"double": value}, wrong)
    monkeypatch.setattr(recording, "record", lambda topic, step: found)


def sync(*options: str) -> Result:
    return CliRunner().invoke(main, ["sync", *options])


def exercise(root: Path) -> Path:
    return root / "exercises" / "ex99_fake.py"


def test_sync_writes_stub_hash_and_answers_and_check_then_agrees(root: Path) -> None:
    assert sync("--check").exit_code == 1
    assert not exercise(root).exists()

    written = sync()

    assert written.exit_code == 0
    assert exercise(root).read_text(encoding="utf-8") == STUB
    hashed = (root / "recorded" / "ex99_fake.sha256").read_text(encoding="utf-8")
    assert hashed == f"{hashlib.sha256(STUB.encode()).hexdigest()}  exercises/ex99_fake.py\n"
    assert '"squares"' in (root / "recorded" / "ex99_fake.json").read_text(encoding="utf-8")
    checked = sync("--check")
    assert checked.exit_code == 0
    assert "in step with solutions/" in checked.stdout


def test_a_changed_solution_is_drift_shown_file_by_file_and_repaired_by_sync(root: Path) -> None:
    sync()
    solution = root / "solutions" / "ex99_fake.py"
    solution.write_text(SOLUTION.replace("Double `x`.", "Twice `x`."), encoding="utf-8")

    checked = sync("--check")

    assert checked.exit_code == 1
    assert "exercises/ex99_fake.py differs:" in checked.stdout
    assert '-    """Double `x`."""\n+    """Twice `x`."""' in checked.stdout
    assert "Run `hyperlings sync`" in checked.stderr
    assert exercise(root).read_text(encoding="utf-8") == STUB
    assert sync().exit_code == 0
    assert "Twice" in exercise(root).read_text(encoding="utf-8")


def test_a_change_between_the_markers_only_leaves_the_exercise_in_step(root: Path) -> None:
    sync()
    solution = root / "solutions" / "ex99_fake.py"
    solution.write_text(SOLUTION.replace("2 * x", "x + x"), encoding="utf-8")

    assert sync("--check").exit_code == 0


def test_a_learners_work_is_never_overwritten_unasked(root: Path) -> None:
    sync()
    exercise(root).write_text(DONE, encoding="utf-8")

    refused = sync()

    assert refused.exit_code == 1
    assert "exercises/ex99_fake.py holds work" in refused.stderr
    assert "--force" in refused.stderr
    assert exercise(root).read_text(encoding="utf-8") == DONE
    forced = sync("--force")
    assert forced.exit_code == 0
    assert exercise(root).read_text(encoding="utf-8") == STUB
    backup = root / "exercises" / ".hyperlings" / "backups" / "ex99_fake.1.py"
    assert backup.read_text(encoding="utf-8") == DONE
    assert f"kept {kit.shown(backup)}" in forced.stdout


def test_work_in_a_stub_of_unknown_origin_is_left_alone_too(root: Path) -> None:
    exercise(root).write_text(DONE, encoding="utf-8")

    assert sync().exit_code == 1
    assert exercise(root).read_text(encoding="utf-8") == DONE


def test_answers_that_differ_by_rounding_only_are_in_step(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync()
    recorded = root / "recorded" / "ex99_fake.json"
    before = recorded.read_bytes()

    answers(monkeypatch, 6.0 * (1 + 1e-9))
    assert sync("--check").exit_code == 0
    assert sync().exit_code == 0
    assert recorded.read_bytes() == before
    answers(monkeypatch, 6.001)
    checked = sync("--check")
    assert checked.exit_code == 1
    assert '+  "double": 6.001' in checked.stdout


def test_damaged_answers_are_written_anew(root: Path) -> None:
    sync()
    recorded = root / "recorded" / "ex99_fake.json"
    recorded.write_text("{", encoding="utf-8")

    assert sync("--check").exit_code == 1
    assert sync().exit_code == 0
    assert sync("--check").exit_code == 0


def test_what_cannot_be_generated_is_named_and_exits_with_1(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(topic: Topic, step: object) -> None:
        raise recording.RecordingError("grader/probes/ex99_fake.py, double: a and b answer alike.")

    monkeypatch.setattr(recording, "record", fail)

    outcome = sync()

    assert outcome.exit_code == 1
    assert "a and b answer alike." in outcome.stderr
    assert exercise(root).read_text(encoding="utf-8") == STUB


def test_a_broken_marker_is_named_by_file_and_line(root: Path) -> None:
    solution = root / "solutions" / "ex99_fake.py"
    solution.write_text(SOLUTION.replace("    ### END SOLUTION\n", ""), encoding="utf-8")

    outcome = sync("--check")

    assert outcome.exit_code == 1
    assert "solutions/ex99_fake.py:6: `### BEGIN SOLUTION` is never closed." in outcome.stderr


def test_a_learners_kit_says_that_sync_needs_a_checkout(root: Path) -> None:
    (root / "solutions" / "ex99_fake.py").unlink()
    (root / "solutions").rmdir()

    outcome = sync()

    assert outcome.exit_code == 1
    assert "There is no solutions/ folder here: this is a learner's kit" in outcome.stderr
    assert "Traceback" not in outcome.output


def test_reset_puts_the_stub_back_and_keeps_every_version_before_it(root: Path) -> None:
    exercise(root).write_text(DONE, encoding="utf-8")

    first = kit.reset(TOPIC)

    assert first is not None
    assert first.read_text(encoding="utf-8") == DONE
    assert exercise(root).read_text(encoding="utf-8") == STUB
    assert kit.reset(TOPIC) is None  # nothing to keep
    exercise(root).write_bytes(b"\xff not text")
    second = kit.reset(TOPIC)
    assert second is not None
    assert second.read_bytes() == b"\xff not text"
    assert first.read_text(encoding="utf-8") == DONE


def test_reset_brings_a_missing_exercise_back(root: Path) -> None:
    assert kit.reset(TOPIC) is None
    assert exercise(root).read_text(encoding="utf-8") == STUB


def test_a_stub_that_is_no_python_is_an_error(root: Path) -> None:
    solution = root / "solutions" / "ex99_fake.py"
    solution.write_text(SOLUTION + "def (\n", encoding="utf-8")

    with pytest.raises(kit.KitError, match=r"solutions/ex99_fake\.py leaves no valid stub"):
        kit.stub_for(TOPIC)


def test_a_long_diff_is_cut_and_says_how_much_is_left() -> None:
    change = kit.Change(Path("x.py"), "a\n" * 100, "b" * 1000 + "\n" + "c\n" * 100)

    lines = change.diff().splitlines()

    assert len(lines) == 21
    assert max(map(len, lines)) <= 140
    assert lines[-1] == "… and 182 more lines"


def test_the_reset_command_without_solutions_says_why_in_one_line(root: Path) -> None:
    (root / "solutions" / "ex99_fake.py").unlink()
    (root / "solutions").rmdir()

    outcome = CliRunner().invoke(main, ["reset", "2"])

    assert outcome.exit_code == 1
    assert outcome.stderr.startswith("Error: There is no solutions/ folder here")
