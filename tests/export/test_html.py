"""The pages: what they say, that nothing gets out of them, and that they stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from grader.export import write_exports
from grader.export.html import WORDS
from grader.export.names import file_names
from grader.export.text import prose, visible, without_paths
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
    assert page.tags.count("svg") == 6 + 5  # one a row, and one for each task to be mended
    assert "15 of 60" in page.text
    tasks = find_topic("2").tasks
    for task in tasks[1:]:
        first, second, _ = (hint.replace("`", "") for hint in task.hints)
        place = page.text.index(f"Hint 1 of 3 {first}")
        assert place < page.text.index(f"Hint 2 of 3{second}")
        assert f"hyperlings check {task.name}" in page.text
        assert f"“{task.section}” in docs/02-Manual-Tuning.md" in page.text
    assert tasks[0].hints[0] not in page.text
    assert page.tags.count("details") == 2 * 5


def test_the_next_task_is_one_whose_siblings_are_right(tmp_path: Path, report: MakeReport) -> None:
    # random_search, the third, calls sample_configs, the second; prob_hit, the fourth, calls none.
    page = feedback(tmp_path, report("alice", "4", ("passed", "passed", "failed", "failed")))
    assert f"Next: {find_topic('4').task('random_search').title} (random_search)" in page.text
    page = feedback(tmp_path, report("alice", "4", ("passed", "not_graded", "failed", "failed")))
    assert f"Next: {find_topic('4').task('prob_hit').title} (prob_hit)" in page.text
    page = feedback(tmp_path, report("alice", "4"))
    assert "Next:" not in page.text
    assert "All right." in page.text


def test_what_is_late_says_so_to_student_and_class(tmp_path: Path, report: MakeReport) -> None:
    late = replace(report("alice", "4"), late=True)
    page = feedback(tmp_path, late, report("bob", "4"))
    assert "handed in late" in page.text
    assert "1 late" in Page(tmp_path / "class.html").text
    assert "late" not in Page(tmp_path / "feedback" / "bob.html").text


def test_why_a_sandbox_failed_is_for_the_instructor_alone(
    tmp_path: Path, report: MakeReport
) -> None:
    page = feedback(tmp_path, report("alice", "4", ("not_graded",)), report("bob", "4"))
    assert "no sandbox" not in page.text
    assert "It will be graded again." in page.text
    assert "alice: Not graded, through no fault of the code: no sandbox." in (
        Page(tmp_path / "class.html").text
    )


def test_a_page_gives_away_neither_seed_nor_folders(tmp_path: Path, report: MakeReport) -> None:
    said = "cannot import name 'x' from 'numpy' (/opt/venv/lib/python3.11/numpy/__init__.py)"
    alice = report("alice", "4", ("error",) * 6, problem=f"/home/prof/ex04.py: {said}")
    page = feedback(tmp_path, replace(alice, file="/home/prof/ex04.py"))
    assert "ex04.py: cannot import name 'x' from 'numpy' (…/__init__.py)" in page.text
    assert "20260101" not in page.source
    assert "/opt" not in page.source


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
    assert f"{title} sample_loguniform 1 0 1 0 50% \N{EN DASH}" in page.text
    assert "You took the log too late." in page.text
    assert "80 to 90%: 1, 90 to 100%: 1" in page.source
    places = {f"#{value}" for name, value in page.attributes if name == "id"}
    for link in [value for name, value in page.attributes if name == "href"]:
        assert link is not None
        assert link in places or (tmp_path / unquote(link)).is_file()


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


def test_a_name_that_looks_like_another_ones_page_gets_a_page_of_its_own() -> None:
    pages = file_names(["bob", "Bob"])
    sly = pages["bob"].removesuffix(".html")
    names = file_names(["bob", "Bob", sly, "\ud800"])
    assert len({name.casefold() for name in names.values()}) == 4


def test_two_students_of_one_name_get_a_page_each_and_one_student_a_single_one(
    tmp_path: Path, report: MakeReport
) -> None:
    reports = [
        replace(report("Kim Lee", "4"), identifier="17"),
        replace(report("Kim Lee", "4", ("failed",)), identifier="23"),
        replace(report("ada", "4"), identifier="5"),
        report("ada", "2"),
    ]
    write_exports(reports, tmp_path)
    pages = sorted(path.name for path in (tmp_path / "feedback").iterdir())
    assert [name.partition("-")[0] for name in pages] == [
        "Kim Lee _17_",
        "Kim Lee _23_",
        "ada.html",
    ]
    assert "3 students" in Page(tmp_path / "class.html").text


def test_students_are_listed_by_name(tmp_path: Path, report: MakeReport) -> None:
    write_exports([report(name, "4") for name in ("zoe", "Bob", "ada")], tmp_path)
    text = Page(tmp_path / "class.html").text
    assert text.index("ada") < text.index("Bob") < text.index("zoe")


HIDDEN_SIGNS = "\x1b[31mred \u202egnp.exe \x00 \ud800 \u200b"


def test_signs_that_cannot_be_seen_are_written_out(tmp_path: Path, report: MakeReport) -> None:
    hostile = replace(report(HIDDEN_SIGNS, "4", ("failed",)), file=f"{HIDDEN_SIGNS}/ex04.py")
    failed = replace(hostile.tasks[0], messages=(HIDDEN_SIGNS,))
    write_exports([replace(hostile, tasks=(failed, *hostile.tasks[1:]))], tmp_path)
    (page,) = (tmp_path / "feedback").iterdir()
    for text in (page.read_text("utf-8"), (tmp_path / "class.html").read_text("utf-8")):
        assert not {"\x1b", "\u202e", "\x00", "\u200b"} & set(text)
        assert r"\x1b[31mred \u202egnp.exe \x00 \ud800 \u200b" in text


def test_a_megabyte_of_text_is_cut(tmp_path: Path, report: MakeReport) -> None:
    huge = "<" * 2**20
    hostile = report(huge, "4", ("failed",), file=f"x/{huge}.py")
    failed = replace(hostile.tasks[0], messages=(huge,) * 300, diagnosis=Diagnosis(huge, huge))
    write_exports([replace(hostile, tasks=(failed, *hostile.tasks[1:]))], tmp_path)
    (page,) = (tmp_path / "feedback").iterdir()
    assert page.stat().st_size < 300_000
    assert (tmp_path / "class.html").stat().st_size < 60_000
    assert "… and 280 more like these." in page.read_text("utf-8")


def test_text_is_cut_and_made_visible() -> None:
    assert visible("a\tb\nc") == "a    b\nc"
    assert visible("x" * 11, 10) == "x" * 9 + "…"
    assert visible("naïve 李小龍") == "naïve 李小龍"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(/opt/course/.venv/lib/x.py)", "(…/x.py)"),
        (r"C:\Users\prof\x.py is empty", "…/x.py is empty"),
        ("~/course/x.py", "…/x.py"),
        ("/home/prof/My Course/x.py", "…/x.py"),
        ("low * (high / low)^(i / (n - 1))", "low * (high / low)^(i / (n - 1))"),
        (
            "see docs/04-Random-Search.md, a // b, and/or",
            "see docs/04-Random-Search.md, a // b, and/or",
        ),
    ],
)
def test_paths_lose_their_folders_and_formulas_nothing(text: str, left: str) -> None:
    assert without_paths(text) == left


def test_look_alikes_stand_side_by_side_with_what_they_share_marked(
    tmp_path: Path, report: MakeReport
) -> None:
    body = "\n".join(f"    step{n} = {n} * first - {n + 1} % second  # {n}" for n in range(20))
    mine = f"def best_so_far(first, second):\n{body}\n"
    theirs = mine.replace("first", "b1").replace("    step7 =", "    step7 += x +")
    reports = [report("ann", "4"), report("<b>ob", "4"), report("cy", "4")]
    texts = [mine, theirs, "x = 1\n"]
    sources = {
        (each.student, each.topic, each.file): text
        for each, text in zip(reports, texts, strict=True)
    }
    write_exports(reports, tmp_path, sources)
    page = Page(tmp_path / "class.html")

    assert "3 submissions compared." in page.text
    assert "Similarity is no proof." in page.text
    assert re.search(r"<b>ob and ann: \d\d% of the smaller one.s own code", page.text)
    marked = re.findall("<mark>(.*?)</mark>", page.source)
    assert "step3 = 3 * first - 4 % second" in marked
    assert "step3 = 3 * b1 - 4 % second" in marked
    assert not [text for text in marked if "+=" in text or "#" in text]
    assert "b" not in page.tags
    assert "similar" not in Page(tmp_path / "feedback" / "ann.html").text.lower()


def test_without_texts_or_look_alikes_the_class_page_says_so(
    tmp_path: Path, report: MakeReport
) -> None:
    reports = [report("ann", "4"), report("bob", "4")]
    write_exports(reports, tmp_path)
    assert "Not compared" in Page(tmp_path / "class.html").text
    sources = {(each.student, each.topic, each.file): each.student for each in reports}
    write_exports(reports, tmp_path, sources)
    assert "of 2 submissions compared, no two share half" in Page(tmp_path / "class.html").text
    write_exports(reports, tmp_path, dict(list(sources.items())[:1]))
    assert "the texts of 1 of 2 submissions were not at hand" in Page(tmp_path / "class.html").text
    write_exports(reports[:1], tmp_path, sources)
    assert "There are no two to compare." in Page(tmp_path / "class.html").text


@pytest.mark.parametrize(("count", "said"), [(9, "fewer than 10"), (10, "an error of about 0.33")])
def test_the_class_page_says_how_far_discrimination_can_be_trusted(
    tmp_path: Path, report: MakeReport, count: int, said: str
) -> None:
    write_exports([report(f"s{at}", "4") for at in range(count)], tmp_path)
    assert said in Page(tmp_path / "class.html").text
