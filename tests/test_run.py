"""Grading in this process: the path that nbgrader's kernel takes."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from grader.misconceptions.compose import submission_source
from grader.report import Status
from grader.run import grade_namespace, max_points
from grader.topics import find_topic

TOPIC = find_topic("2")


def namespace(source: str) -> dict[str, Any]:
    found: dict[str, Any] = {"__name__": "notebook"}
    exec(source, found)
    return found


def test_a_wrong_sibling_costs_nothing_and_is_put_back() -> None:
    found = namespace(submission_source(TOPIC.module, "no-bias-correction"))
    wrong = found["smooth"]
    result = grade_namespace(TOPIC, "range_test", found, seed=1)
    assert result.points == result.max_points == max_points(TOPIC)["range_test"]
    assert found["smooth"] is wrong
    assert grade_namespace(TOPIC, "smooth", found, seed=1).points < max_points(TOPIC)["smooth"]


def test_a_missing_function_is_named() -> None:
    result = grade_namespace(TOPIC, "smooth", {}, seed=1)
    assert (result.status, result.points) == (Status.FAILED, 0)
    assert "has no function `smooth`" in result.messages[0]


@pytest.mark.parametrize("seed", [3, 4])
def test_the_same_seed_replays_the_same_result(seed: int) -> None:
    source = submission_source(TOPIC.module, "no-bias-correction")
    results = [grade_namespace(TOPIC, "smooth", namespace(source), seed=seed) for _ in range(2)]
    assert results[0].messages == results[1].messages
    assert results[0].points == results[1].points


def test_visible_checks_loaded_before_do_not_stand_in_for_the_hidden_ones() -> None:
    code = (
        "import json, pytest\n"
        "from grader.paths import exercises_dir\n"
        "from grader.run import max_points\n"
        "from grader.topics import find_topic\n"
        "pytest.main([str(exercises_dir()), '--task', 'smooth', '-p', 'no:cacheprovider'])\n"
        "print(json.dumps(max_points(find_topic('2'))))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout.splitlines()[-1]) == max_points(TOPIC)
