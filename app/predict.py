"""Predict first: a question whose answer waits for a guess, or for who would rather just see it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app import controls, panels

_FACTOR = 2.0  # a guess that far off is told as a factor, a closer one as a difference


@dataclass(frozen=True)
class Guess:
    """What a learner expects.

    Attributes:
        value: The number guessed, or None.
        is_open: Whether the answer may be told: there is a guess, or none is wanted.
    """

    value: float | None
    is_open: bool


def ask(question: str, low: float, high: float, *, key: str, by: float = 1.0) -> Guess:
    """Ask for a number before the answer is shown.

    The guess is bound to the address under `key`, the wish to see the answer at once under
    "`key`-show"; a preset may set that one to True.

    Args:
        question: What to predict, one sentence with a question mark.
        low: Smallest guess.
        high: Largest guess.
        key: Name in the address.
        by: Step of the buttons.
    """
    with st.container(border=True):
        value = controls.entry(
            f"Predict first: {question}",
            low,
            high,
            key=key,
            by=by,
            placeholder=f"a number from {low:,g} to {high:,g}",
        )
        if value is not None:
            return Guess(value, is_open=True)
        return Guess(None, controls.switch("Show me without a guess", False, key=f"{key}-show"))


def wait(what: str) -> None:
    """Stand where the answer will be.

    Args:
        what: What comes, with its verb: "the curve appears".
    """
    panels.small(f"Enter a guess and {what}.")


def compare(guess: Guess, truth: float, unit: str) -> None:
    """Hold the guess, if there is one, against the answer.

    Args:
        guess: What was guessed.
        truth: The answer, in the same unit.
        unit: Its unit, in the plural.
    """
    if guess.value is not None:
        st.markdown(sentence(guess.value, truth, unit))


def sentence(guess: float, truth: float, unit: str) -> str:
    """Say how far a guess is from the answer, as it would be said aloud.

    Args:
        guess: What was guessed.
        truth: The answer.
        unit: Their unit, in the plural.
    """
    told = f"**You said {_text(guess)}. It is {_text(truth)} {unit}**"
    if _text(guess) == _text(truth):
        return f"{told}, just as you said."
    if min(guess, truth) <= 0 or max(guess, truth) < _FACTOR * min(guess, truth):
        return f"{told}, {_text(abs(truth - guess))} {'more' if truth > guess else 'less'}."
    if truth > guess:
        return f"{told}, {truth / guess:.1f} times your guess."
    return f"{told}: your guess is {guess / truth:.1f} times that."


def _text(value: float) -> str:
    """A number, with one decimal where it is small and not whole."""
    return f"{value:,.0f}" if value == round(value) or value >= 10 else f"{value:,.1f}"
