"""The recorded values are what the references give, and what a picture cannot show is told."""

from __future__ import annotations

import numpy as np
import pytest

from app import record
from app.showcases import library
from app.showcases.model import Showcase, WrongShapeError, number, numbers
from grader.topics import TOPICS

SHOWCASES = [
    (topic.module, showcase) for topic in TOPICS for showcase in library.of_module(topic.module)
]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_the_recorded_values_are_those_of_the_references(topic: object) -> None:
    fresh = record.record(topic)  # type: ignore[arg-type]
    recorded = library.reference(topic.module)  # type: ignore[attr-defined]
    assert recorded.keys() == fresh.keys()
    for task, (x, y) in fresh.items():
        # Training sums in another order elsewhere; its curve agrees less tightly.
        rtol = 1e-2 if task == "range_test" else 1e-6
        np.testing.assert_allclose(recorded[task][0], x, rtol=1e-6, err_msg=task)
        np.testing.assert_allclose(recorded[task][1], y, rtol=rtol, err_msg=task)


@pytest.mark.parametrize(("module", "showcase"), SHOWCASES, ids=lambda item: str(item)[:30])
def test_a_showcase_belongs_to_a_task_and_its_values_lie_on_its_axes(
    module: str, showcase: Showcase
) -> None:
    topic = next(topic for topic in TOPICS if topic.module == module)
    assert showcase.task in {task.name for task in topic.tasks}
    assert {call.function for call in showcase.calls} == {showcase.task}
    x, y = library.reference(module)[showcase.task]
    for values, axis in ((x, showcase.x), (y, showcase.y)):
        inside = [axis.domain[0] * 0.999 <= value <= axis.domain[1] * 1.001 for value in values]
        assert np.mean(inside) >= 0.9, axis.title


def test_the_tasks_that_the_sandbox_promises_to_draw_are_drawn() -> None:
    drawn = {showcase.task for _, showcase in SHOWCASES}
    assert {"smooth", "range_test", "suggest_lr", "sample_loguniform"} <= drawn


def test_an_unknown_module_or_task_has_no_showcase() -> None:
    assert library.of_module("ex99_nothing") == ()
    assert library.find("ex02_manual_tuning", "nothing") is None


@pytest.mark.parametrize("value", [None, "text", [[1.0]], {"a": 1}, [1.0, None]])
def test_results_that_are_no_numbers_are_told(value: object) -> None:
    with pytest.raises(WrongShapeError, match="The picture needs"):
        numbers(value)
    with pytest.raises(WrongShapeError, match="The picture needs"):
        number(value)


def test_a_result_of_the_wrong_length_is_told() -> None:
    with pytest.raises(WrongShapeError, match="a list of 3 numbers, but got shape"):
        numbers([1.0, 2.0], 3)
