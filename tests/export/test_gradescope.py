"""Gradescope's results.json: its own field names, and nothing in them that it would refuse."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.export.gradescope import failure, places, results, to_json
from grader.report import Status
from tests.export.small_class import SMALL_CLASS, report, task, two_tasks

GOLDEN = Path(__file__).parent / "golden"
_TOP = {
    *("score", "execution_time", "output", "visibility", "stdout_visibility", "extra_data"),
    *("tests", "leaderboard"),
}
_TEST = {
    *("score", "max_score", "name", "number", "output", "tags", "visibility", "status"),
    "extra_data",
}
_VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}


def require_valid(text: str) -> dict[str, Any]:
    """Hold a results.json to Gradescope's specification."""
    found: dict[str, Any] = json.loads(text, parse_constant=lambda name: 1 / 0)
    assert found.keys() == _TOP
    assert isinstance(found["output"], str)
    assert found["visibility"] in _VISIBLE
    assert found["stdout_visibility"] in _VISIBLE
    assert isinstance(found["score"], int | float)
    assert found["execution_time"] >= 0
    for test in found["tests"]:
        assert test.keys() == _TEST
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in {"passed", "failed"}
        assert test["visibility"] in _VISIBLE
        assert all(isinstance(test[each], str) for each in ("name", "number", "output"))
        assert all(isinstance(tag, str) for tag in test["tags"])
    if found["tests"]:
        assert math.isclose(found["score"], sum(test["score"] for test in found["tests"]))
    return found


def test_each_report_is_written_as_recorded() -> None:
    found = "".join(to_json(results(each)) for each in SMALL_CLASS)

    assert found == (GOLDEN / "gradescope.json").read_text("utf-8")
    for each in SMALL_CLASS:
        require_valid(to_json(results(each)))


def test_status_is_passed_only_for_full_points_and_each_test_says_why() -> None:
    tests = results(SMALL_CLASS[0])["tests"]

    assert [each["status"] for each in tests] == ["passed", "failed"]
    assert tests[1]["output"] == (
        "A chance of one needs one trial: not so.\n\nYou rounded down: round up."
    )
    assert tests[1]["tags"] == ["rounds-down"]


def test_what_could_not_be_graded_says_so_and_nothing_of_the_machine() -> None:
    found = results(SMALL_CLASS[2])

    assert "through no fault of the code: it is not a mark" in found["output"]
    assert "/srv/secret" not in to_json(found)


def test_characters_that_a_database_refuses_are_spelled_out() -> None:
    found = results(SMALL_CLASS[1])

    assert found["tests"][0]["output"] == (r"`<b>` & ]]> \x1b[31mPASSED\x00\x07 \ud800 \ufffe =1+1")
    found["output"].encode()


def test_a_leaderboard_is_only_made_when_asked_for() -> None:
    ada = report("Ada", *two_tasks(8, 4))

    assert results(ada)["leaderboard"] == []
    assert results(ada, leaderboard=True)["leaderboard"] == [
        {"name": "Points", "value": 12, "order": "desc"}
    ]


def test_a_failure_is_a_whole_result_with_its_message() -> None:
    found = require_valid(to_json(failure("Hand in one file.")))

    assert (found["score"], found["output"]) == (0.0, "Hand in one file.")


def test_files_of_namesakes_hostile_names_and_second_files_do_not_collide() -> None:
    ada = report("Ada", task("prob_hit", 8, Status.PASSED), identifier="7")
    evil = report("../../etc", *two_tasks(0, 0))
    found = places([ada, replace(ada, identifier="8"), replace(ada, file="b.py"), evil])

    assert len(set(found)) == 4
    for place in found:
        assert len(place.parts) == 3
        assert ".." not in place.parts
        assert place.name == "results.json"
    assert [place.parts[1] for place in found] == [
        *["ex04_random_search"] * 2,
        "ex04_random_search-2",
        "ex04_random_search",
    ]
