"""Finding submissions in what a command line names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from grader.submission import Found, find, printable
from grader.topics import TOPICS, find_topic

GOOD = "def smooth(losses, beta):\n    return losses\n"


@pytest.fixture(autouse=True)
def _in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(*paths: str, text: str = GOOD) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(f"{text}# {path}\n")


def whose(found: Found) -> list[tuple[str, str]]:
    return [(each.student, each.topic_module) for each in found.submissions]


def test_a_folder_of_students_gives_each_file_to_its_folder_in_order() -> None:
    put("subs/bob/ex04.py", "subs/alice/ex04_random_search.py", "subs/alice/EX02.PY")

    found = find(["subs"])

    assert whose(found) == [
        ("alice", "ex02_manual_tuning"),
        ("alice", "ex04_random_search"),
        ("bob", "ex04_random_search"),
    ]
    assert found.complaints == ()
    first = found.submissions[0]
    assert first.path == "subs/alice/EX02.PY"
    assert first.source == Path(first.path).read_text()
    assert first.sha256 == hashlib.sha256(Path(first.path).read_bytes()).hexdigest()


def test_a_plain_folder_of_exercises_is_one_student_and_its_checks_are_passed_over() -> None:
    put("exercises/ex02_manual_tuning.py", "exercises/ex04_random_search.py")
    put("exercises/test_ex02_manual_tuning.py", "exercises/conftest.py")
    put("exercises/__pycache__/ex02.py", "exercises/.ipynb_checkpoints/ex02.ipynb")

    found = find(["exercises/"])

    assert whose(found) == [
        ("exercises", "ex02_manual_tuning"),
        ("exercises", "ex04_random_search"),
    ]
    assert (found.complaints, found.passed_over) == ((), 0)


def test_nbgraders_tree_gives_notebooks_to_the_student_not_to_the_assignment() -> None:
    notebook = '{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4}'
    for student in ("alice", "bob"):
        folder = Path(f"submitted/{student}/ex02_manual_tuning")
        folder.mkdir(parents=True)
        (folder / "ex02_manual_tuning.ipynb").write_text(notebook)

    assert whose(find(["submitted"])) == [
        ("alice", "ex02_manual_tuning"),
        ("bob", "ex02_manual_tuning"),
    ]


def test_a_browsers_second_copy_is_known_by_its_name() -> None:
    put("alice/ex02_manual_tuning (1).py")

    assert whose(find(["alice"])) == [("alice", "ex02_manual_tuning")]


def test_a_pattern_that_the_shell_left_alone_is_expanded() -> None:
    put("subs/alice/ex02.py", "subs/bob/ex02.py", "subs/bob/ex04.py")

    assert whose(find(["subs/*/ex02.py"])) == [
        ("alice", "ex02_manual_tuning"),
        ("bob", "ex02_manual_tuning"),
    ]


def test_students_of_one_name_are_told_apart_by_the_folders_above() -> None:
    put("monday/alice/ex02.py", "friday/alice/ex02.py", "friday/bob/ex02.py")

    assert [each.student for each in find(["monday", "friday"]).submissions] == [
        "bob",
        "friday/alice",
        "monday/alice",
    ]


def test_a_wrong_name_is_named_with_the_remedy_and_the_rest_goes_on() -> None:
    put("subs/alice/homework.py", "subs/bob/ex02.py", "subs/bob/notes.txt")

    found = find(["subs"])

    assert whose(found) == [("bob", "ex02_manual_tuning")]
    assert found.complaints == (
        "subs/alice/homework.py is not a topic's file; rename it to its topic's name, "
        f"such as {TOPICS[0].module}.py, pass --topic, or name it in a --manifest.",
    )
    assert found.passed_over == 1


def test_a_path_that_is_not_there_is_named() -> None:
    assert find(["nowhere", "no*"]).complaints == (
        "nowhere does not exist; check its spelling.",
        "no* does not exist; check its spelling.",
    )


def test_a_forced_topic_takes_any_name_and_then_the_stem_is_the_student() -> None:
    put("homework/alice.py", "homework/bob.py")

    found = find(["homework"], find_topic("2"))

    assert whose(found) == [("alice", "ex02_manual_tuning"), ("bob", "ex02_manual_tuning")]


def test_a_forced_topic_prefers_the_file_of_the_right_name() -> None:
    put("alice/ex02.py", "alice/helpers.py", "alice/ex04.py")

    found = find(["alice"], find_topic("2"))

    assert whose(found) == [("alice", "ex02_manual_tuning")]
    assert [line.split()[0] for line in found.complaints] == ["alice/helpers.py"]
    assert found.passed_over == 1


def test_a_file_that_cannot_be_read_has_one_sentence_and_the_rest_goes_on() -> None:
    put("subs/alice/ex02.py")
    Path("subs/bob/ex02.py").mkdir(parents=True)
    Path("subs/carol").mkdir()
    Path("subs/carol/ex02.py").symlink_to(Path("subs/alice/ex02.py").absolute())

    alice, bob, carol = find(["subs"]).submissions

    assert alice.problem is None
    assert bob.problem == "subs/bob/ex02.py is a folder; hand in the file itself."
    assert (bob.source, bob.sha256) == (None, "")
    assert carol.problem is not None
    assert carol.problem.startswith("subs/carol/ex02.py is or lies behind a symbolic link")


def test_linked_folders_are_not_followed_wherever_they_are_named() -> None:
    put("solutions/ex02.py")
    Path("subs").mkdir()
    Path("subs/mallory").symlink_to(Path("solutions").absolute())

    for paths in (["subs"], ["subs/mallory"], ["subs/mallory/"]):
        found = find(paths)
        assert found.submissions == ()
        assert "symbolic link" in found.complaints[0]
    (through,) = find(["subs/mallory/ex02.py"]).submissions
    assert through.source is None


def test_a_second_copy_of_the_same_bytes_is_graded_once_and_said() -> None:
    put("alice/ex02.py")
    Path("alice/ex02_manual_tuning.py").write_bytes(Path("alice/ex02.py").read_bytes())

    found = find(["alice", "alice/ex02.py"])

    assert [each.path for each in found.submissions] == ["alice/ex02.py"]
    assert found.complaints == (
        "alice/ex02_manual_tuning.py is the same as alice/ex02.py; it is graded once.",
    )


def test_of_two_different_files_for_one_topic_the_newer_counts_and_the_other_is_listed() -> None:
    put("alice/ex02.py", "alice/ex02_manual_tuning.py", "alice/ex02.ipynb")
    for path, seconds in (("ex02.py", 1000), ("ex02_manual_tuning.py", 990), ("ex02.ipynb", 900)):
        os.utime(f"alice/{path}", (seconds, seconds))

    found = find(["alice"])

    assert [each.path for each in found.submissions] == ["alice/ex02.py"]
    assert found.complaints == ()
    assert [(each.student, each.path, each.counted, each.why) for each in found.superseded] == [
        ("alice", "alice/ex02.ipynb", "alice/ex02.py", "an earlier attempt"),
        ("alice", "alice/ex02_manual_tuning.py", "alice/ex02.py", "an earlier attempt"),
    ]


def test_of_two_files_of_one_date_both_are_graded_and_the_remedy_is_said() -> None:
    put("alice/ex02.py", "alice/ex02_manual_tuning.py")
    os.utime("alice/ex02.py", (1000, 1000))
    os.utime("alice/ex02_manual_tuning.py", (1001, 1001))  # zip archives date to two seconds

    found = find(["alice"])

    assert len(found.submissions) == 2
    assert found.complaints == (
        "alice/ex02_manual_tuning.py and alice/ex02.py are both from alice for "
        "ex02_manual_tuning, and it cannot be told which is newer; both are graded, so remove one, "
        "or name the one that counts in a --manifest.",
    )


def test_a_browsers_copy_counts_among_files_of_one_date_and_canvas_own_number_before_any_date() -> (
    None
):
    put("alice/ex02.py", "alice/ex02 (1).py", "bob/ex02-1.py", "bob/ex02-2.py", "bob/ex02.py")
    for path, seconds in (
        ("alice/ex02.py", 1000),
        ("alice/ex02 (1).py", 1000),
        ("bob/ex02.py", 3000),
        ("bob/ex02-1.py", 2000),
        ("bob/ex02-2.py", 1000),
    ):
        os.utime(path, (seconds, seconds))

    found = find(["alice", "bob"])

    assert [each.path for each in found.submissions] == ["alice/ex02 (1).py", "bob/ex02-2.py"]
    assert len(found.superseded) == 3


def test_nobody_has_more_than_four_files_of_one_date_graded() -> None:
    many = [f"submitted/alice/ex02/{number}/ex02.py" for number in range(9)]
    put(*many)
    for path in many:
        os.utime(path, (1000, 1000))

    found = find(["submitted"])

    assert whose(found) == [("alice", "ex02_manual_tuning")] * 4
    assert found.complaints[0] == (
        "alice has 5 more files for ex02_manual_tuning of the same date, which are left aside; "
        "name the one that counts in a --manifest."
    )


def test_folders_without_end_are_not_followed_to_their_end() -> None:
    deep = Path("alice", *["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "ex02.py").write_text(GOOD)

    assert find(["alice"]).submissions == ()


def test_names_that_would_upset_a_terminal_are_written_out() -> None:
    assert printable("a\x1b[31m\n\udcff é") == "a\\x1b[31m\\n\\xff é"
