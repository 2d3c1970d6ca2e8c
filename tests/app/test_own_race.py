"""The learner's own search in the race: what it may do, and that it runs as it is graded."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

from app.labs import own_race
from app.labs.track import NAMES, Name, track
from app.own_call import argument
from engine.landscape import load
from grader import labs
from grader.labs.ex07_practical_guidelines import Objective
from grader.labs.race import Account
from grader.recorded import Problem

SMALL: dict[str, Any] = {
    "axes": {"lr": [1, 2, 3], "width": [10, 20]},
    "start": {"lr": 2, "width": 10},
    # Configuration n has n / 10 after its last epoch, and half of that after its first.
    "validation": [np.outer(np.arange(6), [0.05, 0.1]), np.outer(np.arange(6), [0.04, 0.1])],
    "test": [np.arange(6) / 20, np.arange(6) / 30],
}


def run(own: own_race.Own, name: Name, budget: int, function: object) -> list[dict[str, Any]]:
    """Run a function in this process, on what the app sends to the other one."""
    call = own_race.call(own, name, budget)
    assert call.lab is not None
    lab: Any = labs.build(call.lab.factory, **dict(call.lab.values))
    found: list[dict[str, Any]] = getattr(lab, call.through)(
        function, *[argument(lab, arg) for arg in call.args]
    )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_tune_asks_and_finds_what_it_does_where_it_is_graded(
    name: Name, practical_guidelines: ModuleType
) -> None:
    on = track(name)
    found = run("tune", name, 4, practical_guidelines.tune)
    assert len(found) == own_race.runs_of(4) == 18
    start = on.config(on.start)
    for number in (0, 4, 8):
        landscape = load(name)
        space = {
            axis: (start[axis], *(v for v in values if v != start[axis]))
            for axis, values in on.axes.items()
        }
        problem = Problem(
            landscape, space, int(landscape.axes["seed"][number % 3]), 4 * on.max_epochs
        )
        objective = Objective(
            problem.train, problem.remaining, problem.open_test, problem.max_epochs
        )
        lists = {axis: list(values) for axis, values in space.items()}
        config, test = practical_guidelines.tune(objective, lists, problem.budget, number)
        moves = found[number]["moves"]
        assert [(on.config(int(n)), int(epochs)) for _, n, epochs, _ in moves] == problem.asked
        assert moves[-1][0] == problem.budget - problem.remaining()
        assert on.config(found[number]["chosen"]) == config
        lane = own_race.read(name, 4)((found,))
        assert lane.test[number, -1] == pytest.approx(test)


def test_random_search_trains_what_it_draws_and_keeps_the_best(random_search: ModuleType) -> None:
    found = run("random_search", "spirals", 8, random_search.random_search)
    for each in found:
        spent, numbers, epochs, scores = each["moves"].T
        assert spent.tolist() == [40 * i for i in range(1, 9)]
        assert set(epochs) == {40}
        assert len(set(numbers)) == 8
        assert each["chosen"] == numbers[np.argmax(scores)]
    assert found[0]["moves"].tolist() != found[3]["moves"].tolist()  # one seed, other draws


def test_an_account_charges_new_epochs_and_one_at_least() -> None:
    account = Account(SMALL, 1, 2)  # seed 1; 4 epochs
    config = {"lr": 3, "width": 10}  # the fifth of six
    assert account.train(config, 1) == pytest.approx(0.16)
    assert account.train(config) == pytest.approx(0.4)
    assert account.remaining() == 2
    account.train(config, 1)
    assert account.remaining() == 1
    with pytest.raises(ValueError, match=r"2 more epochs were asked for, but 1 of 4 are left"):
        account.train({"lr": 1, "width": 10})
    assert account.remaining() == 1
    assert account.open_test(config) == pytest.approx(4 / 30)
    report = account.report((config, 0.1))
    assert report["chosen"] == 4
    assert report["moves"].tolist() == [[1, 4, 1, 0.16], [2, 4, 2, 0.4], [3, 4, 1, 0.16]]


@pytest.mark.parametrize(
    ("config", "epochs", "message"),
    [
        ({"lr": 4, "width": 10}, 1, "of the space"),
        ({"lr": 1}, 1, "of the space"),
        ({"lr": 1, "width": 10}, 3, "`epochs` must be 1 to 2"),
        ({"lr": 1, "width": 10}, 0, "`epochs` must be 1 to 2"),
    ],
)
def test_an_account_refuses_what_cannot_be_trained(
    config: dict[str, int], epochs: int, message: str
) -> None:
    account = Account(SMALL, 0, 2)
    with pytest.raises(ValueError, match=message):
        account.train(config, epochs)
    assert account.remaining() == 4


def test_the_seal_breaks_once_and_ends_the_search() -> None:
    account = Account(SMALL, 0, 2)
    config = {"lr": 1, "width": 20}
    assert account.open_test(config) == pytest.approx(1 / 20)
    with pytest.raises(ValueError, match="open already"):
        account.open_test(config)
    with pytest.raises(ValueError, match="ends the search"):
        account.train(config, 1)


def test_a_search_that_harms_its_space_harms_only_its_own_run() -> None:
    seen = []

    def tune(objective: Any, space: dict[str, list[Any]], budget: int, seed: int) -> Any:
        seen.append((budget, seed, {name: list(values) for name, values in space.items()}))
        config = {name: values.pop(0) for name, values in space.items()}
        objective(config, 1)
        return config, objective.open_test(config)

    labs_course: Any = labs.build("race:course", trainings=3)
    found = labs_course.tune(tune, SMALL, 2)
    space = {"lr": [2, 1, 3], "width": [10, 20]}  # the start's values come first
    assert seen == [(6, 0, space), (6, 1, space)]
    assert [each["chosen"] for each in found] == [2, 2]
