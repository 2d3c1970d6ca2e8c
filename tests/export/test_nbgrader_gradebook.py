"""Points in a real nbgrader gradebook, beside what nbgrader and an instructor put there."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

if find_spec("nbgrader") is None:
    pytest.skip(
        "nbgrader is not installed; to run this: pip install -e '.[nbgrader]'",
        allow_module_level=True,
    )

from grader.export.nbgrader import GradebookError, write
from grader.nbgrader_course import make_notebook
from grader.report import Report, Status
from grader.run import max_points
from grader.topics import find_topic
from tests.export.small_class import SMALL_CLASS, report, task, two_tasks

NAME = "ex04_random_search"
ADA = report("Ada", *two_tasks(8, 4), identifier="7", late=True)
GRADES = """
    select student.id, student.lms_user_id, assignment.name, notebook.name, base_cell.name,
        grade.auto_score, grade.manual_score, grade.needs_manual_grade
    from grade
    join base_cell on base_cell.id = grade.cell_id
    join submitted_notebook on submitted_notebook.id = grade.notebook_id
    join notebook on notebook.id = submitted_notebook.notebook_id
    join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    join assignment on assignment.id = submitted_assignment.assignment_id
    join student on student.id = submitted_assignment.student_id
    order by student.id, assignment.name, base_cell.name
"""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook without grades: nbgrader takes seconds to make one."""
    path = tmp_path_factory.mktemp("empty") / "gradebook.db"
    assert write([], f"sqlite:///{path}").written == 0
    return path


@pytest.fixture
def path(tmp_path: Path, empty: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "gradebook.db"))


@pytest.fixture
def url(path: Path) -> str:
    return f"sqlite:///{path}"


def rows(path: Path, query: str = GRADES) -> list[Any]:
    """Read with plain SQLite, which knows nothing of nbgrader."""
    with closing(sqlite3.connect(path)) as base:
        return base.execute(query).fetchall()


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as base:
        return list(base.iterdump())


@pytest.fixture
def opened(url: str) -> Iterator[Any]:
    from nbgrader.api import Gradebook

    write([ADA], url)
    with Gradebook(url) as book:
        yield book


def test_plain_sqlite_reads_what_was_written(path: Path, url: str) -> None:
    kept = write([ADA, *SMALL_CLASS], url)

    book = {(row[0], row[2], row[4]): row[5] for row in rows(path)}
    assert book == {
        ('"><script>alert(1)</script>', NAME, "prob_hit"): 0.0,
        ('"><script>alert(1)</script>', NAME, "trials_needed"): 0.0,
        ("Ada (8)", "ex02_manual_tuning", "smooth"): 1 / 3,
        ("Zoë Łukasz", NAME, "prob_hit"): 8.0,
        ("Zoë Łukasz", NAME, "trials_needed"): 4.0,
    }
    assert kept.written == 3
    assert kept.late == ("Zoë Łukasz",)
    # One number, two files: the second of them could not even be graded.
    assert ["Ada (7) has more than one result" in each for each in kept.complaints] == [True] * 2


def test_the_api_reads_scores_comments_and_the_maximum(opened: Any) -> None:
    submission = opened.find_submission(NAME, "Ada")
    assert (submission.score, submission.max_score) == (12.0, 20.0)
    assert submission.needs_manual_grade is False
    assert opened.find_student("Ada").lms_user_id == "7"
    assert {cell.name: cell.cell_type for cell in opened.find_notebook(NAME, NAME).grade_cells} == {
        "prob_hit": "code",
        "trials_needed": "code",
    }
    assert opened.find_comment("prob_hit-solution", NAME, NAME, "Ada").comment is None


def test_a_comment_tells_messages_and_misconception_and_runs_nothing(url: str) -> None:
    from nbgrader.api import Gradebook

    write(SMALL_CLASS, url)

    with Gradebook(url) as book:
        zoe = book.find_comment("trials_needed-solution", NAME, NAME, "Zoë Łukasz")
        evil = book.find_comment("prob_hit-solution", NAME, NAME, '"><script>alert(1)</script>')
        assert zoe.auto_comment == (
            "A chance of one needs one trial: not so.\n\nYou rounded down: round up."
        )
        assert evil.auto_comment == (
            r"`&lt;b>` & ]]> \x1b[31mPASSED\x00\x07 \ud800 \ufffe =1+1"
            "\n\nsubs/evil/ex04.py is not UTF-8 text."
        )


