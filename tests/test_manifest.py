"""The table that says whose files are, where their names do not."""

from __future__ import annotations

import os
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.commands.grade import grade_command
from grader.manifest import ManifestError, read_manifest
from grader.submission import find
from grader.topics import find_topic

GOOD = "def smooth(losses, beta):\n    return losses\n"


@pytest.fixture(autouse=True)
def _in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(f"{GOOD}# {path}\n")


def manifest(text: str, path: str = "whose.csv") -> Path:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    return Path(path)


def test_a_line_gives_student_topic_number_and_lateness_to_a_file_of_any_name() -> None:
    put("subs/odd.txt", "subs/test_mine.py", "subs/carol/ex04.py")
    table = manifest(
        "file,student,topic,identifier,late\n"
        'odd.txt,"Lee, Ann",2,17,yes\n'
        "test_mine.py,Bob Roe,manual-tuning,,no\n",
        "subs/whose.csv",
    )

    found = find(["subs"], manifest=table)

    assert [
        (each.student, each.topic_module, each.identifier, each.late) for each in found.submissions
    ] == [
        ("Bob Roe", "ex02_manual_tuning", "", False),
        ("Lee, Ann", "ex02_manual_tuning", "17", True),
        ("carol", "ex04_random_search", "", False),
    ]
    assert (found.complaints, found.passed_over) == ((), 0)


@pytest.mark.parametrize(
    "written",
    [
        "../in/class.zip/Ann_1_assignsubmission_file_/ex02.py",
        "in/class.zip/Ann_1_assignsubmission_file_/ex02.py",
        "Ann_1_assignsubmission_file_/ex02.py",
        "./Ann_1_assignsubmission_file_/../Ann_1_assignsubmission_file_/ex02.py",
    ],
)
def test_a_member_may_be_written_from_the_manifest_from_here_or_from_its_archive(
    written: str,
) -> None:
    os.mkdir("in")
    with zipfile.ZipFile("in/class.zip", "w") as archive:
        archive.writestr("Ann_1_assignsubmission_file_/ex02.py", GOOD)
    table = manifest(f"file,student\n{written},Anna Leigh\n", "tables/whose.csv")

    (submission,) = find(["in/class.zip"], manifest=table).submissions

    assert submission.student == "Anna Leigh"
    assert submission.path == "in/class.zip/Ann_1_assignsubmission_file_/ex02.py"
    assert submission.identifier == ""  # Ann's number is not Anna Leigh's


def test_what_a_line_leaves_open_the_name_says() -> None:
    put("subs/leeann_LATE_101_5001_ex02.py")
    table = manifest("file,student\nleeann_LATE_101_5001_ex02.py,leeann\n")

    (submission,) = find(["subs"], manifest=table).submissions

    assert (submission.identifier, submission.late) == ("101", True)


def test_a_line_settles_which_of_two_files_counts() -> None:
    put("subs/alice/ex02.py", "subs/alice/ex02_manual_tuning.py")
    table = manifest("file,student\nsubs/alice/ex02.py,alice\n")
    os.utime("subs/alice/ex02.py", (1000, 1000))  # the older one

    found = find(["subs"], manifest=table)

    assert [each.path for each in found.submissions] == ["subs/alice/ex02.py"]
    (other,) = found.superseded
    assert other.path == "subs/alice/ex02_manual_tuning.py"
    assert other.why == "the manifest names another file"


def test_a_group_has_its_file_in_a_line_for_each() -> None:
    put("subs/group.py")
    table = manifest("file,student,topic\nsubs/group.py,Ann,2\nsubs/group.py,Bob,2\n")

    found = find(["subs"], manifest=table)

    assert [each.student for each in found.submissions] == ["Ann", "Bob"]


def test_excels_bom_line_ends_semicolons_and_blank_lines_are_read() -> None:
    put("a.py")
    Path("whose.csv").write_bytes("\ufefffile;student;topic\r\n;;\r\na.py;Zoë, A.;2\r\n".encode())

    (submission,) = find(["a.py"], manifest=Path("whose.csv")).submissions

    assert submission.student == "Zoë, A."


