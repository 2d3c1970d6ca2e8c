"""Predict first: a number to guess before a chart shows it, and how far off the guess was."""

from __future__ import annotations

import streamlit as st

from app import panels

_WIDTH = 640  # pixels: a question in a line or two, not across the page


def ask(question: str, *, low: float, high: float, key: str, by: float = 1) -> float | None:
    """Ask for a number; None, and a line that says what to do, until there is one.

    Args:
        question: What to predict, with its unit.
        low: Least answer that is taken.
        high: Greatest answer that is taken.
        key: Name in the address, where the guess is kept.
        by: Step of the buttons; a whole number takes whole answers only.
    """
    value: float | None = st.number_input(
        f"Predict first: {question}",
        min_value=low,
        max_value=high,
        value=None,
        step=by,
        format="%d" if isinstance(by, int) else "%.1f",
        width=_WIDTH,
        key=key,
        bind="query-params",
    )
    if value is None:
        panels.small("Enter a guess and the chart appears.")
    return value


def verdict(guess: float, answer: float, what: str, *, within: float, digits: int = 0) -> str:
    """Compare a guess with the answer, in one sentence.

    Args:
        guess: The guess.
        answer: The answer, in the same unit.
        what: What both count, in the plural, as in "points".
        within: The largest difference that still counts as close.
        digits: Decimals of the answer.
    """
    off = abs(guess - answer)
    close = "close" if off <= within else "too high" if guess > answer else "too low"
    unit = what.removesuffix("s") if guess == 1 else what
    return f"You guessed {guess:g} {unit}; it is **{answer:.{digits}f}**. Your guess was {close}."
