"""How long grading takes, beside nbgrader on the same notebooks, and how much memory."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.misconceptions.compose import declared, submission_source
from grader.paths import exercises_dir, project_root, solutions_dir
from grader.topics import Topic

_SAMPLE_SECONDS = 0.1
_GRADE = [sys.executable, "-c", "from grader.cli import main; main()", "grade"]
KINDS = ("right", "wrong", "stub")  # in turn


class BenchmarkError(Exception):
    """A measurement cannot be made, or what was measured is not what it should be."""


@dataclass(frozen=True)
class Run:
    """One run of `hyperlings grade`, in a process of its own.

    Attributes:
        count: How many submissions.
        seconds: Wall-clock seconds from the start of the command to the last grade.
        peak_mb: The most memory that the grader held at once: its processes and their warm
            parents, without the workers, which are forked copies.
        scores: The share of the points that each submission got, by student.
    """

    count: int
    seconds: float
    peak_mb: float
    scores: dict[str, float]

    @property
    def each(self) -> float:
        """Seconds a submission."""
        return self.seconds / self.count


class Course:
    """An nbgrader course with a class of submissions in one topic."""

    def __init__(self, folder: Path, topic: Topic) -> None:
        """Build it from the topic's solution, as `hyperlings nbgrader build` does, and release it.

        Raises:
            BenchmarkError: If nbgrader refuses.
        """
        from grader import nbgrader_course

        self.folder = folder / "course"
        self._module = topic.module
        home = folder / "home"
        home.mkdir()
        jupyter = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
        self._environment = {
            **os.environ,
            **{name: str(home / name.lower()) for name in jupyter},
            "HOME": str(home),
            "HYPERLINGS_HOME": str(project_root()),
            # nbgrader calls alembic by name, and its kernel is to be the Python that runs this.
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        nbgrader_course.build(self.folder, [topic])
        self._nbgrader("generate_assignment")
        self._notebooks = self._fill_in()

    def hand_in(self, count: int, folder: Path) -> list[str]:
        """Write submissions as nbgrader lays them out, right, wrong and stub in turn.

        Args:
            count: How many.
            folder: Where `submitted/` would be.

        Returns:
            The students' names.
        """
        students = []
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            students.append(f"{number:04}-{kind}")
            place = folder / students[-1] / self._module / f"{self._module}.ipynb"
            place.parent.mkdir(parents=True)
            notebook = json.loads(self._notebooks[kind])
            notebook["metadata"]["student"] = number  # no two files are alike
            place.write_text(json.dumps(notebook), encoding="utf-8")
        return students

    def autograde(self, students: Sequence[str]) -> tuple[float, dict[str, float]]:
        """Have nbgrader grade submissions that lie in its own folder.

        Returns:
            Wall-clock seconds, and the share of the points that each student got.

        Raises:
            BenchmarkError: If it could not grade one.
        """
        began = time.perf_counter()
        self._nbgrader("autograde")
        seconds = time.perf_counter() - began
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            found = {student: book.find_submission(self._module, student) for student in students}
            return seconds, {name: each.score / each.max_score for name, each in found.items()}

    def _fill_in(self) -> dict[str, str]:
        """Write each kind of submission into the released notebook."""
        name = f"{self._module}.ipynb"
        released = (self.folder / "release" / self._module / name).read_text(encoding="utf-8")
        return {
            kind: json.dumps(filled(json.loads(released), source_of(self._module, kind)))
            for kind in KINDS
        }

    def _nbgrader(self, verb: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", verb, self._module],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise BenchmarkError(f"`nbgrader {verb}` failed:\n{done.stderr[-2000:]}")


def source_of(module: str, kind: str) -> str:
    """Return a submission's source: the reference, its first misconception, or the stub."""
    if kind == "wrong":
        return submission_source(module, next(iter(declared(module))).replace("_", "-"))
    folder = {"right": solutions_dir(), "stub": exercises_dir()}[kind]
    return (folder / f"{module}.py").read_text(encoding="utf-8")


