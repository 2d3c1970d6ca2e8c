"""Zip archives as students and platforms make them, and as they should not be."""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader import archives
from grader.submission import Found, Submission, find
from grader.topics import find_topic

GOOD = "def smooth(losses, beta):\n    return losses\n"
NOON = (2026, 5, 1, 12, 0, 0)


@pytest.fixture(autouse=True)
def _in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pack(
    path: str, members: dict[str, str | bytes], dates: dict[str, tuple[int, ...]] | None = None
) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (dates or {}).get(name, NOON))  # type: ignore[arg-type]
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return path


def whose(found: Found) -> list[tuple[str, str]]:
    return [(each.student, each.path) for each in found.submissions]


def only(found: Found) -> Submission:
    (submission,) = found.submissions
    return submission


def files() -> set[str]:
    return {str(path) for path in Path().rglob("*")}


def test_members_are_read_by_name_as_if_the_archive_were_a_folder() -> None:
    pack("class.zip", {"alice/ex02.py": GOOD, "bob/ex04.py": GOOD, "bob/notes.txt": "hello"})

    found = find(["class.zip"])

    assert whose(found) == [
        ("alice", "class.zip/alice/ex02.py"),
        ("bob", "class.zip/bob/ex04.py"),
    ]
    assert found.submissions[0].source == GOOD
    assert (found.complaints, found.passed_over) == ((), 1)
    assert files() == {"class.zip"}


def test_an_archive_of_one_student_is_named_after_the_archive() -> None:
    pack("alice.zip", {"ex02.py": GOOD, "__MACOSX/ex02.py": "", ".hidden/ex02.py": ""})
    pack("bob.ZIP", {"ex02_manual_tuning/ex02.py": GOOD})

    assert whose(find(["*.zip", "*.ZIP"])) == [
        ("alice", "alice.zip/ex02.py"),
        ("bob", "bob.ZIP/ex02_manual_tuning/ex02.py"),
    ]


def test_a_forced_topic_takes_any_name_in_an_archive() -> None:
    pack("class.zip", {"homework/alice.py": GOOD, "homework/bob.py": GOOD})

    assert [each.student for each in find(["class.zip"], find_topic("2")).submissions] == [
        "alice",
        "bob",
    ]


def test_the_newest_member_of_a_student_counts_by_the_archives_own_dates() -> None:
    later = (2026, 5, 1, 12, 0, 4)
    pack(
        "class.zip",
        {"alice/ex02.py": GOOD, "alice/ex02_manual_tuning.py": "x = 1\n"},
        {"alice/ex02.py": later},
    )

    found = find(["class.zip"])

    assert whose(found) == [("alice", "class.zip/alice/ex02.py")]
    assert [each.path for each in found.superseded] == ["class.zip/alice/ex02_manual_tuning.py"]


def test_dates_in_different_archives_are_not_compared_as_a_student_may_have_made_one() -> None:
    pack("class.zip", {"Bob_7_assignsubmission_file_/ex02.py": GOOD})
    forged = "Bob_7_assignsubmission_file_/ex02.py"
    pack("mallory.zip", {forged: "x = 1\n"}, {forged: (2099, 1, 1, 0, 0, 0)})

    found = find(["class.zip", "mallory.zip"])

    assert [each.student for each in found.submissions] == ["Bob", "Bob"]
    assert found.superseded == ()
    assert "cannot be told which is newer" in found.complaints[0]


