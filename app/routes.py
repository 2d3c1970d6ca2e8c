"""The app's pages, drawn from the registry."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from grader.topics import TOPICS, Topic

HOME = "home"


def pages() -> list[StreamlitPage]:
    """All pages in the order of the menu."""
    from app.views import home

    start = st.Page(home.show, title="Home", url_path=HOME, default=True)
    return [start, *(page(topic) for topic in TOPICS)]


def page(topic: Topic) -> StreamlitPage:
    """A topic's page, whose lab is the view named as its module."""
    from app import topic_page

    play = import_module(f"app.views.{topic.module}").play
    return st.Page(partial(topic_page.show, topic, play), title=topic.title, url_path=topic.slug)
