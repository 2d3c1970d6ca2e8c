"""Labeled controls whose state lives in the address, so that any view is a link.

A control's key is also its name in the address. Limits are checked in the browser only; the labs
check again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

import streamlit as st

Choice = TypeVar("Choice", bound=str)
_ADDRESS: Literal["query-params"] = "query-params"


def power(label: str, exponents: Sequence[int], default: int, *, key: str, help: str = "") -> float:
    """A slider over powers of ten, labeled 1e-3 and the like.

    Args:
        label: The visible label.
        exponents: Exponents of ten, rising.
        default: The exponent to start at.
        key: Name in the address.
        help: What it means.
    """
    options = [f"1e{exponent}" for exponent in exponents]
    chosen = st.select_slider(
        label, options, value=f"1e{default}", key=key, help=help or None, bind=_ADDRESS
    )
    return float(chosen)


def step(label: str, options: Sequence[int], default: int, *, key: str, help: str = "") -> int:
    """A slider over listed whole numbers, for scales that are not even.

    Options that change with another control keep the choice if it is still one of them.
    """
    stored = st.session_state.get(key)
    if stored is not None and str(stored) not in {str(option) for option in options}:
        del st.session_state[key]
    chosen = st.select_slider(
        label,
        [str(option) for option in options],
        value=str(default),
        key=key,
        help=help or None,
        bind=_ADDRESS,
    )
    return int(chosen)


def scale(
    label: str,
    options: Sequence[str],
    default: str,
    *,
    key: str,
    help: str = "",
    disabled: bool = False,
) -> str:
    """A slider over listed texts, as a rule numbers on a scale that is not even."""
    return st.select_slider(
        label,
        options,
        value=default,
        key=key,
        help=help or None,
        disabled=disabled,
        bind=_ADDRESS,
    )


def pick(
    label: str, options: Sequence[Choice], default: Choice, *, key: str, help: str = ""
) -> Choice:
    """One of many words, in a list that opens."""
    return st.selectbox(
        label, options, options.index(default), key=key, help=help or None, bind=_ADDRESS
    )


def number(
    label: str, low: int, high: int, default: int, *, key: str, by: int = 1, help: str = ""
) -> int:
    """A slider over whole numbers."""
    value = st.slider(label, low, high, default, by, key=key, help=help or None, bind=_ADDRESS)
    return int(value)


def entry(
    label: str,
    low: float,
    high: float,
    *,
    key: str,
    by: float = 1.0,
    placeholder: str = "",
) -> float | None:
    """A number to type in; None until there is one.

    Args:
        label: The visible label.
        low: Least number that is taken.
        high: Greatest number that is taken.
        key: Name in the address.
        by: Step of the buttons; with whole steps, numbers show no decimals.
        placeholder: What stands there until there is one.
    """
    # Over floats: a field over whole numbers fails on `?key=1e400`, an infinity, before any check.
    return st.number_input(
        label,
        min_value=float(low),
        max_value=float(high),
        value=None,
        step=float(by),
        format="%.0f" if by == round(by) else "%.1f",
        key=key,
        placeholder=placeholder or None,
        bind=_ADDRESS,
    )


def share(
    label: str, low: float, high: float, default: float, *, key: str, by: float, help: str = ""
) -> float:
    """A slider over fractions, shown with two decimals."""
    value = st.slider(
        label, low, high, default, by, format="%.2f", key=key, help=help or None, bind=_ADDRESS
    )
    return float(value)


def part(label: str, names: Sequence[Choice], *, key: str, minor: bool = False) -> Choice:
    """Which part of a page is open: a row of names, of which the first is the default.

    Not `st.tabs`: at each move the browser walks through all that an open tab holds, in search of
    what the keyboard can reach, which takes longer than to draw a chart.

    Args:
        label: What the row is called, for who cannot see it.
        names: The parts.
        key: Name in the address; a name there that the page does not have opens the first.
        minor: Whether it is a part of a part.
    """
    if st.session_state.get(key, names[0]) not in names:
        # Of another page, or mistyped: the address is to name what is shown, or nothing.
        del st.session_state[key]
        st.query_params.pop(key, None)
    row = st.pills if minor else st.segmented_control
    chosen = row(
        label,
        names,
        default=names[0],
        required=True,
        wrap=True,
        key=key,
        label_visibility="collapsed",
        bind=_ADDRESS,
    )
    return chosen or names[0]


def choice(label: str, options: Sequence[Choice], *, key: str, help: str = "") -> Choice:
    """One of a few words, all of them visible; the first is the default."""
    return st.radio(label, options, horizontal=True, key=key, help=help or None, bind=_ADDRESS)


def several(
    label: str, options: Sequence[str], default: Sequence[str], *, key: str, help: str = ""
) -> tuple[str, ...]:
    """Any of some words, in the order in which they were chosen."""
    return tuple(
        # Not a list of tags: they are white on the theme's color, too faint in dark.
        st.pills(
            label,
            options,
            selection_mode="multi",
            wrap=True,
            default=list(default),
            key=key,
            help=help or None,
            bind=_ADDRESS,
        )
    )


def switch(label: str, default: bool, *, key: str, help: str = "") -> bool:
    """On or off."""
    return st.toggle(label, default, key=key, help=help or None, bind=_ADDRESS)


def preset(label: str, values: dict[str, object], *, key: str) -> None:
    """A button that moves several controls at once.

    Args:
        label: The button's words.
        values: A value for each control's key, as the control's widget holds it.
        key: Identifies the button.
    """
    st.button(label, key=key, on_click=st.session_state.update, args=(values,))
