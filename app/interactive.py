"""Charts that do more than `panels.show` asks for: stacked panels, a brush, marks to click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import streamlit as st

from app import panels
from app.charts.figure import Figure
from app.charts.pick import Pick


def stacked(figure: Figure) -> None:
    """Draw panels that stand one on the other over the whole width, which is not the default."""
    st.vega_lite_chart(
        figure.rows,
        cast("dict[str, Any]", figure.spec),
        key=figure.key,
        alt=figure.alt,
        width="stretch",
    )
    _words(figure)


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
        figure.rows,
        cast("dict[str, Any]", figure.spec),
        key=figure.key,
        alt=figure.alt,
        on_select=picked,
        selection_mode=pick.param,
    )
    _words(figure)


def _words(figure: Figure) -> None:
    panels.small(figure.caption)
    table = st.expander("Numbers as a table", key=f"{figure.key}-table", on_change="rerun")
    if table.open:
        table.dataframe(figure.rows, hide_index=True)
