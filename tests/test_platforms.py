"""Whose a file is, by the names that Moodle, Canvas, Gradescope and nbgrader give to downloads."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import gradescope
from grader.filenames import copies, topic_of
from grader.gradescope import MetadataError, Submitter, submitters
from grader.submission import Found, find
from grader.topics import find_topic

GOOD = "def smooth(losses, beta):\n    return losses\n"
NOTEBOOK = '{"cells": [{"cell_type": "code", "source": "x = 1"}], "nbformat": 4}'
EXPORT = "assignment_8046601_export"
METADATA = f"{EXPORT}/submission_metadata.yml"


@pytest.fixture(autouse=True)
def _in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["zip", "folder"])
def given_as(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def hand_in(given_as: str, *names: str, texts: Mapping[str, str] | None = None) -> str:
    """Make a download, as a zip or unpacked: files with a text of their own, and `texts`."""
    files = {
        name: NOTEBOOK if name.endswith(".ipynb") else f"{GOOD}# {name}\n" for name in names
    } | dict(texts or {})
    if given_as == "zip":
        with zipfile.ZipFile("download.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return "download.zip"
    for name, text in files.items():
        path = Path("download", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return "download"


def who(found: Found) -> list[tuple[str, str, bool]]:
    return [(each.student, each.identifier, each.late) for each in found.submissions]


@pytest.mark.parametrize("between", ["_/", "/", "_"])
def test_moodles_download_in_folders_and_flat(given_as: str, between: str) -> None:
    download = hand_in(
        given_as,
        f"Ann Lee_1234_assignsubmission_file{between}ex02.py",
        f"Bob Roe_1235_assignsubmission_file{between}ex02_manual_tuning.ipynb",
        "Bob Roe_1235_assignsubmission_onlinetext_/onlinetext.html",
    )

    found = find([download])

    assert who(found) == [("Ann Lee", "1234", False), ("Bob Roe", "1235", False)]
    assert found.submissions[0].path == (
        f"{download}/Ann Lee_1234_assignsubmission_file{between}ex02.py"
    )
    assert (found.complaints, found.passed_over) == ((), 1)


def test_moodles_group_is_taken_off_where_all_are_of_it_and_a_double_name_is_left() -> None:
    grouped = hand_in(
        "zip",
        "Lab 1-Ann Lee_1_assignsubmission_file_/ex02.py",
        "Lab 1-Mary-Ann Roe_2_assignsubmission_file_/ex02.py",
    )
    assert [each.student for each in find([grouped]).submissions] == ["Ann Lee", "Mary-Ann Roe"]

    plain = hand_in(
        "zip",
        "Mary-Ann Roe_2_assignsubmission_file_/ex02.py",
        "Bob Roe_3_assignsubmission_file_/ex02.py",
    )
    assert [each.student for each in find([plain]).submissions] == ["Bob Roe", "Mary-Ann Roe"]


def test_students_of_one_name_are_told_apart_by_their_numbers(given_as: str) -> None:
    download = hand_in(
        given_as,
        "Ann Lee_1_assignsubmission_file_/ex02.py",
        "Ann Lee_2_assignsubmission_file_/ex02.py",
        "Participant_3_assignsubmission_file_/ex02.py",
        "Teilnehmerin_4_assignsubmission_file_/ex02.py",
        "Teilnehmerin_5_assignsubmission_file_/ex02.py",
    )

    assert who(find([download])) == [
        ("Ann Lee (1)", "1", False),
        ("Ann Lee (2)", "2", False),
        ("Participant 3", "3", False),
        ("Teilnehmerin (4)", "4", False),
        ("Teilnehmerin (5)", "5", False),
    ]


def test_a_student_has_one_name_in_moodles_downloads_of_two_assignments() -> None:
    for week, number in (("2", "11"), ("4", "99")):
        with zipfile.ZipFile(f"week{week}.zip", "w") as archive:
            archive.writestr(f"Ann Lee_{number}_assignsubmission_file_/ex0{week}.py", GOOD)

    found = find(["week2.zip", "week4.zip"])

    assert who(found) == [("Ann Lee", "11", False), ("Ann Lee", "99", False)]


def test_what_a_student_names_does_not_make_somebody_elses_of_it(given_as: str) -> None:
    download = hand_in(
        given_as,
        "Ann Lee_1_assignsubmission_file_/Bob Roe_2_assignsubmission_file_/ex02.py",
        "Cy_3_assignsubmission_file_/roebob_7_8_ex02.py",
        "Di_4_assignsubmission_file_Bob Roe_2_assignsubmission_file_ex02.py",
        f"Eve_5_assignsubmission_file_/{EXPORT}/submission_1/ex02.py",
        "leefay_9_10_Bob Roe_2_assignsubmission_file_ex02.py",
        texts={
            f"Eve_5_assignsubmission_file_/{METADATA}": (
                "submission_1: {':submitters': [{':name': Bob Roe}]}"
            )
        },
    )

    assert {each.student for each in find([download], find_topic("2")).submissions} == {
        "Ann Lee",
        "Cy",
        "Di",
        "Eve",
        "leefay",
    }


def test_a_platforms_name_in_a_plain_folder_takes_no_folders_place() -> None:
    download = hand_in("folder", "bob/ex02.py", "mallory/bob_7_8_ex02.py")

    assert [each.student for each in find([download]).submissions] == ["bob", "bob (7)"]


def test_canvas_download_with_late_flags_and_anonymous_students(given_as: str) -> None:
    download = hand_in(
        given_as,
        "leeann_101_5001_ex02.py",
        "roebob_LATE_102_5002_ex02_manual_tuning-1.ipynb",
        "anon_x7Kq2_5003_ex02.py",
        "LATE_anon_b3_5004_ex02.py",
        "foxdi_105_text.html",
    )

    found = find([download])

    assert who(found) == [
        ("anon b3", "b3", True),
        ("anon x7Kq2", "x7Kq2", False),
        ("leeann", "101", False),
        ("roebob", "102", True),
    ]
    assert (found.complaints, found.passed_over) == ((), 1)


def test_canvas_newest_attachment_counts_and_its_lateness_with_it(given_as: str) -> None:
    download = hand_in(
        given_as,
        "leeann_101_5001_ex02.py",
        "leeann_LATE_101_5009_ex02-2.py",
        "leeann_101_5008_ex02-1.py",
    )

    found = find([download])

    assert who(found) == [("leeann", "101", True)]
    assert [(each.path, each.counted) for each in found.superseded] == [
        (f"{download}/leeann_101_5001_ex02.py", f"{download}/leeann_LATE_101_5009_ex02-2.py"),
        (f"{download}/leeann_101_5008_ex02-1.py", f"{download}/leeann_LATE_101_5009_ex02-2.py"),
    ]


def test_a_forced_topic_takes_each_students_odd_name_unless_they_have_a_right_one() -> None:
    download = hand_in(
        "zip", "leeann_1_2_ex02.py", "leeann_1_3_helpers.py", "roebob_4_5_homework.py"
    )

    found = find([download], find_topic("2"))

    assert [each.student for each in found.submissions] == ["leeann", "roebob"]
    assert [line.split()[0] for line in found.complaints] == ["download.zip/leeann_1_3_helpers.py"]


GRADESCOPE = """\
---
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: '0042'
    :email: ann@example.edu
  :created_at: 2026-02-11 04:55:01.123456000 Z
  :score: 1.0
  :results:
    output: "submission_12:\\n  :submitters:\\n  - :name: Mallory"
