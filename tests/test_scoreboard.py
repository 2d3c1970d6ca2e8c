from __future__ import annotations

from grader.progress import State, TaskProgress, next_task
from grader.scoreboard import scoreboard
from grader.topics import TOPICS, find_topic

ALL = [task.name for topic in TOPICS for task in topic.tasks]
DONE = TaskProgress(State.DONE, passed=4, checks=4)
FAILING = TaskProgress(State.FAILING, passed=1, checks=4)


def test_the_first_task_comes_first() -> None:
    assert next_task({}) == (TOPICS[0], ALL[0])


def test_a_task_already_begun_comes_before_one_that_is_not() -> None:
    assert next_task({ALL[2]: FAILING}) == (TOPICS[0], ALL[2])


def test_nothing_is_left_when_all_is_done() -> None:
    saved = dict.fromkeys(ALL, DONE)
    assert next_task(saved) is None
    assert list(scoreboard(TOPICS, saved))[-1] == "Everything is done. Well played."


def test_the_scoreboard_counts_and_names_the_next_step() -> None:
    topic = find_topic("2")
    lines = list(scoreboard([topic], {"lr_schedule": DONE, "smooth": FAILING}))
    assert lines[0] == "Topic 2: Manual tuning [#.....] 1 of 6"
    assert lines[1] == "  [x] lr_schedule          done, 4 of 4 checks"
    assert lines[2] == "  [!] smooth               1 of 4 checks pass"
    assert lines[3] == "  [ ] range_test           to do"
    assert lines[-3:] == [
        "Next: mend `smooth` in exercises/ex02_manual_tuning.py",
        "Check it: hyperlings check smooth",
        "Stuck? hyperlings hint smooth",
    ]
    assert max(map(len, lines)) <= 80


def test_what_comes_next_is_of_the_topics_shown_while_they_have_anything() -> None:
    topic = find_topic("4")
    assert f"Next: write `{topic.tasks[0].name}`" in "\n".join(scoreboard([topic], {}))
    done = {task.name: DONE for task in topic.tasks}
    assert f"Next: write `{ALL[0]}`" in "\n".join(scoreboard([topic], done))
