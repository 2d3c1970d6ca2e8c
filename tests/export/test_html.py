"""The pages: what they say, that nothing gets out of them, and that they stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from grader.export import write_exports
from grader.export.html import WORDS, file_names, prose
from grader.report import Diagnosis, Report, Status
from grader.topics import find_topic

MakeReport = Callable[..., Report]
HOSTILE = "<script>alert('x')</script><img src=x onerror=y> \"' PASSED"


class Page(HTMLParser):
    """A page's tags, attributes and text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += " " if tag == "br" else ""
        self.attributes += attrs
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.text += " " if tag in ("td", "th") else ""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def feedback(out: Path, *reports: Report) -> Page:
    write_exports(reports, out)
    return Page(out / "feedback" / f"{reports[0].student}.html")


def test_feedback_says_the_status_in_words_and_shape_with_points_and_the_next_hint(
    tmp_path: Path, report: MakeReport
) -> None:
    ends = ("passed", "partial", "failed", "error", "timeout", "not_attempted")
    page = feedback(tmp_path, report("alice", "2", ends))

    for end in ends:
        assert WORDS[Status(end)] in page.text
    assert page.tags.count("svg") == 6
    assert "15 of 60" in page.text
    hints = re.findall(r"hyperlings hint (\w+)", page.text)
    assert hints == ["smooth", "range_test", "suggest_lr", "scale_lr", "coordinate_search"]


def test_feedback_shows_the_diagnosis_and_every_message(tmp_path: Path, report: MakeReport) -> None:
    diagnosis = Diagnosis("no-correction", "Your curve starts near zero: divide by `1 - beta`.")
    page = feedback(
        tmp_path, report("alice", "2", ("passed", "partial"), diagnoses={"smooth": diagnosis})
    )

    assert "Your curve starts near zero: divide by 1 - beta." in page.text
    assert "<code>1 - beta</code>" in page.source
    assert "A constant curve stays constant: not so." in page.text


def test_feedback_puts_a_students_topics_on_one_page(tmp_path: Path, report: MakeReport) -> None:
    page = feedback(tmp_path, report("alice", "2"), report("alice", "4"))

    assert "120 of 120 points" in page.text
    assert page.text.index("2. Manual tuning") < page.text.index("4. Random search")


def test_a_files_problem_is_said_once_and_without_the_instructors_folders(
    tmp_path: Path, report: MakeReport
) -> None:
    problem = "/home/prof/subs/bob/ex02.py is empty; hand in the file with your functions in it."
    bob = report("bob", "2", ("error",) * 6, problem=problem, file="/home/prof/subs/bob/ex02.py")
    page = feedback(tmp_path, bob)

    assert page.text.count("ex02.py is empty; hand in") == 1
    assert "/home/prof" not in page.source
    assert "hyperlings hint" not in page.text


def test_hostile_text_is_only_ever_text(tmp_path: Path, report: MakeReport) -> None:
    hostile = report(
        HOSTILE,
        "2",
        ("failed",),
        diagnoses={"lr_schedule": Diagnosis(HOSTILE, HOSTILE)},
        problem=HOSTILE,
        file=f"subs/{HOSTILE}/ex02.py",
    )
    write_exports([hostile], tmp_path)
    (page,) = (tmp_path / "feedback").iterdir()

    for parsed in (Page(page), Page(tmp_path / "class.html")):
        assert HOSTILE in parsed.text
        assert not {"script", "img"} & set(parsed.tags)
        assert not [name for name, _ in parsed.attributes if name.startswith("on")]


def test_pages_ask_for_nothing_outside_and_allow_no_script(
    tmp_path: Path, report: MakeReport
) -> None:
    write_exports([report("alice", "2"), report("bob", "4")], tmp_path)

    for path in [tmp_path / "class.html", *(tmp_path / "feedback").iterdir()]:
        page = Page(path)
        assert not re.search(r"https?:|//[a-z]|url\(|@import", page.source)
        assert not {"script", "link", "iframe", "img"} & set(page.tags)
        assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes


def test_the_class_page_counts_tasks_names_misconceptions_and_links_students(
    tmp_path: Path, report: MakeReport
) -> None:
    diagnosis = Diagnosis("log-after-uniform", "You took the log too late.")
    write_exports(
        [
            report("alice", "4"),
            report("Zoë Ünal", "4", ("failed",), diagnoses={"sample_loguniform": diagnosis}),
        ],
        tmp_path,
    )
    page = Page(tmp_path / "class.html")

    assert "2 submissions by 2 students" in page.text
    title = find_topic("4").task("sample_loguniform").title
    assert f"{title} sample_loguniform 1 0 1 0 50%" in page.text
    assert "You took the log too late." in page.text
    assert "80 to 90%: 1, 90 to 100%: 1" in page.source
    for link in [value for name, value in page.attributes if name == "href"]:
        assert link is not None
        assert (tmp_path / unquote(link)).is_file()


def test_a_plain_name_is_its_pages_name() -> None:
    assert file_names(["alice", "Zoë Ünal", "s-01_b"]) == {
        "alice": "alice.html",
        "Zoë Ünal": "Zoë Ünal.html",
        "s-01_b": "s-01_b.html",
    }


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a/b", "", ".", "..", ".hidden", "con", "NUL.txt", "x" * 300, "é" * 200],
)
def test_any_name_gives_a_page_inside_the_folder(name: str) -> None:
    (file,) = file_names([name]).values()

    assert re.fullmatch(r"[\w ._-]+-[0-9a-f]{8}\.html", file)
    assert not file.startswith(".")
    assert len(file.encode()) <= 255


def test_names_that_one_file_system_takes_for_the_same_get_pages_of_their_own() -> None:
    names = file_names(["Alice", "alice", "a/b", "a_b", "a:b"])

    assert len({name.casefold() for name in names.values()}) == 5


def test_prose_marks_code_and_escapes_the_rest() -> None:
    assert prose("call `f(<x>)` & `open") == "call <code>f(&lt;x&gt;)</code> &amp; `open"
