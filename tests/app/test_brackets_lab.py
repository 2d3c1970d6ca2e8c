from types import ModuleType

import pytest

from app.labs import brackets
from app.own_call import argument
from app.showcases.model import WrongShapeError


@pytest.mark.parametrize("max_epochs", brackets.MAX_EPOCHS)
@pytest.mark.parametrize("eta", [2, 3, 4, 5])
def test_the_course_reference_lays_out_the_same_brackets(
    max_epochs: int, eta: int, bayesian_optimization: ModuleType
) -> None:
    laid = brackets.plan(max_epochs, eta)
    call = brackets.call(laid)
    answer = bayesian_optimization.hyperband_brackets(*(argument(None, arg) for arg in call.args))
    assert brackets.read_layout((answer,)) == laid.layout


def test_a_rung_costs_only_the_epochs_beyond_the_rung_before() -> None:
    laid = brackets.plan(9, 3)
    # 9 for 1; 3 for 2 more; 1 for 6 more. 5 for 3; 1 for 6 more. 3 for 9.
    assert [(rung.begin, rung.end) for rung in laid.rungs] == [
        (0, 9),
        (9, 15),
        (15, 21),
        (0, 15),
        (15, 21),
        (0, 27),
    ]
    assert laid.costs == {2: 21, 1: 21, 0: 27}
    assert laid.trials == 17


def test_every_bracket_on_the_page_fits_its_chart() -> None:
    for max_epochs in brackets.MAX_EPOCHS:
        for eta in (2, 3, 4, 5):
            laid = brackets.plan(max_epochs, eta)
            assert max(laid.costs) <= 7
            assert max(rung.end for rung in laid.rungs) <= 8 * max_epochs
            assert max(rung.n for rung in laid.rungs) <= 330


@pytest.mark.parametrize(
    "answer", [None, 3, [3], [[3]], [[(1, 2, 3)]], [[("a", 1)]], [[(1.5, 2)]], [], [[]]]
)
def test_answers_that_are_no_brackets_are_told(answer: object) -> None:
    with pytest.raises(WrongShapeError, match="list of brackets"):
        brackets.read_layout((answer,))


def test_an_endless_list_of_brackets_is_not_drawn() -> None:
    with pytest.raises(WrongShapeError, match="but got 1000 of them"):
        brackets.read_layout(([[(1, 1)]] * 1000,))
