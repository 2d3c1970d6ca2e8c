from __future__ import annotations

from typing import Any

import pytest

from grader.likeness import how_well

RAISES = {"raises": "ValueError"}
RIGHT = {"curve": [1.0, 2.0, 4.0], "flag": True, "low 0": RAISES, "refused": [True, True]}
LINEAR = {**RIGHT, "curve": [1.0, 2.5, 4.0]}
CARELESS = {**RIGHT, "low 0": 3.0, "refused": [False, True]}
TWO_CASES = {**RIGHT, "curve": [1.0, 1.5, 2.0], "flag": False}


def test_a_misconception_explains_its_own_answer_best() -> None:
    known = [LINEAR, CARELESS, TWO_CASES, {**LINEAR, "flag": False}]
    for answer in known:
        fits = [how_well(RIGHT, wrong, answer) for wrong in known]
        best = max(fit for fit in fits if fit is not None)
        assert fits[known.index(answer)] == best
        assert fits.count(best) == 1


def test_missing_refusals_do_not_hide_a_wrong_value() -> None:
    answer = {**LINEAR, "low 0": 3.0, "refused": [False, False]}
    assert how_well(RIGHT, LINEAR, answer) == (1, 0, 2)  # one value; curve and flag agree
    fit = how_well(RIGHT, LINEAR, answer)
    other = how_well(RIGHT, CARELESS, answer)
    assert fit is not None
    assert other is None or fit > other


def test_a_place_where_the_misconception_is_right_may_hold_anything() -> None:
    # The marks of LINEAR are in the middle of the curve only.
    assert how_well(RIGHT, LINEAR, {**LINEAR, "curve": [0.0, 2.5, 9.0]}) is not None
    assert how_well(RIGHT, LINEAR, {**LINEAR, "curve": [1.0, 2.6, 4.0]}) is None


def test_an_answer_that_is_right_where_the_misconception_is_wrong_is_not_explained() -> None:
    assert how_well(RIGHT, TWO_CASES, {**TWO_CASES, "flag": True}) is None


@pytest.mark.parametrize(
    "answer",
    [
        RIGHT,
        None,
        [],
        {"curve": [1.0, 2.5, 4.0]},  # cases are missing
        {**LINEAR, "curve": [1.0, 2.5]},  # another length
        {**LINEAR, "curve": RAISES},
    ],
)
def test_what_does_not_show_the_marks_is_not_explained(answer: Any) -> None:
    assert how_well(RIGHT, LINEAR, answer) is None
