"""The app's entry: `streamlit run app/main.py`, or rather `hyperlings play`."""

from __future__ import annotations

import streamlit as st

from app import routes, services
from app.views import home, playground
from grader.topics import TOPICS


def main() -> None:
    """Route to the page that the address names; the menu follows the registry."""
    st.set_page_config(page_title="Hyperlings", page_icon=services.ICON, layout="wide")
    services.warm_up()
    start = st.Page(home.show, title="Home", url_path="home", default=True)
    play = st.Page(playground.show, title="Playground", url_path="playground")
    pages = [start, *(routes.page(topic) for topic in TOPICS), play]
    st.navigation(pages, position="top").run()


main()
