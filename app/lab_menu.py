"""The menu of a page with several labs, of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from app import controls, services


def show(labs: Mapping[str, Callable[[], None]], *, key: str = "lab") -> None:
    """Draw a row of names, and beneath it the lab that is chosen.

    The choice is in the address, as `?lab=…`, so that a link opens one lab; a name that the page
    does not have opens the first.

    Args:
        labs: What draws each lab, by its name as the menu shows it; the first is the default.
        key: Name in the address.
    """
    _lab(labs[controls.part("Lab", list(labs), key=key, minor=True)])


# Alone, so that a control of the lab has only the lab drawn again, and not the page around it.
@st.fragment
def _lab(draw: Callable[[], None]) -> None:
    services.has_seat()
    draw()
