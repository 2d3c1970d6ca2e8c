"""`results.jsonl`: one report a line, safe against Ctrl-C, power cuts and full disks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from grader.report import Report

NAME = "results.jsonl"


class JournalError(Exception):
    """Results cannot be read or kept; the text says which file, why, and what to do."""


class Journal:
    """Reports on disk, appended one by one as they come.

    A report is on the disk before `append` returns. Of two reports on one student's file the
    later one counts. One journal is written by one process at a time.

    Attributes:
        path: The file.
    """

    def __init__(self, out: Path, *, resume: bool) -> None:
        """Open the journal of a folder, making the folder where it is missing.

        Args:
            out: The folder.
            resume: Whether to go on with what is there, instead of starting afresh.

        Raises:
            JournalError: If what is there cannot be read, or the folder cannot be written.
        """
        self.path = out / NAME
        self._reports: dict[tuple[str, str, str], Report] = {}
        self._open = ExitStack()
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._open.enter_context(_alone_in(out))
        except OSError as error:
            raise _unwritable(self.path, error) from None
        try:
            self._begin(resume)
        except BaseException:
            self._open.close()
            raise

    def _begin(self, resume: bool) -> None:
        if resume and self.path.exists():
            self._keep(read(self.path))
        try:
            # Starting from a whole file: a line torn by a crash would swallow the next one.
            write_whole(self.path, _lines(self.reports()))
            # Unbuffered: what could not be written must not be tried again on closing.
            self._file = self._open.enter_context(self.path.open("ab", buffering=0))
        except OSError as error:
            raise _unwritable(self.path, error) from None

    def __enter__(self) -> Journal:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file; every report is on the disk already."""
        self._open.close()

    def reports(self) -> list[Report]:
        """Return the reports in the order of student, topic and file."""
        return [self._reports[key] for key in sorted(self._reports)]

    def append(self, report: Report) -> None:
        """Add a report and wait until the disk has it.

        Raises:
            JournalError: If it cannot be written, as on a full disk.
        """
        before = self._file.tell()
        try:
            rest = memoryview(_lines([report]))
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(before)  # half a line is no use to anybody
            raise _unwritable(self.path, error) from None
        self._keep([report])

    def replace(self, reports: Iterable[Report]) -> None:
        """Add many reports in one step: a reader sees all of them or none.

        Raises:
            JournalError: If they cannot be written; the old file still stands.
        """
        self._keep(reports)
        self.finish()

    def finish(self) -> None:
        """Put the file in order, in one step: a reader sees the old or the new one.

        Raises:
            JournalError: If it cannot be written; the old one still stands.
        """
        write_reports(self.path, self.reports())

    def _keep(self, reports: Iterable[Report]) -> None:
        self._reports.update({(each.student, each.topic, each.file): each for each in reports})


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder against a second run, which would write over the results of this one.

    The lock ends with its process, however that ends. Windows, where nothing untrusted is graded,
    and file systems without locks go without.

    Raises:
        JournalError: If another process holds it.
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(
                f"Another run is writing to {folder}: wait for it, or name another folder."
            ) from None
        except OSError:
            pass
        yield
    finally:
        os.close(descriptor)


def read(path: Path) -> list[Report]:
    """Read a journal; a last line that a crash tore is passed over.

    Args:
        path: The file.

    Raises:
        JournalError: If the file, or a line before the last, is not a journal's.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise JournalError(f"{path} cannot be read ({error.strerror}).") from None
    reports = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            reports.append(Report.from_json(json.loads(line)))
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            if number == len(lines):
                break
            raise JournalError(
                f"{path}:{number} is not a result ({error}). Remove that line and pass --resume, "
                "or start afresh with --force."
            ) from None
    return reports


def write_reports(path: Path, reports: Iterable[Report]) -> None:
    """Write a journal anew, in one step.

    Raises:
        JournalError: If it cannot be written; the old file still stands.
    """
    try:
        write_whole(path, _lines(reports))
    except OSError as error:
        raise _unwritable(path, error) from None


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file in one step: complete on the disk first, then renamed.

    Raises:
        OSError: If it cannot be written; the old file still stands.
    """
    temporary = path.with_name(f".{path.name}.new")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last; Windows has no such call on a folder, and keeps its own order."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _lines(reports: Iterable[Report]) -> bytes:
    return b"".join(json.dumps(report.to_json()).encode() + b"\n" for report in reports)


def _unwritable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"{path} cannot be written: {error.strerror}. What is in it is safe: put that right, "
        "then go on with --resume."
    )
