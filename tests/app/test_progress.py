import threading
from pathlib import Path

import pytest

from app import progress
from app.progress import Rechecker
from grader import progress as saved_progress
from grader.progress import State, TaskProgress
from grader.topics import TOPICS, find_topic

TOPIC = find_topic("2")


def test_tasks_that_were_never_checked_are_to_do(home: Path) -> None:
    found = progress.of_course()
    assert [item.topic for item in found] == list(TOPICS)
    assert [item.done for item in found] == [0] * len(TOPICS)
    assert progress.of_topic(TOPIC, {}).summary == "○○○○○○  0 of 6 tasks done"


def test_a_topic_shows_each_state_by_its_shape_and_counts_what_is_done(home: Path) -> None:
    names = [task.name for task in TOPIC.tasks]
    saved_progress.save(
        {
            names[0]: TaskProgress(State.DONE, 4, 4),
            names[1]: TaskProgress(State.FAILING, 1, 4, message="no"),
        }
    )
    assert progress.of_topic(TOPIC, saved_progress.load()).summary == "●▲○○○○  1 of 6 tasks done"


def test_the_next_step_names_the_file_and_the_command(home: Path) -> None:
    step = progress.next_step()
    assert step is not None
    first = TOPICS[0].tasks[0]
    assert step.task == first
    assert step.file == f"exercises/{TOPICS[0].module}.py"
    assert step.command == f"hyperlings check {first.name}"


def test_there_is_no_next_step_once_all_is_done(home: Path) -> None:
    every = [task.name for topic in TOPICS for task in topic.tasks]
    saved_progress.save({name: TaskProgress(State.DONE, 1, 1) for name in every})
    assert progress.next_step() is None


def test_a_changed_file_is_rechecked_once_in_the_background(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, started = threading.Event(), []

    def recheck(topic: object) -> bool:
        started.append(topic)
        return release.wait(10)

    monkeypatch.setattr(saved_progress, "recheck", recheck)
    rechecker = Rechecker(after=lambda: None)
    assert rechecker.refresh(TOPIC)
    assert rechecker.refresh(TOPIC)  # still running: no second one
    release.set()
    _wait_for_threads()
    # It saved nothing, so the topic is still stale; but this source was tried.
    assert not rechecker.refresh(TOPIC)
    with (home / "exercises" / f"{TOPIC.module}.py").open("a") as file:
        file.write("\n# a change\n")
    assert rechecker.refresh(TOPIC)
    _wait_for_threads()
    assert started == [TOPIC, TOPIC]


def test_a_missing_file_is_not_rechecked(home: Path) -> None:
    (home / "exercises" / f"{TOPIC.module}.py").unlink()
    assert not Rechecker(after=lambda: None).refresh(TOPIC)


def _wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "recheck":
            thread.join(10)
