"""Mistakes as learners write them, with no check of arguments, are still called by their names."""

from __future__ import annotations

from importlib import import_module

import pytest

from grader.diagnosis import diagnose
from grader.paths import load_module, solutions_dir
from grader.subject import LocalSubject
from grader.topics import TOPICS, find_task
from tests.mistakes import MISTAKES, Mistake

for _topic in TOPICS:
    import_module(f"tests.mistakes.{_topic.module}")


@pytest.mark.filterwarnings("ignore")  # wrong code warns, with good reason
@pytest.mark.parametrize("wrong", MISTAKES, ids=lambda wrong: f"{wrong.task}-{wrong.named}")
def test_a_mistake_without_argument_checks_is_named(wrong: Mistake) -> None:
    topic, _ = find_task(wrong.task)
    reference = load_module(solutions_dir() / f"{topic.module}.py", f"mistakes.{topic.module}")
    namespace = {**vars(reference), wrong.task: wrong.function}
    found = diagnose(LocalSubject(namespace, f"{topic.module}.py"), topic, wrong.task)
    assert found is not None
    assert found.id == wrong.named
