"""The menu of a page with several labs, of which only the open one is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app import controls


def show(labs: Mapping[str, Callable[[], None]], *, key: str = "lab") -> None:
    """Draw a row of names, and beneath it the lab that is chosen.

    The choice is in the address, as `?lab=…`, so that a link opens one lab; a name that the page
    does not have opens the first.

    Args:
        labs: What draws each lab, by its name as the menu shows it; the first is the default.
        key: Name in the address.
    """
    labs[controls.part("Lab", list(labs), key=key, minor=True)]()
