"""Charts that do more than `panels.show` asks for: stacked panels, a brush, marks to click."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import panels
from app.charts.figure import Figure
from app.charts.pick import Pick


def stacked(figure: Figure) -> None:
    """Draw panels that stand one on the other over the whole width, which is not the default."""
    st.vega_lite_chart(
        figure.table, figure.vega_lite, key=figure.key, alt=figure.alt, width="stretch"
    )
    panels.words(figure)


def clickable(figure: Figure, pick: Pick, *, on_pick: Callable[[str], None]) -> None:
    """Draw a chart and tell what was clicked; a control beside it must be able to do the same.

    The chart has a key, so the browser keeps it whatever was picked.

    Args:
        figure: The chart; its specification has the selection.
        pick: What to listen to.
        on_pick: Called with the picked value before the page runs again.
    """

    def picked() -> None:
        for chosen in st.session_state[figure.key].selection.get(pick.param, []):
            on_pick(str(chosen[pick.field]))

    st.vega_lite_chart(
        figure.table,
        figure.vega_lite,
        key=figure.key,
        alt=figure.alt,
        on_select=picked,
        selection_mode=pick.param,
    )
    panels.words(figure)
