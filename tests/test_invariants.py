"""What holds for every topic in the registry: every layer present, fair to right code, strict to
wrong code, and able to say what went wrong."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator

import pytest

from grader import paths
from grader.attempts import RemoteAttempts
from grader.hidden_run import HiddenRun
from grader.misconceptions.compose import declared, submission_source
from grader.report import Report, Status, TaskResult
from grader.run import grade, max_points
from grader.sandbox.client import WarmParent
from grader.submission import Submission
from grader.topics import TOPICS, Topic

ROOT = paths.project_root()
EQUIVALENTS = ROOT / "tests" / "equivalents"
BY_MODULE = {topic.module: topic for topic in TOPICS}

MISCONCEPTIONS = [(topic.module, name) for topic in TOPICS for name in declared(topic.module)]
RIGHT = [
    (topic.module, path.stem)
    for topic in TOPICS
    for path in sorted((EQUIVALENTS / topic.module).glob("*.py"))
]


@pytest.fixture(scope="module")
def parent() -> Iterator[WarmParent]:
    with WarmParent() as started:
        yield started


def graded(parent: WarmParent, topic: Topic, source: str, seed: int = 1) -> Report:
    digest = hashlib.sha256(source.encode()).hexdigest()
    submission = Submission("ada", topic.module, f"{topic.module}.py", source, digest)
    return grade(submission, topic, parent=parent, seed=seed)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_every_layer_of_a_topic_is_there(topic: Topic) -> None:
    expected = [
        f"solutions/{topic.module}.py",
        f"exercises/{topic.module}.py",
        f"exercises/test_{topic.module}.py",
        f"grader/hidden/test_{topic.module}.py",
        f"grader/probes/{topic.module}.py",
        f"grader/misconceptions/{topic.module}.py",
        f"grader/fingerprint_data/{topic.module}.json",
        f"docs/{topic.lesson}",
        f"app/views/{topic.module}.py",
    ]
    assert [path for path in expected if not (ROOT / path).is_file()] == []
    for task in topic.tasks:
        assert len(set(task.hints)) == 3, f"{task.name} needs three different hints"
        assert min(len(hint) for hint in task.hints) > 20
        assert set(task.needs) <= {other.name for other in topic.tasks}
        styles = [name for module, name in RIGHT if name.startswith(f"{task.name}_")]
        assert len(styles) >= 3, f"{task.name} has {styles} only"


def test_no_layer_holds_a_topic_that_the_registry_does_not() -> None:
    layers = {
        "solutions": "ex*.py",
        "exercises": "*ex*.py",
        "grader/hidden": "*ex*.py",
        "grader/probes": "ex*.py",
        "grader/misconceptions": "ex*.py",
        "grader/fingerprint_data": "*.json",
        "app/views": "ex*.py",
        "tests/equivalents": "ex*",
    }
    strays = [
        path.relative_to(ROOT).as_posix()
        for folder, pattern in layers.items()
        for path in (ROOT / folder).glob(pattern)
        if path.stem.removeprefix("test_") not in BY_MODULE
    ]
    assert strays == []


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_reference_gets_full_marks(parent: WarmParent, topic: Topic, seed: int) -> None:
    source = (paths.solutions_dir() / f"{topic.module}.py").read_text(encoding="utf-8")
    report = graded(parent, topic, source, seed)
    assert {task.task: (task.points, task.messages) for task in report.tasks} == {
        task: (points, ()) for task, points in max_points(topic).items()
    }


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_the_stub_gets_nothing_and_counts_as_not_attempted(
    parent: WarmParent, topic: Topic
) -> None:
    source = (paths.exercises_dir() / f"{topic.module}.py").read_text(encoding="utf-8")
    report = graded(parent, topic, source)
    assert report.score == 0
    assert {task.status for task in report.tasks} == {Status.NOT_ATTEMPTED}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_a_task_needs_just_the_siblings_that_its_reference_calls(topic: Topic) -> None:
    tree = ast.parse((paths.solutions_dir() / f"{topic.module}.py").read_text(encoding="utf-8"))
    bodies = {node.name: node for node in tree.body if hasattr(node, "name")}
    names = {task.name for task in topic.tasks}
    for task in topic.tasks:
        used = {node.id for node in ast.walk(bodies[task.name]) if isinstance(node, ast.Name)}
        assert used & (names - {task.name}) <= set(task.needs), task.name


def judged(parent: WarmParent, topic: Topic, source: str, task: str) -> dict[str, TaskResult]:
    """Judge the task whose function is another, and those that call it; no other can change."""
    changed = [task, *(other.name for other in topic.tasks if task in other.needs)]
    file = f"{topic.module}.py"
    found: dict[str, TaskResult] = {}
    for name in changed:
        attempts = RemoteAttempts(parent, source, topic.module, file)
        found |= HiddenRun(topic, attempts, file=file, seed=1).results(name)
    return found


@pytest.mark.parametrize(("module", "name"), MISCONCEPTIONS)
def test_a_misconception_is_named_and_costs_its_own_task_only(
    parent: WarmParent, module: str, name: str
) -> None:
    known = declared(module)[name]
    results = judged(parent, BY_MODULE[module], submission_source(module, name), known.task)
    lost = {task for task, result in results.items() if result.points < result.max_points}
    assert lost == {known.task}
    diagnosis = results[known.task].diagnosis
    assert diagnosis is not None
    assert diagnosis.id == known.id


@pytest.mark.parametrize(("module", "name"), RIGHT)
def test_a_right_solution_in_another_style_gets_full_marks(
    parent: WarmParent, module: str, name: str
) -> None:
    topic = BY_MODULE[module]
    # The longest name first: one task's may begin with another's.
    tasks = sorted((task.name for task in topic.tasks), key=len, reverse=True)
    task = next(task for task in tasks if name.startswith(f"{task}_"))
    source = submission_source(module, EQUIVALENTS / module / f"{name}.py")
    results = judged(parent, topic, source, task)
    assert {task: result.messages for task, result in results.items() if result.messages} == {}
    assert all(result.points == result.max_points for result in results.values())