def grade(submissions: Path, count: int, out: Path, *, jobs: int | None = None) -> Run:
    """Run `hyperlings grade` on a folder as an instructor does, and watch it.

    Args:
        submissions: The folder.
        count: How many submissions it holds.
        out: A folder for the results.
        jobs: How many processes; None leaves it to the command.

    Raises:
        BenchmarkError: If it fails, or did not grade them all.
    """
    command = [*_GRADE, str(submissions), "--out", str(out), "--seed", "1"]
    if jobs:
        command += ["--jobs", str(jobs)]
    python_path = os.pathsep.join(
        [str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")]
    )
    began = time.time()
    process = subprocess.Popen(
        command,
        env={**os.environ, "PYTHONPATH": python_path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    memory = _Memory(process.pid)
    memory.start()
    said, _ = process.communicate()
    memory.stop()
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    if process.returncode != 0 or len(lines) != count:
        raise BenchmarkError(f"`hyperlings grade` graded {len(lines)} of {count}:\n{said[-2000:]}")
    # The journal is last written when the last grade is in it; the pages come after.
    seconds = (out / "results.jsonl").stat().st_mtime - began
    reports = [json.loads(line) for line in lines]
    scores = {each["student"]: each["score"] / each["max_score"] for each in reports}
    return Run(count, seconds, memory.peak / 1e6, scores)


class _Memory(threading.Thread):
    """Watches how much memory a grader and its warm parents hold."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        import psutil

        self.peak = 0.0
        self._psutil: Any = psutil
        self._grader = psutil.Process(pid)
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self.peak = max(self.peak, self._now())

    def stop(self) -> None:
        self._over.set()
        self.join()

    def _now(self) -> float:
        total = 0.0
        try:
            processes = [self._grader, *self._grader.children(recursive=True)]
        except self._psutil.Error:
            return 0.0
        parents = set()
        for process in processes:
            try:
                warm = any("grader.sandbox.parent" in part for part in process.cmdline())
                if warm and process.ppid() in parents:
                    continue  # a worker: a copy of its parent, of which it shares almost all
                if warm and process.name() != "bwrap":
                    parents.add(process.pid)
                total += process.memory_info().rss
            except self._psutil.Error:
                continue  # it has just ended
        return total


def measure(
    topic: Topic, sizes: Sequence[int], nbgrader_count: int, *, tell: Callable[[str], object]
) -> dict[str, object]:
    """Grade classes of several sizes, and a sample of the same notebooks with nbgrader.

    Args:
        topic: The topic.
        sizes: How many submissions each class has.
        nbgrader_count: How many of them nbgrader grades.
        tell: Told each figure as it comes.

    Returns:
        The figures, fit for JSON.

    Raises:
        BenchmarkError: If something does not grade, or the two do not give the same marks.
    """
    with tempfile.TemporaryDirectory(prefix="hyperlings-") as name:
        folder = Path(name)
        course = Course(folder, topic)
        compared = min(sizes, key=lambda size: abs(size - 100))
        runs = []
        # The one to compare with comes last, beside nbgrader's: a machine's speed drifts.
        for size in sorted(sizes, key=lambda size: (size == compared, size)):
            course.hand_in(size, folder / str(size))
            runs.append(grade(folder / str(size), size, folder / f"out{size}"))
            tell(
                f"hyperlings, {size:5} submissions   {runs[-1].each:7.3f} s each   "
                f"peak {runs[-1].peak_mb:5.0f} MB"
            )
        nearest = runs[-1]
        students = course.hand_in(nbgrader_count, course.folder / "submitted")
        seconds, scores = course.autograde(students)
        again = grade(folder / str(compared), compared, folder / "again")
    ours = (nearest.each + again.each) / 2
    theirs = seconds / nbgrader_count
    tell(f"hyperlings, {again.count:5} submissions   {again.each:7.3f} s each   once more")
    tell(f"nbgrader,   {nbgrader_count:5} submissions   {theirs:7.3f} s each")
    shared = scores.keys() & nearest.scores.keys()
    if other := [name for name in shared if abs(scores[name] - nearest.scores[name]) > 1e-9]:
        raise BenchmarkError(f"nbgrader and hyperlings gave {other[0]} different marks.")
    return {
        "topic": topic.module,
        "vs_nbgrader": theirs / ours,
        "seconds_per_submission": {
            str(run.count): run.each for run in sorted(runs, key=lambda run: run.count)
        },
        "peak_mb": max(run.peak_mb for run in runs),
        "peak_mb_by_size": {
            str(run.count): run.peak_mb for run in sorted(runs, key=lambda run: run.count)
        },
        "nbgrader_seconds_per_submission": theirs,
        "nbgrader_count": nbgrader_count,
        "compared_at": nearest.count,
    }


def filled(released: dict[str, Any], source: str) -> dict[str, Any]:
    """Write the functions of a module into a notebook's solution cells; the last one counts."""
    functions = {
        node.name: ast.unparse(node)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for cell in released["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = functions[cell["id"].removesuffix("-solution")]
    return released
