"""A question that waits for a guess: what it says, what it hides, and what a bad address does."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from app import predict


@pytest.mark.parametrize(
    ("guess", "truth", "end"),
    [
        (20, 59, "**You said 20. It is 59 trials**, 3.0 times your guess."),  # 59 / 20
        (590, 59, "It is 59 trials**: your guess is 10.0 times that."),
        (59, 59, "It is 59 trials**, just as you said."),
        (0, 4.25, "It is 4.2 trials**, 4.2 more."),
        (1200, 1000.4, "**You said 1,200. It is 1,000 trials**, 200 less."),
        (2.5, 2.7, "**You said 2.5. It is 2.7 trials**, 0.2 more."),
    ],
)
def test_a_guess_is_held_against_the_answer(guess: float, truth: float, end: str) -> None:
    assert predict.sentence(guess, truth, "trials").endswith(end)


def page(**address: str) -> AppTest:
    def script() -> None:
        from app import predict

        guess = predict.ask("how many?", 1, 100, key="guess")
        if guess.is_open:
            predict.compare(guess, 59, "trials")
            predict.wait("never")
        else:
            predict.wait("it appears")

    test = AppTest.from_function(script)
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def words(test: AppTest) -> str:
    assert not test.exception
    return "\n".join(item.value for item in test.markdown)


def test_nothing_is_told_before_a_guess() -> None:
    assert "Enter a guess and it appears" in words(page())


def test_a_guess_opens_the_answer_and_is_compared() -> None:
    test = page()
    test.number_input(key="guess").set_value(20).run()
    assert "It is 59" in words(test)
    assert not test.toggle


def test_who_wants_no_guess_sees_the_answer_without_a_comparison() -> None:
    test = page(**{"guess-show": "true"})
    assert test.toggle(key="guess-show").value
    assert "It is 59" not in words(test)
    assert "never" in words(test)


def test_a_link_restores_a_guess() -> None:
    assert "You said 20. It is 59 trials" in words(page(guess="20"))


@pytest.mark.parametrize("value", ["0", "101", "-5", "many", "1e9", "1e400", "nan", ""])
def test_a_guess_in_the_address_that_cannot_be_is_no_guess(value: str) -> None:
    assert "Enter a guess" in words(page(guess=value))