def test_a_forced_topic_is_that_of_lines_that_name_none() -> None:
    put("a.py", "b.py")
    table = manifest("file,student,topic\na.py,Ann,\nb.py,Bob,4\n")

    found = find(["a.py", "b.py"], find_topic("2"), table)

    assert [each.topic_module for each in found.submissions] == [
        "ex02_manual_tuning",
        "ex04_random_search",
    ]


WRONG = {
    "file,student,mark\nex02.py,Ann,1\n": (
        "whose.csv:1 has a column 'mark', which means nothing; the columns are file, student, "
        "topic, identifier, late, and their names stand in the first line."
    ),
    "file,topic\nex02.py,2\n": "whose.csv:1 has no column 'student'; the first line names the",
    "file,student,file\n": "whose.csv:1 has the column 'file' twice; remove one.",
    "": "whose.csv:1 has no column 'file'",
    "file,student\nex02.py,\n": "whose.csv:2 has no student; fill it in, or remove the line.",
    "file,student\n\n\nodd.txt,Ann,\n": (
        "whose.csv:4: odd.txt has no topic's name; add a column topic, or pass --topic."
    ),
    "file,student\nlost/ex02.py,Ann\n": (
        "whose.csv:2: lost/ex02.py is not among the files that the command line names; check its "
        "spelling, or name its folder or archive as well."
    ),
    "file,student,topic\nex02.py,Ann,77\n": "whose.csv:2: There is no topic '77'. The topics are",
    "file,student,late\nex02.py,Ann,maybe\n": (
        "whose.csv:2: late must be yes or no, but got 'maybe'."
    ),
    "file,student\nex02.py,Lee, Ann\n": (
        "whose.csv:2 has 3 cells, but there are 2 columns; put quotes round what holds a comma."
    ),
    'file,student\nex02.py,"Ann\n': "whose.csv:2 is no line of a CSV file",
    "file,student\nex02.py,Ann\nex02.py,Ann\n": (
        "whose.csv:3: Ann has a file for ex02_manual_tuning already, in whose.csv:2; keep the line "
        "that counts."
    ),
    "file,student,topic\nex02.py,Ann,2\nex02.py,Bob,4\n": (
        "whose.csv:3: ex02.py is for ex02_manual_tuning in whose.csv:2; a file is for one topic, "
        "so keep one line."
    ),
    "file,student\nsame/ex02.py,Ann\n": "whose.csv:2: same/ex02.py may be any of 2 files; write",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_a_wrong_line_is_a_usage_error_with_its_place_and_the_remedy(
    text: str, message: str
) -> None:
    put("ex02.py", "odd.txt", "a/same/ex02.py", "b/same/ex02.py")
    manifest(text)

    done = CliRunner().invoke(
        grade_command, ["ex02.py", "odd.txt", "a", "b", "--manifest", "whose.csv", "--out", "marks"]
    )

    assert done.exit_code == 2
    assert message in done.output
    assert not Path("marks").exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"file,student\nex02.py,Zo\xeb\n", "whose.csv is not UTF-8 text; save it as CSV UTF-8."),
        (None, "whose.csv cannot be read (No such file or directory)."),
    ],
)
def test_a_manifest_that_cannot_be_read_is_named(data: bytes | None, message: str) -> None:
    put("ex02.py")
    if data:
        Path("whose.csv").write_bytes(data)

    with pytest.raises(ManifestError) as error:
        find(["ex02.py"], manifest=Path("whose.csv"))

    assert str(error.value) == message


@given(st.one_of(st.binary(max_size=100), st.text(max_size=100).map(str.encode)))
def test_no_bytes_of_a_manifest_raise_anything_else(data: bytes) -> None:
    for start in (b"", b"file,student\n"):
        Path("any.csv").write_bytes(start + data)
        with suppress(ManifestError):
            assert all(row.file and row.student for row in read_manifest(Path("any.csv")))
