"""Predict first: the guess, and the sentence on it."""

import pytest
from streamlit.testing.v1 import AppTest

from app import guess


def page(**address: str) -> AppTest:
    def script() -> None:
        import streamlit as st

        from app import guess

        value = guess.ask("how many?", low=0, high=10, key="many")
        if value is not None:
            st.write(f"guessed {value}")

    test = AppTest.from_function(script)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({}, "Enter a guess and the chart appears."),
        ({"many": "7"}, "guessed 7"),
        ({"many": "11"}, "Enter a guess and the chart appears."),
        ({"many": "some"}, "Enter a guess and the chart appears."),
    ],
)
def test_a_guess_is_kept_in_the_address(address: dict[str, str], says: str) -> None:
    test = page(**address)
    assert not test.exception
    assert [item.value.removeprefix(":small[").rstrip("]") for item in test.markdown] == [says]


@pytest.mark.parametrize(
    ("guessed", "says"),
    [
        (1, "You guessed 1 point; it is **2.7**. Your guess was too low."),
        (2.5, "You guessed 2.5 points; it is **2.7**. Your guess was close."),
        (9, "You guessed 9 points; it is **2.7**. Your guess was too high."),
    ],
)
def test_the_verdict_says_how_far_off_a_guess_was(guessed: float, says: str) -> None:
    assert guess.verdict(guessed, 2.7, "points", within=0.5, digits=1) == says