def test_writing_again_changes_nothing(path: Path, url: str) -> None:
    write(SMALL_CLASS, url)
    before = everything(path)

    write(SMALL_CLASS, url)

    assert everything(path) == before


def test_a_new_grading_replaces_points_and_leaves_what_an_instructor_gave(
    path: Path, url: str, opened: Any
) -> None:
    grade = opened.find_grade("prob_hit", NAME, NAME, "Ada")
    grade.manual_score, grade.extra_credit = 7.5, 1.0
    comment = opened.find_comment("prob_hit-solution", NAME, NAME, "Ada")
    comment.manual_comment = "By hand."
    opened.db.commit()
    opened.close()

    kept = write([report("Ada", *two_tasks(0, 12))], url)

    assert kept.by_hand == 1
    assert rows(path) == [
        ("Ada", "7", NAME, NAME, "prob_hit", 0.0, 7.5, 0),
        ("Ada", "7", NAME, NAME, "trials_needed", 12.0, None, 0),
    ]
    assert rows(path, "select extra_credit from grade where manual_score not null") == [(1.0,)]
    assert rows(path, "select manual_comment from comment where manual_comment not null") == [
        ("By hand.",)
    ]


def test_the_cells_are_those_of_the_course_that_we_build(path: Path, url: str) -> None:
    """nbgrader's own preprocessor fills the gradebook, as `nbgrader generate_assignment` does."""
    import nbformat
    from nbgrader.api import Gradebook
    from nbgrader.preprocessors import SaveCells

    topic = find_topic("4")
    notebook = nbformat.reads(make_notebook(topic), as_version=4)
    place = {"db_url": url, "assignment": NAME, "notebook": NAME}
    with Gradebook(url, course_id="hyperlings") as book:
        book.add_assignment(NAME)
    SaveCells().preprocess(notebook, {"nbgrader": place, "unique_key": NAME})
    cells = "select name, type, max_score from base_cell left join grade_cells using (id)"
    before = sorted(rows(path, cells), key=str)
    points = max_points(topic)
    tasks = [task(name, most, Status.PASSED, most=most) for name, most in points.items()]
    full = report("Ada", *tasks)

    write([full], url)

    assert [row for row in sorted(rows(path, cells), key=str) if row[1] != "SourceCell"] == [
        row for row in before if row[1] != "SourceCell"
    ]
    assert {row[0]: row[2] for row in before if row[1] == "GradeCell"} == points
    assert len(rows(path)) == len(topic.tasks)


def test_a_submission_older_than_its_cells_gets_them(path: Path, url: str) -> None:
    one, other = two_tasks(8, 12)
    write([replace(ADA, tasks=(one,))], url)
    write([replace(ADA, student="Ben", identifier="9", tasks=(one, other))], url)

    write([replace(ADA, tasks=(one, other))], url)

    assert [row[4:6] for row in rows(path) if row[0] == "Ada"] == [
        ("prob_hit", 8.0),
        ("trials_needed", 12.0),
    ]


def test_other_points_than_the_gradebooks_are_refused_before_anything_is_written(
    path: Path, url: str
) -> None:
    write([ADA], url)
    before = everything(path)

    with pytest.raises(GradebookError, match="`prob_hit` is worth 9 points in the results, but 8"):
        write([report("Ben", task("prob_hit", 9, Status.PASSED, most=9))], url)
    with pytest.raises(GradebookError, match="but 8 in another result"):
        write([ADA, report("Ben", task("prob_hit", 9, Status.PASSED, most=9))], url)
    assert everything(path) == before


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gradebook.db", "This is no database URL. One reads sqlite:///"),
        ("nosql://x", r"nosql://x cannot be used as a gradebook: .*plugin"),
        ("sqlite:////nonexistent/folder/g.db", "unable to open database file"),
        ("oracle://me:secret@db/x", r"oracle://me:\*\*\*@db/x needs a database driver"),
    ],
)
def test_an_address_that_leads_nowhere_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(GradebookError, match=said) as caught:
        write([ADA], url)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(path: Path, url: str) -> None:
    path.write_text(json.dumps({"not": "a database"}) * 100, encoding="utf-8")

    with pytest.raises(GradebookError, match="cannot be used as a gradebook: file is not a data"):
        write([ADA], url)


def test_a_name_too_long_for_some_databases_is_left_out(path: Path, url: str) -> None:
    long: Report = replace(ADA, student="x" * 129)

    kept = write([long], url, assignment="Week 4")

    assert kept.written == 0
    assert "more than 128 characters: left out" in kept.complaints[0]
    assert rows(path, "select name from assignment") == [("Week 4",)]
