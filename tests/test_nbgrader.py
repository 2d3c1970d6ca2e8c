"""nbgrader courses: built from solutions/, released without a leak, scored by the real nbgrader."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.grading import filled
from grader import nbgrader_course, notebook, quiz
from grader.cli import main
from grader.leaks import scan
from grader.misconceptions.compose import declared, submission_source
from grader.paths import load_module, project_root, solutions_dir
from grader.run import grade_namespace, max_points
from grader.topics import Topic, find_topic

needs_nbgrader = pytest.mark.skipif(
    find_spec("nbgrader") is None,
    reason="nbgrader is not installed; to run this: pip install -e '.[nbgrader]'",
)
# Topics that differ in what a notebook sees (models, plain functions, a class), each with a
# misconception in a task that no other calls. Every topic more costs half a minute of two cores;
# `hyperlings nbgrader build` itself runs for all, with its checks for validity and leaks.
WRONG = {
    "ex02_manual_tuning": "ties-move",
    "ex04_random_search": "uniform-between-bounds",
    "ex07_practical_guidelines": "one-update-too-late",
}
STUDENTS = ("ada", "ben", "cleo")  # the reference, the stub as released, a misconception


def source_of(module: str, student: str) -> str:
    if student == "cleo":
        return submission_source(module, WRONG[module])
    return (solutions_dir() / f"{module}.py").read_text(encoding="utf-8")


# CPython may lose count of its depth where two threads parse at once (SystemError, seen in 3.11.7).
_PARSING = threading.Lock()


class Course:
    """A course folder with one topic's submissions, and nbgrader run in it."""

    def __init__(self, folder: Path, module: str) -> None:
        self.folder = folder
        self.module = module
        home = folder.with_name(f"home-{module}")
        home.mkdir()
        folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "HYPERLINGS_HOME"},
            **{name: str(home / name.lower()) for name in folders},
            "HOME": str(home),
            # nbgrader calls alembic by name, and the kernel is to be the Python that runs this.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }

    def notebook(self, stage: str) -> dict[str, Any]:
        """Read the topic's notebook from a folder of the course."""
        path = self.folder / stage / self.module / f"{self.module}.ipynb"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def run(self) -> None:
        """Release the topic, hand in three submissions, autograde them."""
        self._nbgrader("generate_assignment")
        for student in STUDENTS:
            target = self.folder / "submitted" / student / self.module / f"{self.module}.ipynb"
            target.parent.mkdir(parents=True)
            submission = self.notebook("release")
            if student != "ben":
                with _PARSING:  # composing a source parses as well
                    filled(submission, source_of(self.module, student))
            target.write_text(json.dumps(submission), encoding="utf-8")
        self._nbgrader("autograde")

    def scores(self, student: str) -> dict[str, float]:
        """Return the points by grade cell, from the real gradebook."""
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            submitted = book.find_submission_notebook(self.module, self.module, student)
            return {grade.name: grade.score for grade in submitted.grades}

    def _nbgrader(self, verb: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", verb, self.module],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """A course a topic, released, with three submissions autograded; at once, to save time."""
    folder = tmp_path_factory.mktemp("nbgrader")
    built = CliRunner().invoke(main, ["nbgrader", "build", str(folder / "course")])
    assert built.exit_code == 0, built.output
    assert "nbgrader generate_assignment ex02_manual_tuning" in built.output
    found = {}
    for module in WRONG:
        shutil.copytree(folder / "course", folder / module)
        found[module] = Course(folder / module, module)
    with ThreadPoolExecutor() as pool:
        list(pool.map(Course.run, found.values()))
    return found


@pytest.fixture(params=WRONG)
def topic(request: pytest.FixtureRequest) -> Topic:
    return find_topic(request.param)


@pytest.fixture
def course(courses: Mapping[str, Course], topic: Topic) -> Course:
    return courses[topic.module]


@needs_nbgrader
def test_the_release_gives_nothing_away(course: Course) -> None:
    assert [path.name for path in (course.folder / "release").iterdir()] == [course.module]
    assert scan(course.folder / "release", project_root()) == []
    assert scan(course.folder / "source", project_root()) != []  # so the scan can see


@needs_nbgrader
def test_released_cells_hold_the_stub_and_the_visible_check_only(
    course: Course, topic: Topic
) -> None:
    cells = {cell["id"]: cell for cell in course.notebook("release")["cells"]}

    for task in topic.tasks:
        stub = "".join(cells[f"{task.name}-solution"]["source"])
        assert re.search(r'"""\n +raise NotImplementedError$', stub), task.name
        assert "".join(cells[task.name]["source"]) == (
            f'from grader.notebook import check\n\ncheck("{task.name}", globals())'
        )
        assert cells[task.name]["metadata"]["nbgrader"]["points"] == max_points(topic)[task.name]


@needs_nbgrader
def test_the_reference_scores_full_marks_in_the_gradebook(course: Course, topic: Topic) -> None:
    assert course.scores("ada") == max_points(topic)


@needs_nbgrader
def test_the_stub_as_released_scores_zero_in_every_cell(course: Course, topic: Topic) -> None:
    assert course.scores("ben") == dict.fromkeys(max_points(topic), 0.0)


@needs_nbgrader
def test_a_misconception_loses_what_hyperlings_takes_off_in_its_task_and_nothing_elsewhere(
    course: Course, topic: Topic, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(source_of(topic.module, "cleo"), encoding="utf-8")
    namespace = vars(load_module(path, "hyperlings_test_wrong"))
    task = declared(topic.module)[WRONG[topic.module].replace("-", "_")].task
    expected = grade_namespace(topic, task, namespace, seed=1).points

    assert course.scores("cleo") == {**max_points(topic), task: expected}
    assert expected < max_points(topic)[task]


@needs_nbgrader
def test_a_learner_reads_why_points_were_lost_and_nothing_is_on_stderr(
    courses: Mapping[str, Course],
) -> None:
    graded = courses["ex04_random_search"].notebook("autograded/cleo")
    cells = {cell["id"]: cell for cell in graded["cells"]}

    outputs = [output for cell in cells.values() for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    printed = "".join(
        "".join(output.get("text", "")) for output in cells["sample_loguniform"]["outputs"]
    )
    assert "You drew uniformly between low and high" in printed
    assert "prob_hit: all" in "".join(cells["prob_hit"]["outputs"][0]["text"])


@needs_nbgrader
def test_the_same_solutions_make_the_same_notebook() -> None:
    assert nbgrader_course.make_notebook(find_topic("4")) == nbgrader_course.make_notebook(
        find_topic("4")
    )


@needs_nbgrader
def test_a_notebook_ends_with_the_quiz(topic: Topic) -> None:
    *_, last = json.loads(nbgrader_course.make_notebook(topic))["cells"]
    assert last["cell_type"] == "markdown"
    assert "".join(last["source"]) == quiz.markdown(quiz.read(topic.module))


@needs_nbgrader
def test_a_folder_that_holds_something_else_is_left_alone_without_force(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work", encoding="utf-8")

    refused = CliRunner().invoke(main, ["nbgrader", "build", str(tmp_path)])

    assert refused.exit_code == 1
    assert "holds something that is no course of ours" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


@needs_nbgrader
def test_building_again_keeps_gradebook_and_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbgrader_course, "_require_valid_and_clean", lambda notebooks: None)
    course = tmp_path / "course"
    nbgrader_course.build(course, [find_topic("4")])
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    (course / "gradebook.db").write_bytes(b"grades")

    nbgrader_course.build(course, [find_topic("4")])

    assert (course / "gradebook.db").read_bytes() == b"grades"
    assert config.read_text(encoding="utf-8").endswith("# mine\n")
    nbgrader_course.build(course, [find_topic("4")], force=True)
    assert "# mine" not in config.read_text(encoding="utf-8")


@needs_nbgrader
def test_a_notebook_whose_release_would_leak_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "Try `return np.exp(rng.uniform(math.log(low), math.log(high), size))`."
    monkeypatch.setattr(nbgrader_course, "_introduction", lambda topic: shown)

    with pytest.raises(
        nbgrader_course.CourseError, match=r"cell 1 gives away the code `return np\.exp"
    ):
        nbgrader_course.build(tmp_path / "course", [find_topic("4")])
    assert not list((tmp_path / "course").rglob("*.ipynb"))


def test_without_nbgrader_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbgrader_course, "find_spec", lambda name: None)

    outcome = CliRunner().invoke(main, ["nbgrader", "build", str(tmp_path / "course")])

    assert outcome.exit_code == 1
    assert "pip install -e '.[nbgrader]'" in outcome.stderr


# --- what the cells call, in this process -----------------------------------------------------


@pytest.fixture(scope="module")
def reference() -> Mapping[str, object]:
    return vars(load_module(solutions_dir() / "ex04_random_search.py", "hyperlings_test_ex04"))


def noisy(q: float, n: int) -> float:
    """Right, but loud."""
    import logging
    import warnings

    print("on stdout: the inputs are", q, n)
    print("on stderr", file=sys.stderr)
    os.write(2, b"on file descriptor 2\n")
    warnings.warn("a warning", stacklevel=1)
    logging.getLogger("optuna").error("a log line")
    if not (0 <= q <= 1) or n < 0:
        raise ValueError("bad arguments")
    return float(1 - (1 - q) ** n)


def test_grade_returns_a_plain_float_scaled_to_the_points_of_the_cell(
    reference: Mapping[str, object],
) -> None:
    points = notebook.grade("prob_hit", reference, out_of=3)

    assert type(points) is float
    assert points == 3.0
    assert repr(notebook.grade("prob_hit", {"prob_hit": lambda q, n: 0.5}, out_of=3)) < "3"


def test_a_noisy_right_solution_gets_full_marks_and_leaves_stderr_and_stdout_silent(
    capfd: pytest.CaptureFixture[str],
) -> None:
    points = notebook.grade("prob_hit", {"prob_hit": noisy}, out_of=5)

    captured = capfd.readouterr()
    assert points == 5.0
    assert captured.err == ""
    assert captured.out == ""  # what it prints may hold hidden inputs


@pytest.mark.parametrize("broken", [KeyError("x"), SystemExit(0), pytest.skip.Exception("no")])
def test_code_that_raises_anything_scores_zero(
    broken: BaseException, capfd: pytest.CaptureFixture[str]
) -> None:
    def prob_hit(q: float, n: int) -> float:
        raise broken

    assert notebook.grade("prob_hit", {"prob_hit": prob_hit}, out_of=5) == 0.0
    assert "prob_hit" in capfd.readouterr().out


def test_a_missing_function_and_a_broken_grader_score_zero_and_say_so(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notebook.grade("prob_hit", {}, out_of=5) == 0.0
    assert "has no function `prob_hit`" in capfd.readouterr().out

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr("grader.run.grade_namespace", fail)
    assert notebook.grade("prob_hit", {}, out_of=5) == 0.0
    assert "could not be graded: RuntimeError: disk on fire" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("text", "interactivity"),
    [("0.00 points", "last_expr"), ("99", "last_expr"), ("-1", "last_expr"), ("nan", "last_expr"),
     ("0.0", "none")],
)  # fmt: skip
def test_a_notebook_that_would_show_another_number_is_an_error_rather_than_full_marks(
    monkeypatch: pytest.MonkeyPatch, text: str, interactivity: str
) -> None:
    formatter = SimpleNamespace(format=lambda value: ({"text/plain": text}, {}))
    shell = SimpleNamespace(display_formatter=formatter, ast_node_interactivity=interactivity)
    monkeypatch.setattr(notebook, "_shell", lambda: shell)

    with pytest.raises(RuntimeError, match="changes how IPython shows a number"):
        notebook.grade("prob_hit", {}, out_of=5)


def test_check_says_to_do_then_what_is_wrong_and_then_that_all_is_well(
    reference: Mapping[str, object], capfd: pytest.CaptureFixture[str]
) -> None:
    def unwritten(q: float, n: int) -> float:
        raise NotImplementedError

    notebook.check("prob_hit", {"prob_hit": unwritten})
    assert capfd.readouterr().out == "prob_hit: to do\n"
    notebook.check("prob_hit", {"prob_hit": lambda q, n: q * n})
    wrong = capfd.readouterr().out
    assert "checks pass. The first that does not:" in wrong
    assert "expected" in wrong
    notebook.check("prob_hit", reference)
    captured = capfd.readouterr()
    assert captured.out.startswith("prob_hit: all ")
    assert captured.err == ""


def test_the_visible_checks_never_stand_in_for_the_hidden_ones(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def prob_hit(q: float, n: int) -> float:
        return float(1 - (1 - q) ** n)  # right, but for the arguments that it should refuse

    namespace = {"prob_hit": prob_hit}
    before = notebook.grade("prob_hit", namespace, out_of=60)
    notebook.check("prob_hit", namespace)
    visible = capfd.readouterr().out
    after = notebook.grade("prob_hit", namespace, out_of=60)

    result = grade_namespace(find_topic("4"), "prob_hit", namespace, seed=0)
    assert 0 < result.points < result.max_points
    assert before == after == pytest.approx(60 * result.points / result.max_points)
    assert "checks pass. The first" in visible


def test_check_without_the_course_folder_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HYPERLINGS_HOME", str(tmp_path))

    notebook.check("prob_hit", {})

    assert "Set HYPERLINGS_HOME to your course folder" in capfd.readouterr().out
