"""Pieces of a page that every lab uses."""

from __future__ import annotations

import streamlit as st

from app.charts.figure import Figure


def show(figure: Figure) -> None:
    """Draw a chart with its caption, and its numbers as a table for who asks for them."""
    st.vega_lite_chart(figure.table, figure.vega_lite, key=figure.key, alt=figure.alt)
    words(figure)


def words(figure: Figure) -> None:
    """Say what a chart shows, and offer its numbers as a table."""
    small(figure.caption)
    table = st.expander("Numbers as a table", key=f"{figure.key}-table", on_change="rerun")
    if table.open:
        table.dataframe(figure.numbers, hide_index=True)


def small(text: str) -> None:
    """Say something in small print, in the full color of text: `st.caption` is too faint to read.

    Args:
        text: Markdown without unpaired brackets.
    """
    st.markdown(f":small[{text}]")


def look_for(text: str) -> None:
    """Say in one line what a lab is there to show."""
    st.markdown(f"**What to look for.** {text}")


def own_code_note(message: str, *, is_failure: bool) -> None:
    """Say what became of the learner's own function where it could not be drawn."""
    if is_failure:
        st.warning(message)
    else:
        small(message)
