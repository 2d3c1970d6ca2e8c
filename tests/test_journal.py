"""`results.jsonl` through crashes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.journal import NAME, Journal, JournalError, read, write_whole
from grader.report import Report, Status, TaskResult


def report(student: str, points: float = 1.0) -> Report:
    task = TaskResult("smooth", points, 1.0, Status.PASSED if points else Status.FAILED)
    return Report(
        student=student,
        topic="ex02_manual_tuning",
        file=f"{student}/ex02.py",
        sha256="ab",
        seed=1,
        device="cpu",
        tier="A",
        tasks=(task,),
    )


def test_each_report_is_in_the_file_before_the_next_is_begun(tmp_path: Path) -> None:
    with Journal(tmp_path / "new" / "out", resume=False) as journal:
        for count, student in enumerate("ba", start=1):
            journal.append(report(student))
            assert len(read(journal.path)) == count


def test_finishing_puts_the_file_in_order_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("b"))
        journal.append(report("a"))
        journal.finish()

    assert read(tmp_path / NAME) == [report("a"), report("b")]
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_the_later_of_two_reports_on_a_file_counts(tmp_path: Path) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("a", points=0.0))
        journal.append(report("a", points=1.0))
        journal.finish()

    assert read(tmp_path / NAME) == [report("a", points=1.0)]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no lock on a folder")
def test_a_second_run_in_the_same_folder_is_refused_and_a_later_one_is_not(tmp_path: Path) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("a"))
        with pytest.raises(JournalError, match="Another run is writing to"):
            Journal(tmp_path, resume=True)
        journal.append(report("b"))

    assert read(tmp_path / NAME) == [report("a"), report("b")]
    with Journal(tmp_path, resume=True) as journal:
        assert len(journal.reports()) == 2


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_torn_last_line_loses_only_itself(tmp_path: Path, cut: int) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("a"))
        journal.append(report("b"))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[: -1 - cut])

    with Journal(tmp_path, resume=True) as journal:
        assert journal.reports() == [report("a")]
        journal.append(report("c"))

    assert read(path) == [report("a"), report("c")]


def test_a_whole_last_line_without_its_end_counts(tmp_path: Path) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("a"))
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().rstrip(b"\n"))

    with Journal(tmp_path, resume=True) as journal:
        journal.append(report("b"))

    assert read(path) == [report("a"), report("b")]


@pytest.mark.parametrize("line", [b"{}", b"no json", b"[]", b"\xff", b'{"schema": 2}'])
def test_a_line_before_the_last_that_is_no_result_is_named(tmp_path: Path, line: bytes) -> None:
    with Journal(tmp_path, resume=False) as journal:
        journal.append(report("a"))
    path = tmp_path / NAME
    path.write_bytes(line + b"\n" + path.read_bytes())

    with pytest.raises(JournalError, match=r"results\.jsonl:1 is not a result.*--force"):
        Journal(tmp_path, resume=True)
    assert path.read_bytes().startswith(line), "what could not be read is not thrown away"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(JournalError, match=r"file.*cannot be written"):
        Journal(tmp_path / "file", resume=False)


def test_a_failed_replacement_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.mkdir()  # a folder: nothing can be renamed over it

    with pytest.raises(OSError, match="results"):
        write_whole(path, b"new")
    assert [each.name for each in tmp_path.iterdir()] == ["results"]
