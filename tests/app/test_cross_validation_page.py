"""Topic 6's labs as a page, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import reference_source
from tests.app.test_pages import (
    _caption,
    quiet_services,  # noqa: F401 - an autouse fixture, for this file as well
    topic_page,
    words,
    write,
)

MODULE = "ex06_cross_validation"
GUESSES = {"How many folds?": "two-folds", "The best of many": "lucky", "Nested": "best-of-50"}


def lab(name: str, **address: str) -> AppTest:
    """The page with a lab open, and its question answered."""
    return topic_page("6", tab="Play", lab=name, **{GUESSES[name]: "3"}, **address)


@pytest.mark.parametrize("name", GUESSES)
def test_a_lab_waits_for_a_guess(name: str) -> None:
    test = topic_page("6", tab="Play", lab=name)
    assert not test.exception
    assert "Enter a guess and the chart appears." in words(test)
    assert "What to look for" not in words(test)
    test.number_input(key=GUESSES[name]).set_value(5).run()
    assert not test.exception
    assert "You said 5. It is" in words(test)
    assert "What to look for" in words(test)


def test_two_folds_are_more_pessimistic_where_rows_are_few() -> None:
    test = lab("How many folds?")
    assert "You said 3. It is 5.4 points**, 2.4 more." in words(test)
    test.button(key="preset-few-rows").click().run()
    assert "60 rows, 40 data sets" in _caption(test, "data sets, true accuracy")
    test.button(key="preset-many-rows").click().run()
    assert "500 rows, 40 data sets" in _caption(test, "data sets, true accuracy")
    assert "\u22122.0 ± 1.4 with 2," in _caption(test, "data sets, true accuracy")


def test_the_best_of_a_hundred_is_lucky_by_nearly_three_points() -> None:
    test = lab("The best of many")
    assert "It is 2.7 points**" in words(test)
    test.select_slider(key="n-trials").set_value("1").run()
    assert "the best of 1 trial seems 0.0 points" in _caption(test, "validation examples")
    test.button(key="preset-small").click().run()
    caption = _caption(test, "validation examples")
    assert caption.startswith(":small[50 validation examples, true accuracy 95%: the best of 100")


def test_the_winner_of_a_choice_on_noise_boasts() -> None:
    test = lab("Nested", configs="1")
    assert "The only configuration reports" in _caption(test, "In truth")
    test.button(key="preset-noise").click().run()
    assert not test.exception
    assert "The best of 50 reports 65.4%" in _caption(test, "In truth")
    assert "`cross_validate` is still to do" in words(test)
    assert "`nested_cv` is still to do" in words(test)


def test_right_code_reports_what_the_lab_does_on_the_first_data_set(home: Path) -> None:
    write(home, MODULE, reference_source(MODULE))
    test = lab("Nested")
    assert not test.exception
    assert not test.warning
    assert (
        "On the first data set these are 68.3% and 53.3%; your `cross_validate` gives 68.3% and "
        "your `nested_cv` gives 53.3%." in _caption(test, "In truth")
    )


def test_nested_folds_wait_for_their_own_folds_and_broken_code_is_told(home: Path) -> None:
    whole = reference_source(MODULE)
    start, end = whole.index("def cross_validate("), whole.index("def nested_cv(")
    todo = "def cross_validate(*_):\n    raise NotImplementedError\n\n\n"
    write(home, MODULE, whole[:start] + todo + whole[end:])
    assert "`nested_cv` waits for `cross_validate`: write that first." in words(lab("Nested"))
    broken = "def cross_validate(*_):\n    return 1 / 0\n\n\ndef nested_cv(*_):\n    return 3\n"
    write(home, MODULE, broken)
    test = lab("Nested")
    assert not test.exception
    told = [item.value for item in test.warning]
    assert any("`cross_validate` raised a ZeroDivisionError (line 2)" in text for text in told)
    assert any("`nested_cv`: It must return a pair" in text for text in told)
    assert _caption(test, "In truth")


def test_addresses_that_no_control_offers_are_passed_over() -> None:
    test = lab("Nested", configs="3", telling="99", **{"n-rows": "-1"})
    assert not test.exception
    assert "The best of 50 reports 65.4%" in _caption(test, "In truth")
    test = lab("The best of many", **{"n-val": "1", "true": "7", "n-trials": "x"})
    assert not test.exception
    assert "337 validation examples" in _caption(test, "validation examples")