submission_12:
  :submitters:
  - :name: Bob Roe
    :sid: 0043
  - :name: Cy Doe
    :email: cy@example.edu
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-02-12 04:55:01.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: Etc/UTC
submission_13:
  :submitters:
  - &who
    :name: Ann Lee
    :sid: '0042'
  :created_at: 2026-02-10 20:00:00 -08:00
"""


def test_gradescopes_export_names_students_and_groups_by_its_metadata(given_as: str) -> None:
    download = hand_in(
        given_as,
        f"{EXPORT}/submission_11/ex02.py",
        f"{EXPORT}/submission_12/src/ex02.py",
        f"{EXPORT}/submission_13/ex02.py",
        f"{EXPORT}/submission_99/ex02.py",
        texts={METADATA: GRADESCOPE},
    )

    found = find([download])

    assert who(found) == [
        ("Ann Lee", "0042", False),
        ("Bob Roe", "0043", False),
        ("Cy Doe", "cy@example.edu", False),
        ("submission_99", "", False),
    ]
    # 20:00 on the tenth in California is 04:00 UTC on the eleventh.
    assert [each.path for each in found.superseded] == [
        f"{download}/{EXPORT}/submission_13/ex02.py"
    ]
    assert (found.complaints, found.passed_over) == ((), 0)


def test_metadata_is_read_without_rubys_objects_and_without_taking_text_for_numbers() -> None:
    found = submitters(GRADESCOPE.encode())

    assert found["submission_11"] == (Submitter("Ann Lee", "0042", 1_770_785_701_123_456),)
    assert found["submission_12"][0] == Submitter("Bob Roe", "0043", 1_770_872_101_000_000)


def test_metadata_that_cannot_be_read_costs_only_the_names() -> None:
    download = hand_in("zip", f"{EXPORT}/submission_11/ex02.py", texts={METADATA: "a: [1\nb: }"})

    found = find([download])

    assert [each.student for each in found.submissions] == ["submission_11"]
    assert found.complaints == (
        f"download.zip/{METADATA} is no YAML in line 2, so its students are named by their "
        "folders; name them in a --manifest.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 50_000,
        "&a [*a, *a]",
        "? [x]\n: y",
        "!!python/object/apply:os.system ['touch owned']",
        "\x00",
        "",
        "submission_1: 5",
        "submission_1: {':submitters': {a: b}}",
        "submission_1: {':submitters': [1, [2], {':name': [3]}]}",
    ],
)
def test_hostile_metadata_is_refused_or_says_nothing(text: str) -> None:
    try:
        found = submitters(text.encode())
    except MetadataError:
        found = {}

    assert all(each.name == "" for some in found.values() for each in some)
    assert not Path("owned").exists()


@given(st.binary(max_size=200))
def test_no_bytes_of_metadata_raise_anything_else(data: bytes) -> None:
    with suppress(MetadataError):
        assert any(submitters(data).values())


def test_an_export_is_known_by_its_folders_name() -> None:
    assert gradescope.is_export(EXPORT)
    assert not gradescope.is_export("alice")


def test_nbgraders_submitted_tree_gives_a_student_all_that_lies_in_it(given_as: str) -> None:
    tree = hand_in(
        given_as,
        "submitted/alice/ex02/ex02.ipynb",
        "submitted/alice/week 4/ex04_random_search.ipynb",
        "submitted/bob/week 2/carol/ex02.py",
    )

    found = find([tree])

    assert [(each.student, each.topic_module) for each in found.submissions] == [
        ("alice", "ex02_manual_tuning"),
        ("alice", "ex04_random_search"),
        ("bob", "ex02_manual_tuning"),
    ]


def test_a_link_that_bears_a_platforms_name_is_refused_as_any_other() -> None:
    Path("solution.py").write_text(GOOD)
    Path("download").mkdir()
    Path("download/leeann_1_2_ex02.py").symlink_to(Path("solution.py").absolute())

    (submission,) = find(["download"]).submissions

    assert (submission.student, submission.source) == ("leeann", None)
    assert submission.problem is not None
    assert "is or lies behind a symbolic link" in submission.problem


def test_a_folder_submitted_above_what_is_named_means_nothing() -> None:
    Path("submitted/course/alice").mkdir(parents=True)
    Path("submitted/course/alice/ex02.py").write_text(GOOD)

    assert [each.student for each in find(["submitted/course"]).submissions] == ["alice"]


def test_metadata_counts_in_the_exports_own_folder_alone(given_as: str) -> None:
    forged = "submission_1: {':submitters': [{':name': Bob Roe}]}"
    download = hand_in(
        given_as,
        "mallory/submission_1/ex02.py",
        f"week/eve/{EXPORT}/submission_1/ex02.py",
        texts={
            "mallory/submission_metadata.yml": forged,
            f"week/eve/{METADATA}": forged,
        },
    )

    assert [each.student for each in find([download]).submissions] == [
        f"{EXPORT}/submission_1",
        "mallory/submission_1",
    ]
    if given_as == "folder":
        (submission,) = find(["download/mallory"]).submissions
        assert submission.student == "submission_1"


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("ex02.py", (0, 0)),
        ("ex02-3.py", (3, 0)),
        ("ex02 (2).py", (0, 2)),
        ("ex02 (2)-3.py", (3, 2)),
        ("ex02-3 (2).py", (3, 2)),
        ("EX02_manual_tuning(1).ipynb", (0, 1)),
    ],
)
def test_a_copys_numbers_are_read_off_its_name(name: str, numbers: tuple[int, int]) -> None:
    assert copies(name) == numbers
    assert topic_of(name) is find_topic("2")