@pytest.mark.parametrize(
    "name",
    [
        "../ex02.py",
        "alice/../../ex02.py",
        "/etc/ex02.py",
        "C:\\ex02.py",
        "..\\ex02.py",
        "a" * 256 + "/ex02.py",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_left_aside_and_said(name: str) -> None:
    os.mkdir("inner")
    pack("inner/class.zip", {name: GOOD, "bob/ex02.py": GOOD})

    found = find(["inner/class.zip"])

    assert [each.student for each in found.submissions] == ["bob"]
    assert "has a name that leads out of the archive" in found.complaints[0]
    assert files() == {"inner", "inner/class.zip"}


def test_a_linked_member_is_refused_as_a_link_on_the_disk_is() -> None:
    with zipfile.ZipFile("class.zip", "w") as archive:
        link = zipfile.ZipInfo("mallory/ex02.py", NOON)
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../../solutions/ex02_manual_tuning.py")

    problem = only(find(["class.zip"])).problem

    assert problem is not None
    assert problem.startswith("class.zip/mallory/ex02.py is or lies behind a symbolic link")


def test_an_encrypted_member_says_so() -> None:
    pack("class.zip", {"alice/ex02.py": GOOD})
    data = bytearray(Path("class.zip").read_bytes())
    data[6] |= 1  # the flags in front of the member, and in the table of contents
    data[data.index(b"PK\x01\x02") + 8] |= 1
    Path("class.zip").write_bytes(data)

    assert only(find(["class.zip"])).problem == (
        "class.zip/alice/ex02.py is encrypted; hand it in without a password."
    )


def test_two_members_of_one_name_are_not_guessed_between() -> None:
    with warnings.catch_warnings(), zipfile.ZipFile("class.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("alice/ex02.py", GOOD)
        archive.writestr("alice/ex02.py", "x = 1\n")
        archive.writestr("alice/./ex04.py", GOOD)

    refused, read = find(["class.zip"]).submissions

    assert refused.problem == "class.zip/alice/ex02.py is in the archive 2 times; hand it in once."
    assert read.source == GOOD


def test_what_unpacks_to_far_more_than_its_size_is_not_unpacked() -> None:
    large = "".join(f"x = {number**3}\n" for number in range(150_000))
    pack("class.zip", {"mallory/ex02.py": b"\0" * 1_000_000, "eve/ex02.py": large})

    eve, mallory = find(["class.zip"]).submissions

    assert mallory.problem is not None
    assert "unpacks to over 200 times its size, as a zip bomb does" in mallory.problem
    assert eve.problem is not None
    assert " MiB, but at most 1 MiB is read; hand in only your own code." in eve.problem


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    pack("class.zip", {"mallory/ex02.py": b"x = 1\n" * 20_000})
    data = bytearray(Path("class.zip").read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 600)
    Path("class.zip").write_bytes(data)

    problem = only(find(["class.zip"])).problem

    assert problem is not None
    assert "is damaged in the archive; download the archive anew." in problem


def test_all_members_together_have_a_cap_and_what_is_over_it_costs_nobody_a_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archives, "MAX_TOTAL", 2 * len(GOOD))
    pack("class.zip", {f"student{number}/ex02.py": GOOD for number in range(4)})

    found = find(["class.zip"])

    assert len(found.submissions) == 2
    assert all(each.problem is None for each in found.submissions)
    assert "the rest of it is left aside; split it" in found.complaints[0]


def test_an_archive_of_too_many_members_is_refused_before_they_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack("class.zip", {f"{number}/ex02.py": GOOD for number in range(30)})
    monkeypatch.setattr(archives, "MAX_MEMBERS", 29)
    assert "files; make an archive of the submissions alone." in find(["class.zip"]).complaints[0]

    monkeypatch.setattr(archives, "MAX_MEMBERS", 30)
    assert len(find(["class.zip"]).submissions) == 30
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 1000)  # bytes; the table has over 1,600
    assert "files; make an archive of the submissions alone." in find(["class.zip"]).complaints[0]


def test_an_archive_in_an_archive_or_a_folder_is_named_and_not_opened() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ex02.py", GOOD)
    pack("class.zip", {"alice/work.zip": inner.getvalue()})
    os.makedirs("subs/bob")
    Path("subs/bob/work.zip").write_bytes(inner.getvalue())
    Path("subs.tar.gz").write_bytes(b"")

    found = find(["class.zip", "subs", "subs.tar.gz"])

    assert found.submissions == ()
    assert found.complaints == (
        "class.zip/alice/work.zip is an archive in an archive, which is not opened; unpack it and "
        "give the files.",
        "subs/bob/work.zip is an archive in a folder, which is not opened; unpack it and give the "
        "files.",
        "subs.tar.gz is an archive of a kind that is not read; make it a zip, or unpack it.",
    )


def test_a_broken_archive_is_named_and_the_rest_goes_on() -> None:
    whole = Path(pack("class.zip", {"alice/ex02.py": GOOD * 50})).read_bytes()
    Path("cut.zip").write_bytes(whole[:-30])
    Path("empty.zip").write_bytes(b"")
    Path("link.zip").symlink_to("class.zip")
    damaged = bytearray(whole)
    damaged[60] ^= 0xFF  # in the packed bytes
    Path("damaged.zip").write_bytes(damaged)

    found = find(["cut.zip", "empty.zip", "link.zip", "damaged.zip"])

    assert [line.split(",")[0] for line in found.complaints] == [
        "cut.zip is not a readable zip archive; download it anew.",
        "empty.zip is not a readable zip archive; download it anew.",
        "link.zip is or lies behind a symbolic link",
    ]
    assert only(found).problem == (
        "damaged.zip/alice/ex02.py is damaged in the archive; download the archive anew."
    )


def test_names_in_utf8_are_read_whether_the_packer_says_so_or_not() -> None:
    said = Path(pack("said.zip", {"Zoë/ex02.py": GOOD})).read_bytes()
    Path("unsaid.zip").write_bytes(_without_utf8_flag(said))
    Path("latin.zip").write_bytes(_without_utf8_flag(said.replace(b"Zo\xc3\xab", b"Zo\x89!")))
    Path("wrong.zip").write_bytes(said.replace(b"Zo\xc3\xab", b"Zo\xff\xfe"))

    assert only(find(["said.zip"])).student == "Zoë"
    assert only(find(["unsaid.zip"])).student == "Zoë"
    assert only(find(["latin.zip"])).student == "Zoë!"  # code page 437, as the format says
    assert find(["wrong.zip"]).complaints == (
        "wrong.zip holds a name that is not UTF-8; unpack it, and give the folder.",
    )


def _without_utf8_flag(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[7] &= ~0x08 & 0xFF
    changed[changed.index(b"PK\x01\x02") + 9] &= ~0x08 & 0xFF
    return bytes(changed)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    names=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4, unique=True),
    spot=st.integers(0, 10_000),
    noise=st.binary(max_size=6),
)
def test_no_name_and_no_damaged_byte_ever_raises(names: list[str], spot: int, noise: bytes) -> None:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        for name in names:
            clean = name.encode("utf-8", "replace").decode()
            archive.writestr(f"s{clean}_1_assignsubmission_file_/ex02.py", GOOD)
            archive.writestr(f"s{clean}_2_3_ex02.py", GOOD)
    data = bytearray(buffer.getvalue())
    start = spot % len(data)
    data[start : start + len(noise)] = noise
    Path("class.zip").write_bytes(data)

    found = find(["class.zip"])

    for each in found.submissions:
        assert each.path.isprintable()
        assert each.student.isprintable()
        assert (each.source is None) == (each.problem is not None)
    assert files() == {"class.zip"}


def test_packings_and_names_beyond_the_ordinary_are_refused_with_a_sentence() -> None:
    with zipfile.ZipFile("class.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("alice/ex02.py", GOOD)
    assert only(find(["class.zip"])).problem == (
        "class.zip/alice/ex02.py is packed in an unusual way; pack the archive anew as an ordinary "
        "zip."
    )

    data = Path(pack("class.zip", {"alice/ex02.py?.png": GOOD})).read_bytes()
    Path("class.zip").write_bytes(data.replace(b".py?.png", b".py\0.png"))
    assert only(find(["class.zip"])).problem == (
        "class.zip/alice/ex02.py has a NUL character in its name; rename it and hand it in again."
    )
