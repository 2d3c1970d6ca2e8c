"""The pages and their addresses. A page's code is loaded when it is opened, not with the first."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from grader.topics import Topic

TABS = ("Learn", "Play", "Build")
"""The parts of a topic's page, as its address names them."""


def home() -> StreamlitPage:
    """The first page."""
    return st.Page(partial(_show, "home"), title="Home", url_path="home", default=True)


def page(topic: Topic) -> StreamlitPage:
    """A topic's page, whose lab is the view named as its module."""
    return st.Page(partial(_show_topic, topic), title=topic.menu_title, url_path=topic.slug)


def beside() -> tuple[StreamlitPage, StreamlitPage, StreamlitPage]:
    """The pages beside the topics: Playground, Race and Challenge, in the menu's order."""
    return (
        st.Page(partial(_show, "playground"), title="Playground", url_path="playground"),
        st.Page(partial(_show, "race"), title="Race", url_path="race"),
        st.Page(partial(_show, "challenge"), title="Challenge", url_path="challenge"),
    )


def _show(view: str) -> None:
    import_module(f"app.views.{view}").show()


def _show_topic(topic: Topic) -> None:
    from app import topic_page

    topic_page.show(topic, import_module(f"app.views.{topic.module}").play)
