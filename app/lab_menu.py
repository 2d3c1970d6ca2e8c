"""The menu of a page with several labs, of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st


def show(labs: Mapping[str, Callable[[], None]], *, key: str = "lab") -> None:
    """Draw a row of names, and beneath it the lab that is chosen.

    The choice is in the address, as `?lab=…`, so that a link opens one lab; a name that the page
    does not have opens the first.

    Args:
        labs: What draws each lab, by its name as the menu shows it; the first is the default.
        key: Name in the address.
    """
    names = list(labs)
    if st.session_state.get(key, names[0]) not in names:
        # Of another page, or mistyped: the address is to name the lab that is shown, or none.
        del st.session_state[key]
        st.query_params.pop(key, None)
    chosen = st.segmented_control(
        "Lab",
        names,
        default=names[0],
        required=True,
        wrap=True,
        key=key,
        label_visibility="collapsed",
        bind="query-params",
    )
    labs.get(chosen or names[0], labs[names[0]])()
