"""The app's entry: `streamlit run app/main.py`, or rather `hyperlings play`."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

from app import routes, services
from grader.topics import TOPICS

FOCUS = Path(__file__).with_name("focus.css")


def main() -> None:
    """Route to the page that the address names; the menu follows the registry."""
    services.warm_up()
    if not services.has_seat():
        st.markdown(
            f"**All {services.seats().most} places are taken.** Reload this page in a few minutes: "
            "who has left makes room."
        )
        return
    # One flat menu: the sections of a narrow menu are no valid lists to a screen reader.
    pages = [
        routes.home(),
        *(routes.page(topic) for topic in TOPICS),
        *routes.beside(),
    ]
    page = st.navigation(pages, position="top")
    # Once a run, since a browser is slow at it; with a title by which tabs can be told apart. The
    # very first page need not wait for its icon, for which Streamlit loads Pillow and NumPy.
    title = "Hyperlings" if page is pages[0] else f"{page.title} · Hyperlings"
    icon = services.ICON if "PIL.Image" in sys.modules else None
    st.set_page_config(page_title=title, page_icon=icon, layout="wide")
    st.html(FOCUS)
    page.run()
    if icon is None:
        st.set_page_config(page_icon=services.ICON)


main()
